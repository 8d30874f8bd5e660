// SPDX-License-Identifier: MIT
//
// What the machine itself can do, measured in the same run: results are also told as fractions of it.

#pragma once

#include <string>

namespace macaw_benchmark {

/// Nanoseconds: of what computes the best of several tries, of what waits for the medium the median.
struct yardsticks {
  double memory_access = 0;    ///< a dependent read of a random line in 512 MiB
  double byte_copied = 0;      ///< of a byte in a copy of 64 MiB
  double exchange = 0;         ///< an atomic exchange that nobody contends for
  double linear_row = 0;       ///< of a row of 16 bytes in a search through an array from its beginning
  double write_in_place = 0;   ///< writing 16 KiB at once and syncing them
  double write_scattered = 0;  ///< writing four pages of 4 KiB at places far apart, and syncing them once
};

/// Measures; a file of 64 MiB is made in the directory and removed.
[[nodiscard]] yardsticks measure_machine(const std::string& directory);

}  // namespace macaw_benchmark
