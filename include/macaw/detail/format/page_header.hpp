// SPDX-License-Identifier: MIT
//
// The 64 bytes at the start of every page, and the seal over it. Layer 1 (format): pure over bytes.
//
//     OFFSET  SIZE  MEANING
//          0     8  checksum of bytes 8 to the end of the page, seeded with the file's UUID and the page id
//          8     8  shape: kind (1), level (1), key width (2), value width (2; 0: variable), zeros (2)
//         16     4  page id
//         20     2  count: entries of a leaf, children of a branch or of a large value's index
//         22     1  bytes of the prefix common to all keys
//         23     1  flags: bit 0 cells hold references
//         24     8  birth: the durable commit that wrote the page
//         32     4  heap: bytes at the end of the page that hold cells, dead ones included
//         36     4  dead: bytes of the heap that no cell uses any more
//         40    24  prefix; a longer one reaches beyond the header and moves what follows it
//
// A frame, a page that is not in the file yet, has zeros for checksum, page id and birth.

#pragma once

#include <macaw/bytes.hpp>
#include <macaw/detail/base/endian.hpp>
#include <macaw/ids.hpp>
#include <macaw/macros.hpp>

#include <cstddef>
#include <cstdint>
#include <cstring>

namespace macaw::inline MACAW_ABI::detail {

namespace header_field {
// FROZEN: on disk
inline constexpr std::size_t checksum = 0, shape = 8, page_id = 16, count = 20, prefix_size = 22, flags = 23,
                             birth = 24, heap_size = 32, dead = 36, prefix = 40;
static_assert(prefix == dead + 4 && heap_size == birth + 8 && birth == flags + 1);
}  // namespace header_field

inline constexpr std::size_t page_header_size = 64;            // FROZEN: on disk
inline constexpr std::uint8_t flag_cells_hold_references = 1;  // FROZEN: on disk

/// What a page is for. Stored; new kinds are only appended.
enum class page_kind : std::uint8_t { none, branch, leaf, large_index, piece, space };

/// Kind, level and widths of a page in one word, so that a descent checks all of them with one compare.
struct page_shape {
  std::uint64_t word = 0;

  [[nodiscard]] constexpr page_kind kind() const noexcept { return static_cast<page_kind>(word & 0xFFU); }
  /// Distance from the leaves: 0 for a leaf.
  [[nodiscard]] constexpr std::uint8_t level() const noexcept { return static_cast<std::uint8_t>(word >> 8U); }
  /// Size of every key in bytes, 0 where it varies.
  [[nodiscard]] constexpr std::uint16_t key_width() const noexcept { return static_cast<std::uint16_t>(word >> 16U); }
  /// Size of every value in bytes, 0 where it varies.
  [[nodiscard]] constexpr std::uint16_t value_width() const noexcept { return static_cast<std::uint16_t>(word >> 32U); }

  friend constexpr bool operator==(const page_shape&, const page_shape&) = default;
};

[[nodiscard]] constexpr page_shape make_shape(page_kind kind, std::uint8_t level, std::size_t key_width = 0,
                                              std::size_t value_width = 0) noexcept {
  return {static_cast<std::uint64_t>(kind) | std::uint64_t{level} << 8U | (std::uint64_t{key_width} & 0xFFFFU) << 16U |
          (std::uint64_t{value_width} & 0xFFFFU) << 32U};
}

/// The shape of the pages one level below or above in the same tree.
[[nodiscard]] constexpr page_shape with_level(page_shape shape, std::uint8_t level) noexcept {
  return make_shape(level == 0 ? page_kind::leaf : page_kind::branch, level, shape.key_width(), shape.value_width());
}

[[nodiscard]] MACAW_ALWAYS_INLINE page_shape load_shape(const std::byte* page) noexcept {
  return {load_le<std::uint64_t>(page + header_field::shape)};
}
[[nodiscard]] MACAW_ALWAYS_INLINE std::uint32_t load_count(const std::byte* page) noexcept {
  return load_le<std::uint16_t>(page + header_field::count);
}
MACAW_ALWAYS_INLINE void store_count(std::byte* page, std::uint32_t count) noexcept {
  store_le(page + header_field::count, static_cast<std::uint16_t>(count));
}
[[nodiscard]] inline std::uint64_t load_birth(const std::byte* page) noexcept {
  return load_le<std::uint64_t>(page + header_field::birth);
}
[[nodiscard]] inline page_id load_page_id(const std::byte* page) noexcept {
  return page_id{load_le<std::uint32_t>(page + header_field::page_id)};
}
[[nodiscard]] inline std::uint8_t load_flags(const std::byte* page) noexcept {
  return std::to_integer<std::uint8_t>(page[header_field::flags]);
}
inline void store_flags(std::byte* page, std::uint8_t flags) noexcept { page[header_field::flags] = std::byte{flags}; }

/// Whether some cell of the page may hold a reference. Exact but after erasing, when it may stay set.
[[nodiscard]] inline bool cells_hold_references(const std::byte* page) noexcept {
  return (load_flags(page) & flag_cells_hold_references) != 0;
}

/// Makes a page of this shape with nothing in it. The bytes behind the header are left as they are.
inline void format_header(std::byte* page, page_shape shape) noexcept {
  std::memset(page, 0, page_header_size);
  store_le(page + header_field::shape, shape.word);
}

/// Stores a reference as 8 bytes: page id, birth.
inline void store_ref(std::byte* to, page_ref ref) noexcept {
  store_le(to, to_number(ref.id));
  store_le(to + 4, ref.birth);
}
[[nodiscard]] inline page_ref load_ref(const std::byte* from) noexcept {
  return {page_id{load_le<std::uint32_t>(from)}, load_le<std::uint32_t>(from + 4)};
}
inline constexpr std::size_t page_ref_size = 8;  // FROZEN: on disk

/// What seeds the checksum of a page: no page passes for another page's or another file's.
[[nodiscard]] constexpr std::uint64_t page_seed(std::uint64_t uuid_seed, page_id id) noexcept {
  return uuid_seed ^ ((std::uint64_t{to_number(id)} + 1) * 0x9E37'79B9'7F4A'7C15U);  // FROZEN: on disk
}

/// Completes a page, or a piece of `size` bytes, for the file: id, birth, then the checksum over both.
/// Requires: `Checksum::compute(bytes_view, std::uint64_t seed) -> std::uint64_t`.
template <class Checksum>
void seal_page(std::byte* page, std::size_t size, page_id id, std::uint64_t birth, std::uint64_t uuid_seed) noexcept {
  store_le(page + header_field::page_id, to_number(id));
  store_le(page + header_field::birth, birth);
  const bytes_view covered{page + header_field::shape, size - header_field::shape};
  store_le<std::uint64_t>(page + header_field::checksum, Checksum::compute(covered, page_seed(uuid_seed, id)));
}

/// Whether the checksum of a page, or of a piece of `size` bytes, is that of this place in this file.
template <class Checksum>
[[nodiscard]] bool checksum_ok(const std::byte* page, std::size_t size, page_id id, std::uint64_t uuid_seed) noexcept {
  const bytes_view covered{page + header_field::shape, size - header_field::shape};
  return load_le<std::uint64_t>(page + header_field::checksum) == Checksum::compute(covered, page_seed(uuid_seed, id));
}

}  // namespace macaw::inline MACAW_ABI::detail
