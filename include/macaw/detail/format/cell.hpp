// SPDX-License-Identifier: MIT
//
// Values as they stand in cells, and the variable-length integers around them. Layer 1 (format).
//
// Integers are stored 7 bits a byte, lowest first, the top bit saying that more follow; at most 3 bytes,
// the shortest form only. A value whose size is not fixed is preceded by its *value word*, size * 4 + tag.

#pragma once

#include <macaw/bytes.hpp>
#include <macaw/macros.hpp>

#include <cstddef>
#include <cstdint>

namespace macaw::inline MACAW_ABI::detail {

/// What the bytes of a value's cell are. Stored.
enum class value_tag : std::uint8_t {
  inlined,  ///< the value itself
  large,    ///< the record of a large value; begins with a reference
  tree,     ///< a catalog record; begins with a reference
};

/// A value as a leaf holds it. Points into the page.
struct cell_value {
  bytes_view bytes;
  value_tag tag = value_tag::inlined;
};

inline constexpr std::uint32_t varint_limit = 1U << 21U;

[[nodiscard]] constexpr std::size_t varint_size(std::size_t value) noexcept {
  return value < 0x80 ? 1 : value < 0x4000 ? 2 : 3;
}

/// Requires: `value < varint_limit`. Returns: the end of what was written.
inline std::byte* store_varint(std::byte* to, std::size_t value) noexcept {
  while (value >= 0x80) {
    *to++ = static_cast<std::byte>(value | 0x80U);
    value >>= 7U;
  }
  *to++ = static_cast<std::byte>(value);
  return to;
}

/// Reads an integer and moves `from` behind it. For bytes that were validated.
[[nodiscard]] MACAW_ALWAYS_INLINE std::size_t load_varint(const std::byte*& from) noexcept {
  std::size_t value = std::to_integer<std::size_t>(*from++);
  if (value >= 0x80) [[unlikely]] {
    value = (value & 0x7FU) | std::to_integer<std::size_t>(*from) << 7U;
    if ((*from++ & std::byte{0x80}) != std::byte{0}) {
      value = (value & 0x3FFFU) | std::to_integer<std::size_t>(*from++ & std::byte{0x7F}) << 14U;
    }
  }
  return value;
}

/// Reads an integer from bytes that may be anything, not beyond `end`.
/// Returns: whether a whole integer in its shortest form stands there.
[[nodiscard]] inline bool read_varint(const std::byte*& from, const std::byte* end, std::size_t& value) noexcept {
  value = 0;
  for (unsigned shift = 0; shift < 21 && from != end; shift += 7) {
    const std::size_t byte = std::to_integer<std::size_t>(*from++);
    value |= (byte & 0x7FU) << shift;
    if (byte < 0x80) return shift == 0 || byte != 0;
  }
  return false;
}

[[nodiscard]] constexpr std::size_t value_word(std::size_t size, value_tag tag) noexcept {
  return size * 4 + static_cast<std::size_t>(tag);
}

/// Bytes that a value takes in a cell, its value word included.
[[nodiscard]] constexpr std::size_t stored_value_size(std::size_t size) noexcept {
  return varint_size(size * 4 + 3) + size;
}

}  // namespace macaw::inline MACAW_ABI::detail
