// SPDX-License-Identifier: MIT
//
// Keys of any size in slotted pages. Layer 1 (format).
//
// A page stores once the *prefix* that all its keys share. Of each key the next 4 bytes stand in a column of
// *heads*, as integers (most significant first, zeros where the key is shorter); the *rest* stands in the
// key's cell with the key's whole size. Most comparisons end at the head.

#pragma once

#include <macaw/bytes.hpp>
#include <macaw/detail/base/endian.hpp>
#include <macaw/detail/format/page_header.hpp>
#include <macaw/macros.hpp>

#include <cstddef>
#include <cstdint>
#include <cstring>

namespace macaw::inline MACAW_ABI::detail {

/// A key prepared for searching slotted pages. Borrows the bytes.
struct slotted_search_key {
  const std::byte* bytes = nullptr;
  std::size_t size = 0;
};

inline constexpr std::size_t slotted_head_width = 4;  // FROZEN: on disk
inline constexpr std::size_t prefix_size_max = 248;   // FROZEN: on disk

/// Bytes that whoever is shown a key has room for, so that it can be copied by moves of a fixed size.
inline constexpr std::size_t slotted_key_room = 64;

/// A longer prefix takes a page of two keys or more at most this much more room than a shorter one: where it
/// reaches beyond the header each of its bytes counts once, but of each key it may save four bytes less, since
/// the head stays as long.
inline constexpr std::size_t prefix_cost_max = slotted_head_width;

/// Where a page's hints or columns begin, behind its prefix.
[[nodiscard]] MACAW_ALWAYS_INLINE constexpr std::size_t prefix_end(std::size_t prefix_size) noexcept {
  return prefix_size <= 24 ? page_header_size : header_field::prefix + prefix_size;
}

[[nodiscard]] MACAW_ALWAYS_INLINE std::size_t load_prefix_size(const std::byte* page) noexcept {
  return std::to_integer<std::size_t>(page[header_field::prefix_size]);
}

/// The first four bytes as an integer that orders as they do.
[[nodiscard]] MACAW_ALWAYS_INLINE std::uint32_t head_of(const std::byte* bytes, std::size_t size) noexcept {
  if (size >= 4) [[likely]] {
    return load_be<std::uint32_t>(bytes);
  }
  std::uint32_t head = 0;
  for (std::size_t i = 0; i < size; ++i) head |= std::to_integer<std::uint32_t>(bytes[i]) << (24 - 8 * i);
  return head;
}

/// Bytes of a key that stand in its cell.
[[nodiscard]] MACAW_ALWAYS_INLINE constexpr std::size_t rest_size_of(std::size_t key_size,
                                                                     std::size_t prefix) noexcept {
  const std::size_t before = prefix + slotted_head_width;
  return key_size > before ? key_size - before : 0;
}

/// How a key stands to a page's prefix: 0 if it begins with it, negative if it and all such keys are less.
[[nodiscard]] MACAW_ALWAYS_INLINE int compare_with_prefix(const slotted_search_key& key, const std::byte* page,
                                                          std::size_t prefix) noexcept {
  if (prefix == 0) return 0;
  if (prefix <= 8 && key.size >= 8) [[likely]] {  // most: without a call; the header has 24 bytes for it
    const auto wanted = load_be<std::uint64_t>(key.bytes);
    const auto found = load_be<std::uint64_t>(page + header_field::prefix);
    if ((wanted ^ found) >> (64 - 8 * prefix) == 0) [[likely]]
      return 0;
    return wanted < found ? -1 : 1;
  }
  const std::size_t common = key.size < prefix ? key.size : prefix;
  const int order = common == 0 ? 0 : std::memcmp(key.bytes, page + header_field::prefix, common);
  return order != 0 ? order : key.size < prefix ? -1 : 0;
}

/// As `memcmp`, for what is short most of the time: without a call up to 64 bytes.
[[nodiscard]] MACAW_ALWAYS_INLINE int compare_short(const std::byte* a, const std::byte* b, std::size_t size) noexcept {
  if (size < 8) {
    for (std::size_t i = 0; i < size; ++i) {
      if (a[i] != b[i]) return a[i] < b[i] ? -1 : 1;
    }
    return 0;
  }
  if (size > 64) [[unlikely]]
    return std::memcmp(a, b, size);
  for (std::size_t at = 0;;) {
    const auto x = load_be<std::uint64_t>(a + at);
    const auto y = load_be<std::uint64_t>(b + at);
    if (x != y) return x < y ? -1 : 1;
    if (at + 8 >= size) return 0;
    at = at + 16 <= size ? at + 8 : size - 8;  // the last eight may overlap those before
  }
}

/// The beginning of a key, as much of it as can be part of a prefix.
struct key_front {
  std::byte bytes[prefix_size_max + slotted_head_width];
  std::size_t size = 0;

  key_front() noexcept {}  // NOLINT: the bytes stay uninitialised on purpose
  explicit key_front(bytes_view key) noexcept : size(key.size() < prefix_size_max ? key.size() : prefix_size_max) {
    if (size != 0) std::memcpy(bytes, key.data(), size);
  }
};

/// Bytes that a page's first and last keys have in common, up to what a page stores of them.
[[nodiscard]] inline std::size_t common_prefix(const key_front& a, const key_front& b) noexcept {
  const std::size_t limit = a.size < b.size ? a.size : b.size;
  std::size_t common = 0;
  while (common < limit && a.bytes[common] == b.bytes[common]) ++common;
  return common;
}

}  // namespace macaw::inline MACAW_ABI::detail
