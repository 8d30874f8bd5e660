// SPDX-License-Identifier: MIT
//
// The limits that follow from the size of a page. Layer 1 (format).
//
// Why the limits are what they are. Let U be the bytes of a page behind its header and its largest hints,
// and a row what an entry takes at most: its key, its value and `row_overhead_max` bytes.
//  1. Splitting in two always makes room: if every row is at most U/2, then filling the left page as far as
//     it goes leaves the right one at most U. So `entry_size_max` bounds key and value of a leaf together. It
//     leaves `split_slack` bytes of each half free in the reckoning, since a half may be encoded with a longer
//     prefix than it was measured under, which may cost that much (slotted_key.hpp).
//  2. A branch holds at least four children: 4 * (key_size_max + 10) <= page size - 64 in the dense layout,
//     which stores keys whole; the slotted one needs less. So a tree of height h has at least 4^(h-2) leaves
//     when merged as far as possible, and heights above `height_max` cannot arise from 2^31 pages.
//  3. A key of the largest size and the record of a large value fit an entry, so a value that is not inline
//     is always storable.

#pragma once

#include <macaw/macros.hpp>

#include <bit>
#include <cstddef>
#include <cstdint>

namespace macaw::inline MACAW_ABI::detail {

inline constexpr std::size_t page_size_min = 512;
inline constexpr std::size_t page_size_max = 65536;

[[nodiscard]] constexpr bool valid_page_size(std::size_t size) noexcept {
  return size >= page_size_min && size <= page_size_max && std::has_single_bit(size);
}

/// Entries of a leaf are counted with 15 bits in the branch above it.
inline constexpr std::uint32_t leaf_count_max = 32767;  // FROZEN: on disk

/// The most levels of pages that a tree may have.
inline constexpr std::uint8_t height_max = 32;

template <std::size_t PageSize>
struct geometry {
  static_assert(valid_page_size(PageSize), "page sizes are powers of two from 512 to 65536");

  static constexpr std::size_t page_size = PageSize;

  /// The largest encoded key.
  static constexpr std::size_t key_size_max = PageSize / 4 - 28;

  /// Bytes that an entry of any layout takes beyond its key and value: head or padding, offset, lengths.
  static constexpr std::size_t row_overhead_max = 10;

  /// What the halves of a split leave free of what they are measured to need.
  static constexpr std::size_t split_slack = 4;

  /// The most bytes of key and value together that an entry holds inline.
  static constexpr std::size_t entry_size_max =
      (PageSize - 64 - (PageSize == page_size_min ? 0 : 128)) / 2 - row_overhead_max - split_slack * 3 / 2;

  /// Whether a value of this size stands in the leaf beside its key; if not, it is stored as a large value.
  [[nodiscard]] static constexpr bool fits_inline(std::size_t key_size, std::size_t value_size) noexcept {
    return key_size + value_size <= entry_size_max;
  }

  /// The most payload of one piece of a large value: what 1 MiB or 256 pages hold behind the header.
  static constexpr std::size_t piece_pages_max = PageSize * 256 < (1U << 20U) ? 256 : (1U << 20U) / PageSize;
  static constexpr std::size_t piece_bytes_max = piece_pages_max * PageSize - 64;

  /// Pages that a piece with this payload takes.
  [[nodiscard]] static constexpr std::size_t piece_pages(std::size_t payload) noexcept {
    return (64 + payload + PageSize - 1) / PageSize;
  }

  /// The first page that may hold data: pages below byte 8,192 are the metas'.
  static constexpr std::uint32_t first_page = PageSize >= 8192 ? 1 : static_cast<std::uint32_t>(8192 / PageSize);

  static_assert(4 * (key_size_max + 10) <= PageSize - 64, "four children fit a branch");
  static_assert(key_size_max + 24 <= entry_size_max, "the record of a large value fits beside any key");
};

/// Whether a catalog record's widths are those of a layout that exists at this page size.
template <std::size_t PageSize>
[[nodiscard]] constexpr bool valid_widths(std::size_t key_width, std::size_t value_width) noexcept {
  using limits = geometry<PageSize>;
  return key_width <= limits::key_size_max &&
         (value_width == 0 ||
          (key_width == 0 ? limits::key_size_max : key_width) + value_width <= limits::entry_size_max);
}

}  // namespace macaw::inline MACAW_ABI::detail
