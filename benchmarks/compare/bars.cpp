// SPDX-License-Identifier: MIT

#include "bars.hpp"

#include "ratio_table.hpp"
#include "text.hpp"

#include <algorithm>
#include <utility>

namespace macaw_benchmark {

std::vector<bar_result> judge_bars(const suite& results) {
  std::vector<bar_result> judged;
  for (const bar& each : bars) {
    if (!results.wanted().has_work(each.work) || !results.wanted().has_engine(each.to)) continue;
    const auto& works = results.works();
    const auto of = std::find_if(works.begin(), works.end(), [&](const work& one) { return one.name == each.work; });
    for (const std::string_view engine : each.engines) {
      if (engine.empty() || !results.wanted().has_engine(engine)) continue;
      judged.push_back({each, engine, of == works.end() ? std::nullopt : ratio(*of, engine, each.to)});
    }
  }
  return judged;
}

std::string bar_table(const suite& results) {
  std::vector<table_row> rows{
      {"work", "engine", "to", "bar", "lower quartile", "median", "minimum", "maximum", "reached"}};
  for (const bar_result& each : judge_bars(results)) {
    table_row row{std::string(each.of.work), std::string(each.engine), std::string(each.of.to),
                  print("%g", each.of.at_least)};
    if (each.ratio) {
      for (const double part :
           {each.ratio->lower_quartile, each.ratio->median, each.ratio->minimum, each.ratio->maximum}) {
        row.push_back(ratio_text(part));
      }
    } else {
      row.insert(row.end(), 4, "-");
    }
    row.emplace_back(each.reached() ? "yes" : each.ratio ? "no" : "not measured");
    rows.push_back(std::move(row));
  }
  return in_columns(rows);
}

}  // namespace macaw_benchmark
