// SPDX-License-Identifier: MIT
//
// The table at the end of a run: each engine's median, and how many times better than LMDB that is.

#pragma once

#include "suite.hpp"

#include <string>

namespace macaw_benchmark {

/// The results in Markdown. A ratio is the median, over the rounds, of LMDB's amount divided by the engine's;
/// behind it, in brackets, the lower quartile. More is better, and LMDB is 1.00.
[[nodiscard]] std::string ratio_table(const suite& results);

}  // namespace macaw_benchmark
