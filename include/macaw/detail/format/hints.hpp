// SPDX-License-Identifier: MIT
//
// Hints: 16 samples of a long column of heads, standing right before it. Layer 1 (format).
//
// Hint j is the head of row (j + 1) * stride, or the largest number where there is no such row. One look at
// the hints, which share the page's first cache lines, leaves one segment of `stride` rows to look at: so a
// search waits for memory twice, however long the column is.
// Invariant: the hints of a page are right after every change to it.

#pragma once

#include <macaw/detail/base/endian.hpp>
#include <macaw/detail/base/prefetch.hpp>
#include <macaw/detail/format/search.hpp>
#include <macaw/macros.hpp>

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <limits>

namespace macaw::inline MACAW_ABI::detail {

/// Whether a column of this many heads has hints: where it takes more than four cache lines.
[[nodiscard]] constexpr bool has_hints(std::size_t rows, std::size_t head_width) noexcept {
  return rows * head_width > 256;  // FROZEN: on disk
}

/// Bytes that the hints of such a column take.
[[nodiscard]] constexpr std::size_t hints_size(std::size_t rows, std::size_t head_width) noexcept {
  return has_hints(rows, head_width) ? hint_count * head_width : 0;
}

/// Rows between two hints: 17 segments cover the column, each of whole cache lines.
[[nodiscard]] constexpr std::uint32_t hint_stride(std::uint32_t rows, std::uint32_t head_width) noexcept {
  const std::uint32_t line = 64 / head_width;  // FROZEN: on disk
  return ((rows + hint_count) / (hint_count + 1) + line - 1) / line * line;
}

/// The hint that a column of `count` heads should have at `index`.
template <std::unsigned_integral Head>
[[nodiscard]] inline Head hint_of(const std::byte* heads, std::uint32_t count, std::uint32_t stride,
                                  std::uint32_t index) noexcept {
  const std::uint32_t row = (index + 1) * stride;
  return row < count ? load_le<Head>(heads + row * sizeof(Head)) : std::numeric_limits<Head>::max();
}

/// Effects: samples the column anew.
template <std::unsigned_integral Head>
void store_hints(std::byte* hints, const std::byte* heads, std::uint32_t count, std::uint32_t stride) noexcept {
  for (std::uint32_t i = 0; i < hint_count; ++i) {
    store_le(hints + i * sizeof(Head), hint_of<Head>(heads, count, stride, i));
  }
}

/// Whether the hints are what `store_hints` would make them.
template <std::unsigned_integral Head>
[[nodiscard]] bool hints_right(const std::byte* hints, const std::byte* heads, std::uint32_t count,
                               std::uint32_t stride) noexcept {
  for (std::uint32_t i = 0; i < hint_count; ++i) {
    if (load_le<Head>(hints + i * sizeof(Head)) != hint_of<Head>(heads, count, stride, i)) return false;
  }
  return true;
}

/// A column of heads as a search sees it.
struct head_column {
  const std::byte* heads;
  const std::byte* hints;  ///< null: the column has none
  std::uint32_t count;
  std::uint32_t stride;
};

/// The row from which on, up to a stride further, a search for `key` looks. Requires: the column has hints.
template <std::unsigned_integral Head>
[[nodiscard]] MACAW_ALWAYS_INLINE std::uint32_t segment_of(const head_column& column, Head key) noexcept {
  return count_less_hints<Head>(column.hints, key) * column.stride;
}

/// How many heads of the column are less than `key`. `near(row)` is called as soon as it is known that the
/// result lies in [row, row + stride], to prefetch what will be asked for.
template <std::unsigned_integral Head, class Near>
[[nodiscard]] MACAW_ALWAYS_INLINE std::uint32_t count_less(const head_column& column, Head key,
                                                           const Near& near) noexcept {
  if (column.hints == nullptr) return count_less<Head>(column.heads, column.count, key);
  const std::uint32_t first = segment_of<Head>(column, key);
  near(first);
  if (column.count < column.stride) [[unlikely]]
    return count_less<Head>(column.heads, column.count, key);
  // All before the segment are less, so the last one may begin earlier: it is as long as the others then.
  const std::uint32_t last = column.count - column.stride;
  const std::uint32_t base = first < last ? first : last;
  return base + count_less_lines<Head>(column.heads + base * sizeof(Head), column.stride, key);
}

/// How many heads of the column are at most `key`.
template <std::unsigned_integral Head, class Near>
[[nodiscard]] MACAW_ALWAYS_INLINE std::uint32_t count_not_greater(const head_column& column, Head key,
                                                                  const Near& near) noexcept {
  if (key == std::numeric_limits<Head>::max()) [[unlikely]] {
    return column.count;
  }
  return count_less<Head>(column, static_cast<Head>(key + 1), near);
}

/// The `near` of a search that prefetches nothing.
inline constexpr auto near_nothing = [](std::uint32_t) noexcept {};

}  // namespace macaw::inline MACAW_ABI::detail
