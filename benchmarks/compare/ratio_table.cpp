// SPDX-License-Identifier: MIT

#include "ratio_table.hpp"

#include "ratios.hpp"
#include "text.hpp"

#include <algorithm>
#include <cstddef>

namespace macaw_benchmark {

namespace {

std::string cell(const work& of, const std::string& engine) {
  const auto found = of.found.find(engine);
  if (found == of.found.end()) return "-";
  std::string text = amount_text(of.unit, spread_of(found->second).median);
  const auto better = ratio(of, engine);
  if (!better || engine == yardstick_engine) return text;
  return text + ", **" + ratio_text(better->median) + "** [" + ratio_text(better->lower_quartile) + "; " +
         ratio_text(better->minimum) + " to " + ratio_text(better->maximum) + "]";
}

std::string bound_cell(const work& of, const std::string& engine) {
  const auto found = of.found.find(engine);
  if (of.bound == 0 || found == of.found.end()) return "-";
  return amount_text(of.unit, of.bound) + print(", %.0f %%", 100 * of.bound / spread_of(found->second).median);
}

}  // namespace

std::string amount_text(unit in, double amount) {
  if (in == unit::share) return print("%.2f", amount);
  if (in == unit::bytes) return print(amount < 1000 ? "%.1f B" : "%.0f B", amount);
  if (amount < 100) return print("%.1f ns", amount);
  if (amount < 10'000) return print("%.0f ns", amount);
  if (amount < 1e7) return print("%.0f us", amount / 1e3);
  return print("%.0f ms", amount / 1e6);
}

std::string ratio_text(double ratio) { return print(ratio < 9.995 ? "%.2f" : ratio < 99.95 ? "%.1f" : "%.0f", ratio); }

std::string in_columns(const std::vector<table_row>& rows) {
  std::vector<std::size_t> widths(rows.front().size());
  for (const table_row& row : rows) {
    for (std::size_t i = 0; i < row.size(); ++i) widths[i] = std::max(widths[i], row[i].size());
  }
  std::string text;
  for (const table_row& row : rows) {
    text += "|";
    for (std::size_t i = 0; i < row.size(); ++i) {
      text.append(" ").append(row[i]).append(widths[i] - row[i].size(), ' ').append(" |");
    }
    text += "\n";
    if (&row != &rows.front()) continue;
    for (const std::size_t width : widths) text.append("|").append(width + 2, '-');
    text += "|\n";
  }
  return text;
}

std::string ratio_table(const suite& results) {
  if (results.engines().empty()) return {};
  const std::string& first = results.engines().front();
  std::vector<table_row> rows{{"work"}};
  for (const std::string& engine : results.engines()) {
    rows.front().push_back(engine == yardstick_engine ? engine + " = 1.00" : engine);
  }
  rows.front().push_back("bound, and " + first + "'s part");
  for (const work& of : results.works()) {
    table_row row{of.name};
    for (const std::string& engine : results.engines()) row.push_back(cell(of, engine));
    row.push_back(bound_cell(of, first));
    rows.push_back(std::move(row));
  }
  return in_columns(rows);
}

}  // namespace macaw_benchmark
