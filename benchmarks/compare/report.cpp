// SPDX-License-Identifier: MIT

#include "report.hpp"

#include "cards.hpp"
#include "growth.hpp"
#include "plots.hpp"
#include "ratio_table.hpp"
#include "ratios.hpp"
#include "text.hpp"

#include <nlohmann/json.hpp>

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
  --c8: #a8336b; --c9: #8a7224; --c10: #4f8a8b; --c11: #9aa0a6; }
@media (prefers-color-scheme: dark) { :root { --paper: #15181b; --ink: #e6e8ea; --soft: #98a2ab; --rule: #2c3237;
  --card: #1b1f23; --c0: #fb7a3c; --c1: #f2b27d; --c2: #3fc1b0; --c3: #7cc576; --c4: #94a3b8; --c5: #64748b; --c6: #6aa9e9;
  --c7: #b78fe0; --c8: #e27aae; --c9: #d0b65c; --c10: #86c5c6; --c11: #7d858d; } }
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
td { vertical-align: top; } .missed td { color: var(--c0); } h3 + p { margin-top: 0; } .scroll + h3, .cards + h3 { margin-top: 28px; }
)";

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
  text += "<br><small>" +
          escaped(amount_of(work, found.at("minimum")) + " to " + amount_of(work, found.at("maximum"))) + "</small>";
  if (found.contains("ratio")) {
    const json& ratio = found.at("ratio");
    text += "<br><b>" + ratio_text(ratio.at("median")) + "</b> <small>" + ratio_text(ratio.at("minimum")) + " to " +
            ratio_text(ratio.at("maximum")) + "</small>";
  }
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

/// Which of the ratios that macaw is to reach it reaches.
std::string bars_of(const json& run) {
  if (run.at("bars").empty()) return "";
  std::string html =
      "<h3>Bars</h3><p>A ratio is reached where three quarters of the rounds reach it.</p>\n<div "
      "class=\"scroll\"><table>"
      "<tr><th>work</th><th>engine</th><th>beside</th><th>bar</th><th>lower "
      "quartile</th><th>median</th><th>minimum</th>"
      "<th>maximum</th><th>reached</th></tr>\n";
  for (const json& bar : run.at("bars")) {
    html += bar.at("reached") ? "<tr>" : "<tr class=\"missed\">";
    for (const char* name : {"work", "engine", "to"}) html += "<td>" + escaped(std::string(bar.at(name))) + "</td>";
    html += print("<td>%g</td>", double{bar.at("at_least")});
    for (const char* part : {"lower_quartile", "median", "minimum", "maximum"}) {
      html += "<td>" + ratio_text(bar.at("ratio").at(part)) + "</td>";
    }
    html += bar.at("reached") ? "<td>yes</td></tr>\n" : "<td>no</td></tr>\n";
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
  return html + "</div>\n" + bars_of(run) +
         "<h3>All figures</h3><p>Of each engine the median, the least and the most; how many times better than LMDB, "
         "the "
         "least and the most; and which part of what the machine would allow.</p>\n" +
         table_of(run);
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
