// SPDX-License-Identifier: MIT

#include "report/report.hpp"

#include "base/numbers.hpp"
#include "report/drawing.hpp"
#include "report/html_text.hpp"
#include "report/style.hpp"

#include <algorithm>
#include <string>
#include <vector>

namespace macaw_shell {
namespace {

constexpr std::size_t trees_drawn_max = 8;
constexpr std::size_t tables_listed_max = 25;

// Pages on pages, the root above: the mark of a report.
constexpr std::string_view mark =
    "<svg viewBox=\"0 0 52 52\" aria-hidden=\"true\"><rect width=\"52\" height=\"52\" rx=\"13\" fill=\"var(--leaf)\"/>"
    "<g fill=\"none\" stroke=\"#fff\" stroke-width=\"2.4\" stroke-linecap=\"round\" stroke-opacity=\".75\">"
    "<path d=\"M26 20v6M14 33v-3q0-4 4-4h16q4 0 4 4v3M26 26v7\"/></g><g fill=\"#fff\">"
    "<rect x=\"20\" y=\"11\" width=\"12\" height=\"9\" rx=\"2.5\"/><rect x=\"9\" y=\"33\" width=\"10\" height=\"8\" "
    "rx=\"2.5\"/>"
    "<rect x=\"21\" y=\"33\" width=\"10\" height=\"8\" rx=\"2.5\" fill-opacity=\".8\"/>"
    "<rect x=\"33\" y=\"33\" width=\"10\" height=\"8\" rx=\"2.5\" fill-opacity=\".6\"/></g></svg>";

std::string base_name(const std::string& path) { return path.substr(path.find_last_of('/') + 1); }

std::string tile(std::string_view number, std::string_view title) {
  return "<div class=\"tile\"><b class=\"number\">" + std::string(number) + "</b><span>" + std::string(title) +
         "</span></div>\n";
}

std::string card(std::string_view classes, std::string_view title, std::string_view note, std::string_view body) {
  std::string text = "<section class=\"card";
  if (!classes.empty()) text += ' ' + std::string(classes);
  text += "\"><h2>" + std::string(title) + "</h2>";
  if (!note.empty()) text += "<p class=\"note\">" + std::string(note) + "</p>";
  return text + std::string(body) + "</section>\n";
}

std::string head(const file_picture& picture) {
  const std::string name = html_text(base_name(picture.path));
  std::string text = "<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">";
  text += "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">";
  text += "<title>" + name + " · macaw</title><style>" + std::string(report_style) + "</style></head>\n<body><main>\n";
  text += "<header>" + std::string(mark) + "<div><h1>" + name + "</h1><p class=\"soft\">" + html_text(picture.path) +
          " · " + html_text(picture.uuid) + "</p></div></header>\n";
  if (!picture.notice.empty()) text += "<p class=\"warning\">" + html_text(picture.notice) + "</p>\n";
  return text;
}

std::string tiles(const file_picture& picture) {
  std::uint64_t keys = 0;
  for (const table_picture& table : picture.tables) keys += table.entries;
  const page_map_cell total = picture.map.total();
  const double pages = static_cast<double>(std::max<std::uint64_t>(total.pages(), 1));
  return "<div class=\"tiles\">" + tile(byte_size(picture.file_size), "size of the file") +
         tile(grouped(keys), keys == 1 ? "key" : "keys") +
         tile(grouped(picture.tables.size()), picture.tables.size() == 1 ? "table" : "tables") +
         tile(percent(static_cast<double>(total.used()) / pages), "of the pages in use") +
         tile(byte_size(picture.page_size), "a page, " + picture.checksum) +
         tile(grouped(picture.commit), picture.commit == 1 ? "durable commit" : "durable commits") + "</div>\n";
}

// What the pages are: a bar, and what its colours mean.
std::string uses(const file_picture& picture) {
  const page_map_cell total = picture.map.total();
  const std::uint64_t pages = total.pages();
  std::vector<std::pair<std::string_view, std::uint64_t>> parts;
  std::string legend = "<ul class=\"legend\">";
  for (std::size_t i = 0; i < page_use_count; ++i) {
    const auto use = static_cast<page_use>(i);
    if (total.count(use) == 0) continue;
    parts.emplace_back(name_of(use), total.count(use));
    legend += "<li><i class=\"" + std::string(name_of(use)) + "\"></i><span>" + std::string(title_of(use)) +
              " <span class=\"soft number\">" + grouped(total.count(use)) + " · " +
              byte_size(total.count(use) * picture.page_size) + " · " +
              percent(static_cast<double>(total.count(use)) / static_cast<double>(pages)) + "</span></span></li>";
  }
  return card("", counted(pages, "page"), "",
              "<div style=\"margin-top:14px\">" + draw_bar(parts, pages) + "</div>" + legend + "</ul>");
}

std::string maps(const file_picture& picture) {
  const page_map& map = picture.map;
  const page_map_cell total = map.total();
  const std::string square = map.pages_per_cell() == 1 ? "A square is a page"
                                                       : "A square is " + grouped(map.pages_per_cell()) + " pages, " +
                                                             byte_size(map.pages_per_cell() * picture.page_size);
  const std::string pale = map.pages_per_cell() == 1 ? "" : "; the paler, the more is free";
  std::string ramp = "<div class=\"ramp\"><span>commit " + grouped(total.birth_least) + "</span><span class=\"steps\">";
  for (std::size_t i = age_step_count; i-- > 0;) ramp += "<i class=\"age-" + std::to_string(i) + "\"></i>";
  ramp += "</span><span>commit " + grouped(total.birth_greatest) + "</span></div>";
  const std::string newest = map.pages_per_cell() == 1 ? "" : ", by its newest";
  return card("half", "What the pages are", square + pale + ".", draw_kinds(map)) +
         card("half", "How old the pages are", square + newest + ".", draw_ages(map) + ramp);
}

std::string charts(const file_picture& picture) {
  fill_histogram leaves;
  fill_histogram branches;
  for (const table_picture& table : picture.tables) {
    leaves += table.leaf_fill;
    branches += table.branch_fill;
  }
  std::string note = "Leaves are " + percent(leaves.mean()) + " full on average";
  if (branches.pages != 0) note += ", branches " + percent(branches.mean());
  std::string legend = "<ul class=\"legend\"><li><i class=\"leaf\"></i>leaves</li>";
  if (branches.pages != 0) legend += "<li><i class=\"branch\"></i>branches</li>";
  legend += "</ul>";
  if (leaves.pages == 0) note = "There are none";
  const page_map_cell total = picture.map.total();
  return card("half", "How full the pages of tables are", note + ".", draw_fill(leaves, branches) + legend) +
         card("half", "Which commits the pages are from", "Pages in use, by the commit that wrote them.",
              draw_births(picture.births, total.birth_least, total.birth_greatest));
}

std::string table_row(const table_picture& table, const file_picture& picture, std::uint64_t most) {
  const std::string bar =
      draw_bar({{"leaf", table.leaf_pages}, {"branch", table.branch_pages}, {"large", table.large_pages}},
               std::max<std::uint64_t>(most, 1));
  return "<tr><td class=\"name\">" + html_text(table.name) + "<small>" + html_text(table.key_codec) + " → " +
         html_text(table.value_codec) + "</small></td><td class=\"share\">" + bar + "</td><td class=\"number\">" +
         byte_size(table.pages() * picture.page_size) + "</td><td class=\"number\">" + grouped(table.entries) +
         "</td><td class=\"number\">" + grouped(table.pages()) + "</td><td class=\"number\">" +
         std::to_string(table.height) + "</td><td class=\"number\">" +
         (table.leaf_fill.pages == 0 ? "–" : percent(table.leaf_fill.mean())) + "</td></tr>\n";
}

std::string tables(const file_picture& picture, const std::vector<const table_picture*>& by_size) {
  if (by_size.empty()) return "";
  std::string body =
      "<table><thead><tr><th>table</th><th class=\"share\"></th><th class=\"number\">size</th><th "
      "class=\"number\">keys</th>"
      "<th class=\"number\">pages</th><th class=\"number\">height</th><th class=\"number\">leaves "
      "full</th></tr></thead><tbody>\n";
  for (std::size_t i = 0; i < std::min(by_size.size(), tables_listed_max); ++i) {
    body += table_row(*by_size[i], picture, by_size.front()->pages());
  }
  body += "</tbody></table>";
  if (by_size.size() > tables_listed_max) {
    std::uint64_t pages = 0;
    std::uint64_t keys = 0;
    for (std::size_t i = tables_listed_max; i < by_size.size(); ++i) {
      pages += by_size[i]->pages();
      keys += by_size[i]->entries;
    }
    body += "<p class=\"note\">and " + counted(by_size.size() - tables_listed_max, "smaller table") + " of together " +
            byte_size(pages * picture.page_size) + " and " + counted(keys, "key") + ".</p>";
  }
  return card("", by_size.size() > 1 ? "Largest tables" : "The table", "", body);
}

std::string tree(const table_picture& table) {
  std::string text = "<div class=\"tree\"><h3>" + html_text(table.name) +
                     " <span class=\"soft\" style=\"font-weight:400\">" + counted(table.entries, "key") + ", " +
                     counted(table.height, "level") + "</span></h3><div class=\"levels\">";
  for (std::size_t i = table.levels.size(); i-- > 0;) {
    const level_picture& level = table.levels[i];
    const std::string pages = i == 0 ? (level.page_count() == 1 ? "1 leaf" : grouped(level.page_count()) + " leaves")
                                     : counted(level.page_count(), "branch");
    text += "<span>" + pages + "</span>" + draw_level(level, i == 0 ? "leaf" : "branch");
  }
  return text + "</div></div>";
}

std::string trees(const std::vector<const table_picture*>& by_size) {
  std::string body;
  std::size_t drawn = 0;
  for (const table_picture* table : by_size) {
    if (table->levels.empty() || drawn == trees_drawn_max) continue;
    body += tree(*table);
    ++drawn;
  }
  if (drawn == 0) return "";
  return card("", "The shape of the trees",
              "Each level from the least key to the greatest, the root above; the paler a page, the emptier.", body);
}

}  // namespace

void write_report(const file_picture& picture, text_output& out) {
  std::vector<const table_picture*> by_size;
  for (const table_picture& table : picture.tables) by_size.push_back(&table);
  std::stable_sort(by_size.begin(), by_size.end(),
                   [](const auto* a, const auto* b) { return a->pages() > b->pages(); });
  out.write(head(picture));
  out.write(tiles(picture));
  out.write(uses(picture));
  out.write(maps(picture));
  out.write(charts(picture));
  out.write(tables(picture, by_size));
  out.write(trees(by_size));
  out.write(
      "<footer>Made by macaw. Point at a square or a column to see what it is.</footer>\n</main></body></html>\n");
}

}  // namespace macaw_shell
