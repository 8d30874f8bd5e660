// SPDX-License-Identifier: MIT
//
// The heap of a page: cells of any size that grow from the page's end towards the columns.
// Layer 1 (format).
//
// Invariants: every cell lies in the last `heap_size` bytes of the page, cells do not overlap, and `dead` is
// what remains of the heap without them.

#pragma once

#include <macaw/detail/base/endian.hpp>
#include <macaw/detail/base/prefetch.hpp>
#include <macaw/detail/format/page_header.hpp>
#include <macaw/macros.hpp>

#include <cstddef>
#include <cstdint>
#include <cstring>

namespace macaw::inline MACAW_ABI::detail {

inline constexpr std::size_t cell_offset_width = 2;  // FROZEN: on disk

[[nodiscard]] inline std::size_t load_heap_size(const std::byte* page) noexcept {
  return load_le<std::uint32_t>(page + header_field::heap_size);
}
inline void store_heap_size(std::byte* page, std::size_t size) noexcept {
  store_le(page + header_field::heap_size, static_cast<std::uint32_t>(size));
}
[[nodiscard]] inline std::size_t load_dead(const std::byte* page) noexcept {
  return load_le<std::uint32_t>(page + header_field::dead);
}
inline void store_dead(std::byte* page, std::size_t size) noexcept {
  store_le(page + header_field::dead, static_cast<std::uint32_t>(size));
}

/// Bytes of all cells that are in use.
[[nodiscard]] inline std::size_t live_cells_size(const std::byte* page) noexcept {
  return load_heap_size(page) - load_dead(page);
}

/// Asks for all of a cell that is about to be read, as large as those of its page are on average. Where a value begins,
/// and how long it is, stands at the cell's beginning, so its lines would be waited for one after the other.
MACAW_ALWAYS_INLINE void prefetch_cell(const std::byte* page, std::uint32_t count, std::size_t offset) noexcept {
  constexpr std::uint32_t lines_max = 16;  // what lies further comes while the rest is read
  const std::size_t cells = load_heap_size(page);
  const std::byte* line = page + offset;
  prefetch_line(line);
  for (std::size_t before = std::size_t{64} * count; before < cells && line < page + offset + lines_max * 64;
       before += std::size_t{64} * count) {
    line += 64;
    prefetch_line(line);
  }
}

/// Takes `size` bytes more for the heap. Requires: they are free. Returns: the new cell's offset.
inline std::size_t allocate_cell(std::byte* page, std::size_t page_size, std::size_t size) noexcept {
  const std::size_t heap = load_heap_size(page) + size;
  store_heap_size(page, heap);
  return page_size - heap;
}

/// Gives a cell up: back to the free room where it borders it, to the dead bytes otherwise.
inline void release_cell(std::byte* page, std::size_t page_size, std::size_t offset, std::size_t size) noexcept {
  const std::size_t heap = load_heap_size(page);
  if (offset == page_size - heap) {
    store_heap_size(page, heap - size);
  } else {
    store_dead(page, load_dead(page) + size);
  }
}

/// Effects: copies a page whose columns end at `columns_end`, but for the free room before its heap.
inline void copy_around_room(std::byte* to, const std::byte* from, std::size_t columns_end,
                             std::size_t page_size) noexcept {
  const std::size_t heap = load_heap_size(from);
  std::memcpy(to, from, columns_end);
  std::memcpy(to + (page_size - heap), from + (page_size - heap), heap);
}

/// Marks bytes of a heap, to find cells that overlap.
template <std::size_t PageSize>
class byte_marks {
 public:
  /// Effects: marks [first, last). Returns: whether none of them was marked. Requires: `last <= PageSize`.
  [[nodiscard]] bool mark(std::size_t first, std::size_t last) noexcept {
    bool fresh = true;
    while (first < last) {
      const std::size_t word = first / 64;
      const std::size_t end = last < (word + 1) * 64 ? last : (word + 1) * 64;
      const std::uint64_t bits = (~std::uint64_t{0} >> (64 - (end - first))) << (first % 64);
      fresh = fresh && (words_[word] & bits) == 0;
      words_[word] |= bits;
      first = end;
    }
    return fresh;
  }

 private:
  std::uint64_t words_[PageSize / 64] = {};
};

}  // namespace macaw::inline MACAW_ABI::detail
