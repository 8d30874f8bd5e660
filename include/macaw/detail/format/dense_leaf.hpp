// SPDX-License-Identifier: MIT
//
// Leaves with keys and values of fixed size: arrays only. Layer 1 (format): pure over bytes.
//
//     hints (16 heads, only where the capacity makes them worth it) | heads | tails | values
//
// Every column has room for `capacity()` rows, so no column ever moves. The heap is empty.

#pragma once

#include <macaw/bytes.hpp>
#include <macaw/detail/base/prefetch.hpp>
#include <macaw/detail/format/cell.hpp>
#include <macaw/detail/format/columns.hpp>
#include <macaw/detail/format/dense_key.hpp>
#include <macaw/detail/format/dense_plan.hpp>
#include <macaw/detail/format/geometry.hpp>
#include <macaw/detail/format/hints.hpp>
#include <macaw/detail/format/page_header.hpp>
#include <macaw/detail/format/position.hpp>
#include <macaw/detail/format/width.hpp>
#include <macaw/macros.hpp>

#include <cstddef>
#include <cstdint>
#include <cstring>

namespace macaw::inline MACAW_ABI::detail {

/// The operations on dense leaves with fixed values.
template <std::size_t PageSize, std::size_t KeyWidth, std::size_t ValueWidth>
class dense_leaf {
 public:
  constexpr dense_leaf() noexcept = default;
  constexpr dense_leaf(std::size_t key_width, std::size_t value_width) noexcept
      : keys_(key_width), value_width_(value_width), plan_(PageSize, key_width, value_width) {}

  [[nodiscard]] constexpr page_shape shape() const noexcept {
    return make_shape(page_kind::leaf, 0, keys_.key_width(), value_width_.get());
  }
  /// Entries that fit a page.
  [[nodiscard]] constexpr std::uint32_t capacity() const noexcept { return plan_.get().capacity; }
  void format(std::byte* page) const noexcept {
    format_header(page, shape());
    finish(page, 0);
  }
  [[nodiscard]] std::uint32_t count(const std::byte* page) const noexcept { return load_count(page); }

  /// Asks for the lines that a search needs first.
  MACAW_ALWAYS_INLINE void prefetch(const std::byte* page) const noexcept {
    prefetch_line(page);
    prefetch_line(page + 64);
    if (keys_.head_width() == 8) prefetch_line(page + 128);
  }
  /// Asks for what a search for this key reads when it has read the hints.
  MACAW_ALWAYS_INLINE void prefetch_segment(const std::byte* page, const dense_search_key& key) const noexcept {
    const dense_plan& plan = plan_.get();
    if (!plan.hinted) return;
    const std::uint32_t row = keys_.segment(key_columns(page), key);
    const std::byte* const heads = page + at(head_column_index, row);
    for (std::size_t line = 0; line < plan.hint_stride * keys_.head_width(); line += 64) prefetch_line(heads + line);
    prefetch_values(page, row);
  }
  /// Asks for the first rows from `index` on.
  MACAW_ALWAYS_INLINE void prefetch_rows(const std::byte* page, std::uint32_t index) const noexcept {
    constexpr std::size_t ahead = 512;  // bytes of a column
    const std::byte* const heads = page + at(head_column_index, index);
    const std::byte* const values = page + at(value_column_index, index);
    for (std::size_t line = 0; line < ahead; line += 64) {
      prefetch_line(heads + line);
      prefetch_line(values + line);
    }
  }
  [[nodiscard]] MACAW_ALWAYS_INLINE position lower_bound(const std::byte* page,
                                                         const dense_search_key& key) const noexcept;

  [[nodiscard]] std::size_t key_size(const std::byte*, std::uint32_t) const noexcept { return keys_.key_width(); }
  MACAW_ALWAYS_INLINE std::byte* copy_key(const std::byte* page, std::uint32_t index, std::byte* out) const noexcept {
    return keys_.load(page + at(head_column_index, index), page + at(tail_column_index, index), out);
  }
  [[nodiscard]] MACAW_ALWAYS_INLINE cell_value value(const std::byte* page, std::uint32_t index) const noexcept {
    return {{page + at(value_column_index, index), value_width_.get()}, value_tag::inlined};
  }

  [[nodiscard]] bool can_insert(const std::byte* page, std::uint32_t, bytes_view, std::size_t) const noexcept {
    return count(page) < capacity();
  }
  std::byte* insert(std::byte* page, std::uint32_t index, bytes_view key, std::size_t value_size,
                    value_tag tag) const noexcept;
  [[nodiscard]] bool can_resize(const std::byte*, std::uint32_t, std::size_t) const noexcept { return true; }
  std::byte* resize(std::byte* page, std::uint32_t index, [[maybe_unused]] std::size_t value_size,
                    [[maybe_unused]] value_tag tag) const noexcept {
    MACAW_ASSERT(value_size == value_width_.get() && tag == value_tag::inlined);
    return page + at(value_column_index, index);
  }
  void erase(std::byte* page, std::uint32_t first, std::uint32_t last) const noexcept;
  std::uint32_t append(std::byte* to, const std::byte* from, std::uint32_t first, std::uint32_t last) const noexcept;

  /// Effects: makes `to` the same page; bytes that hold nothing are left as they are.
  void copy(std::byte* to, const std::byte* from) const noexcept {
    std::memcpy(to, from, place().base);
    columns().copy(to, from, place(), count(from));
  }
  [[nodiscard]] std::size_t used(const std::byte* page) const noexcept {
    return place().base + count(page) * columns().row_size();
  }
  [[nodiscard]] bool fits_together(const std::byte* left, const std::byte* right) const noexcept {
    return count(left) + count(right) <= capacity();
  }
  [[nodiscard]] split_plan split(const std::byte* page, std::uint32_t index, bytes_view, std::size_t,
                                 bool ascending) const noexcept;
  [[nodiscard]] bool has_references(const std::byte*) const noexcept { return false; }

  /// What is wrong with the bytes, or nullptr. Reads nothing outside the page, whatever they are.
  [[nodiscard]] const char* validate(const std::byte* page) const noexcept;

 private:
  static constexpr std::size_t head_column_index = 0, tail_column_index = 1, value_column_index = 2;

  [[nodiscard]] constexpr column_set<3> columns() const noexcept {
    return {{keys_.head_width(), keys_.tail_width(), value_width_.get()}};
  }
  [[nodiscard]] constexpr column_place place() const noexcept { return plan_.get().place(); }
  [[nodiscard]] constexpr std::size_t at(std::size_t column, std::uint32_t row = 0) const noexcept {
    return columns().at(place(), column, row);
  }
  [[nodiscard]] MACAW_ALWAYS_INLINE dense_key_columns key_columns(const std::byte* page) const noexcept {
    return {{page + at(head_column_index), plan_.get().hinted ? page + page_header_size : nullptr, count(page),
             plan_.get().hint_stride},
            page + at(tail_column_index)};
  }
  /// Asks for the values of a segment that begins with `row`, where they take few lines: while its keys are on their
  /// way.
  MACAW_ALWAYS_INLINE void prefetch_values(const std::byte* page, std::uint32_t row) const noexcept {
    if (value_width_.get() > 16) return;
    prefetch_line(page + at(value_column_index, row));
    prefetch_line(page + at(value_column_index, row) + 64);
  }
  /// Effects: sets the count and makes the hints right again.
  void finish(std::byte* page, std::uint32_t count) const noexcept {
    store_count(page, count);
    const dense_plan& plan = plan_.get();
    if (plan.hinted) {
      keys_.store_hints(page + page_header_size, page + at(head_column_index), count, plan.hint_stride);
    }
  }

  dense_keys<KeyWidth> keys_;
  width<ValueWidth> value_width_;
  dense_plan_of<PageSize, KeyWidth, ValueWidth> plan_;
};

template <std::size_t PageSize, std::size_t KeyWidth, std::size_t ValueWidth>
MACAW_ALWAYS_INLINE position dense_leaf<PageSize, KeyWidth, ValueWidth>::lower_bound(
    const std::byte* page, const dense_search_key& key) const noexcept {
  return keys_.lower_bound(key_columns(page), key,
                           [this, page](std::uint32_t row) noexcept { prefetch_values(page, row); });
}

template <std::size_t PageSize, std::size_t KeyWidth, std::size_t ValueWidth>
std::byte* dense_leaf<PageSize, KeyWidth, ValueWidth>::insert(std::byte* page, std::uint32_t index, bytes_view key,
                                                              [[maybe_unused]] std::size_t value_size,
                                                              [[maybe_unused]] value_tag tag) const noexcept {
  MACAW_ASSERT(value_size == value_width_.get() && tag == value_tag::inlined);
  const std::uint32_t entries = count(page);
  if (entries >= capacity()) return nullptr;
  columns().open(page, place(), place(), entries, index, 1);
  keys_.store(page + at(head_column_index, index), page + at(tail_column_index, index), key);
  finish(page, entries + 1);
  return page + at(value_column_index, index);
}

template <std::size_t PageSize, std::size_t KeyWidth, std::size_t ValueWidth>
void dense_leaf<PageSize, KeyWidth, ValueWidth>::erase(std::byte* page, std::uint32_t first,
                                                       std::uint32_t last) const noexcept {
  const std::uint32_t entries = count(page);
  columns().close(page, place(), place(), entries, first, last);
  finish(page, entries - (last - first));
}

template <std::size_t PageSize, std::size_t KeyWidth, std::size_t ValueWidth>
std::uint32_t dense_leaf<PageSize, KeyWidth, ValueWidth>::append(std::byte* to, const std::byte* from,
                                                                 std::uint32_t first,
                                                                 std::uint32_t last) const noexcept {
  const std::uint32_t entries = count(to);
  const std::uint32_t room = capacity() - entries;
  const std::uint32_t taken = last - first < room ? last - first : room;
  for (std::size_t column = 0; column < 3; ++column) {
    const std::size_t size = taken * columns().widths[column];
    if (size != 0) std::memcpy(to + at(column, entries), from + at(column, first), size);
  }
  finish(to, entries + taken);
  return taken;
}

template <std::size_t PageSize, std::size_t KeyWidth, std::size_t ValueWidth>
split_plan dense_leaf<PageSize, KeyWidth, ValueWidth>::split(const std::byte* page, std::uint32_t index, bytes_view,
                                                             std::size_t, bool ascending) const noexcept {
  const std::uint32_t entries = count(page);
  if (ascending && index == entries) return {entries, false};
  const std::uint32_t at = (entries + 1) / 2;
  return {at, index < at || (index == at && at < entries - at)};
}

template <std::size_t PageSize, std::size_t KeyWidth, std::size_t ValueWidth>
const char* dense_leaf<PageSize, KeyWidth, ValueWidth>::validate(const std::byte* page) const noexcept {
  const std::uint32_t entries = count(page);
  if (entries > capacity()) return "count exceeds the page's capacity";
  return keys_.validate(key_columns(page));
}

}  // namespace macaw::inline MACAW_ABI::detail
