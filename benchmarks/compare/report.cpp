// SPDX-License-Identifier: MIT

#include "report.hpp"

#include "plots.hpp"
#include "ratio_table.hpp"
#include "ratios.hpp"
#include "text.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace macaw_benchmark {

namespace {

using nlohmann::json;

constexpr std::string_view style = R"(
:root { --paper: #fcfcfb; --ink: #1d2226; --soft: #626b73; --rule: #e3e6e8; --card: #ffffff;
  --c0: #c2410c; --c1: #ea9a56; --c2: #0f766e; --c3: #3f8f3a; --c4: #64748b; --c5: #94a3b8; --c6: #2563a8; --c7: #7c4fa3;
  --c8: #a8336b; --c9: #8a7224; }
@media (prefers-color-scheme: dark) { :root { --paper: #15181b; --ink: #e6e8ea; --soft: #98a2ab; --rule: #2c3237;
  --card: #1b1f23; --c0: #fb7a3c; --c1: #f2b27d; --c2: #3fc1b0; --c3: #7cc576; --c4: #94a3b8; --c5: #64748b; --c6: #6aa9e9;
  --c7: #b78fe0; --c8: #e27aae; --c9: #d0b65c; } }
* { box-sizing: border-box; }
body { margin: 0 auto; max-width: 1180px; padding: 32px 24px 64px; background: var(--paper); color: var(--ink);
  font: 15px/1.5 system-ui, sans-serif; }
h1 { font-size: 28px; margin: 0 0 4px; } h2 { margin: 44px 0 4px; font-size: 21px; }
h3 { font-size: 15px; margin: 0 0 8px; font-weight: 600; }
p, dl { color: var(--soft); margin: 4px 0 14px; max-width: 78ch; }
dl { display: grid; grid-template-columns: max-content 1fr; gap: 2px 16px; } dt { color: var(--ink); } dd { margin: 0; }
.cards { display: grid; grid-template-columns: repeat(auto-fill, minmax(520px, 1fr)); gap: 16px; }
@media (max-width: 600px) { .cards { grid-template-columns: 1fr; } }
.card { background: var(--card); border: 1px solid var(--rule); border-radius: 8px; padding: 14px 16px; }
.plot { width: 100%; height: auto; display: block; } .plot text { font: 11px system-ui, sans-serif; fill: var(--soft); }
.plot .name, .plot .amount { fill: var(--ink); font-size: 12px; } .plot .amount { font-variant-numeric: tabular-nums; }
.grid { stroke: var(--rule); } .unity { stroke: var(--soft); stroke-dasharray: 3 3; }
.whisker { stroke: var(--ink); stroke-opacity: .55; } polyline { fill: none; stroke-width: 2; }
.scroll { overflow-x: auto; border: 1px solid var(--rule); border-radius: 8px; background: var(--card); margin-top: 18px; }
table { border-collapse: collapse; width: 100%; font-size: 13px; font-variant-numeric: tabular-nums; }
th, td { padding: 6px 10px; text-align: right; white-space: nowrap; border-bottom: 1px solid var(--rule); }
th:first-child, td:first-child { text-align: left; } tr:last-child td { border-bottom: 0; } td small { color: var(--soft); }
)";

/// Every engine has the same colour in all plots; the first ones are macaw's.
constexpr std::array<std::string_view, 10> coloured{"file",          "file-tenth", "mmap",    "memory",  "lmdb",
                                                    "lmdb-writemap", "sqlite",     "leveldb", "rocksdb", "std::map"};

std::size_t colour_of(std::string_view engine) {
  const auto at = std::find(coloured.begin(), coloured.end(), engine);
  return at == coloured.end() ? coloured.size() - 1 : static_cast<std::size_t>(at - coloured.begin());
}

std::string colour_classes() {
  std::string text;
  for (std::size_t i = 0; i < coloured.size(); ++i) {
    text += print(".c%zu{fill:var(--c%zu)}.l%zu{stroke:var(--c%zu)}.plot .t%zu{fill:var(--c%zu)}\n", i, i, i, i, i, i);
  }
  return text;
}

std::string amount_of(const json& work, double amount) {
  const std::string name = work.at("unit");
  return amount_text(name == "ns" ? unit::nanoseconds : name == "bytes" ? unit::bytes : unit::share, amount);
}

std::string card(const std::string& title, const std::string& content) {
  return "<section class=\"card\"><h3>" + escaped(title) + "</h3>" + content + "</section>\n";
}

/// Ratios of one work, in the order of the engines.
std::string ratios_card(const json& run, const json& work) {
  std::vector<ratio_bar> bars;
  for (const std::string engine : run.at("engines")) {
    const auto found = work.at("engines").find(engine);
    if (found == work.at("engines").end() || !found->contains("ratio") || engine == yardstick_engine) continue;
    const json& ratio = found->at("ratio");
    bars.push_back({engine, colour_of(engine), ratio.at("median"), ratio.at("minimum"), ratio.at("maximum")});
  }
  return bars.empty() ? "" : card(work.at("name"), ratio_chart(bars));
}

std::string cell_of(const json& work, const json& found) {
  std::string text = escaped(amount_of(work, found.at("median")));
  if (found.contains("ratio")) text += print("<br><small>%.2f times</small>", double{found.at("ratio").at("median")});
  if (found.contains("part_of_bound")) {
    text += print("<br><small>%.0f %% of bound</small>", 100 * double{found.at("part_of_bound")});
  }
  return text;
}

std::string table_of(const json& run) {
  std::string html = "<div class=\"scroll\"><table><tr><th>work</th>";
  for (const std::string engine : run.at("engines")) html += "<th>" + escaped(engine) + "</th>";
  html += "<th>bound</th></tr>\n";
  for (const json& work : run.at("works")) {
    html += "<tr><td>" + escaped(std::string(work.at("name"))) + "</td>";
    for (const std::string engine : run.at("engines")) {
      const auto found = work.at("engines").find(engine);
      html += "<td>" + (found == work.at("engines").end() ? std::string("-") : cell_of(work, *found)) + "</td>";
    }
    const double bound = work.at("bound");
    html += "<td>" + (bound > 0 ? escaped(amount_of(work, bound)) : std::string("-")) + "</td></tr>\n";
  }
  return html + "</table></div>\n";
}

std::string section_of(const json& run) {
  std::string html = print("<h2>%llu rows</h2>", static_cast<unsigned long long>(run.at("rows").get<std::uint64_t>()));
  html += print(
      "<p>Rows of 8 + 8 bytes, and %llu texts of 24 + 150 bytes. Medians of %llu interleaved rounds; bars are how "
      "many times better than LMDB, ",
      static_cast<unsigned long long>(run.at("text_rows").get<std::uint64_t>()),
      static_cast<unsigned long long>(run.at("rounds").get<std::uint64_t>()));
  html += "whiskers reach from the worst round to the best.</p>\n<div class=\"cards\">\n";
  for (const json& work : run.at("works")) html += ratios_card(run, work);
  return html + "</div>\n" + table_of(run);
}

/// How a work's cost grows with the rows.
std::string growth_card(const json& runs, const std::string& name) {
  std::vector<line> lines;
  std::string unit;
  for (const json& run : runs) {
    for (const json& work : run.at("works")) {
      if (work.at("name") != name) continue;
      unit = work.at("unit");
      for (const auto& [engine, found] : work.at("engines").items()) {
        auto at = std::find_if(lines.begin(), lines.end(), [&](const line& each) { return each.label == engine; });
        if (at == lines.end()) at = lines.insert(at, {engine, colour_of(engine), {}});
        at->points.emplace_back(run.at("rows"), found.at("median"));
      }
    }
  }
  return lines.empty() ? "" : card(name, line_chart(lines, unit));
}

/// Getting one row by a search from the first row on, which is what a store without an index does.
line linear_search(const json& found) {
  line result{"linear search", coloured.size() - 1, {}};
  for (const json& run : found.at("runs")) {
    const double rows = run.at("rows");
    result.points.emplace_back(rows, rows / 2 * double{found.at("machine").at("yardsticks_ns").at("linear_row")});
  }
  return result;
}

std::string lookup_card(const json& found) {
  std::vector<line> lines{linear_search(found)};
  for (const json& run : found.at("runs")) {
    for (const json& work : run.at("works")) {
      if (work.at("name") != "random get") continue;
      for (const auto& [engine, result] : work.at("engines").items()) {
        if (engine != "file" && engine != yardstick_engine) continue;
        auto at = std::find_if(lines.begin(), lines.end(), [&](const line& each) { return each.label == engine; });
        if (at == lines.end()) at = lines.insert(at, {engine, colour_of(engine), {}});
        at->points.emplace_back(run.at("rows"), result.at("median"));
      }
    }
  }
  return card("random get beside a linear search", line_chart(lines, "ns"));
}

std::string growth_of(const json& found) {
  std::vector<std::string> names;
  for (const json& run : found.at("runs")) {
    for (const json& work : run.at("works")) {
      if (std::find(names.begin(), names.end(), work.at("name")) == names.end()) names.push_back(work.at("name"));
    }
  }
  std::string html =
      "<h2>How costs grow</h2><p>Medians by the number of rows; both axes are logarithmic. Records of 1 KiB "
      "are a twentieth of the rows.</p>\n<div class=\"cards\">\n" +
      lookup_card(found);
  for (const std::string& name : names) html += growth_card(found.at("runs"), name);
  return html + "</div>\n";
}

std::string facts_of(const json& machine) {
  const json& yard = machine.at("yardsticks_ns");
  std::string html = "<dl>";
  for (const char* fact : {"system", "compiler", "engines"}) {
    html += std::string("<dt>") + fact + "</dt><dd>" + escaped(std::string(machine.at(fact))) + "</dd>";
  }
  html += "<dt>memory</dt><dd>" + print("%.1f ns a dependent access, %.1f GB/s copied, %.1f ns an atomic exchange",
                                        double{yard.at("memory_access")}, 1 / double{yard.at("byte_copied")},
                                        double{yard.at("exchange")});
  html += "</dd><dt>medium</dt><dd>" + print("%.0f us to write 16 KiB and sync, %.0f us for four pages far apart",
                                             double{yard.at("write_in_place")} / 1e3,
                                             double{yard.at("write_scattered")} / 1e3);
  return html + "</dd></dl>\n";
}

}  // namespace

std::string report(const json& found) {
  std::string html =
      "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">"
      "<meta name=\"viewport\" content=\"width=device-width\"><title>macaw: comparison</title>\n<style>";
  html += std::string(style) + colour_classes() + "</style></head><body>\n<h1>macaw beside other stores</h1>\n";
  html += facts_of(found.at("machine"));
  if (found.at("runs").size() > 1) html += growth_of(found);
  for (const json& run : found.at("runs")) html += section_of(run);
  return html + "</body></html>\n";
}

}  // namespace macaw_benchmark
