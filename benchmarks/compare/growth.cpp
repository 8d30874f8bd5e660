// SPDX-License-Identifier: MIT

#include "growth.hpp"

#include "cards.hpp"
#include "plots.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <string_view>
#include <utility>
#include <vector>

namespace macaw_benchmark {

namespace {

using nlohmann::json;

/// A line for each engine that did a work: `point(run, what was found of the engine)` for each run.
template <class Point>
std::vector<line> lines_of(const json& runs, std::string_view name, Point point) {
  std::vector<line> lines;
  for (const json& run : runs) {
    for (const json& work : run.at("works")) {
      if (work.at("name") != name) continue;
      for (const auto& of : work.at("engines").items()) {
        const auto is_its = [&](const line& each) { return each.label == of.key(); };
        auto at = std::find_if(lines.begin(), lines.end(), is_its);
        if (at == lines.end()) at = lines.insert(at, {of.key(), colour_of(of.key()), {}});
        at->points.push_back(point(run, of.value()));
      }
    }
  }
  return lines;
}

std::string lines_card(const std::string& title, const std::vector<line>& lines, std::string_view unit) {
  return lines.empty() ? "" : card(title, line_chart(lines, unit));
}

/// How a work's cost grows with the rows.
std::string cost_card(const json& runs, std::string_view name, const std::string& title, std::string_view unit) {
  return lines_card(title,
                    lines_of(runs, name,
                             [](const json& run, const json& found) {
                               return std::pair<double, double>(run.at("rows"), found.at("median"));
                             }),
                    unit);
}

/// Getting one row, beside a search from the first row on, which is what a store without an index does.
std::string lookup_card(const json& found) {
  const json& runs = found.at("runs");
  std::vector<line> lines = lines_of(runs, "random get", [](const json& run, const json& of) {
    return std::pair<double, double>(run.at("rows"), of.at("median"));
  });
  if (lines.empty()) return "";
  line linear{"linear search", colour_of("linear search"), {}};
  for (const json& run : runs) {
    const double rows = run.at("rows");
    linear.points.emplace_back(rows, rows / 2 * double{found.at("machine").at("yardsticks_ns").at("linear_row")});
  }
  lines.push_back(std::move(linear));
  return lines_card("random get beside a linear search", lines, "ns");
}

std::string record_writes_card(const json& runs) {
  return lines_card("records of 1 KiB written a second (more is better)",
                    lines_of(runs, "random load, 1 KiB values",
                             [](const json& run, const json& found) {
                               return std::pair<double, double>(run.at("records"), 1e9 / double{found.at("median")});
                             }),
                    "");
}

/// The bytes of keys and values beside those of the file.
std::string efficiency_card(const json& runs) {
  return lines_card("bytes of the rows, in percent of the file (more is better)",
                    lines_of(runs, "file after random load, per row",
                             [](const json& run, const json& found) {
                               return std::pair<double, double>(run.at("rows"),
                                                                100 * double{found.at("part_of_bound")});
                             }),
                    "");
}

}  // namespace

std::string growth_of(const json& found) {
  const json& runs = found.at("runs");
  std::vector<std::pair<std::string, std::string>> works;  // and their units
  for (const json& run : runs) {
    for (const json& work : run.at("works")) {
      std::pair<std::string, std::string> each(work.at("name"), work.at("unit"));
      if (std::find(works.begin(), works.end(), each) == works.end()) works.push_back(std::move(each));
    }
  }
  std::string html =
      "<h2>What is asked most</h2><p>Medians; both axes are logarithmic.</p>\n<div class=\"cards\">\n" +
      lookup_card(found) + record_writes_card(runs) + efficiency_card(runs) +
      cost_card(runs, "open after a kill", "recovery: opening after the program was killed, and one get", "ns");
  html +=
      "</div>\n<h2>How costs grow</h2><p>Medians by the number of rows; both axes are logarithmic. Of texts there are "
      "half as many, of records of 1 KiB a twentieth, of values of 64 KiB a five hundredth.</p>\n<div "
      "class=\"cards\">\n";
  for (const auto& [name, unit] : works) html += cost_card(runs, name, name, unit);
  return html + "</div>\n";
}

}  // namespace macaw_benchmark
