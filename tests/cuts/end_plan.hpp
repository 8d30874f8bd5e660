// SPDX-License-Identifier: MIT
//
// When and how a process meets its end while it uses files.

#pragma once

#include <cstdint>
#include <functional>

namespace macaw_test {

/// Where in an effect the end comes: within it, a write is half done.
enum class end_place : std::uint8_t { before, within, after };

/// When the end comes, and what is pushed out before.
struct end_plan {
  static constexpr std::uint64_t never = ~std::uint64_t{0};

  std::uint64_t effect = never;  ///< the effect that the end comes at
  end_place place = end_place::before;
  std::uint32_t pushed_of_16 = 0;  ///< how many of 16 blocks written are pushed out at once
  std::uint64_t seed = 0;          ///< chooses them
  std::function<void()> end = {};  ///< does not return
};

}  // namespace macaw_test
