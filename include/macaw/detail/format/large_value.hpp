// SPDX-License-Identifier: MIT
//
// Values that do not fit a leaf: the record in the leaf's cell, pieces, and index pages over pieces.
// Layer 1 (format): pure over bytes.
//
// The payload is cut into pieces, all but the last of `geometry::piece_bytes_max` bytes. A piece is a run
// of pages with one header at its start and one checksum over all of it. One piece is named by the record
// itself; more are the leaves of a tree of index pages, whose fan-out is a constant: so the place of a
// byte follows from its offset, and nothing is searched.
//
// Record (24 bytes, tag `large`):
//     OFFSET  SIZE  MEANING
//          0     8  reference to the root
//          8     8  size of the value in bytes
//         16     1  level of the root: 0 a piece, above that an index page
//         17     7  zeros
//
// Index page (kind large_index, level 1 and up; count references, at least one):
//         64   4*c  page ids, c = (page size - 64) / 8
//     64+4*c   4*c  births
//
// Piece: header with kind `piece`, heap = bytes of payload; the payload follows the header.

#pragma once

#include <macaw/bytes.hpp>
#include <macaw/detail/base/endian.hpp>
#include <macaw/detail/format/geometry.hpp>
#include <macaw/detail/format/page_header.hpp>
#include <macaw/ids.hpp>
#include <macaw/macros.hpp>

#include <cstddef>
#include <cstdint>
#include <cstring>

namespace macaw::inline MACAW_ABI::detail {

inline constexpr std::size_t large_record_size = 24;  // FROZEN: on disk
inline constexpr page_shape piece_shape = make_shape(page_kind::piece, 0);

[[nodiscard]] constexpr page_shape large_index_shape(std::uint8_t level) noexcept {
  return make_shape(page_kind::large_index, level);
}

/// References that an index page holds at most.
template <std::size_t PageSize>
inline constexpr std::uint32_t large_index_capacity = (PageSize - page_header_size) / page_ref_size;

/// Bytes of value below one reference of an index page of this level (level 1: a piece).
template <std::size_t PageSize>
[[nodiscard]] constexpr std::uint64_t large_index_span(std::uint8_t level) noexcept {
  std::uint64_t span = geometry<PageSize>::piece_bytes_max;
  for (std::uint8_t i = 1; i < level; ++i) {
    if (span > (std::uint64_t{1} << 62U) / large_index_capacity<PageSize>) return std::uint64_t{1} << 62U;
    span *= large_index_capacity<PageSize>;
  }
  return span;
}

/// The level of the root of a value of this size: 0 while one piece suffices.
template <std::size_t PageSize>
[[nodiscard]] constexpr std::uint8_t large_level(std::uint64_t size) noexcept {
  std::uint8_t level = 0;
  while (large_index_span<PageSize>(static_cast<std::uint8_t>(level + 1)) < size) ++level;
  return level;
}

/// The largest value. Its root's level stays small at every page size.
inline constexpr std::uint64_t large_size_max = std::uint64_t{1} << 42U;

/// What a leaf knows of a large value.
struct large_record {
  page_ref root;
  std::uint64_t size = 0;
  std::uint8_t level = 0;

  friend constexpr bool operator==(const large_record&, const large_record&) = default;
};

/// Writes the `large_record_size` bytes of a record.
inline void store_large_record(std::byte* to, const large_record& record) noexcept {
  std::memset(to, 0, large_record_size);
  store_ref(to, record.root);
  store_le(to + 8, record.size);
  to[16] = std::byte{record.level};
}

/// Reads a record from a validated cell.
[[nodiscard]] inline large_record load_large_record(bytes_view cell) noexcept {
  return {load_ref(cell.data()), load_le<std::uint64_t>(cell.data() + 8), std::to_integer<std::uint8_t>(cell[16])};
}

/// What is wrong with a cell that claims to be a record, or nullptr.
template <std::size_t PageSize>
[[nodiscard]] const char* validate_large_record(bytes_view cell) noexcept {
  if (cell.size() != large_record_size) return "record of a large value has a wrong size";
  const large_record record = load_large_record(cell);
  if (record.size > large_size_max) return "large value is too large";
  if (record.level != large_level<PageSize>(record.size)) return "large value's level does not follow from its size";
  for (std::size_t i = 17; i < large_record_size; ++i) {
    if (cell[i] != std::byte{0}) return "record of a large value has bytes that should be zero";
  }
  return nullptr;
}

/// An index page over the pieces of a large value.
template <std::size_t PageSize>
struct large_index {
  static constexpr std::uint32_t capacity = large_index_capacity<PageSize>;
  static constexpr std::size_t ids = page_header_size;
  static constexpr std::size_t births = ids + std::size_t{4} * capacity;

  /// Effects: makes the page an index page of this level without references.
  static void format(std::byte* page, std::uint8_t level) noexcept { format_header(page, large_index_shape(level)); }
  [[nodiscard]] static std::uint32_t count(const std::byte* page) noexcept { return load_count(page); }

  [[nodiscard]] static page_ref child(const std::byte* page, std::uint32_t index) noexcept {
    return {page_id{load_le<std::uint32_t>(page + ids + std::size_t{4} * index)},
            load_le<std::uint32_t>(page + births + std::size_t{4} * index)};
  }
  static void set_child(std::byte* page, std::uint32_t index, page_ref ref) noexcept {
    store_le(page + ids + std::size_t{4} * index, to_number(ref.id));
    store_le(page + births + std::size_t{4} * index, ref.birth);
  }
  /// Requires: fewer references than `capacity`.
  static void append(std::byte* page, page_ref ref) noexcept {
    const std::uint32_t index = count(page);
    store_count(page, index + 1);
    set_child(page, index, ref);
  }
};

/// Makes the header of a piece with this much payload.
inline void format_piece(std::byte* piece, std::size_t payload) noexcept {
  format_header(piece, piece_shape);
  store_le(piece + header_field::heap_size, static_cast<std::uint32_t>(payload));
}

[[nodiscard]] inline std::size_t piece_payload(const std::byte* piece) noexcept {
  return load_le<std::uint32_t>(piece + header_field::heap_size);
}

/// What is wrong with a piece that should hold `payload` bytes, or nullptr. Reads the header only.
[[nodiscard]] inline const char* validate_piece(const std::byte* piece, std::size_t payload) noexcept {
  if (load_shape(piece) != piece_shape) return "not a piece of a large value";
  if (piece_payload(piece) != payload) return "piece of a large value has a wrong size";
  return nullptr;
}

}  // namespace macaw::inline MACAW_ABI::detail
