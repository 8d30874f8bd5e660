// SPDX-License-Identifier: MIT
//
// Reading slotted pages: cells, keys, searches, validation. Layer 1 (format). Bodies of slotted_rows.

#pragma once

#include <macaw/bytes.hpp>
#include <macaw/detail/base/endian.hpp>
#include <macaw/detail/format/cell.hpp>
#include <macaw/detail/format/geometry.hpp>
#include <macaw/detail/format/heap.hpp>
#include <macaw/detail/format/hints.hpp>
#include <macaw/detail/format/page_header.hpp>
#include <macaw/detail/format/position.hpp>
#include <macaw/detail/format/slotted_key.hpp>
#include <macaw/detail/format/slotted_rows.hpp>
#include <macaw/macros.hpp>

#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>

namespace macaw::inline MACAW_ABI::detail {

template <std::size_t PageSize, class Kind, std::size_t ValueWidth>
MACAW_ALWAYS_INLINE slotted_cell slotted_rows<PageSize, Kind, ValueWidth>::cell(const std::byte* page,
                                                                                std::uint32_t row) const noexcept {
  const std::byte* from = page + offset(page, row);
  slotted_cell cell;
  cell.key_size = load_varint(from);
  if constexpr (Kind::has_value_word) cell.word = load_varint(from);
  cell.rest = from;
  cell.rest_size = rest_size_of(cell.key_size, load_prefix_size(page));
  cell.value = from + cell.rest_size;
  cell.value_size = Kind::has_value_word ? cell.word / 4 : value_width();
  return cell;
}

template <std::size_t PageSize, class Kind, std::size_t ValueWidth>
std::byte* slotted_rows<PageSize, Kind, ValueWidth>::copy_key(const std::byte* page, std::uint32_t row,
                                                              std::byte* out) const noexcept {
  const slotted_cell found = cell(page, row);
  const std::size_t prefix = load_prefix_size(page);
  std::memcpy(out, page + header_field::prefix, prefix);
  out += prefix;
  std::byte whole[slotted_head_width];
  store_be(whole, head(page, row));
  const std::size_t in_head = found.key_size - prefix - found.rest_size;
  std::memcpy(out, whole, in_head);
  std::memcpy(out + in_head, found.rest, found.rest_size);
  return out + in_head + found.rest_size;
}

template <std::size_t PageSize, class Kind, std::size_t ValueWidth>
template <class Room>
MACAW_ALWAYS_INLINE slotted_cell slotted_rows<PageSize, Kind, ValueWidth>::show(const std::byte* page,
                                                                                std::uint32_t row,
                                                                                const Room& room) const {
  constexpr std::size_t chunk = 32, header_prefix = page_header_size - header_field::prefix;
  static_assert(header_prefix + slotted_head_width + chunk <= slotted_key_room);
  const slotted_cell found = cell(page, row);
  const std::size_t prefix = load_prefix_size(page);
  const std::uint32_t key_head = head(page, row);
  std::byte* const out = room(found.key_size);
  if (prefix > header_prefix || found.rest_size > chunk || found.rest > page + (PageSize - chunk)) [[unlikely]] {
    copy_key(page, row, out);
    return found;
  }
  // Moves of a size that is known, which take no calls; their bytes behind the key mean nothing. The first eight bytes
  // of a key with a short prefix are put together before they are stored: a processor waits long where what it loads
  // was stored in pieces.
  const std::uint64_t behind = std::uint64_t{key_head} << 32U | load_be<std::uint32_t>(found.rest);
  if (prefix <= slotted_head_width) [[likely]] {
    const std::uint64_t kept = ~(~std::uint64_t{0} >> (8 * prefix));
    const std::uint64_t before = load_be<std::uint64_t>(page + header_field::prefix) & kept;
    std::memcpy(out + prefix + slotted_head_width, found.rest, chunk);
    store_be(out, before | behind >> (8 * prefix));
  } else {
    std::memcpy(out, page + header_field::prefix, header_prefix);
    std::memcpy(out + prefix + slotted_head_width, found.rest, chunk);
    store_be(out + prefix, behind);
  }
  return found;
}

template <std::size_t PageSize, class Kind, std::size_t ValueWidth>
key_front slotted_rows<PageSize, Kind, ValueWidth>::front(const std::byte* page, std::uint32_t row) const noexcept {
  const slotted_cell found = cell(page, row);
  const std::size_t prefix = load_prefix_size(page);
  key_front front;
  std::memcpy(front.bytes, page + header_field::prefix, prefix);
  store_be(front.bytes + prefix, head(page, row));
  front.size = found.key_size < prefix_size_max ? found.key_size : prefix_size_max;
  if (front.size > prefix + slotted_head_width) {
    std::memcpy(front.bytes + prefix + slotted_head_width, found.rest, front.size - prefix - slotted_head_width);
  }
  return front;
}

template <std::size_t PageSize, class Kind, std::size_t ValueWidth>
std::size_t slotted_rows<PageSize, Kind, ValueWidth>::separator_size(const std::byte* page,
                                                                     std::uint32_t row) const noexcept {
  if (row <= Kind::first_keyed || row >= load_count(page)) return 0;
  const std::size_t prefix = load_prefix_size(page);
  const std::uint32_t differing = head(page, row - 1) ^ head(page, row);
  if (differing != 0) return prefix + static_cast<std::size_t>(std::countl_zero(differing)) / 8 + 1;
  const slotted_cell a = cell(page, row - 1);
  const slotted_cell b = cell(page, row);
  const std::size_t common = a.rest_size < b.rest_size ? a.rest_size : b.rest_size;
  std::size_t same = 0;
  while (same < common && a.rest[same] == b.rest[same]) ++same;
  return prefix + slotted_head_width + same + 1;
}

template <std::size_t PageSize, class Kind, std::size_t ValueWidth>
std::size_t slotted_rows<PageSize, Kind, ValueWidth>::cells_size(const std::byte* page, std::uint32_t first,
                                                                 std::uint32_t last,
                                                                 std::size_t prefix) const noexcept {
  if (first <= Kind::first_keyed && last == load_count(page) && prefix == load_prefix_size(page)) {
    return live_cells_size(page);
  }
  std::size_t sum = 0;
  for (std::uint32_t row = first < Kind::first_keyed ? Kind::first_keyed : first; row < last; ++row) {
    const slotted_cell found = cell(page, row);
    sum += new_cell_size(found.key_size, prefix, found.value_size);
  }
  return sum;
}

template <std::size_t PageSize, class Kind, std::size_t ValueWidth>
MACAW_ALWAYS_INLINE head_column slotted_rows<PageSize, Kind, ValueWidth>::heads(const std::byte* page) noexcept {
  const std::uint32_t count = load_count(page);
  const std::byte* const begin = page + prefix_end(load_prefix_size(page));
  if (!has_hints(count, slotted_head_width)) return {begin, nullptr, count, 0};
  return {begin + hint_count * slotted_head_width, begin, count, hint_stride(count, slotted_head_width)};
}

template <std::size_t PageSize, class Kind, std::size_t ValueWidth>
MACAW_ALWAYS_INLINE position slotted_rows<PageSize, Kind, ValueWidth>::lower_bound(
    const std::byte* page, const slotted_search_key& key) const noexcept {
  const std::size_t prefix = load_prefix_size(page);
  const int order = compare_with_prefix(key, page, prefix);
  if (order != 0) [[unlikely]]
    return {order < 0 ? 0 : load_count(page), false};
  const std::uint32_t wanted = head_of(key.bytes + prefix, key.size - prefix);
  const head_column column = heads(page);
  const std::uint32_t row = count_less<std::uint32_t>(column, wanted, near_nothing);
  if (row == column.count || load_le<std::uint32_t>(column.heads + row * slotted_head_width) != wanted) {
    return {row, false};
  }
  if constexpr (Kind::has_values) prefetch_cell(page, column.count, offset(page, row));
  return resolve<false>(page, key, prefix, wanted, row);
}

template <std::size_t PageSize, class Kind, std::size_t ValueWidth>
template <class Near>
MACAW_ALWAYS_INLINE std::uint32_t slotted_rows<PageSize, Kind, ValueWidth>::upper_bound(
    const std::byte* page, const slotted_search_key& key, const Near& near) const noexcept {
  const std::size_t prefix = load_prefix_size(page);
  const int order = compare_with_prefix(key, page, prefix);
  if (order != 0) [[unlikely]]
    return order < 0 ? Kind::first_keyed : load_count(page);
  const std::uint32_t wanted = head_of(key.bytes + prefix, key.size - prefix);
  const head_column column = heads(page);
  std::uint32_t row = count_less<std::uint32_t>(column, wanted, near);
  if (row < Kind::first_keyed) row = Kind::first_keyed;  // only where the key's head is 0
  if (row >= column.count || load_le<std::uint32_t>(column.heads + row * slotted_head_width) != wanted) return row;
  return resolve<true>(page, key, prefix, wanted, row).index;
}

template <std::size_t PageSize, class Kind, std::size_t ValueWidth>
MACAW_ALWAYS_INLINE int slotted_rows<PageSize, Kind, ValueWidth>::compare_rest(const slotted_search_key& key,
                                                                               const std::byte* page,
                                                                               std::size_t prefix,
                                                                               std::uint32_t row) const noexcept {
  const slotted_cell found = cell(page, row);
  const std::size_t rest_size = rest_size_of(key.size, prefix);
  const std::size_t common = rest_size < found.rest_size ? rest_size : found.rest_size;
  const int order = compare_short(key.bytes + (key.size - rest_size), found.rest, common);
  if (order != 0) return order;
  return key.size < found.key_size ? -1 : key.size > found.key_size ? 1 : 0;
}

/// Among the rows from `first` on whose head is `wanted`: the first whose key is not less (`Upper`: greater).
template <std::size_t PageSize, class Kind, std::size_t ValueWidth>
template <bool Upper>
MACAW_ALWAYS_INLINE position slotted_rows<PageSize, Kind, ValueWidth>::resolve(const std::byte* page,
                                                                               const slotted_search_key& key,
                                                                               std::size_t prefix, std::uint32_t wanted,
                                                                               std::uint32_t first) const noexcept {
  const int order = compare_rest(key, page, prefix, first);
  if (order < 0) return {first, false};
  if (order == 0) return {Upper ? first + 1 : first, true};
  const head_column column = heads(page);
  ++first;
  if (first == column.count || load_le<std::uint32_t>(column.heads + first * slotted_head_width) != wanted) {
    return {first, false};
  }
  return resolve_ties<Upper>(page, key, prefix, wanted, first);
}

/// The same where several rows have this head, which is rare.
template <std::size_t PageSize, class Kind, std::size_t ValueWidth>
template <bool Upper>
position slotted_rows<PageSize, Kind, ValueWidth>::resolve_ties(const std::byte* page, const slotted_search_key& key,
                                                                std::size_t prefix, std::uint32_t wanted,
                                                                std::uint32_t first) const noexcept {
  std::uint32_t last = count_not_greater<std::uint32_t>(heads(page), wanted, near_nothing);
  bool found = false;
  while (first < last) {
    const std::uint32_t middle = first + (last - first) / 2;
    const int compared = compare_rest(key, page, prefix, middle);
    if (compared > 0 || (Upper && compared == 0)) {
      first = middle + 1;
    } else {
      last = middle;
      found = found || compared == 0;
    }
  }
  return {first, found};
}

template <std::size_t PageSize, class Kind, std::size_t ValueWidth>
const char* slotted_rows<PageSize, Kind, ValueWidth>::validate(const std::byte* page) const noexcept {
  const std::uint32_t count = load_count(page);
  const std::size_t prefix = load_prefix_size(page);
  const std::size_t heap = load_heap_size(page);
  if (prefix > prefix_size_max) return "prefix is too long";
  if (heap > PageSize || columns_end(prefix, count) > PageSize - heap) return "columns and cells overlap";
  byte_marks<PageSize> marks;
  std::size_t live = 0;
  for (std::uint32_t row = 0; row < count; ++row) {
    if (row < Kind::first_keyed) {
      if (head(page, row) != 0 || offset(page, row) != 0) return "first child has a separator";
      continue;
    }
    std::size_t size = 0;
    if (const char* const finding = validate_cell(page, row, PageSize - heap, size)) return finding;
    if (!marks.mark(offset(page, row), offset(page, row) + size)) return "cells overlap";
    live += size;
  }
  if (live + load_dead(page) != heap) return "dead bytes are miscounted";
  const head_column column = heads(page);
  for (std::uint32_t row = Kind::first_keyed + 1; row < count; ++row) {
    if (head(page, row - 1) > head(page, row) ||
        (head(page, row - 1) == head(page, row) && compare_cells(cell(page, row - 1), cell(page, row)) >= 0)) {
      return "keys are out of order";
    }
  }
  if (column.hints != nullptr && !hints_right<std::uint32_t>(column.hints, column.heads, column.count, column.stride)) {
    return "hints do not match the keys";
  }
  return nullptr;
}

template <std::size_t PageSize, class Kind, std::size_t ValueWidth>
const char* slotted_rows<PageSize, Kind, ValueWidth>::validate_cell(const std::byte* page, std::uint32_t row,
                                                                    std::size_t heap_begin,
                                                                    std::size_t& size) const noexcept {
  using limits = geometry<PageSize>;
  const std::size_t prefix = load_prefix_size(page);
  const std::size_t begin = offset(page, row);
  if (begin < heap_begin || begin >= PageSize) return "cell lies outside the heap";
  const std::byte* from = page + begin;
  const std::byte* const end = page + PageSize;
  std::size_t key_size = 0;
  std::size_t word = 0;
  if (!read_varint(from, end, key_size)) return "key's size is malformed";
  if (key_size > limits::key_size_max || key_size < prefix) return "key's size is out of bounds";
  if (Kind::has_value_word && !read_varint(from, end, word)) return "value's size is malformed";
  if (word % 4 > static_cast<std::size_t>(value_tag::tree)) return "value has an unknown tag";
  const std::size_t value_size = Kind::has_value_word ? word / 4 : value_width();
  if (Kind::has_value_word && key_size + value_size > limits::entry_size_max) return "entry is too large";
  const std::size_t rest = rest_size_of(key_size, prefix);
  if (rest + value_size > static_cast<std::size_t>(end - from)) return "cell exceeds the page";
  if (key_size - prefix < slotted_head_width) {
    const std::uint32_t padding = ~std::uint32_t{0} >> (8 * (key_size - prefix));
    if ((head(page, row) & padding) != 0) return "head has bytes beyond its key";
  }
  size = static_cast<std::size_t>(from - page) - begin + rest + value_size;
  return nullptr;
}

}  // namespace macaw::inline MACAW_ABI::detail
