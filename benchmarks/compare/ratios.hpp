// SPDX-License-Identifier: MIT
//
// What the rounds of a work come to: of each engine, and beside another one.

#pragma once

#include "suite.hpp"

#include <optional>
#include <string_view>
#include <vector>

namespace macaw_benchmark {

/// The engine that ratios are to, where nothing else is said.
inline constexpr std::string_view yardstick_engine = "lmdb";

/// How far amounts lie apart.
struct spread {
  double median = 0;
  double lower_quartile = 0;
  double minimum = 0;
  double maximum = 0;
};

/// Requires: some.
[[nodiscard]] spread spread_of(std::vector<double> amounts);
[[nodiscard]] spread spread_of(const samples& found);

/// How many times better an engine was than another one, round by round; nothing where one of them has not run.
[[nodiscard]] std::optional<spread> ratio(const work& of, std::string_view engine,
                                          std::string_view other = yardstick_engine);

}  // namespace macaw_benchmark
