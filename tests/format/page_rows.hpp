// SPDX-License-Identifier: MIT
//
// Where the columns of a page are, and the keys in its rows: sections 3 to 6 of docs/format.md.

#pragma once

#include "format/marked_bytes.hpp"

#include <algorithm>
#include <cstddef>
#include <string>

namespace format_reader {

/// Takes the pages of dense and slotted tables apart.
class page_rows : public marked_bytes {
 public:
  using marked_bytes::marked_bytes;

 protected:
  [[nodiscard]] static number head_width(number key_width) {
    if (key_width == 0) return 4;
    return key_width == 1 ? 1 : key_width == 2 ? 2 : key_width <= 4 ? 4 : 8;
  }
  [[nodiscard]] static number tail_width(number key_width) { return key_width > 8 ? key_width - 8 : 0; }

  /// Where the columns of a page are.
  struct columns {
    std::size_t page = 0;
    std::size_t base = 0;  ///< of the heads
    number stride = 0;     ///< rows that each column has room for
    number hint_rows = 0;  ///< rows between hints; 0: there are none
    number count = 0;
    number key_width = 0;
    number prefix = 0;

    [[nodiscard]] std::size_t column(number bytes_before, number i, number width) const {
      return base + stride * bytes_before + i * width;
    }
    [[nodiscard]] std::size_t key_bytes() const { return head_width(key_width) + tail_width(key_width); }
  };

  /// `rest`: bytes of a row of a page whose columns never move, or 0.
  columns find_columns(std::size_t page, number key_width, number rest) {
    columns found{page, page + 64, 0, 0, take(page + 20, 2), key_width, take(page + 22, 1)};
    const number head = head_width(key_width);
    number rows = found.count;
    bool hinted = rows * head > 256;
    if (key_width == 0 && found.prefix > 24) found.base = page + 40 + found.prefix;
    if (rest != 0) {
      const number row_size = head + tail_width(key_width) + rest;
      const number room = page_size - 64;
      rows = (room - 16 * head) / row_size;
      hinted = rows * head > 256;
      if (!hinted) rows = std::min<number>(room / row_size, 256 / head);
    }
    found.stride = rows;
    if (hinted) {
      const number line = 64 / head;
      found.hint_rows = ((rows + 16) / 17 + line - 1) / line * line;
      found.base += 16 * head;
    }
    check_hints(found, head);
    return found;
  }
  void check_hints(const columns& in, number head) {
    if (in.hint_rows == 0) return;
    for (number i = 0; i < 16; ++i) {
      const number sampled = (i + 1) * in.hint_rows;
      const number none = head == 8 ? ~number{0} : (number{1} << (8 * head)) - 1;
      const number expected = sampled < in.count ? look(in.base + sampled * head, head) : none;
      require(take(in.base - 16 * head + i * head, head) == expected, "a hint is wrong");
    }
  }

  /// The key in row i: for fixed widths from head and tail, else from prefix, head and cell. `cell` moves behind
  /// the lengths and the rest of the key; `word` gets the value word if there is one.
  std::string fixed_key(const columns& in, number i) {
    const number head = head_width(in.key_width);
    const number value = take(in.column(0, i, head), head);
    std::string key;
    for (number byte = 0; byte < std::min(in.key_width, head); ++byte) {
      key += static_cast<char>(value >> (8 * (head - 1 - byte)));
    }
    return key + take_bytes(in.column(head, i, tail_width(in.key_width)), tail_width(in.key_width));
  }
  std::string slotted_key(const columns& in, number i, std::size_t& cell, bool has_word, number& word) {
    const number size = take_varint(cell);
    if (has_word) word = take_varint(cell);
    const number head = take(in.column(0, i, 4), 4);
    std::string key = take_bytes(in.page + 40, in.prefix);
    for (number byte = 0; byte < std::min<number>(size - in.prefix, 4); ++byte) {
      key += static_cast<char>(head >> (24 - 8 * byte));
    }
    if (size > in.prefix + 4) {
      key += take_bytes(cell, size - in.prefix - 4);
      cell += size - in.prefix - 4;
    }
    require(key.size() == size, "a key has another size than its cell says");
    return key;
  }

  number page_size = 0;
};

}  // namespace format_reader
