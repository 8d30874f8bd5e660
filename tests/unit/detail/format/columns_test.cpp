// SPDX-License-Identifier: MIT

#include <macaw/detail/format/columns.hpp>

#include <vector>

#include "support/catch.hpp"

using namespace macaw::detail;

namespace {

constexpr column_set<3> columns{{4, 0, 2}};

/// The byte that row `row` has in each byte of a column.
std::byte filling(std::size_t column, std::size_t row) { return static_cast<std::byte>(column * 64 + row + 1); }

void fill(std::byte* page, column_place place, std::size_t count) {
  for (std::size_t column = 0; column < 3; ++column) {
    for (std::size_t row = 0; row < count; ++row) {
      std::memset(page + columns.at(place, column, row), std::to_integer<int>(filling(column, row)),
                  columns.widths[column]);
    }
  }
}

/// Whether a row now holds what row `original` held.
bool holds(const std::byte* page, column_place place, std::size_t row, std::size_t original) {
  for (std::size_t column = 0; column < 3; ++column) {
    for (std::size_t i = 0; i < columns.widths[column]; ++i) {
      if (page[columns.at(place, column, row) + i] != filling(column, original)) return false;
    }
  }
  return true;
}

}  // namespace

TEST_CASE("rows keep their contents when gaps open and close, whether columns move or not") {
  static_assert(columns.row_size() == 6);
  constexpr std::size_t count = 9;
  for (const std::size_t shift : {std::size_t{0}, std::size_t{8}}) {
    for (const bool moving : {false, true}) {
      for (std::size_t index = 0; index <= count; ++index) {
        for (std::size_t rows = 0; rows <= 3; ++rows) {
          CAPTURE(shift, moving, index, rows);
          const column_place few{16, moving ? count : 20};
          const column_place many{16 + shift, moving ? count + rows : 20};
          std::vector<std::byte> page(16 + shift + 20 * 6);
          fill(page.data(), few, count);
          columns.open(page.data(), few, many, count, index, rows);
          for (std::size_t row = 0; row < count; ++row) {
            REQUIRE(holds(page.data(), many, row < index ? row : row + rows, row));
          }
          columns.close(page.data(), many, few, count + rows, index, index + rows);
          for (std::size_t row = 0; row < count; ++row) REQUIRE(holds(page.data(), few, row, row));
        }
      }
    }
  }
}
