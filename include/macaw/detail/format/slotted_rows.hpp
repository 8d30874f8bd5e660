// SPDX-License-Identifier: MIT
//
// What slotted leaves and slotted branches have in common: rows of columns, and cells with the rest of the
// key. Layer 1 (format): pure over bytes.
//
//     prefix | hints (16 heads, where there are more than 64 rows) | columns of `count` rows ... free ... cells
//     cell: key size | value word (if the kind has one) | rest of the key | value
//
// Rows below `Kind::first_keyed` have no key: head 0, offset 0, no cell.
//
// Room. A change first tries the free room between columns and cells. Where that is too small, where a new
// first or last key does not share the page's prefix, and now and then while a page fills, the page is
// rebuilt with the longest prefix that all keys share. Either the change then fits or nothing was changed.

#pragma once

#include <macaw/bytes.hpp>
#include <macaw/detail/base/endian.hpp>
#include <macaw/detail/format/cell.hpp>
#include <macaw/detail/format/columns.hpp>
#include <macaw/detail/format/geometry.hpp>
#include <macaw/detail/format/heap.hpp>
#include <macaw/detail/format/hints.hpp>
#include <macaw/detail/format/page_header.hpp>
#include <macaw/detail/format/position.hpp>
#include <macaw/detail/format/slotted_key.hpp>
#include <macaw/detail/format/width.hpp>
#include <macaw/macros.hpp>

#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>

namespace macaw::inline MACAW_ABI::detail {

/// A cell taken apart. Points into the page.
struct slotted_cell {
  std::size_t key_size = 0;
  std::size_t word = 0;  ///< value word, or 0
  const std::byte* rest = nullptr;
  std::size_t rest_size = 0;
  const std::byte* value = nullptr;
  std::size_t value_size = 0;
};

/// Rows of a slotted page. `Kind` has: `columns` (a column_set; heads first), `offset_column`,
/// `first_keyed`, `has_value_word`.
template <std::size_t PageSize, class Kind, std::size_t ValueWidth>
class slotted_rows {
 public:
  constexpr slotted_rows() noexcept = default;
  constexpr explicit slotted_rows(std::size_t value_width) noexcept : value_width_(value_width) {}

  [[nodiscard]] constexpr std::size_t value_width() const noexcept { return value_width_.get(); }

  // Places.
  [[nodiscard]] static MACAW_ALWAYS_INLINE column_place place(std::size_t prefix, std::size_t count) noexcept {
    return {prefix_end(prefix) + hints_size(count, slotted_head_width), count};
  }
  [[nodiscard]] static MACAW_ALWAYS_INLINE column_place place(const std::byte* page) noexcept {
    return place(load_prefix_size(page), load_count(page));
  }
  /// Offset of a row of a column.
  [[nodiscard]] static MACAW_ALWAYS_INLINE std::size_t at(const std::byte* page, std::size_t column,
                                                          std::size_t row = 0) noexcept {
    return Kind::columns.at(place(page), column, row);
  }
  /// Where the columns of this many rows end.
  [[nodiscard]] static std::size_t columns_end(std::size_t prefix, std::size_t count) noexcept {
    return place(prefix, count).base + count * Kind::columns.row_size();
  }
  [[nodiscard]] static std::uint32_t head(const std::byte* page, std::uint32_t row) noexcept {
    return load_le<std::uint32_t>(page + at(page, 0, row));
  }
  [[nodiscard]] static std::size_t offset(const std::byte* page, std::uint32_t row) noexcept {
    return load_le<std::uint16_t>(page + at(page, Kind::offset_column, row));
  }

  // Keys and cells.
  [[nodiscard]] MACAW_ALWAYS_INLINE slotted_cell cell(const std::byte* page, std::uint32_t row) const noexcept;
  [[nodiscard]] std::size_t stored_size(const slotted_cell& cell) const noexcept {
    return cell_size(cell.key_size, cell.rest_size, cell.value_size);
  }
  [[nodiscard]] std::size_t new_cell_size(std::size_t key_size, std::size_t prefix,
                                          std::size_t value_size) const noexcept {
    return cell_size(key_size, rest_size_of(key_size, prefix), value_size);
  }
  /// What the cell of a row takes under another prefix of its key.
  [[nodiscard]] std::size_t new_cell_size(const std::byte* page, std::uint32_t row, std::size_t prefix) const noexcept {
    const slotted_cell found = cell(page, row);
    return new_cell_size(found.key_size, prefix, found.value_size);
  }
  std::byte* copy_key(const std::byte* page, std::uint32_t row, std::byte* out) const noexcept;
  /// Effects: copies the row's key to where `room(its size)` says. Requires: there are `slotted_key_room` bytes at
  /// least, all of which may change. Returns: the cell. Errors: those of `room`.
  template <class Room>
  [[nodiscard]] MACAW_ALWAYS_INLINE slotted_cell show(const std::byte* page, std::uint32_t row, const Room& room) const;
  [[nodiscard]] key_front front(const std::byte* page, std::uint32_t row) const noexcept;
  /// Bytes that the cells of rows [first, last) take under a prefix that their keys share.
  [[nodiscard]] std::size_t cells_size(const std::byte* page, std::uint32_t first, std::uint32_t last,
                                       std::size_t prefix) const noexcept;
  /// Bytes that tell the keys of rows `row` - 1 and `row` apart; 0 where there is no such pair.
  [[nodiscard]] std::size_t separator_size(const std::byte* page, std::uint32_t row) const noexcept;
  /// The prefix that a page would store with one key more.
  [[nodiscard]] std::size_t prefix_after_insert(const std::byte* page, std::uint32_t row,
                                                bytes_view key) const noexcept {
    return settle_insert(page, row, key).prefix;
  }
  /// Effects: makes `to` the same page; bytes that hold nothing are left as they are.
  void copy(std::byte* to, const std::byte* from) const noexcept {
    copy_around_room(to, from, columns_end(load_prefix_size(from), load_count(from)), PageSize);
  }
  [[nodiscard]] std::size_t used(const std::byte* page) const noexcept {
    return columns_end(load_prefix_size(page), load_count(page)) + live_cells_size(page);
  }

  // Searching.
  [[nodiscard]] MACAW_ALWAYS_INLINE position lower_bound(const std::byte* page,
                                                         const slotted_search_key& key) const noexcept;
  /// How many rows have a key that is not greater; rows without key count. `near`: as for `count_less`.
  template <class Near>
  [[nodiscard]] MACAW_ALWAYS_INLINE std::uint32_t upper_bound(const std::byte* page, const slotted_search_key& key,
                                                              const Near& near) const noexcept;

  // Changing. A row made has its key and cell; its other columns are the caller's.
  [[nodiscard]] bool can_insert(const std::byte* page, std::uint32_t row, bytes_view key,
                                std::size_t value_size) const noexcept;
  /// Returns: where the value goes, or nullptr if it does not fit.
  std::byte* insert(std::byte* page, std::uint32_t row, bytes_view key, std::size_t word,
                    std::size_t value_size) const noexcept;
  [[nodiscard]] bool can_replace(const std::byte* page, std::uint32_t row, bytes_view key,
                                 std::size_t value_size) const noexcept;
  /// Gives a row another key, value size or both; the value's bytes are lost. Like `insert`.
  std::byte* replace(std::byte* page, std::uint32_t row, bytes_view key, std::size_t word,
                     std::size_t value_size) const noexcept;
  void erase(std::byte* page, std::uint32_t first, std::uint32_t last) const noexcept;
  /// How many of the rows [first, last) of `from` fit behind those of `to`. Where `joint` is not empty it is
  /// the key of row `first`.
  [[nodiscard]] std::uint32_t room_for(const std::byte* to, bytes_view joint, const std::byte* from,
                                       std::uint32_t first, std::uint32_t last) const noexcept;
  /// Appends as many of these rows as fit, with all columns. Returns: how many.
  std::uint32_t append(std::byte* to, bytes_view joint, const std::byte* from, std::uint32_t first,
                       std::uint32_t last) const noexcept;
  void update_hints(std::byte* page) const noexcept;

  /// What is wrong with the bytes, or nullptr. Reads nothing outside the page, whatever they are.
  [[nodiscard]] const char* validate(const std::byte* page) const noexcept;

 private:
  static constexpr std::uint32_t none = 0xFFFF'FFFF;
  static_assert(prefix_cost_max <= geometry<PageSize>::split_slack);

  /// A rebuilt page: the longest prefix of all its keys, and whether they fit.
  struct plan {
    key_front first;
    std::size_t prefix = 0;
    bool fits = false;

    [[nodiscard]] bytes_view prefix_bytes() const noexcept { return {first.bytes, prefix}; }
    /// Effects: notes the prefix that these first and last keys leave to `keyed` rows.
    void settle(const key_front& first_key, const key_front& last_key, std::size_t keyed) noexcept {
      first = first_key;
      prefix = keyed < 2 ? 0 : common_prefix(first_key, last_key);
    }
    /// Effects: falls back on the prefix that a page has already where the longer one does not fit.
    template <class Fits>
    void choose(std::size_t present, const Fits& prefix_fits) noexcept {
      fits = prefix_fits(prefix);
      if (fits || present >= prefix) return;
      fits = prefix_fits(present);
      if (fits) prefix = present;
    }
  };

  [[nodiscard]] std::size_t cell_size(std::size_t key_size, std::size_t rest_size,
                                      std::size_t value_size) const noexcept {
    return varint_size(key_size) + (Kind::has_value_word ? varint_size(value_size * 4 + 3) : 0) + rest_size +
           value_size;
  }
  [[nodiscard]] static head_column heads(const std::byte* page) noexcept;
  /// Orders a key against that of a row with the same prefix and head.
  [[nodiscard]] MACAW_ALWAYS_INLINE int compare_rest(const slotted_search_key& key, const std::byte* page,
                                                     std::size_t prefix, std::uint32_t row) const noexcept;
  /// Orders the rests of two cells with the same prefix and head.
  [[nodiscard]] static int compare_cells(const slotted_cell& a, const slotted_cell& b) noexcept {
    const std::size_t common = a.rest_size < b.rest_size ? a.rest_size : b.rest_size;
    const int order = common == 0 ? 0 : std::memcmp(a.rest, b.rest, common);
    return order != 0 ? order : a.key_size < b.key_size ? -1 : a.key_size > b.key_size ? 1 : 0;
  }
  [[nodiscard]] const char* validate_cell(const std::byte* page, std::uint32_t row, std::size_t heap_begin,
                                          std::size_t& size) const noexcept;
  template <bool Upper>
  [[nodiscard]] MACAW_ALWAYS_INLINE position resolve(const std::byte* page, const slotted_search_key& key,
                                                     std::size_t prefix, std::uint32_t wanted,
                                                     std::uint32_t first) const noexcept;
  template <bool Upper>
  [[nodiscard]] position resolve_ties(const std::byte* page, const slotted_search_key& key, std::size_t prefix,
                                      std::uint32_t wanted, std::uint32_t first) const noexcept;

  /// Whether a key may join this page's keys without changing their prefix.
  [[nodiscard]] static bool shares_prefix(const std::byte* page, bytes_view key) noexcept {
    return compare_with_prefix({key.data(), key.size()}, page, load_prefix_size(page)) == 0;
  }
  [[nodiscard]] plan settle_insert(const std::byte* page, std::uint32_t row, bytes_view key) const noexcept;
  [[nodiscard]] plan plan_insert(const std::byte* page, std::uint32_t row, bytes_view key,
                                 std::size_t value_size) const noexcept;
  [[nodiscard]] plan plan_replace(const std::byte* page, std::uint32_t row, bytes_view key,
                                  std::size_t value_size) const noexcept;
  [[nodiscard]] plan plan_append(const std::byte* to, bytes_view joint, const std::byte* from, std::uint32_t first,
                                 std::uint32_t taken) const noexcept;
  [[nodiscard]] bool direct_insert(const std::byte* page, bytes_view key, std::size_t value_size) const noexcept {
    const std::size_t prefix = load_prefix_size(page);
    return shares_prefix(page, key) && columns_end(prefix, load_count(page) + 1) +
                                               new_cell_size(key.size(), prefix, value_size) + load_heap_size(page) <=
                                           PageSize;
  }
  /// Whether it is time to look for a longer prefix, and there is one with this key: whenever the rows have
  /// doubled, so that searches of pages that were never full end at the heads too.
  [[nodiscard]] bool gains_prefix(const std::byte* page, std::uint32_t row, bytes_view key) const noexcept {
    const std::uint32_t count = load_count(page);
    return count >= 8 && std::has_single_bit(count) && prefix_after_insert(page, row, key) > load_prefix_size(page);
  }
  /// Effects: makes room for `added` rows at `row` without moving cells, and sets the count.
  static void open(std::byte* page, std::uint32_t row, std::uint32_t added) noexcept;
  /// Effects: writes all rows anew under this prefix, leaving room for `added` rows at `row` and no cell for
  /// row `skipped`.
  void rebuild(std::byte* page, bytes_view prefix, std::uint32_t row, std::uint32_t added,
               std::uint32_t skipped = none) const noexcept;
  /// Effects: writes head, offset and cell of a row. Returns: where its value goes.
  std::byte* put(std::byte* page, std::uint32_t row, bytes_view key, std::size_t word,
                 std::size_t value_size) const noexcept;
  /// Effects: writes head, offset and cell of a row like that of another page, value included.
  void take(std::byte* to, std::uint32_t row, const std::byte* from, std::uint32_t source) const noexcept;
  /// Effects: writes a cell at an offset. Returns: where its value goes.
  static std::byte* put_cell(std::byte* page, std::uint32_t row, std::size_t offset, const slotted_cell& cell) noexcept;
  static void clear_row(std::byte* page, std::uint32_t row) noexcept;
  static void store_prefix(std::byte* page, bytes_view prefix) noexcept;

  width<ValueWidth> value_width_;
};

}  // namespace macaw::inline MACAW_ABI::detail
