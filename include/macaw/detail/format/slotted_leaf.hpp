// SPDX-License-Identifier: MIT
//
// Leaves over keys of any size. Layer 1 (format): pure over bytes.
//
//     prefix | hints (where there are more than 64 entries) | heads (4) | cell offsets (2) ... free ... cells
//     cell: key size | value word (not where all values have one size) | rest of the key | value

#pragma once

#include <macaw/bytes.hpp>
#include <macaw/detail/format/cell.hpp>
#include <macaw/detail/format/columns.hpp>
#include <macaw/detail/format/geometry.hpp>
#include <macaw/detail/format/hints.hpp>
#include <macaw/detail/format/page_header.hpp>
#include <macaw/detail/format/position.hpp>
#include <macaw/detail/format/slotted_change.hpp>
#include <macaw/detail/format/slotted_key.hpp>
#include <macaw/detail/format/slotted_rows.hpp>
#include <macaw/detail/format/slotted_search.hpp>
#include <macaw/detail/format/split_search.hpp>
#include <macaw/detail/format/value_cell.hpp>
#include <macaw/macros.hpp>

#include <cstddef>
#include <cstdint>

namespace macaw::inline MACAW_ABI::detail {

/// The columns of a slotted leaf.
template <bool HasValueWord>
struct slotted_leaf_kind {
  static constexpr column_set<2> columns{{slotted_head_width, cell_offset_width}};  // FROZEN: on disk
  static constexpr std::size_t offset_column = 1;
  static constexpr std::uint32_t first_keyed = 0;
  static constexpr bool has_values = true;
  static constexpr bool has_value_word = HasValueWord;
};

/// The operations on slotted leaves. `ValueWidth` 0: values of any size.
template <std::size_t PageSize, std::size_t ValueWidth>
class slotted_leaf {
 public:
  constexpr slotted_leaf() noexcept = default;
  constexpr slotted_leaf(std::size_t, std::size_t value_width) noexcept : rows_(value_width) {}

  [[nodiscard]] constexpr page_shape shape() const noexcept {
    return make_shape(page_kind::leaf, 0, 0, rows_.value_width());
  }
  void format(std::byte* page) const noexcept { format_header(page, shape()); }
  [[nodiscard]] std::uint32_t count(const std::byte* page) const noexcept { return load_count(page); }

  MACAW_ALWAYS_INLINE void prefetch(const std::byte* page) const noexcept {
    prefetch_line(page);
    prefetch_line(page + 64);
    prefetch_line(page + 128);
  }
  [[nodiscard]] MACAW_ALWAYS_INLINE position lower_bound(const std::byte* page,
                                                         const slotted_search_key& key) const noexcept {
    return rows_.lower_bound(page, key);
  }

  [[nodiscard]] std::size_t key_size(const std::byte* page, std::uint32_t index) const noexcept {
    return rows_.cell(page, index).key_size;
  }
  std::byte* copy_key(const std::byte* page, std::uint32_t index, std::byte* out) const noexcept {
    return rows_.copy_key(page, index, out);
  }
  [[nodiscard]] MACAW_ALWAYS_INLINE cell_value value(const std::byte* page, std::uint32_t index) const noexcept {
    return value_in(rows_.cell(page, index));
  }
  /// Effects: copies an entry's key to where `room(its size)` says. Requires: `slotted_key_room` bytes at least are
  /// there, all of which may change. Returns: its value. Errors: those of `room`.
  template <class Room>
  [[nodiscard]] MACAW_ALWAYS_INLINE cell_value show(const std::byte* page, std::uint32_t index,
                                                    const Room& room) const {
    return value_in(rows_.show(page, index, room));
  }

  [[nodiscard]] bool can_insert(const std::byte* page, std::uint32_t index, bytes_view key,
                                std::size_t value_size) const noexcept {
    return rows_.can_insert(page, index, key, value_size);
  }
  std::byte* insert(std::byte* page, std::uint32_t index, bytes_view key, std::size_t value_size,
                    value_tag tag) const noexcept {
    MACAW_ASSERT(index <= count(page) && key.size() + value_size <= geometry<PageSize>::entry_size_max);
    std::byte* const value = rows_.insert(page, index, key, word(value_size, tag), value_size);
    if (value != nullptr) note_tag(page, tag);
    return value;
  }
  [[nodiscard]] bool can_resize(const std::byte* page, std::uint32_t index, std::size_t value_size) const noexcept {
    std::byte key[geometry<PageSize>::key_size_max];
    return rows_.can_replace(page, index, {key, copy_key(page, index, key)}, value_size);
  }
  std::byte* resize(std::byte* page, std::uint32_t index, std::size_t value_size, value_tag tag) const noexcept;
  void erase(std::byte* page, std::uint32_t first, std::uint32_t last) const noexcept {
    rows_.erase(page, first, last);
  }
  std::uint32_t append(std::byte* to, const std::byte* from, std::uint32_t first, std::uint32_t last) const noexcept;

  /// Effects: makes `to` the same page; bytes that hold nothing are left as they are.
  void copy(std::byte* to, const std::byte* from) const noexcept { rows_.copy(to, from); }
  [[nodiscard]] std::size_t used(const std::byte* page) const noexcept { return rows_.used(page); }
  [[nodiscard]] bool fits_together(const std::byte* left, const std::byte* right) const noexcept {
    return rows_.room_for(left, {}, right, 0, count(right)) == count(right);
  }
  [[nodiscard]] split_plan split(const std::byte* page, std::uint32_t index, bytes_view key, std::size_t value_size,
                                 bool ascending) const noexcept;
  [[nodiscard]] bool has_references(const std::byte* page) const noexcept { return cells_hold_references(page); }

  /// What is wrong with the bytes, or nullptr. Reads nothing outside the page, whatever they are.
  [[nodiscard]] const char* validate(const std::byte* page) const noexcept {
    if (const char* const finding = rows_.validate(page)) return finding;
    return validate_values<PageSize>(*this, page);
  }

 private:
  using rows = slotted_rows<PageSize, slotted_leaf_kind<ValueWidth == 0>, ValueWidth>;

  [[nodiscard]] static MACAW_ALWAYS_INLINE cell_value value_in(const slotted_cell& cell) noexcept {
    return {{cell.value, cell.value_size}, static_cast<value_tag>(cell.word % 4)};
  }

  [[nodiscard]] static constexpr std::size_t word(std::size_t value_size, value_tag tag) noexcept {
    return ValueWidth == 0 ? value_word(value_size, tag) : 0;
  }

  rows rows_;
};

template <std::size_t PageSize, std::size_t ValueWidth>
std::byte* slotted_leaf<PageSize, ValueWidth>::resize(std::byte* page, std::uint32_t index, std::size_t value_size,
                                                      value_tag tag) const noexcept {
  const slotted_cell old = rows_.cell(page, index);
  if (old.value_size == value_size && old.word == word(value_size, tag)) return page + (old.value - page);
  std::byte key[geometry<PageSize>::key_size_max];
  const bytes_view same_key{key, copy_key(page, index, key)};
  MACAW_ASSERT(same_key.size() + value_size <= geometry<PageSize>::entry_size_max);
  std::byte* const value = rows_.replace(page, index, same_key, word(value_size, tag), value_size);
  if (value != nullptr) note_tag(page, tag);
  return value;
}

template <std::size_t PageSize, std::size_t ValueWidth>
std::uint32_t slotted_leaf<PageSize, ValueWidth>::append(std::byte* to, const std::byte* from, std::uint32_t first,
                                                         std::uint32_t last) const noexcept {
  const std::uint32_t taken = rows_.append(to, {}, from, first, last);
  if (ValueWidth == 0 && cells_hold_references(from)) {
    for (std::uint32_t i = first; i < first + taken; ++i) note_tag(to, value(from, i).tag);
  }
  return taken;
}

template <std::size_t PageSize, std::size_t ValueWidth>
split_plan slotted_leaf<PageSize, ValueWidth>::split(const std::byte* page, std::uint32_t index, bytes_view key,
                                                     std::size_t value_size, bool ascending) const noexcept {
  const std::uint32_t entries = count(page);
  if (ascending && index == entries) return {entries, false};
  // Each half is measured under the prefix that all keys share: with its own it takes hardly more.
  constexpr std::size_t room = PageSize - geometry<PageSize>::split_slack;
  const std::size_t prefix = rows_.prefix_after_insert(page, index, key);
  const std::size_t added = rows_.new_cell_size(key.size(), prefix, value_size);
  const std::size_t total = rows_.cells_size(page, 0, entries, prefix) + added;
  std::size_t before = 0;  // cells of the entries below `at`
  split_chooser chooser;
  for (std::uint32_t at = 0; at <= entries; ++at) {
    for (const bool into_left : {true, false}) {
      if (into_left ? index > at : index < at) continue;
      const std::uint32_t left_rows = at + (into_left ? 1 : 0);
      const std::uint32_t right_rows = entries + 1 - left_rows;
      if (left_rows == 0 || right_rows == 0) continue;
      const std::size_t left_cells = before + (into_left ? added : 0);
      const std::size_t left = rows::columns_end(prefix, left_rows) + left_cells;
      const std::size_t right = rows::columns_end(prefix, right_rows) + (total - left_cells);
      if ((left > room && left_rows > 1) || (right > room && right_rows > 1)) continue;
      chooser.offer({at, into_left}, left, right, [&] { return rows_.separator_size(page, at); });
    }
    if (at < entries) before += rows_.new_cell_size(page, at, prefix);
  }
  // A new first or last key may share less with the others than they share among themselves, so that no cut
  // fits when both halves are measured under the shorter prefix: then it gets a page of its own.
  if (!chooser.found()) return index == 0 ? split_plan{0, true} : split_plan{entries, false};
  return chooser.best();
}

}  // namespace macaw::inline MACAW_ABI::detail
