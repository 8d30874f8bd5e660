// SPDX-License-Identifier: MIT
//
// The columns of a page: arrays that stand one behind another and grow and shrink together.
// Layer 1 (format).
//
// A column of rows of w bytes takes stride * w bytes. The stride is either the page's capacity, so that
// columns never move, or the number of rows, so that the room behind the last column is free for cells.

#pragma once

#include <macaw/macros.hpp>

#include <array>
#include <cstddef>
#include <cstring>

namespace macaw::inline MACAW_ABI::detail {

/// Where the columns of a page stand.
struct column_place {
  std::size_t base = 0;    ///< offset of the first column in the page
  std::size_t stride = 0;  ///< rows that each column has room for
};

/// The widths of a page's columns, and how to make and close gaps in all of them.
template <std::size_t Count>
struct column_set {
  std::array<std::size_t, Count> widths;

  /// Bytes of one row over all columns.
  [[nodiscard]] constexpr std::size_t row_size() const noexcept { return before(Count); }

  /// Offset in the page of row `row` of a column.
  [[nodiscard]] constexpr std::size_t at(column_place place, std::size_t column, std::size_t row = 0) const noexcept {
    return place.base + place.stride * before(column) + row * widths[column];
  }

  /// Effects: of `count` rows moves those from `index` on up by `added` rows, in every column, and all of
  /// them from `from` to `to`. Requires: no column's start moves down.
  void open(std::byte* page, column_place from, column_place to, std::size_t count, std::size_t index,
            std::size_t added) const noexcept {
    for (std::size_t column = Count; column-- > 0;) {
      move(page, at(to, column, index + added), at(from, column, index), (count - index) * widths[column]);
      move(page, at(to, column), at(from, column), index * widths[column]);
    }
  }

  /// Effects: copies the first `count` rows of every column to another page.
  void copy(std::byte* to, const std::byte* from, column_place place, std::size_t count) const noexcept {
    for (std::size_t column = 0; column < Count; ++column) {
      const std::size_t size = count * widths[column];
      if (size != 0) std::memcpy(to + at(place, column), from + at(place, column), size);
    }
  }

  /// Effects: of `count` rows removes those in [first, last), in every column, and moves the rest from
  /// `from` to `to`. Requires: no column's start moves up.
  void close(std::byte* page, column_place from, column_place to, std::size_t count, std::size_t first,
             std::size_t last) const noexcept {
    for (std::size_t column = 0; column < Count; ++column) {
      move(page, at(to, column), at(from, column), first * widths[column]);
      move(page, at(to, column, first), at(from, column, last), (count - last) * widths[column]);
    }
  }

 private:
  [[nodiscard]] constexpr std::size_t before(std::size_t column) const noexcept {
    std::size_t sum = 0;
    for (std::size_t i = 0; i < column; ++i) sum += widths[i];
    return sum;
  }

  static void move(std::byte* page, std::size_t to, std::size_t from, std::size_t size) noexcept {
    if (to != from && size != 0) std::memmove(page + to, page + from, size);
  }
};

}  // namespace macaw::inline MACAW_ABI::detail
