// SPDX-License-Identifier: MIT
//
// Writing, reading and dropping values that do not fit a leaf. Layer 4 (tree).
//
// A large value is a list of pieces below a tree of index pages whose shape follows from the value's size
// (format/large_value.hpp), so the piece of an offset is found by division.
//
// Invariants:
//  1. A builder owns what it has made until `release`; going away before that, it drops all of it.
//  2. What a value takes in pages follows from its size: `large_pages`.

#pragma once

#include <macaw/bytes.hpp>
#include <macaw/detail/base/algorithms.hpp>
#include <macaw/detail/format/large_value.hpp>
#include <macaw/detail/format/tree_root.hpp>
#include <macaw/detail/tree/page_source.hpp>
#include <macaw/error.hpp>
#include <macaw/ids.hpp>
#include <macaw/macros.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <vector>

namespace macaw::inline MACAW_ABI::detail {

/// Pages to be dropped together: one page, or all pages of a piece.
struct dropped_run {
  page_ref ref;
  std::uint32_t pages = 1;
};

/// Pages that a large value of this size takes, index pages included.
template <std::size_t PageSize>
[[nodiscard]] constexpr std::uint64_t large_pages(std::uint64_t size) noexcept {
  constexpr std::uint64_t piece_max = geometry<PageSize>::piece_bytes_max;
  const std::uint64_t full = size == 0 ? 0 : (size - 1) / piece_max;
  std::uint64_t pages =
      full * geometry<PageSize>::piece_pages(piece_max) + geometry<PageSize>::piece_pages(size - full * piece_max);
  for (std::uint64_t below = full + 1; below > 1;) {
    below = (below + large_index_capacity<PageSize> - 1) / large_index_capacity<PageSize>;
    pages += below;
  }
  return pages;
}

/// Payload of piece `index` of a value of `size` bytes.
template <std::size_t PageSize>
[[nodiscard]] constexpr std::size_t piece_payload_at(std::uint64_t size, std::uint64_t index) noexcept {
  constexpr std::uint64_t piece_max = geometry<PageSize>::piece_bytes_max;
  return static_cast<std::size_t>(algorithms::min(piece_max, size - index * piece_max));
}

/// Makes a large value from its bytes, given in order.
///
/// Every member but the destructor, `release` and `size` may throw what the writer's `create_piece` and
/// `reserve` raise; the builder is then only to be destroyed.
template <page_writer W>
class large_builder {
 public:
  static constexpr std::size_t piece_max = geometry<W::page_size>::piece_bytes_max;

  explicit large_builder(W& writer) noexcept : writer_(writer) {}
  large_builder(const large_builder&) = delete;
  large_builder& operator=(const large_builder&) = delete;

  /// Effects: drops everything made, unless it was released. Where not even the memory for that is to be
  /// had, it stays until the transaction's level is rolled back.
  ~large_builder() {
    if (made_.empty()) return;
    try {
      writer_.reserve(0, made_.size());
    } catch (...) {
      return;
    }
    for (const dropped_run& made : made_) writer_.drop(made.ref, made.pages);
  }

  /// Adds bytes to the end of the value. They are collected until they fill a piece.
  void append(bytes_view bytes) {
    while (!bytes.empty()) {
      if (buffered_ == 0 && bytes.size() >= piece_max) {
        add_copy(bytes.first(piece_max));
        bytes = bytes.subspan(piece_max);
        continue;
      }
      const std::size_t taken = algorithms::min(bytes.size(), piece_max - buffered_);
      const std::span<std::byte> buffer = buffer_.ensure(piece_max);
      std::memcpy(buffer.data() + buffered_, bytes.data(), taken);
      buffered_ += taken;
      bytes = bytes.subspan(taken);
      if (buffered_ == piece_max) flush();
    }
  }

  /// Makes the next piece and lets `fill(std::span<std::byte>)` write all of its payload.
  /// Requires: `payload` is `piece_max` for all pieces but the last; not mixed with `append`.
  template <class Fill>
  void add_piece(std::size_t payload, Fill&& fill) {
    MACAW_ASSERT(size_ % piece_max == 0 && payload <= piece_max);
    make_room();
    const new_page piece = writer_.create_piece(payload);
    made_.push_back({piece.ref, static_cast<std::uint32_t>(geometry<W::page_size>::piece_pages(payload))});
    size_ += payload;
    fill(std::span<std::byte>(piece.bytes, payload));
    if constexpr (requires { writer_.complete_piece(made_.back().ref); }) writer_.complete_piece(made_.back().ref);
  }

  /// Bytes given so far.
  [[nodiscard]] std::uint64_t size() const noexcept { return size_ + buffered_; }

  /// Completes the value: makes what is buffered a piece, and the index pages.
  /// Returns: the record; what it names is still the builder's.
  [[nodiscard]] large_record finish() {
    if (buffered_ > 0 || made_.empty()) flush();
    large_record record{made_.front().ref, size_, large_level<W::page_size>(size_)};
    std::size_t first = 0;  // the level below, within made_
    for (std::uint8_t level = 1; level <= record.level; ++level) {
      const std::size_t end = made_.size();
      add_index_level(level, first, end);
      first = end;
      record.root = made_.back().ref;
    }
    MACAW_ASSERT(first + 1 == made_.size());
    return record;
  }

  /// The value now belongs to the cell that holds its record.
  void release() noexcept { made_.clear(); }

 private:
  /// Sees that the next page made can be recorded.
  void make_room() {
    if (made_.size() == made_.capacity()) made_.reserve(made_.size() * 2 + 4);
  }

  void add_copy(bytes_view bytes) {
    add_piece(bytes.size(), [&](std::span<std::byte> to) {
      if (!bytes.empty()) std::memcpy(to.data(), bytes.data(), bytes.size());
    });
  }

  void flush() {
    const std::size_t payload = buffered_;
    buffered_ = 0;
    add_copy({payload == 0 ? nullptr : buffer_.ensure(payload).data(), payload});
  }

  void add_index_level(std::uint8_t level, std::size_t first, std::size_t end) {
    constexpr std::size_t capacity = large_index_capacity<W::page_size>;
    const std::size_t pages = (end - first + capacity - 1) / capacity;
    made_.reserve(made_.size() + pages);
    writer_.reserve(pages, 0);
    for (std::size_t next = first; next < end;) {
      const new_page index = writer_.create(large_index_shape(level));
      large_index<W::page_size>::format(index.bytes, level);
      const std::size_t stop = algorithms::min(end, next + capacity);
      for (; next < stop; ++next) large_index<W::page_size>::append(index.bytes, made_[next].ref);
      made_.push_back({index.ref, 1});
    }
  }

  W& writer_;
  piece_buffer buffer_;
  std::size_t buffered_ = 0;
  std::uint64_t size_ = 0;
  std::vector<dropped_run> made_;
};

/// Makes a large value of `size` bytes; `fill(std::span<std::byte>)` is called for each piece in order.
/// Returns: its record. Errors: what `fill` and the writer raise; nothing is then left behind.
template <page_writer W, class Fill>
[[nodiscard]] large_record write_large(W& writer, std::uint64_t size, Fill&& fill) {
  large_builder<W> builder(writer);
  do {
    const std::size_t payload =
        static_cast<std::size_t>(algorithms::min<std::uint64_t>(large_builder<W>::piece_max, size - builder.size()));
    builder.add_piece(payload, fill);
  } while (builder.size() < size);
  const large_record record = builder.finish();
  builder.release();
  return record;
}

/// Makes a large value of bytes that are at hand.
template <page_writer W>
[[nodiscard]] large_record write_large(W& writer, bytes_view bytes) {
  return write_large(writer, bytes.size(), [&](std::span<std::byte> to) {
    if (!to.empty()) std::memcpy(to.data(), bytes.data(), to.size());
    bytes = bytes.subspan(to.size());
  });
}

/// Refuses a record that contradicts itself, before its level is relied upon.
template <std::size_t PageSize>
void expect_record(const large_record& record) {
  if (record.size > large_size_max || record.level != large_level<PageSize>(record.size)) [[unlikely]] {
    throw_corrupt(record.root.id, "large value's level does not follow from its size");
  }
}

/// Refuses a record of a value that takes more pages than its tree says all its large values take: so a damaged
/// file cannot make a walk longer than its root admits.
template <std::size_t PageSize>
void expect_claimed(const large_record& record, const tree_root& root) {
  expect_record<PageSize>(record);
  if (large_pages<PageSize>(record.size) > root.large_pages) [[unlikely]] {
    throw_corrupt(record.root.id, "large value takes more pages than the tree's root says");
  }
}

/// Reads a large value, at any offset. Keeps the piece last read, so that reading onwards is cheap.
/// The reader and what it shows must live as long as this object.
template <page_reader R>
class large_reader {
 public:
  /// Errors: corrupt, where the record contradicts itself.
  large_reader(const R& reader, const large_record& record) : reader_(&reader), record_(record) {
    expect_record<R::page_size>(record);
  }

  [[nodiscard]] std::uint64_t size() const noexcept { return record_.size; }
  /// Whether the value is one contiguous string of bytes, which `view` gives.
  [[nodiscard]] bool contiguous() const noexcept { return record_.level == 0; }

  /// The whole value, in place where the pager can show it so.
  /// Requires: `contiguous()`. Invalidates: nothing; good as long as this object or its mapped pages.
  [[nodiscard]] bytes_view view() {
    MACAW_ASSERT(contiguous());
    return load(0);
  }

  /// Copies bytes from `offset` on into `out`.
  /// Returns: how many: fewer than asked for only at the value's end.
  /// Errors: corrupt, and what reading raises.
  std::size_t read(std::uint64_t offset, std::span<std::byte> out) {
    std::size_t done = 0;
    while (done < out.size() && offset < record_.size) {
      const bytes_view from = chunk(offset);
      const std::size_t taken = algorithms::min(from.size(), out.size() - done);
      std::memcpy(out.data() + done, from.data(), taken);
      done += taken;
      offset += taken;
    }
    return done;
  }

  /// The bytes from `offset` to the end of their piece. Invalidates: what was returned before, by any member.
  /// Requires: `offset < size()`.
  [[nodiscard]] bytes_view chunk(std::uint64_t offset) {
    constexpr std::uint64_t piece_max = geometry<R::page_size>::piece_bytes_max;
    return load(offset / piece_max).subspan(static_cast<std::size_t>(offset % piece_max));
  }

 private:
  static constexpr std::uint64_t none = ~std::uint64_t{0};

  bytes_view load(std::uint64_t piece) {
    if (piece == loaded_) return bytes_;
    loaded_ = none;
    bytes_ = reader_->piece(find(piece), piece_payload_at<R::page_size>(record_.size, piece), buffer_);
    loaded_ = piece;
    return bytes_;
  }

  [[nodiscard]] page_ref find(std::uint64_t piece) const {
    page_ref ref = record_.root;
    std::uint64_t offset = piece * geometry<R::page_size>::piece_bytes_max;
    for (std::uint8_t level = record_.level; level > 0; --level) {
      const std::byte* const page = reader_->page(ref, large_index_shape(level), {});
      const std::uint64_t span = large_index_span<R::page_size>(level);
      const std::uint64_t index = offset / span;
      if (index >= large_index<R::page_size>::count(page)) throw_corrupt(ref.id, "large value lacks a piece");
      ref = large_index<R::page_size>::child(page, static_cast<std::uint32_t>(index));
      offset %= span;
    }
    return ref;
  }

  const R* reader_;
  large_record record_;
  std::uint64_t loaded_ = none;
  bytes_view bytes_;
  piece_buffer buffer_;
};

/// Visits every page of a large value, an index page before what it names, no piece being read.
/// `visit(page_ref, level, pages, payload)` gets level 0 and the payload for pieces, the level for index pages.
/// Errors: corrupt, where an index page holds more or fewer references than the value's size asks for.
/// Complexity: reads the index pages.
template <page_reader R, class Visit>
void walk_large(const R& reader, const large_record& record, const Visit& visit) {
  constexpr std::size_t page_size = R::page_size;
  expect_record<page_size>(record);
  struct open_index {
    const std::byte* page;
    std::uint32_t next, count;
  };
  std::array<open_index, 16> open;  // large_size_max needs six levels at the smallest page size
  std::uint64_t offset = 0;
  page_ref ref = record.root;
  std::uint8_t level = record.level;
  for (;;) {
    if (level == 0) {
      const std::size_t payload = static_cast<std::size_t>(
          algorithms::min<std::uint64_t>(geometry<page_size>::piece_bytes_max, record.size - offset));
      visit(ref, level, static_cast<std::uint32_t>(geometry<page_size>::piece_pages(payload)), payload);
      offset += payload;
    } else {
      const std::byte* const page = reader.page(ref, large_index_shape(level), {});
      const std::uint64_t span = large_index_span<page_size>(level);
      const std::uint64_t wanted =
          algorithms::min<std::uint64_t>((record.size - offset + span - 1) / span, large_index_capacity<page_size>);
      if (large_index<page_size>::count(page) != wanted)
        throw_corrupt(ref.id, "large value lacks pieces, or has too many");
      visit(ref, level, 1U, std::size_t{0});
      open[level] = {page, 0, static_cast<std::uint32_t>(wanted)};
    }
    for (level = static_cast<std::uint8_t>(level == 0 ? 1 : level); level <= record.level; ++level) {
      if (open[level].next < open[level].count) break;
    }
    if (level > record.level) return;
    ref = large_index<page_size>::child(open[level].page, open[level].next++);
    --level;
  }
}

/// Notes all pages of a large value as to be dropped.
/// Errors: corrupt, what reading raises, bad_alloc; `runs` may then have grown.
template <page_reader R>
void collect_large(const R& reader, const large_record& record, std::vector<dropped_run>& runs) {
  walk_large(reader, record, [&](page_ref ref, std::uint8_t, std::uint32_t pages, std::size_t) {
    runs.push_back({ref, pages});
  });
}

}  // namespace macaw::inline MACAW_ABI::detail
