// SPDX-License-Identifier: MIT

#include "ratios.hpp"

#include <algorithm>
#include <cstddef>
#include <utility>

namespace macaw_benchmark {

namespace {

/// The value below which a part of the amounts lies.
double quantile(const std::vector<double>& sorted, double part) {
  const double place = part * static_cast<double>(sorted.size() - 1);
  const auto below = static_cast<std::size_t>(place);
  const std::size_t above = std::min(below + 1, sorted.size() - 1);
  return sorted[below] + (place - static_cast<double>(below)) * (sorted[above] - sorted[below]);
}

}  // namespace

spread spread_of(std::vector<double> amounts) {
  std::sort(amounts.begin(), amounts.end());
  return {quantile(amounts, 0.5), quantile(amounts, 0.25), amounts.front(), amounts.back()};
}

spread spread_of(const samples& found) {
  std::vector<double> amounts;
  for (const auto& [round, amount] : found) amounts.push_back(amount);
  return spread_of(std::move(amounts));
}

std::optional<spread> ratio(const work& of, std::string_view engine, std::string_view other) {
  const auto found = of.found.find(engine);
  const auto yard = of.found.find(other);
  if (found == of.found.end() || yard == of.found.end()) return std::nullopt;
  std::vector<double> better;
  for (const auto& [round, amount] : found->second) {
    const auto same = yard->second.find(round);
    if (same != yard->second.end() && amount > 0) better.push_back(same->second / amount);
  }
  if (better.empty()) return std::nullopt;
  return spread_of(std::move(better));
}

}  // namespace macaw_benchmark
