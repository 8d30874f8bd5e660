// SPDX-License-Identifier: MIT
//
// What random tests take from the environment: MACAW_SEED repeats one of them, MACAW_ROUNDS makes campaigns of them.

#pragma once

#include <cstdint>
#include <cstdlib>

namespace macaw_test {

/// MACAW_SEED, or always the same one. Print it with CAPTURE.
[[nodiscard]] inline std::uint64_t seed() {
  const char* const given = std::getenv("MACAW_SEED");
  return given != nullptr ? std::strtoull(given, nullptr, 10) : 20261120;
}

/// MACAW_ROUNDS, or so many as usual.
[[nodiscard]] inline unsigned rounds(unsigned usual) {
  const char* const given = std::getenv("MACAW_ROUNDS");
  return given != nullptr ? static_cast<unsigned>(std::strtoul(given, nullptr, 10)) : usual;
}

}  // namespace macaw_test
