// SPDX-License-Identifier: MIT
//
// How long random tests run: MACAW_ROUNDS makes campaigns of them.

#pragma once

#include <cstdlib>

namespace macaw_test {

/// MACAW_ROUNDS, or so many as usual.
[[nodiscard]] inline unsigned rounds(unsigned usual) {
  const char* const given = std::getenv("MACAW_ROUNDS");
  return given != nullptr ? static_cast<unsigned>(std::strtoul(given, nullptr, 10)) : usual;
}

}  // namespace macaw_test
