// SPDX-License-Identifier: MIT

#include "ratio_table.hpp"

#include <algorithm>
#include <cstdio>
#include <vector>

namespace macaw_benchmark {

namespace {

constexpr const char* yardstick = "lmdb";

/// The value below which this part of the amounts lie. Requires: some.
double quantile(std::vector<double> amounts, double part) {
  std::sort(amounts.begin(), amounts.end());
  const double place = part * static_cast<double>(amounts.size() - 1);
  const auto below = static_cast<std::size_t>(place);
  const std::size_t above = std::min(below + 1, amounts.size() - 1);
  return amounts[below] + (place - static_cast<double>(below)) * (amounts[above] - amounts[below]);
}

double median(const samples& found) {
  std::vector<double> amounts;
  for (const auto& [round, sample] : found) amounts.push_back(sample.amount);
  return quantile(amounts, 0.5);
}

/// How many times better than the yardstick, round by round.
std::vector<double> ratios(const samples& found, const samples& yard) {
  std::vector<double> result;
  for (const auto& [round, sample] : found) {
    const auto other = yard.find(round);
    if (other != yard.end() && sample.amount > 0) result.push_back(other->second.amount / sample.amount);
  }
  return result;
}

template <class... Values>
std::string print(const char* format, Values... values) {
  char text[64];
  std::snprintf(text, sizeof text, format, values...);
  return text;
}

std::string amount(const measurement& sample, double value) {
  if (sample.unit == unit::bytes_per_row) return print("%.1f B", value);
  if (value < 100) return print("%.1f ns", value);
  if (value < 10'000) return print("%.0f ns", value);
  return print("%.0f us", value / 1000);
}

std::string cell(const samples& found, const samples& yard, bool is_yard) {
  if (found.empty()) return "-";
  std::string text = amount(found.begin()->second, median(found));
  const std::vector<double> better = ratios(found, yard);
  if (is_yard || better.empty()) return text;
  return text + print(", **%.2f** [%.2f]", quantile(better, 0.5), quantile(better, 0.25));
}

std::string padded(const std::string& text, std::size_t width) {
  return text + std::string(width > text.size() ? width - text.size() : 0, ' ');
}

}  // namespace

std::string ratio_table(const suite& results) {
  constexpr std::size_t name_width = 40;
  constexpr std::size_t cell_width = 27;
  std::string head = "| " + padded("work", name_width) + " |";
  std::string rule = "|" + std::string(name_width + 2, '-') + "|";
  for (const std::string& engine : results.engines()) {
    head += " " + padded(engine == yardstick ? engine + " = 1.00" : engine, cell_width) + " |";
    rule += std::string(cell_width + 2, '-') + "|";
  }
  std::string table = head + "\n" + rule + "\n";
  for (const std::string& work : results.works()) {
    std::string line = "| " + padded(work, name_width) + " |";
    bool some = false;
    for (const std::string& engine : results.engines()) {
      const samples& found = results.results(work, engine);
      some = some || !found.empty();
      line += " " + padded(cell(found, results.results(work, yardstick), engine == yardstick), cell_width) + " |";
    }
    if (some) table += line + "\n";
  }
  return table;
}

}  // namespace macaw_benchmark
