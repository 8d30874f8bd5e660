// SPDX-License-Identifier: MIT
//
// What was found, as text.

#pragma once

#include "suite.hpp"

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace macaw_benchmark {

/// The engine that ratios are to.
inline constexpr std::string_view yardstick_engine = "lmdb";

/// The value below which this part of the amounts lies. Requires: some.
[[nodiscard]] double quantile(std::vector<double> amounts, double part);
[[nodiscard]] double median(const samples& found);
/// How many times better than the other one, round by round.
[[nodiscard]] std::vector<double> ratios(const samples& found, const samples& other);

/// "3.1 ns", "25.0 B", "0.52".
[[nodiscard]] std::string amount_text(unit in, double amount);

/// A table in Markdown: medians, ratios to LMDB with their lower quartiles, and the fraction of the machine's bound
/// that the first engine reaches.
[[nodiscard]] std::string ratio_table(const suite& results);

}  // namespace macaw_benchmark
