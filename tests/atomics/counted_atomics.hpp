// SPDX-License-Identifier: MIT
//
// Counts atomic operations. A unit compiled with -fsanitize=thread calls a function for each of them; linked with
// counted_atomics.cpp instead of ThreadSanitizer, it calls functions that count.

#pragma once

#include <cstddef>
#include <cstdint>

namespace macaw_test {

/// What has happened since the program began. Sequentially consistent stores and fences count as what they cost.
struct atomic_counts {
  std::size_t read_modify_writes = 0;
  std::size_t locks = 0;
};

[[nodiscard]] atomic_counts& counted_atomics() noexcept;

}  // namespace macaw_test
