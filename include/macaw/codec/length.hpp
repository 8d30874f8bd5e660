// SPDX-License-Identifier: MIT
//
// Lengths in front of value fields. Layer 1.
//
// FROZEN: on disk. Seven bits a byte, low ones first, the top bit set in all bytes but the last; of the
// fewest bytes possible, so that every length has one encoding.

#pragma once

#include <macaw/bytes.hpp>
#include <macaw/macros.hpp>

#include <cstddef>
#include <cstdint>
#include <optional>

namespace macaw::inline MACAW_ABI::detail {

/// How many bytes `encode_length` writes.
[[nodiscard]] constexpr std::size_t length_size(std::size_t length) noexcept {
  std::size_t size = 1;
  for (; length >= 0x80; length >>= 7) ++size;
  return size;
}

inline std::byte* encode_length(std::size_t length, std::byte* out) noexcept {
  for (; length >= 0x80; length >>= 7) *out++ = static_cast<std::byte>((length & 0x7F) | 0x80);
  *out++ = static_cast<std::byte>(length);
  return out;
}

/// Eats a length, or returns nothing where `in` does not begin with one.
[[nodiscard]] inline std::optional<std::size_t> decode_length(bytes_view& in) noexcept {
  std::uint64_t length = 0;
  for (std::size_t i = 0; i < in.size() && i < 9; ++i) {
    const auto digit = std::to_integer<std::uint64_t>(in[i]);
    length |= (digit & 0x7F) << (7 * i);
    if ((digit & 0x80) != 0) continue;
    if (digit == 0 && i != 0) return std::nullopt;
    if (length > static_cast<std::size_t>(-1)) return std::nullopt;
    in = in.subspan(i + 1);
    return static_cast<std::size_t>(length);
  }
  return std::nullopt;
}

}  // namespace macaw::inline MACAW_ABI::detail
