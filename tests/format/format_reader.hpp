// SPDX-License-Identifier: MIT
//
// Reads a macaw file by docs/format.md alone: plain code over bytes that shares nothing with the library but
// the hash function. What it cannot explain it refuses with an exception.
//
// Every byte that has a meaning is marked as it is read, so that the reader also knows which bytes have none.

#pragma once

#include "format/page_rows.hpp"

#include <macaw/checksum/xxh3.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <map>
#include <set>
#include <span>
#include <string>
#include <utility>
#include <vector>

namespace format_reader {

struct row {
  std::string key;
  std::string value;
  number tag = 0;  ///< 0 the value itself, 1 a large value's record, 2 a catalog record

  friend bool operator==(const row&, const row&) = default;
};

struct table {
  std::string name;
  std::string key_codec;
  std::string value_codec;
  number key_width = 0;
  number value_width = 0;
  std::vector<row> rows;  ///< large values put together, tag 0
};

/// A page that was read: where it is, and its bytes without those that mean nothing and those that depend on
/// where the page stands (checksum, id, births, references).
struct page_image {
  number id = 0;
  number pages = 1;
  std::string kind;
  std::string bytes;
};

/// Kinds of pages.
enum : number { branch_kind = 1, leaf_kind = 2, index_kind = 3, piece_kind = 4, space_kind = 5 };

/// All that a file holds, read and explained by the constructor.
class reader : private page_rows {
 public:
  explicit reader(std::span<const std::byte> file) : page_rows(file) {
    choose_meta();
    read_space_map();
    for (const row& found : read_tree(catalog_, 0, 0)) read_table(found);
    account_for_pages();
  }

  [[nodiscard]] const std::vector<table>& tables() const noexcept { return tables_; }
  /// Every page that the newest commit reaches, in the order of a walk, then the pages of the log.
  [[nodiscard]] const std::vector<page_image>& pages() const noexcept { return pages_; }
  [[nodiscard]] number bytes_of_page() const noexcept { return page_size; }
  [[nodiscard]] number mark() const noexcept { return mark_; }
  [[nodiscard]] number commit() const noexcept { return look(meta_ + 56, 8); }
  [[nodiscard]] number meta_offset() const noexcept { return meta_; }
  [[nodiscard]] number height_max() const noexcept { return height_max_; }

  /// The file up to the mark, with zeros for the meta page of the commit before and for all bytes of pages that mean
  /// nothing, and the checksums that this asks for.
  [[nodiscard]] std::vector<std::byte> tidied() const {
    std::vector<std::byte> made(file().begin(), file().begin() + static_cast<std::ptrdiff_t>(mark_ * page_size));
    for (std::size_t i = 0; i < made.size(); ++i) {
      const bool in_meta = i >= meta_ && i < meta_ + 4096;
      if (!is_used(i) && !in_meta) made[i] = std::byte{0};
    }
    const auto put = [&](std::size_t at, number value) {
      for (std::size_t i = 0; i < 8; ++i) made[at + i] = static_cast<std::byte>(value >> (8 * i));
    };
    for (const page_image& page : pages_) {
      const std::size_t at = page.id * page_size;
      put(at, macaw::xxh3::compute(std::span(made).subspan(at + 8, page.pages * page_size - 8), page_seed(page.id)));
    }
    put(meta_ + 80, digest_of(made));
    put(meta_, macaw::xxh3::compute(std::span(made).subspan(meta_ + 8, 4088), 0));
    return made;
  }

 private:
  struct root {
    reference ref;
    number height = 0;
    number entries = 0;
  };

  // Meta pages.

  [[nodiscard]] number digest_of(std::span<const std::byte> from) const {
    std::vector<std::byte> runs;
    for (number i = 0; i < look(meta_ + 200, 2); ++i) {
      const auto run = from.subspan(look(meta_ + 256 + 8 * i, 4) * page_size, look(meta_ + 260 + 8 * i, 4) * page_size);
      runs.insert(runs.end(), run.begin(), run.end());
    }
    return macaw::xxh3::compute(runs, macaw::xxh3::compute(file().subspan(meta_ + 40, 16), look(meta_ + 56, 8)));
  }
  [[nodiscard]] bool is_meta(std::size_t at) const {
    const std::string magic(reinterpret_cast<const char*>(file().data()) + at + 8, 8);
    return magic == "macaw\r\n\x1a" && look(at, 8) == macaw::xxh3::compute(file().subspan(at + 8, 4088), 0);
  }
  void choose_meta() {
    require(file().size() >= 8192 && (is_meta(0) || is_meta(4096)), "no meta page");
    if (is_meta(4096) && (!is_meta(0) || look(4096 + 56, 8) > look(56, 8))) meta_ = 4096;
    require(look(meta_ + 16, 4) == 1, "another version of the format");
    page_size = look(meta_ + 20, 4);
    mark_ = look(meta_ + 76, 4);
    require(mark_ * page_size <= file().size(), "the mark lies beyond the end of the file");
    require((look(meta_ + 72, 4) & 1U) != 0 || digest_of(file()) == look(meta_ + 80, 8), "the digest does not match");
    uuid_seed_ = macaw::xxh3::compute(file().subspan(meta_ + 40, 16), 0);
    catalog_ = {{look(meta_ + 88, 4), look(meta_ + 92, 4)}, look(meta_ + 96, 1), look(meta_ + 104, 8)};
  }

  // Pages.

  [[nodiscard]] number page_seed(number id) const { return uuid_seed_ ^ ((id + 1) * 0x9E37'79B9'7F4A'7C15U); }

  /// Finds a page, or a piece, and checks what its header says. Returns its offset.
  std::size_t enter(reference ref, number kind, number level, number key_width, number value_width, number pages = 1) {
    require(ref.id >= 8192 / page_size && ref.id >= 1 && ref.id + pages <= mark_, "a reference leads outside");
    const std::size_t at = ref.id * page_size;
    const std::size_t size = pages * page_size;
    require(look(at, 8) == macaw::xxh3::compute(file().subspan(at + 8, size - 8), page_seed(ref.id)),
            "a page's checksum does not match");
    require(look(at + 16, 4) == ref.id && (look(at + 24, 8) & 0xFFFF'FFFFU) == ref.birth, "not the page referred to");
    require(take(at + 8, 1) == kind && take(at + 9, 1) == level && take(at + 10, 2) == key_width &&
                take(at + 12, 2) == value_width && take(at + 14, 2) == 0,
            "a page has another shape than its reference says");
    mark_used(at, 8, true);
    mark_used(at + 16, 4, true);
    mark_used(at + 20, 4);  // count, prefix, flags
    mark_used(at + 24, 8, true);
    mark_used(at + 32, 8);
    require(reached_.emplace(ref.id, pages).second, "a page is reached twice");
    return at;
  }
  void leave(reference ref, const char* kind, number pages = 1) {
    page_image image{ref.id, pages, kind, {}};
    for (std::size_t i = ref.id * page_size; i < (ref.id + pages) * page_size; ++i) {
      image.bytes += is_used(i) && !means_place(i) ? static_cast<char>(file()[i]) : '\0';
    }
    pages_.push_back(std::move(image));
  }

  // Trees.

  /// All rows of a tree, in order.
  std::vector<row> read_tree(const root& of, number key_width, number value_width) {
    height_max_ = std::max(height_max_, of.height);
    std::vector<row> rows;
    if (of.height != 0) rows = read_page(of.ref, of.height - 1, key_width, value_width);
    for (std::size_t i = 1; i < rows.size(); ++i) require(rows[i - 1].key < rows[i].key, "keys are out of order");
    require(rows.size() == of.entries, "a tree has another number of rows than its record says");
    return rows;
  }

  struct child {
    reference ref;
    number entries = 0;
    std::string separator;
  };

  std::vector<row> read_page(reference ref, number level, number key_width, number value_width) {
    if (level == 0) return read_leaf(ref, key_width, value_width);
    const std::vector<child> children = read_branch(ref, level, key_width, value_width);
    std::vector<row> rows;
    for (std::size_t i = 0; i < children.size(); ++i) {
      const std::vector<row> below = read_page(children[i].ref, level - 1, key_width, value_width);
      const number entries = children[i].entries;
      require(level > 1 ? entries == 0 : (entries & 0x7FFFU) == below.size(), "a branch miscounts a leaf");
      require(!below.empty() && (i == 0 || children[i].separator <= below.front().key), "a key is out of bounds");
      require(i + 1 == children.size() || below.back().key < children[i + 1].separator, "a key is out of bounds");
      rows.insert(rows.end(), below.begin(), below.end());
    }
    return rows;
  }

  std::vector<child> read_branch(reference ref, number level, number key_width, number value_width) {
    const std::size_t page = enter(ref, branch_kind, level, key_width, value_width);
    const columns in = find_columns(page, key_width, key_width == 0 ? 0 : 10);
    require(in.count > 0, "a branch without children");
    const number before = in.key_bytes();
    std::vector<child> children;
    for (number i = 0; i < in.count; ++i) {
      child found{take_reference(in.column(before, i, 4), in.column(before + 4, i, 4)),
                  take(in.column(before + 8, i, 2), 2),
                  {}};
      if (key_width != 0) {
        found.separator = fixed_key(in, i);
        require(i > 0 || found.separator == std::string(key_width, '\0'), "the first child has a separator");
      } else if (std::size_t cell = page + take(in.column(before + 10, i, 2), 2); i > 0) {
        number none = 0;
        found.separator = slotted_key(in, i, cell, false, none);
      } else {
        require(cell == page && take(in.column(0, 0, 4), 4) == 0, "the first child has a separator");
      }
      children.push_back(std::move(found));
    }
    leave(ref, "branch");
    return children;
  }

  std::vector<row> read_leaf(reference ref, number key_width, number value_width) {
    const std::size_t page = enter(ref, leaf_kind, 0, key_width, value_width);
    const columns in = find_columns(page, key_width, key_width == 0 ? 0 : value_width);
    const bool flagged = (take(page + 23, 1) & 1U) != 0;
    std::vector<row> rows;
    for (number i = 0; i < in.count; ++i) {
      row found;
      number word = value_width * 4;
      std::size_t value_at = 0;
      if (key_width != 0) found.key = fixed_key(in, i);
      if (key_width != 0 && value_width != 0) {
        value_at = in.column(in.key_bytes(), i, value_width);
      } else if (key_width != 0) {
        value_at = page + take(in.column(in.key_bytes(), i, 2), 2);
        word = take_varint(value_at);
      } else {
        value_at = page + take(in.column(4, i, 2), 2);
        found.key = slotted_key(in, i, value_at, value_width == 0, word);
      }
      found.value = take_bytes(value_at, word / 4);
      found.tag = word % 4;
      require(found.tag == 0 || flagged, "a leaf that is flagged to hold no reference holds one");
      if (found.tag != 0) static_cast<void>(take_reference(value_at, value_at + 4));
      rows.push_back(std::move(found));
    }
    leave(ref, "leaf");
    return rows;
  }

  [[nodiscard]] static number number_in(const std::string& bytes, std::size_t at, std::size_t width) {
    number value = 0;
    for (std::size_t i = width; i-- > 0;) value = value << 8U | static_cast<unsigned char>(bytes.at(at + i));
    return value;
  }

  void read_table(const row& found) {
    require(found.tag == 2 && found.value.size() >= 64, "a row of the catalog is no catalog record");
    const std::string& in = found.value;
    const number key_codec_size = number_in(in, 60, 2);
    table made{found.key,
               in.substr(64, key_codec_size),
               in.substr(64 + key_codec_size, number_in(in, 62, 2)),
               number_in(in, 10, 2),
               number_in(in, 12, 2),
               {}};
    const root top{{number_in(in, 0, 4), number_in(in, 4, 4)}, number_in(in, 8, 1), number_in(in, 16, 8)};
    made.rows = read_tree(top, made.key_width, made.value_width);
    for (row& each : made.rows) {
      require(each.tag != 2, "a catalog record outside of the catalog");
      if (each.tag == 1) each = {each.key, read_large(each.value), 0};
    }
    tables_.push_back(std::move(made));
  }

  // Large values.

  [[nodiscard]] number piece_size_max() const {
    return std::min<number>(256, (1U << 20U) / page_size) * page_size - 64;
  }
  std::string read_large(const std::string& record) {
    require(record.size() == 24, "a large value's record has another size");
    const number size = number_in(record, 8, 8);
    std::string value;
    read_pieces({number_in(record, 0, 4), number_in(record, 4, 4)}, number_in(record, 16, 1), size, value);
    require(value.size() == size, "a large value has another size than its record says");
    return value;
  }
  void read_pieces(reference ref, number level, number size, std::string& value) {
    if (level == 0) {
      const number payload = std::min(size - value.size(), piece_size_max());
      const number pages = (64 + payload + page_size - 1) / page_size;
      const std::size_t at = enter(ref, piece_kind, 0, 0, 0, pages);
      require(take(at + 32, 4) == payload, "a piece has another size than follows from its place");
      value += take_bytes(at + 64, payload);
      return leave(ref, "piece", pages);
    }
    const std::size_t at = enter(ref, index_kind, level, 0, 0);
    const number capacity = (page_size - 64) / 8;
    std::vector<reference> children;
    for (number i = 0; i < take(at + 20, 2); ++i) {
      children.push_back(take_reference(at + 64 + 4 * i, at + 64 + 4 * (capacity + i)));
    }
    leave(ref, "index");
    for (const reference below : children) read_pieces(below, level - 1, size, value);
  }

  // The space map.

  void set_free(number first, number pages, bool is_free) {
    require(pages > 0 && first >= first_page() && first + pages <= mark_, "the space map speaks of pages outside");
    for (number id = first; id < first + pages; ++id) {
      if (is_free) {
        free_.insert(id);
      } else {
        free_.erase(id);
      }
    }
  }
  [[nodiscard]] number first_page() const { return std::max<number>(1, 8192 / page_size); }

  void replay(std::size_t at, number words) {
    for (number i = 0; i < words; ++i) {
      const number word = take(at + 8 * i, 8);
      const number first = word & 0x7FFF'FFFFU;
      const number pages = word >> 31U & 0x7FFF'FFFFU;
      const number kind = word >> 62U;
      set_free(first, pages, kind == 1 || kind == 3);  // 0 used, 1 free, 2 none but those listed, 3 listed
    }
  }
  void read_space_map() {
    for (number id = first_page(); id < mark_; ++id) free_.insert(id);
    std::vector<reference> log;  // newest first
    const number tail = look(meta_ + 160, 8);
    for (reference at{look(meta_ + 152, 4), look(meta_ + 156, 4)}; at.id != 0;) {
      log.push_back(at);
      const std::size_t page = at.id * page_size;
      at = look(page + 64, 8) > tail ? reference{look(page + 72, 4), look(page + 76, 4)} : reference{};
    }
    for (std::size_t i = log.size(); i-- > 0;) {
      const std::size_t page = enter(log[i], space_kind, 0, 0, 0);
      require(take(page + 64, 8) == tail + (log.size() - 1 - i), "a page of the log is out of place");
      for (std::size_t back = 0; back < 8; ++back) {
        const reference previous = take_reference(page + 72 + 8 * back, page + 76 + 8 * back);
        const bool known = i + 1 + back < log.size();
        require(!known || previous.id == log[i + 1 + back].id, "pages of the log contradict each other");
      }
      replay(page + 136, take(page + 20, 2));
      log_.push_back(log[i]);
    }
    replay(meta_ + 2256, look(meta_ + 204, 4) / 8);
    reached_.clear();
  }

  /// Every page below the mark is reached or free; pages of the log count as free.
  void account_for_pages() {
    std::set<number> left = free_;
    for (const auto& [first, pages] : reached_) {
      for (number id = first; id < first + pages; ++id) require(left.insert(id).second, "a page in use is said free");
    }
    require(left.size() == mark_ - first_page(), "a page is neither reached nor free");
    for (const reference at : log_) leave(at, "space");
  }

  std::size_t meta_ = 0;
  number mark_ = 0;
  number uuid_seed_ = 0;
  number height_max_ = 0;
  root catalog_;
  std::vector<table> tables_;
  std::vector<page_image> pages_;
  std::map<number, number> reached_;
  std::set<number> free_;
  std::vector<reference> log_;
};

}  // namespace format_reader
