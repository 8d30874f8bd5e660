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

#if defined(__SANITIZE_ADDRESS__)
inline constexpr unsigned slowdown = 4;
#elif defined(__has_feature)
inline constexpr unsigned slowdown = __has_feature(address_sanitizer) ? 4 : 1;
#else
inline constexpr unsigned slowdown = 1;
#endif

/// MACAW_ROUNDS, or so many as usual; a quarter of them under AddressSanitizer, where all takes many times as long.
[[nodiscard]] inline unsigned rounds(unsigned usual) {
  const char* const given = std::getenv("MACAW_ROUNDS");
  if (given != nullptr) return static_cast<unsigned>(std::strtoul(given, nullptr, 10));
  return (usual + slowdown - 1) / slowdown;
}

}  // namespace macaw_test
