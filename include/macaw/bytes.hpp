// SPDX-License-Identifier: MIT
//
// Byte strings: the only thing that pages, files and trees know of keys and values.
// Layer 0 (vocabulary). No allocation, nothing thrown.

#pragma once

#include <macaw/macros.hpp>

#include <compare>
#include <cstddef>
#include <cstring>
#include <span>
#include <string_view>

namespace macaw::inline MACAW_ABI {

/// A borrowed string of bytes.
using bytes_view = std::span<const std::byte>;

/// The bytes of a text, borrowed.
[[nodiscard]] inline bytes_view as_bytes(std::string_view text) noexcept {
  return {reinterpret_cast<const std::byte*>(text.data()), text.size()};
}

/// The text that bytes spell, borrowed.
[[nodiscard]] inline std::string_view as_text(bytes_view bytes) noexcept {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

/// Orders byte strings as `memcmp` does, the shorter first on a tie: the order of every key in a macaw file.
[[nodiscard]] inline std::strong_ordering compare_bytes(bytes_view a, bytes_view b) noexcept {
  const std::size_t common = a.size() < b.size() ? a.size() : b.size();
  const int order = common == 0 ? 0 : std::memcmp(a.data(), b.data(), common);
  return order != 0 ? order <=> 0 : a.size() <=> b.size();
}

/// Whether two byte strings are the same.
[[nodiscard]] inline bool equal_bytes(bytes_view a, bytes_view b) noexcept {
  return a.size() == b.size() && (a.empty() || std::memcmp(a.data(), b.data(), a.size()) == 0);
}

}  // namespace macaw::inline MACAW_ABI
