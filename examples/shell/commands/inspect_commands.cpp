// SPDX-License-Identifier: MIT
//
// .stats, .tree, .page, .pages, .freelist, .readers, .meta, .check, report.

#include "base/numbers.hpp"
#include "base/progress_bar.hpp"
#include "commands/command.hpp"
#include "commands/session.hpp"
#include "formats/open_file.hpp"
#include "formats/text_output.hpp"
#include "inspect/collect.hpp"
#include "inspect/tree_view.hpp"
#include "inspect/views.hpp"
#include "report/report.hpp"
#include "values/value_text.hpp"

#include <macaw/error.hpp>
#include <macaw/ids.hpp>

#include <sys/ioctl.h>
#include <unistd.h>
#include <algorithm>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace macaw_shell {

namespace {

constexpr std::size_t extents_shown = 40;

view_target target(session& shell) { return {shell.out(), shell.how()}; }

exit_code run_stats(session& shell, arguments& words) {
  words.expect(0, 1);
  progress_bar bar(shell.how(), "walking", "pages");
  std::vector<macaw::named_table_stats> tables = shell.database().analyze(bar);
  if (words.size() == 1) {
    std::erase_if(tables, [&](const auto& table) { return table.name != words.text(0); });
    if (tables.empty()) throw not_found_error("there is no table '" + words.text(0) + "'");
  }
  macaw::database_stats stats = shell.database().stats();
  if (!shell.in_transaction()) {  // which would wait for itself; and a file that is only read has loaded no map
    const macaw::space_report space = shell.view().space();
    stats.free_pages = space.free_pages;
    stats.pending_pages = space.pending_pages;
    stats.log_pages = space.log.size();
  }
  show_stats(stats, tables, target(shell));
  return exit_code::ok;
}

exit_code run_tree(session& shell, arguments& words) {
  const bool dot = words.flag("--dot");
  const std::uint64_t depth = words.number_option("--depth").value_or(UINT32_MAX);
  words.expect(0, 1);
  const std::optional<std::string> wished = words.size() == 1 ? std::optional(words.text(0)) : std::nullopt;
  const tree_form form = dot ? tree_form::dot : shell.how().json ? tree_form::json : tree_form::text;
  tree_view view(form, static_cast<std::uint32_t>(std::min<std::uint64_t>(depth, UINT32_MAX)), target(shell));
  progress_bar bar(shell.how(), "walking", "pages");
  view.begin();
  bool found = !wished;
  const macaw::walk_report walked = shell.view().walk(
      [&](const macaw::visited_page& page) {
        if (wished && (page.catalog || page.table != *wished)) return;
        found = true;
        view.add(page);
      },
      bar);
  view.end();
  if (!walked.findings.empty() && form == tree_form::text) {
    shell.out().line("");
    shell.out().line(
        shell.out().paint(counted(walked.findings.size(), "problem") + ": '.check' lists them", color::red));
  }
  // A table without rows has no pages.
  if (walked.findings.empty() && !found) static_cast<void>(shell.require_table(*wished));
  return walked.findings.empty() ? exit_code::ok : exit_code::not_found;
}

exit_code run_page(session& shell, arguments& words) {
  const bool with_bytes = words.flag("--bytes");
  const std::optional<std::string> table = words.option("--table");
  const std::uint64_t limit = words.number_option("--limit").value_or(UINT32_MAX);
  words.expect(1, 1);
  const std::uint64_t number = parse_number(words.word(0));
  const file_view& file = shell.view();
  if (number >= file.file_pages()) {
    throw not_found_error("there is no page " + words.word(0) + ": the file has " + counted(file.file_pages(), "page"));
  }
  const auto page = file.page(macaw::page_id{static_cast<std::uint32_t>(number)}, static_cast<std::size_t>(limit));
  if (!page) throw not_found_error("there is no page " + words.word(0));
  page_view view;
  view.page_size = file.page_size();
  view.key = table ? shell.require_table(unquote(*table)).key : parse_codec("bytes");
  view.with_bytes = with_bytes;
  show_page(*page, view, target(shell));
  return exit_code::ok;
}

// Columns of the terminal that standard output is, or what fits most.
std::size_t terminal_columns() {
  struct winsize size {};
  if (::ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col != 0) return size.ws_col;
  return 80;
}

exit_code run_pages(session& shell, arguments& words) {
  const std::optional<std::uint64_t> cells = words.number_option("--cells");
  words.expect(0, 0);
  if (cells == 0U || cells > 1'000'000U) throw usage_error("a map has from one to a million cells");
  const file_view& file = shell.view();
  const std::size_t margin = grouped(file.file_pages()).size() + 3;
  const std::size_t columns = std::clamp<std::size_t>(terminal_columns(), margin + 16, margin + 128) - margin;
  const std::size_t columns_even = columns / 16 * 16;
  progress_bar bar(shell.how(), "walking", "pages");
  const page_map map = collect_map(file, cells ? static_cast<std::size_t>(*cells) : columns_even * 32, bar);
  show_map(map, file.page_size(), columns_even, target(shell));
  return exit_code::ok;
}

exit_code run_freelist(session& shell, arguments& words) {
  const bool all = words.flag("--all");
  words.expect(0, 0);
  const file_view& file = shell.view();
  show_space(file.space(), file.page_size(), all ? SIZE_MAX : extents_shown, target(shell));
  return exit_code::ok;
}

exit_code run_readers(session& shell, arguments& words) {
  words.expect(0, 0);
  const macaw::database_stats stats = shell.database().stats();  // before the view reads, too
  show_readers(stats, shell.view().space().pending, target(shell));
  return exit_code::ok;
}

exit_code run_meta(session& shell, arguments& words) {
  words.expect(0, 0);
  show_metas(shell.view().metas(), target(shell));
  return exit_code::ok;
}

exit_code run_check(session& shell, arguments& words) {
  words.expect(0, 0);
  progress_bar bar(shell.how(), "checking", "pages");
  std::vector<macaw::check_finding> findings;
  std::uint64_t pages = 0;
  if (shell.is_open()) {
    macaw::check_report report = shell.database().check(bar);
    findings = std::move(report.findings);
    pages = report.pages;
  } else {
    macaw::walk_report report = shell.view().walk([](const macaw::visited_page&) {}, bar);
    findings = std::move(report.findings);
    pages = report.pages;
  }
  show_findings(findings, pages, target(shell));
  return findings.empty() ? exit_code::ok : exit_code::not_found;
}

// What only the database knows: codecs, and tables without a page.
void add_tables(session& shell, file_picture& picture) {
  for (const std::string& name : shell.reading().tables()) {
    const typed_table table = shell.require_table(name);
    const auto at =
        std::lower_bound(picture.tables.begin(), picture.tables.end(), name,
                         [](const table_picture& each, const std::string& than) { return each.name < than; });
    table_picture& drawn =
        at != picture.tables.end() && at->name == name ? *at : *picture.tables.insert(at, table_picture{});
    drawn.name = name;
    drawn.key_codec = table.facts.key_codec;
    drawn.value_codec = table.facts.value_codec;
    drawn.entries = table.facts.rows;
  }
}

exit_code run_report(session& shell, arguments& words) {
  const bool replace = words.flag("--replace");
  words.expect(1, 1);
  const std::string path = words.text(0);
  output_file file(path, replace);
  progress_bar bar(shell.how(), "walking", "pages");
  file_picture picture = collect_picture(shell.view(), bar);
  picture.path = shell.path();
  if (shell.is_open()) add_tables(shell, picture);
  text_output out(file.descriptor(), path);
  write_report(picture, out);
  out.flush();
  file.finish();
  shell.out().remark("written to '" + path + "'");
  return exit_code::ok;
}

}  // namespace

void add_inspect_commands(std::vector<command>& to) {
  constexpr std::string_view group = "Look inside";
  to.push_back({".stats", "stats", group, ".stats [TABLE]", "keys, height, pages and how full they are, of each table",
                "Reads every page once.\n", file_use::reading, completion::table, run_stats});
  to.push_back({".tree", "tree", group, ".tree [TABLE] [--depth N] [--dot]",
                "the pages of trees, as they hang together",
                "  --depth N   no further than N pages below a root\n"
                "  --dot       for Graphviz: macaw FILE .tree --dot | dot -Tsvg\n"
                "With --json, a line for each page, those of large values too.\n",
                file_use::viewing, completion::table, run_tree});
  to.push_back({".page", "page", group, ".page N [--table NAME] [--limit N] [--bytes]",
                "one page: header, checksum, entries",
                "  --table NAME  show keys as that table's\n"
                "  --limit N     no more entries than these\n"
                "  --bytes       also as it stands in the file; lines of zeros are left out\n",
                file_use::viewing, completion::nothing, run_page});
  to.push_back({".pages", "pages", group, ".pages [--cells N]", "a map of the file: what each page is",
                "  --cells N   draw at most N cells, each a number of pages that is a power of two\n",
                file_use::viewing, completion::nothing, run_pages});
  to.push_back({".freelist", "freelist", group, ".freelist [--all]", "free pages, and those that wait for readers",
                "  --all   list all extents, not only the first 40\n", file_use::viewing, completion::nothing,
                run_freelist});
  to.push_back({".readers", "readers", group, ".readers", "the read transactions of this process",
                "Other processes can read a file only while none writes it, and are not seen.\n", file_use::reading,
                completion::nothing, run_readers});
  to.push_back({".meta", "meta", group, ".meta", "both meta pages, and which one lives", "", file_use::viewing,
                completion::nothing, run_meta});
  to.push_back({".check", "check", group, ".check", "look for damage: every page, every count, every order",
                "Exit code 1 if something is wrong. Each line names the pages that lead there, the root first.\n",
                file_use::viewing, completion::nothing, run_check});
}

void add_report_commands(std::vector<command>& to) {
  to.push_back(
      {"report", "", "Keep", "report FILE.html [--replace]", "a picture of the file, to be looked at in a browser",
       "  --replace   FILE may exist\n"
       "One document that needs nothing else: a map of the pages by what they are and how old they are, how full\n"
       "they are, the largest tables, the shapes of their trees.\n",
       file_use::viewing, completion::path, run_report});
}

}  // namespace macaw_shell
