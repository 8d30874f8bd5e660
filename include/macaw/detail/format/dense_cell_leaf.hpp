// SPDX-License-Identifier: MIT
//
// Leaves with keys of fixed size and values of any size. Layer 1 (format): pure over bytes.
//
//     hints (where there are more than 256 bytes of heads) | heads | tails | cell offsets (2) ... free ... cells
//     cell: value word | value

#pragma once

#include <macaw/bytes.hpp>
#include <macaw/detail/base/endian.hpp>
#include <macaw/detail/base/prefetch.hpp>
#include <macaw/detail/format/cell.hpp>
#include <macaw/detail/format/columns.hpp>
#include <macaw/detail/format/dense_key.hpp>
#include <macaw/detail/format/geometry.hpp>
#include <macaw/detail/format/heap.hpp>
#include <macaw/detail/format/hints.hpp>
#include <macaw/detail/format/page_header.hpp>
#include <macaw/detail/format/position.hpp>
#include <macaw/detail/format/split_search.hpp>
#include <macaw/detail/format/value_cell.hpp>
#include <macaw/macros.hpp>

#include <cstddef>
#include <cstdint>
#include <cstring>

namespace macaw::inline MACAW_ABI::detail {

/// The operations on dense leaves with values of any size.
template <std::size_t PageSize, std::size_t KeyWidth>
class dense_cell_leaf {
 public:
  constexpr dense_cell_leaf() noexcept = default;
  constexpr dense_cell_leaf(std::size_t key_width, std::size_t) noexcept : keys_(key_width) {}

  [[nodiscard]] constexpr page_shape shape() const noexcept {
    return make_shape(page_kind::leaf, 0, keys_.key_width(), 0);
  }
  void format(std::byte* page) const noexcept { format_header(page, shape()); }
  [[nodiscard]] std::uint32_t count(const std::byte* page) const noexcept { return load_count(page); }

  MACAW_ALWAYS_INLINE void prefetch(const std::byte* page) const noexcept {
    prefetch_line(page);
    prefetch_line(page + 64);
    prefetch_line(page + 128);
  }
  [[nodiscard]] MACAW_ALWAYS_INLINE position lower_bound(const std::byte* page,
                                                         const dense_search_key& key) const noexcept {
    const position found = keys_.lower_bound(key_columns(page), key, near_nothing);
    if (found.found) prefetch_cell(page, count(page), offset(page, found.index));
    return found;
  }

  [[nodiscard]] std::size_t key_size(const std::byte*, std::uint32_t) const noexcept { return keys_.key_width(); }
  std::byte* copy_key(const std::byte* page, std::uint32_t index, std::byte* out) const noexcept {
    return keys_.load(page + at(page, head_column_index, index), page + at(page, tail_column_index, index), out);
  }
  [[nodiscard]] MACAW_ALWAYS_INLINE cell_value value(const std::byte* page, std::uint32_t index) const noexcept {
    const std::byte* from = page + offset(page, index);
    const std::size_t word = load_varint(from);
    return {{from, word / 4}, static_cast<value_tag>(word % 4)};
  }

  [[nodiscard]] bool can_insert(const std::byte* page, std::uint32_t, bytes_view,
                                std::size_t value_size) const noexcept {
    return columns_end(count(page) + 1) + live_cells_size(page) + stored_value_size(value_size) <= PageSize;
  }
  std::byte* insert(std::byte* page, std::uint32_t index, bytes_view key, std::size_t value_size,
                    value_tag tag) const noexcept;
  [[nodiscard]] bool can_resize(const std::byte* page, std::uint32_t index, std::size_t value_size) const noexcept {
    return columns_end(count(page)) + live_cells_size(page) - stored_size(page, index) +
               stored_value_size(value_size) <=
           PageSize;
  }
  std::byte* resize(std::byte* page, std::uint32_t index, std::size_t value_size, value_tag tag) const noexcept;
  void erase(std::byte* page, std::uint32_t first, std::uint32_t last) const noexcept;
  std::uint32_t append(std::byte* to, const std::byte* from, std::uint32_t first, std::uint32_t last) const noexcept;

  /// Effects: makes `to` the same page; bytes that hold nothing are left as they are.
  void copy(std::byte* to, const std::byte* from) const noexcept {
    copy_around_room(to, from, columns_end(count(from)), PageSize);
  }
  [[nodiscard]] std::size_t used(const std::byte* page) const noexcept {
    return columns_end(count(page)) + live_cells_size(page);
  }
  [[nodiscard]] bool fits_together(const std::byte* left, const std::byte* right) const noexcept {
    return columns_end(count(left) + count(right)) + live_cells_size(left) + live_cells_size(right) <= PageSize;
  }
  [[nodiscard]] split_plan split(const std::byte* page, std::uint32_t index, bytes_view key, std::size_t value_size,
                                 bool ascending) const noexcept;
  [[nodiscard]] bool has_references(const std::byte* page) const noexcept { return cells_hold_references(page); }

  /// What is wrong with the bytes, or nullptr. Reads nothing outside the page, whatever they are.
  [[nodiscard]] const char* validate(const std::byte* page) const noexcept;

 private:
  static constexpr std::size_t head_column_index = 0, tail_column_index = 1, offset_column = 2;

  [[nodiscard]] constexpr column_set<3> columns() const noexcept {
    return {{keys_.head_width(), keys_.tail_width(), cell_offset_width}};
  }
  [[nodiscard]] constexpr column_place place(std::size_t count) const noexcept {
    return {page_header_size + hints_size(count, keys_.head_width()), count};
  }
  [[nodiscard]] MACAW_ALWAYS_INLINE std::size_t at(const std::byte* page, std::size_t column,
                                                   std::uint32_t row = 0) const noexcept {
    return columns().at(place(count(page)), column, row);
  }
  [[nodiscard]] constexpr std::size_t columns_end(std::size_t count) const noexcept {
    return place(count).base + count * columns().row_size();
  }
  [[nodiscard]] MACAW_ALWAYS_INLINE std::size_t offset(const std::byte* page, std::uint32_t index) const noexcept {
    return load_le<std::uint16_t>(page + at(page, offset_column, index));
  }
  [[nodiscard]] std::size_t stored_size(const std::byte* page, std::uint32_t index) const noexcept {
    return stored_value_size(value(page, index).bytes.size());
  }
  [[nodiscard]] std::size_t free_size(const std::byte* page) const noexcept {
    return PageSize - load_heap_size(page) - columns_end(count(page));
  }
  [[nodiscard]] MACAW_ALWAYS_INLINE dense_key_columns key_columns(const std::byte* page) const noexcept {
    const std::uint32_t entries = count(page);
    const auto head_width = static_cast<std::uint32_t>(keys_.head_width());
    return {{page + at(page, head_column_index), has_hints(entries, head_width) ? page + page_header_size : nullptr,
             entries, hint_stride(entries, head_width)},
            page + at(page, tail_column_index)};
  }
  void update_hints(std::byte* page) const noexcept {
    const head_column heads = key_columns(page).heads;
    if (heads.hints != nullptr) keys_.store_hints(page + page_header_size, heads.heads, heads.count, heads.stride);
  }
  /// Effects: moves all cells to the page's end; row `skipped` is left without.
  void compact(std::byte* page, std::uint32_t skipped) const noexcept;
  /// Effects: makes a new cell for a row. Returns: where its value goes.
  std::byte* put(std::byte* page, std::uint32_t index, std::size_t value_size, value_tag tag) const noexcept;

  static constexpr std::uint32_t none = 0xFFFF'FFFF;

  dense_keys<KeyWidth> keys_;
};

template <std::size_t PageSize, std::size_t KeyWidth>
std::byte* dense_cell_leaf<PageSize, KeyWidth>::insert(std::byte* page, std::uint32_t index, bytes_view key,
                                                       std::size_t value_size, value_tag tag) const noexcept {
  MACAW_ASSERT(key.size() + value_size <= geometry<PageSize>::entry_size_max);
  if (!can_insert(page, index, key, value_size)) return nullptr;
  const std::uint32_t entries = count(page);
  if (columns_end(entries + 1) + load_heap_size(page) + stored_value_size(value_size) > PageSize) compact(page, none);
  columns().open(page, place(entries), place(entries + 1), entries, index, 1);
  store_count(page, entries + 1);
  keys_.store(page + at(page, head_column_index, index), page + at(page, tail_column_index, index), key);
  update_hints(page);
  return put(page, index, value_size, tag);
}

template <std::size_t PageSize, std::size_t KeyWidth>
std::byte* dense_cell_leaf<PageSize, KeyWidth>::resize(std::byte* page, std::uint32_t index, std::size_t value_size,
                                                       value_tag tag) const noexcept {
  if (!can_resize(page, index, value_size)) return nullptr;
  const std::size_t size = stored_value_size(value_size);
  const std::size_t old_size = stored_size(page, index);
  if (size <= old_size) {
    store_dead(page, load_dead(page) + old_size - size);
    note_tag(page, tag);
    return store_varint(page + offset(page, index), value_word(value_size, tag));
  }
  if (size <= free_size(page)) {
    release_cell(page, PageSize, offset(page, index), old_size);
  } else {
    compact(page, index);
  }
  return put(page, index, value_size, tag);
}

template <std::size_t PageSize, std::size_t KeyWidth>
void dense_cell_leaf<PageSize, KeyWidth>::erase(std::byte* page, std::uint32_t first,
                                                std::uint32_t last) const noexcept {
  const std::uint32_t entries = count(page);
  for (std::uint32_t i = first; i < last; ++i) release_cell(page, PageSize, offset(page, i), stored_size(page, i));
  const std::uint32_t left = entries - (last - first);
  columns().close(page, place(entries), place(left), entries, first, last);
  store_count(page, left);
  if (left == 0) {
    store_heap_size(page, 0);
    store_dead(page, 0);
  }
  update_hints(page);
}

template <std::size_t PageSize, std::size_t KeyWidth>
std::uint32_t dense_cell_leaf<PageSize, KeyWidth>::append(std::byte* to, const std::byte* from, std::uint32_t first,
                                                          std::uint32_t last) const noexcept {
  const std::uint32_t entries = count(to);
  const std::size_t before = live_cells_size(to);
  std::size_t cells = before;
  std::uint32_t taken = 0;
  while (taken < last - first) {
    const std::size_t more = cells + stored_size(from, first + taken);
    if (columns_end(entries + taken + 1) + more > PageSize) break;
    cells = more;
    ++taken;
  }
  if (taken == 0) return 0;
  if (columns_end(entries + taken) + load_heap_size(to) + (cells - before) > PageSize) compact(to, none);
  columns().open(to, place(entries), place(entries + taken), entries, entries, taken);
  store_count(to, entries + taken);
  for (std::size_t column = 0; column < offset_column; ++column) {
    const std::size_t size = taken * columns().widths[column];
    if (size != 0) std::memcpy(to + at(to, column, entries), from + at(from, column, first), size);
  }
  for (std::uint32_t i = 0; i < taken; ++i) {
    const cell_value moved = value(from, first + i);
    std::byte* const place_of_value = put(to, entries + i, moved.bytes.size(), moved.tag);
    if (!moved.bytes.empty()) std::memcpy(place_of_value, moved.bytes.data(), moved.bytes.size());
  }
  update_hints(to);
  return taken;
}

template <std::size_t PageSize, std::size_t KeyWidth>
split_plan dense_cell_leaf<PageSize, KeyWidth>::split(const std::byte* page, std::uint32_t index, bytes_view,
                                                      std::size_t value_size, bool ascending) const noexcept {
  const std::uint32_t entries = count(page);
  if (ascending && index == entries) return {entries, false};
  const std::size_t added = stored_value_size(value_size);
  const std::size_t total = live_cells_size(page) + added;
  std::size_t before = 0;  // cells of the entries below `at`
  split_chooser chooser;
  for (std::uint32_t at = 0; at <= entries; ++at) {
    for (const bool into_left : {true, false}) {
      if (into_left ? index > at : index < at) continue;
      const std::uint32_t left_rows = at + (into_left ? 1 : 0);
      if (left_rows == 0 || left_rows == entries + 1) continue;
      const std::size_t left_cells = before + (into_left ? added : 0);
      const std::size_t left = columns_end(left_rows) + left_cells;
      const std::size_t right = columns_end(entries + 1 - left_rows) + (total - left_cells);
      if (left <= PageSize && right <= PageSize) {
        chooser.offer({at, into_left}, left, right, [&] { return keys_.key_width(); });
      }
    }
    if (at < entries) before += stored_size(page, at);
  }
  return chooser.best();
}

template <std::size_t PageSize, std::size_t KeyWidth>
void dense_cell_leaf<PageSize, KeyWidth>::compact(std::byte* page, std::uint32_t skipped) const noexcept {
  std::byte cells[PageSize];
  std::size_t end = PageSize;
  for (std::uint32_t i = 0; i < count(page); ++i) {
    if (i == skipped) continue;
    const std::size_t size = stored_size(page, i);
    end -= size;
    std::memcpy(cells + end, page + offset(page, i), size);
    store_le(page + at(page, offset_column, i), static_cast<std::uint16_t>(end));
  }
  std::memcpy(page + end, cells + end, PageSize - end);
  store_heap_size(page, PageSize - end);
  store_dead(page, 0);
}

template <std::size_t PageSize, std::size_t KeyWidth>
std::byte* dense_cell_leaf<PageSize, KeyWidth>::put(std::byte* page, std::uint32_t index, std::size_t value_size,
                                                    value_tag tag) const noexcept {
  const std::size_t made = allocate_cell(page, PageSize, stored_value_size(value_size));
  store_le(page + at(page, offset_column, index), static_cast<std::uint16_t>(made));
  note_tag(page, tag);
  return store_varint(page + made, value_word(value_size, tag));
}

template <std::size_t PageSize, std::size_t KeyWidth>
const char* dense_cell_leaf<PageSize, KeyWidth>::validate(const std::byte* page) const noexcept {
  const std::uint32_t entries = count(page);
  const std::size_t heap = load_heap_size(page);
  if (heap > PageSize || columns_end(entries) > PageSize - heap) return "columns and cells overlap";
  byte_marks<PageSize> marks;
  std::size_t live = 0;
  for (std::uint32_t i = 0; i < entries; ++i) {
    const std::size_t begin = offset(page, i);
    if (begin < PageSize - heap || begin >= PageSize) return "cell lies outside the heap";
    const std::byte* from = page + begin;
    std::size_t word = 0;
    if (!read_varint(from, page + PageSize, word)) return "value's size is malformed";
    if (word % 4 > static_cast<std::size_t>(value_tag::tree)) return "value has an unknown tag";
    const std::size_t end = static_cast<std::size_t>(from - page) + word / 4;
    if (end > PageSize) return "cell exceeds the page";
    if (keys_.key_width() + word / 4 > geometry<PageSize>::entry_size_max) return "entry is too large";
    if (!marks.mark(begin, end)) return "cells overlap";
    live += end - begin;
  }
  if (live + load_dead(page) != heap) return "dead bytes are miscounted";
  if (const char* const finding = keys_.validate(key_columns(page))) return finding;
  return validate_values<PageSize>(*this, page);
}

}  // namespace macaw::inline MACAW_ABI::detail
