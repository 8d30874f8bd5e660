// SPDX-License-Identifier: MIT
//
// Text made like that of printf, of any length.

#pragma once

#include <cstddef>
#include <cstdio>
#include <string>

namespace macaw_benchmark {

template <class... Values>
[[nodiscard]] std::string print(const char* format, Values... values) {
  const int size = std::snprintf(nullptr, 0, format, values...);
  std::string text(static_cast<std::size_t>(size), '\0');
  std::snprintf(text.data(), text.size() + 1, format, values...);
  return text;
}

}  // namespace macaw_benchmark
