// SPDX-License-Identifier: MIT
//
// Changing slotted pages: rows in, rows out, rebuilding. Layer 1 (format). Bodies of slotted_rows.

#pragma once

#include <macaw/bytes.hpp>
#include <macaw/detail/base/endian.hpp>
#include <macaw/detail/format/cell.hpp>
#include <macaw/detail/format/geometry.hpp>
#include <macaw/detail/format/heap.hpp>
#include <macaw/detail/format/hints.hpp>
#include <macaw/detail/format/page_header.hpp>
#include <macaw/detail/format/slotted_key.hpp>
#include <macaw/detail/format/slotted_rows.hpp>
#include <macaw/detail/format/slotted_search.hpp>
#include <macaw/macros.hpp>

#include <cstddef>
#include <cstdint>
#include <cstring>

namespace macaw::inline MACAW_ABI::detail {

template <std::size_t PageSize, class Kind, std::size_t ValueWidth>
auto slotted_rows<PageSize, Kind, ValueWidth>::settle_insert(const std::byte* page, std::uint32_t row,
                                                             bytes_view key) const noexcept -> plan {
  const std::uint32_t count = load_count(page);
  const std::size_t keyed = count + 1 - Kind::first_keyed;
  plan made;
  if (keyed < 2) return made;
  made.settle(row == Kind::first_keyed ? key_front(key) : front(page, Kind::first_keyed),
              row == count ? key_front(key) : front(page, count - 1), keyed);
  return made;
}

template <std::size_t PageSize, class Kind, std::size_t ValueWidth>
auto slotted_rows<PageSize, Kind, ValueWidth>::plan_insert(const std::byte* page, std::uint32_t row, bytes_view key,
                                                           std::size_t value_size) const noexcept -> plan {
  const std::uint32_t count = load_count(page);
  plan made = settle_insert(page, row, key);
  made.choose(load_prefix_size(page), [&](std::size_t prefix) {
    const std::size_t cells = cells_size(page, 0, count, prefix) + new_cell_size(key.size(), prefix, value_size);
    return columns_end(prefix, count + 1) + cells <= PageSize;
  });
  return made;
}

template <std::size_t PageSize, class Kind, std::size_t ValueWidth>
auto slotted_rows<PageSize, Kind, ValueWidth>::plan_replace(const std::byte* page, std::uint32_t row, bytes_view key,
                                                            std::size_t value_size) const noexcept -> plan {
  const std::uint32_t count = load_count(page);
  plan made;
  made.settle(row == Kind::first_keyed ? key_front(key) : front(page, Kind::first_keyed),
              row == count - 1 ? key_front(key) : front(page, count - 1), count - Kind::first_keyed);
  made.choose(load_prefix_size(page), [&](std::size_t prefix) {
    const std::size_t cells = cells_size(page, 0, count, prefix) - new_cell_size(page, row, prefix) +
                              new_cell_size(key.size(), prefix, value_size);
    return columns_end(prefix, count) + cells <= PageSize;
  });
  return made;
}

template <std::size_t PageSize, class Kind, std::size_t ValueWidth>
auto slotted_rows<PageSize, Kind, ValueWidth>::plan_append(const std::byte* to, bytes_view joint, const std::byte* from,
                                                           std::uint32_t first, std::uint32_t taken) const noexcept
    -> plan {
  const std::uint32_t count = load_count(to);
  const std::size_t rows = count + taken;
  const std::size_t keyed = rows > Kind::first_keyed ? rows - Kind::first_keyed : 0;
  // A row appended to a page without rows leaves its key behind where row 0 has none.
  const std::uint32_t unkeyed = count < Kind::first_keyed ? Kind::first_keyed - count : 0;
  const auto front_of = [&](std::uint32_t index) {
    return index == 0 && !joint.empty() ? key_front(joint) : front(from, first + index);
  };
  plan made;
  if (keyed >= 2) {
    made.settle(count > Kind::first_keyed ? front(to, Kind::first_keyed) : front_of(unkeyed), front_of(taken - 1),
                keyed);
  }
  const bool joined = unkeyed == 0 && !joint.empty();
  const std::uint32_t plain = first + (joined ? 1 : unkeyed);
  made.choose(load_prefix_size(count == 0 ? from : to), [&](std::size_t prefix) {
    std::size_t cells = cells_size(to, 0, count, prefix);
    if (joined) cells += new_cell_size(joint.size(), prefix, 0);
    if (plain < first + taken) cells += cells_size(from, plain, first + taken, prefix);
    return columns_end(prefix, rows) + cells <= PageSize;
  });
  return made;
}

template <std::size_t PageSize, class Kind, std::size_t ValueWidth>
bool slotted_rows<PageSize, Kind, ValueWidth>::can_insert(const std::byte* page, std::uint32_t row, bytes_view key,
                                                          std::size_t value_size) const noexcept {
  return direct_insert(page, key, value_size) || plan_insert(page, row, key, value_size).fits;
}

template <std::size_t PageSize, class Kind, std::size_t ValueWidth>
std::byte* slotted_rows<PageSize, Kind, ValueWidth>::insert(std::byte* page, std::uint32_t row, bytes_view key,
                                                            std::size_t word, std::size_t value_size) const noexcept {
  const bool direct = direct_insert(page, key, value_size);
  if (direct && !gains_prefix(page, row, key)) {
    open(page, row, 1);
  } else {
    const plan made = plan_insert(page, row, key, value_size);
    if (!made.fits) return nullptr;
    rebuild(page, made.prefix_bytes(), row, 1);
  }
  std::byte* const value = put(page, row, key, word, value_size);
  update_hints(page);
  return value;
}

template <std::size_t PageSize, class Kind, std::size_t ValueWidth>
bool slotted_rows<PageSize, Kind, ValueWidth>::can_replace(const std::byte* page, std::uint32_t row, bytes_view key,
                                                           std::size_t value_size) const noexcept {
  const std::size_t prefix = load_prefix_size(page);
  if (shares_prefix(page, key)) {
    const std::size_t size = new_cell_size(key.size(), prefix, value_size);
    if (size <= stored_size(cell(page, row))) return true;
    if (columns_end(prefix, load_count(page)) + size + load_heap_size(page) <= PageSize) return true;
  }
  return plan_replace(page, row, key, value_size).fits;
}

template <std::size_t PageSize, class Kind, std::size_t ValueWidth>
std::byte* slotted_rows<PageSize, Kind, ValueWidth>::replace(std::byte* page, std::uint32_t row, bytes_view key,
                                                             std::size_t word, std::size_t value_size) const noexcept {
  const std::size_t prefix = load_prefix_size(page);
  const std::size_t size = new_cell_size(key.size(), prefix, value_size);
  const std::size_t old_size = stored_size(cell(page, row));
  const bool in_place = shares_prefix(page, key) && size <= old_size;
  const bool beside =
      shares_prefix(page, key) && columns_end(prefix, load_count(page)) + size + load_heap_size(page) <= PageSize;
  if (in_place) {
    const std::size_t rest_size = rest_size_of(key.size(), prefix);
    store_le(page + at(page, 0, row), head_of(key.data() + prefix, key.size() - prefix));
    store_dead(page, load_dead(page) + old_size - size);
    std::byte* const value =
        put_cell(page, row, offset(page, row),
                 {key.size(), word, key.data() + (key.size() - rest_size), rest_size, nullptr, value_size});
    update_hints(page);
    return value;
  }
  if (beside) {
    release_cell(page, PageSize, offset(page, row), old_size);
  } else {
    const plan made = plan_replace(page, row, key, value_size);
    if (!made.fits) return nullptr;
    rebuild(page, made.prefix_bytes(), row, 0, row);
  }
  std::byte* const value = put(page, row, key, word, value_size);
  update_hints(page);
  return value;
}

template <std::size_t PageSize, class Kind, std::size_t ValueWidth>
void slotted_rows<PageSize, Kind, ValueWidth>::erase(std::byte* page, std::uint32_t first,
                                                     std::uint32_t last) const noexcept {
  if (first == last) return;
  const std::uint32_t count = load_count(page);
  const std::uint32_t left = count - (last - first);
  // Where row 0 has no key, a row that comes to stand there gives its key up.
  const std::uint32_t keyless = first < Kind::first_keyed && last < count ? last + 1 : last;
  for (std::uint32_t row = first < Kind::first_keyed ? Kind::first_keyed : first; row < keyless; ++row) {
    release_cell(page, PageSize, offset(page, row), stored_size(cell(page, row)));
  }
  const std::size_t prefix = load_prefix_size(page);
  const std::size_t prefix_left = left > Kind::first_keyed ? prefix : 0;
  Kind::columns.close(page, place(prefix, count), place(prefix_left, left), count, first, last);
  store_count(page, left);
  if (left <= Kind::first_keyed) {
    store_prefix(page, {});
    store_heap_size(page, 0);
    store_dead(page, 0);
  }
  if (keyless != last) clear_row(page, 0);
  update_hints(page);
}

template <std::size_t PageSize, class Kind, std::size_t ValueWidth>
std::uint32_t slotted_rows<PageSize, Kind, ValueWidth>::room_for(const std::byte* to, bytes_view joint,
                                                                 const std::byte* from, std::uint32_t first,
                                                                 std::uint32_t last) const noexcept {
  std::uint32_t fitting = 0;
  std::uint32_t more = last - first;
  if (more == 0 || plan_append(to, joint, from, first, more).fits) return more;
  while (fitting + 1 < more) {
    const std::uint32_t middle = fitting + (more - fitting) / 2;
    if (plan_append(to, joint, from, first, middle).fits) {
      fitting = middle;
    } else {
      more = middle;
    }
  }
  return fitting;
}

template <std::size_t PageSize, class Kind, std::size_t ValueWidth>
std::uint32_t slotted_rows<PageSize, Kind, ValueWidth>::append(std::byte* to, bytes_view joint, const std::byte* from,
                                                               std::uint32_t first, std::uint32_t last) const noexcept {
  const std::uint32_t taken = room_for(to, joint, from, first, last);
  if (taken == 0) return 0;
  const std::uint32_t count = load_count(to);
  const plan made = plan_append(to, joint, from, first, taken);
  // Rebuilt even where nothing moves: appending is rare, and it leaves no dead bytes.
  rebuild(to, made.prefix_bytes(), count, taken);
  for (std::size_t column = 1; column < Kind::columns.widths.size(); ++column) {
    std::memcpy(to + at(to, column, count), from + at(from, column, first), taken * Kind::columns.widths[column]);
  }
  for (std::uint32_t i = 0; i < taken; ++i) {
    if (count + i < Kind::first_keyed) {
      clear_row(to, count + i);
    } else if (i == 0 && !joint.empty()) {
      put(to, count, joint, 0, 0);
    } else {
      take(to, count + i, from, first + i);
    }
  }
  update_hints(to);
  return taken;
}

template <std::size_t PageSize, class Kind, std::size_t ValueWidth>
void slotted_rows<PageSize, Kind, ValueWidth>::open(std::byte* page, std::uint32_t row, std::uint32_t added) noexcept {
  const std::uint32_t count = load_count(page);
  const std::size_t prefix = load_prefix_size(page);
  Kind::columns.open(page, place(prefix, count), place(prefix, count + added), count, row, added);
  store_count(page, count + added);
}

template <std::size_t PageSize, class Kind, std::size_t ValueWidth>
void slotted_rows<PageSize, Kind, ValueWidth>::rebuild(std::byte* page, bytes_view prefix, std::uint32_t row,
                                                       std::uint32_t added, std::uint32_t skipped) const noexcept {
  std::byte made[PageSize];
  const std::uint32_t count = load_count(page);
  std::memcpy(made, page, page_header_size);
  store_prefix(made, prefix);
  store_count(made, count + added);
  store_heap_size(made, 0);
  store_dead(made, 0);
  for (std::size_t column = 1; column < Kind::columns.widths.size(); ++column) {
    const std::size_t size = Kind::columns.widths[column];
    std::memcpy(made + at(made, column), page + at(page, column), row * size);
    std::memset(made + at(made, column, row), 0, added * size);
    std::memcpy(made + at(made, column, row + added), page + at(page, column, row), (count - row) * size);
  }
  for (std::uint32_t i = 0; i < count; ++i) {
    const std::uint32_t to = i < row ? i : i + added;
    if (i < Kind::first_keyed) {
      clear_row(made, to);
    } else if (i != skipped) {
      take(made, to, page, i);
    }
  }
  const std::size_t heap = load_heap_size(made);
  std::memcpy(page, made, columns_end(prefix.size(), count + added));
  std::memcpy(page + (PageSize - heap), made + (PageSize - heap), heap);
}

template <std::size_t PageSize, class Kind, std::size_t ValueWidth>
std::byte* slotted_rows<PageSize, Kind, ValueWidth>::put(std::byte* page, std::uint32_t row, bytes_view key,
                                                         std::size_t word, std::size_t value_size) const noexcept {
  MACAW_ASSERT(key.size() <= geometry<PageSize>::key_size_max);
  const std::size_t prefix = load_prefix_size(page);
  const std::size_t rest_size = rest_size_of(key.size(), prefix);
  store_le(page + at(page, 0, row), head_of(key.data() + prefix, key.size() - prefix));
  const std::size_t offset = allocate_cell(page, PageSize, cell_size(key.size(), rest_size, value_size));
  return put_cell(page, row, offset,
                  {key.size(), word, key.data() + (key.size() - rest_size), rest_size, nullptr, value_size});
}

template <std::size_t PageSize, class Kind, std::size_t ValueWidth>
void slotted_rows<PageSize, Kind, ValueWidth>::take(std::byte* to, std::uint32_t row, const std::byte* from,
                                                    std::uint32_t source) const noexcept {
  const slotted_cell found = cell(from, source);
  std::byte* value = nullptr;
  if (load_prefix_size(to) == load_prefix_size(from)) {
    store_le(to + at(to, 0, row), head(from, source));
    value = put_cell(to, row, allocate_cell(to, PageSize, stored_size(found)), found);
  } else {
    std::byte key[geometry<PageSize>::key_size_max];
    const std::byte* const end = copy_key(from, source, key);
    value = put(to, row, {key, static_cast<std::size_t>(end - key)}, found.word, found.value_size);
  }
  std::memcpy(value, found.value, found.value_size);
}

template <std::size_t PageSize, class Kind, std::size_t ValueWidth>
std::byte* slotted_rows<PageSize, Kind, ValueWidth>::put_cell(std::byte* page, std::uint32_t row, std::size_t offset,
                                                              const slotted_cell& cell) noexcept {
  store_le(page + at(page, Kind::offset_column, row), static_cast<std::uint16_t>(offset));
  std::byte* to = store_varint(page + offset, cell.key_size);
  if constexpr (Kind::has_value_word) to = store_varint(to, cell.word);
  if (cell.rest_size != 0) std::memcpy(to, cell.rest, cell.rest_size);
  return to + cell.rest_size;
}

template <std::size_t PageSize, class Kind, std::size_t ValueWidth>
void slotted_rows<PageSize, Kind, ValueWidth>::clear_row(std::byte* page, std::uint32_t row) noexcept {
  store_le(page + at(page, 0, row), std::uint32_t{0});
  store_le(page + at(page, Kind::offset_column, row), std::uint16_t{0});
}

template <std::size_t PageSize, class Kind, std::size_t ValueWidth>
void slotted_rows<PageSize, Kind, ValueWidth>::store_prefix(std::byte* page, bytes_view prefix) noexcept {
  page[header_field::prefix_size] = static_cast<std::byte>(prefix.size());
  std::memset(page + header_field::prefix, 0, page_header_size - header_field::prefix);
  if (!prefix.empty()) std::memcpy(page + header_field::prefix, prefix.data(), prefix.size());
}

template <std::size_t PageSize, class Kind, std::size_t ValueWidth>
void slotted_rows<PageSize, Kind, ValueWidth>::update_hints(std::byte* page) const noexcept {
  const std::uint32_t count = load_count(page);
  if (!has_hints(count, slotted_head_width)) return;
  store_hints<std::uint32_t>(page + prefix_end(load_prefix_size(page)), page + at(page, 0), count,
                             hint_stride(count, slotted_head_width));
}

}  // namespace macaw::inline MACAW_ABI::detail
