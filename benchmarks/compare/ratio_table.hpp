// SPDX-License-Identifier: MIT
//
// What was found, as text.

#pragma once

#include "suite.hpp"

#include <string>
#include <vector>

namespace macaw_benchmark {

/// "3.1 ns", "25.0 B", "0.52".
[[nodiscard]] std::string amount_text(unit in, double amount);
/// "0.98", "12.3", "104".
[[nodiscard]] std::string ratio_text(double ratio);

using table_row = std::vector<std::string>;
/// A table in Markdown. Requires: rows of one length; the first is the head.
[[nodiscard]] std::string in_columns(const std::vector<table_row>& rows);

/// Of each work and engine the median, the ratio to LMDB as "**median** [lower quartile; minimum to maximum]", and the
/// fraction of the machine's bound that the first engine reaches.
[[nodiscard]] std::string ratio_table(const suite& results);

}  // namespace macaw_benchmark
