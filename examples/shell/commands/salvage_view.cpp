// SPDX-License-Identifier: MIT

#include "commands/salvage_view.hpp"

#include "base/numbers.hpp"
#include "values/value_json.hpp"
#include "values/value_text.hpp"

#include <nlohmann/json.hpp>

#include <cstdint>
#include <optional>
#include <string>

namespace macaw_shell {

namespace {

using json = nlohmann::ordered_json;

json rows_or_null(const std::optional<std::uint64_t>& rows) { return rows ? json(*rows) : json(nullptr); }

json table_json(const macaw::salvaged_table& table) {
  const codec_type key = parse_codec(table.key_codec);
  json lost = json::array();
  for (const macaw::lost_range& range : table.lost) {
    lost.push_back({{"page", to_number(range.page)},
                    {"from", range.from.empty() ? json(nullptr) : to_json(key, codec_role::key, range.from)},
                    {"to", range.to ? to_json(key, codec_role::key, *range.to) : json(nullptr)},
                    {"rows", rows_or_null(range.rows)}});
  }
  return {{"table", table.name},
          {"named", table.named},
          {"rows", table.rows},
          {"stray_rows", table.stray_rows},
          {"rows_lost", rows_or_null(table.rows_lost)},
          {"large_lost", table.large_lost},
          {"lost", std::move(lost)}};
}

void show_as_json(output& out, const macaw::salvage_report& report) {
  json tables = json::array();
  for (const macaw::salvaged_table& table : report.tables) tables.push_back(table_json(table));
  out.json({{"complete", report.complete()},
            {"rows", report.rows},
            {"pages_read", report.pages_read},
            {"damaged_pages", report.damaged_pages},
            {"damaged_metas", report.damaged_metas},
            {"verified", report.verified},
            {"catalog_whole", report.catalog_whole},
            {"space_known", report.space_known},
            {"durable", report.durable},
            {"unproven", report.unproven},
            {"size_after", report.size_after},
            {"tables", std::move(tables)}});
}

void show_table(output& out, const macaw::salvaged_table& table) {
  std::string line = "  " + quote(table.name) + ": " + counted(table.rows, "row");
  if (table.rows_lost) {
    line +=
        *table.rows_lost == 0 ? ", all there were" : ", " + out.paint(grouped(*table.rows_lost) + " lost", color::red);
  } else {
    line += ", nothing tells how many there were";
  }
  if (table.stray_rows != 0) line += "; " + grouped(table.stray_rows) + " from leaves that nothing whole leads to";
  if (table.large_lost != 0) line += "; " + out.paint(counted(table.large_lost, "large value") + " lost", color::red);
  out.line(line);
  const codec_type key = parse_codec(table.key_codec);
  for (const macaw::lost_range& range : table.lost) {
    std::string lost = "    page " + std::to_string(to_number(range.page)) + ": ";
    lost += range.from.empty() ? "from the first key" : "from " + show(key, codec_role::key, range.from);
    lost += range.to ? " up to " + show(key, codec_role::key, *range.to) : " to the last key";
    if (range.rows) lost += ", " + counted(*range.rows, "row");
    out.line(lost);
  }
}

/// What makes the rows less certain.
void show_doubts(output& out, const macaw::salvage_report& report) {
  const auto doubt = [&](bool there, const std::string& text) {
    if (there) out.line(out.paint(text, color::yellow));
  };
  doubt(!report.verified, "no checksum could be compared: nothing tells the file's UUID (--uuid)");
  doubt(!report.catalog_whole, "the catalog is damaged: there may have been further tables");
  doubt(!report.space_known, "the space map does not read: rows may be older than they seem");
  doubt(report.damaged_metas != 0, "a meta page is damaged: the last commit may be lost with it");
  doubt(report.unproven != 0,
        "commit " + std::to_string(report.unproven) + " is not proven to be whole, and was left (--unproven)");
}

}  // namespace

void show_salvaged(session& shell, const macaw::salvage_report& report, const std::string& path) {
  output& out = shell.out();
  if (shell.how().json) return show_as_json(out, report);
  out.line(counted(report.rows, "row") + " rescued into '" + path + "' (" + byte_size(report.size_after) + "); " +
           counted(report.pages_read, "page") + " read, " + grouped(report.damaged_pages) + " damaged");
  for (const macaw::salvaged_table& table : report.tables) show_table(out, table);
  show_doubts(out, report);
  out.line(report.complete() ? out.paint("nothing is known to be lost", color::green)
                             : out.paint("something is lost", color::red));
}

}  // namespace macaw_shell
