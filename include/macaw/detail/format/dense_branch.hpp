// SPDX-License-Identifier: MIT
//
// Branches over keys of fixed size: arrays only. Layer 1 (format): pure over bytes.
//
//     hints (where worth it) | heads | tails | child ids (4) | births (4) | entries (2, used at level 1)
//
// Slot i leads to the keys from separator i up to separator i + 1. Slot 0 has no separator; zeros stand in
// its place, which are not greater than any key. Every column has room for `capacity()` rows.

#pragma once

#include <macaw/bytes.hpp>
#include <macaw/detail/base/endian.hpp>
#include <macaw/detail/base/prefetch.hpp>
#include <macaw/detail/format/columns.hpp>
#include <macaw/detail/format/dense_key.hpp>
#include <macaw/detail/format/dense_plan.hpp>
#include <macaw/detail/format/hints.hpp>
#include <macaw/detail/format/page_header.hpp>
#include <macaw/detail/format/position.hpp>
#include <macaw/detail/format/width.hpp>
#include <macaw/ids.hpp>
#include <macaw/macros.hpp>

#include <cstddef>
#include <cstdint>
#include <cstring>

namespace macaw::inline MACAW_ABI::detail {

/// The operations on dense branches.
template <std::size_t PageSize, std::size_t KeyWidth>
class dense_branch {
 public:
  constexpr dense_branch() noexcept = default;
  /// The value width is that of the leaves: branches carry it in their shape.
  constexpr dense_branch(std::size_t key_width, std::size_t value_width) noexcept
      : keys_(key_width), plan_(PageSize, key_width, rest_width), value_width_(value_width) {}

  [[nodiscard]] constexpr page_shape shape(std::uint8_t level) const noexcept {
    return make_shape(page_kind::branch, level, keys_.key_width(), value_width_);
  }
  [[nodiscard]] constexpr std::uint32_t capacity() const noexcept { return plan_.get().capacity; }

  void format_empty(std::byte* page, std::uint8_t level) const noexcept {
    format_header(page, shape(level));
    finish(page, 0);
  }
  void format(std::byte* page, std::uint8_t level, page_ref first_child, std::uint32_t word) const noexcept {
    format_empty(page, level);
    put(page, 0, {}, first_child, word);
    finish(page, 1);
  }
  [[nodiscard]] std::uint32_t count(const std::byte* page) const noexcept { return load_count(page); }

  MACAW_ALWAYS_INLINE void prefetch(const std::byte* page) const noexcept {
    prefetch_line(page);
    prefetch_line(page + 64);
    if (keys_.head_width() == 8) prefetch_line(page + 128);
  }
  [[nodiscard]] MACAW_ALWAYS_INLINE std::uint32_t child_index(const std::byte* page,
                                                              const dense_search_key& key) const noexcept {
    const std::byte* const ids = page + at(id_column);
    return keys_.upper_bound(key_columns(page), key, [=](std::uint32_t row) noexcept {
      prefetch_line(ids + std::size_t{4} * row);
    }) - 1;
  }

  [[nodiscard]] MACAW_ALWAYS_INLINE page_ref child(const std::byte* page, std::uint32_t index) const noexcept {
    return {page_id{load_le<std::uint32_t>(page + at(id_column, index))},
            load_le<std::uint32_t>(page + at(birth_column, index))};
  }
  void set_child(std::byte* page, std::uint32_t index, page_ref ref) const noexcept {
    store_le(page + at(id_column, index), to_number(ref.id));
    store_le(page + at(birth_column, index), ref.birth);
  }
  /// Where the two halves of a child's reference stand, for code that knows pages only.
  [[nodiscard]] std::size_t id_offset(const std::byte*, std::uint32_t index) const noexcept {
    return at(id_column, index);
  }
  [[nodiscard]] std::size_t birth_offset(const std::byte*, std::uint32_t index) const noexcept {
    return at(birth_column, index);
  }
  [[nodiscard]] std::uint32_t entries(const std::byte* page, std::uint32_t index) const noexcept {
    return load_le<std::uint16_t>(page + at(entries_column, index));
  }
  void set_entries(std::byte* page, std::uint32_t index, std::uint32_t word) const noexcept {
    store_le(page + at(entries_column, index), static_cast<std::uint16_t>(word));
  }

  [[nodiscard]] std::size_t separator_size(const std::byte*, std::uint32_t) const noexcept { return keys_.key_width(); }
  std::byte* copy_separator(const std::byte* page, std::uint32_t index, std::byte* out) const noexcept {
    return keys_.load(page + at(head_column_index, index), page + at(tail_column_index, index), out);
  }
  [[nodiscard]] bool can_insert(const std::byte* page, std::uint32_t, bytes_view) const noexcept {
    return count(page) < capacity();
  }
  bool insert(std::byte* page, std::uint32_t index, bytes_view separator, page_ref ref,
              std::uint32_t word) const noexcept;
  void erase(std::byte* page, std::uint32_t first, std::uint32_t last) const noexcept;
  bool set_separator(std::byte* page, std::uint32_t index, bytes_view separator) const noexcept {
    keys_.store(page + at(head_column_index, index), page + at(tail_column_index, index), separator);
    finish(page, count(page));
    return true;
  }
  std::uint32_t append(std::byte* to, bytes_view joint, const std::byte* from, std::uint32_t first,
                       std::uint32_t last) const noexcept;

  /// Effects: makes `to` the same page; bytes that hold nothing are left as they are.
  void copy(std::byte* to, const std::byte* from) const noexcept {
    std::memcpy(to, from, plan_.get().base);
    columns().copy(to, from, plan_.get().place(), count(from));
  }
  [[nodiscard]] std::size_t used(const std::byte* page) const noexcept {
    return plan_.get().base + count(page) * columns().row_size();
  }
  [[nodiscard]] bool fits_together(const std::byte* left, bytes_view, const std::byte* right) const noexcept {
    return count(left) + count(right) <= capacity();
  }
  [[nodiscard]] split_plan split(const std::byte* page, std::uint32_t index, bytes_view,
                                 bool ascending) const noexcept {
    const std::uint32_t children = count(page);
    if (ascending && index == children) return {children - 1, false};
    const std::uint32_t at = children / 2;
    return {at, index <= at};
  }

  /// What is wrong with the bytes, or nullptr. Reads nothing outside the page, whatever they are.
  [[nodiscard]] const char* validate(const std::byte* page) const noexcept;

 private:
  static constexpr std::size_t head_column_index = 0, tail_column_index = 1, id_column = 2, birth_column = 3,
                               entries_column = 4;
  static constexpr std::size_t rest_width = 10;

  [[nodiscard]] constexpr column_set<5> columns() const noexcept {
    return {{keys_.head_width(), keys_.tail_width(), 4, 4, 2}};
  }
  [[nodiscard]] constexpr std::size_t at(std::size_t column, std::uint32_t row = 0) const noexcept {
    return columns().at(plan_.get().place(), column, row);
  }
  [[nodiscard]] MACAW_ALWAYS_INLINE dense_key_columns key_columns(const std::byte* page) const noexcept {
    return {{page + at(head_column_index), plan_.get().hinted ? page + page_header_size : nullptr, count(page),
             plan_.get().hint_stride},
            page + at(tail_column_index)};
  }
  /// Effects: writes a row; an empty separator is that of slot 0.
  void put(std::byte* page, std::uint32_t index, bytes_view separator, page_ref ref,
           std::uint32_t word) const noexcept {
    if (separator.empty()) {
      clear_separator(page, index);
    } else {
      keys_.store(page + at(head_column_index, index), page + at(tail_column_index, index), separator);
    }
    set_child(page, index, ref);
    set_entries(page, index, word);
  }
  void clear_separator(std::byte* page, std::uint32_t index) const noexcept {
    std::memset(page + at(head_column_index, index), 0, keys_.head_width());
    std::memset(page + at(tail_column_index, index), 0, keys_.tail_width());
  }
  void finish(std::byte* page, std::uint32_t count) const noexcept {
    store_count(page, count);
    const dense_plan& plan = plan_.get();
    if (plan.hinted) {
      keys_.store_hints(page + page_header_size, page + at(head_column_index), count, plan.hint_stride);
    }
  }

  dense_keys<KeyWidth> keys_;
  dense_plan_of<PageSize, KeyWidth, rest_width> plan_;
  std::size_t value_width_ = 0;
};

template <std::size_t PageSize, std::size_t KeyWidth>
bool dense_branch<PageSize, KeyWidth>::insert(std::byte* page, std::uint32_t index, bytes_view separator, page_ref ref,
                                              std::uint32_t word) const noexcept {
  const std::uint32_t children = count(page);
  MACAW_ASSERT(index >= 1 && index <= children);
  if (children >= capacity()) return false;
  columns().open(page, plan_.get().place(), plan_.get().place(), children, index, 1);
  put(page, index, separator, ref, word);
  finish(page, children + 1);
  return true;
}

template <std::size_t PageSize, std::size_t KeyWidth>
void dense_branch<PageSize, KeyWidth>::erase(std::byte* page, std::uint32_t first, std::uint32_t last) const noexcept {
  const std::uint32_t children = count(page);
  columns().close(page, plan_.get().place(), plan_.get().place(), children, first, last);
  if (first == 0 && last < children) clear_separator(page, 0);
  finish(page, children - (last - first));
}

template <std::size_t PageSize, std::size_t KeyWidth>
std::uint32_t dense_branch<PageSize, KeyWidth>::append(std::byte* to, bytes_view joint, const std::byte* from,
                                                       std::uint32_t first, std::uint32_t last) const noexcept {
  const std::uint32_t children = count(to);
  const std::uint32_t room = capacity() - children;
  const std::uint32_t taken = last - first < room ? last - first : room;
  if (taken == 0) return 0;
  for (std::size_t column = 0; column < 5; ++column) {
    const std::size_t size = taken * columns().widths[column];
    if (size != 0) std::memcpy(to + at(column, children), from + at(column, first), size);
  }
  if (children == 0) {
    clear_separator(to, 0);
  } else {
    keys_.store(to + at(head_column_index, children), to + at(tail_column_index, children), joint);
  }
  finish(to, children + taken);
  return taken;
}

template <std::size_t PageSize, std::size_t KeyWidth>
const char* dense_branch<PageSize, KeyWidth>::validate(const std::byte* page) const noexcept {
  const std::uint32_t children = count(page);
  if (children == 0) return "branch without children";
  if (children > capacity()) return "count exceeds the page's capacity";
  const std::byte* const first = page + at(head_column_index);
  for (std::size_t i = 0; i < keys_.head_width(); ++i) {
    if (first[i] != std::byte{0}) return "first child has a separator";
  }
  for (std::size_t i = 0; i < keys_.tail_width(); ++i) {
    if (page[at(tail_column_index) + i] != std::byte{0}) return "first child has a separator";
  }
  return keys_.validate(key_columns(page));
}

}  // namespace macaw::inline MACAW_ABI::detail
