// SPDX-License-Identifier: MIT
//
// Layouts: how the leaves and branches of one table are laid out. Layer 1 (format).
//
// A layout is a small value with two members, `leaf` and `branch`, whose functions work on the bytes of one
// page. They allocate nothing and throw nothing, and their classes share one interface:
//
// | leaf                                    | meaning                                                              |
// |-----------------------------------------|----------------------------------------------------------------------|
// | `shape()`, `format(p)`                  | the shape of a leaf; makes an empty one                              |
// | `count(p)`, `used(p)`                   | entries; bytes taken, header included, dead bytes not                |
// | `prefetch(p)`, `lower_bound(p, key)`    | the search, for a key from `make_key`                                |
// | `key_size(p, i)`, `copy_key(p, i, out)` | an entry's key; `copy_key` returns the end of what it wrote          |
// | `value(p, i)`                           | an entry's value, in the page                                        |
// | `can_insert(p, i, key, size)`,          | a new entry at index i; returns where its value goes, or nullptr and |
// | `insert(p, i, key, size, tag)`          | changed nothing: then `split` helps                                  |
// | `can_resize(p, i, size)`,               | another size or tag for a value, whose bytes are lost; like `insert` |
// | `resize(p, i, size, tag)`               |                                                                      |
// | `erase(p, first, last)`                 | removes entries [first, last)                                        |
// | `append(to, from, first, last)`         | copies entries behind those of `to`, as many as fit; returns how many|
// | `fits_together(a, b)`                   | whether `append` of all of b to a takes all                          |
// | `copy(to, from)`                        | makes `to` the same page, but for bytes that hold nothing            |
// | `split(p, i, key, size, ascending)`     | where to cut so that the new entry fits (split_plan)                 |
// | `has_references(p)`                     | whether cells may hold references                                    |
// | `validate(p)`                           | what is wrong with the bytes, or nullptr                             |
//
// | branch                                  | meaning                                                              |
// |-----------------------------------------|----------------------------------------------------------------------|
// | `shape(level)`, `format(p, level,       | the shape of a branch; makes one with a single child, or one without |
// | ref, word)`, `format_empty(p, level)`   | any, to append to                                                    |
// | `child_index(p, key)`                   | the child that leads to a key                                        |
// | `child(p, i)`, `set_child(p, i, ref)`   | a child's reference                                                  |
// | `entries(p, i)`, `set_entries(p, i, w)` | what is kept of the leaf at level 1 (position.hpp); elsewhere 0      |
// | `separator_size(p, i)`,                 | separator i >= 1: not greater than any key of child i, greater than  |
// | `copy_separator(p, i, out)`             | every key of child i - 1                                             |
// | `can_insert(p, i, sep)`,                | a new child at index i >= 1 with its separator; false: changed       |
// | `insert(p, i, sep, ref, word)`          | nothing                                                              |
// | `erase(p, first, last)`                 | removes children; the first one left loses its separator             |
// | `set_separator(p, i, sep)`              | false where it does not fit; then nothing was changed                |
// | `append(to, joint, from, first, last)`  | as for leaves; `joint` separates from what `to` holds, and is        |
// | `fits_together(a, joint, b)`            | ignored where that is nothing                                        |
// | `copy(to, from)`                        | as for leaves                                                        |
// | `split(p, i, sep, ascending)`           | where to cut so that the new child fits (split_plan)                 |
//
// Keys handed in must not lie in the page that is changed.

#pragma once

#include <macaw/bytes.hpp>
#include <macaw/detail/format/dense_branch.hpp>
#include <macaw/detail/format/dense_cell_leaf.hpp>
#include <macaw/detail/format/dense_key.hpp>
#include <macaw/detail/format/dense_leaf.hpp>
#include <macaw/detail/format/geometry.hpp>
#include <macaw/detail/format/page_header.hpp>
#include <macaw/detail/format/slotted_branch.hpp>
#include <macaw/detail/format/slotted_key.hpp>
#include <macaw/detail/format/slotted_leaf.hpp>
#include <macaw/detail/format/width.hpp>
#include <macaw/macros.hpp>

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <type_traits>

namespace macaw::inline MACAW_ABI::detail {

/// The layout for keys of one size. `ValueWidth` 0: values of any size. Either may be `dynamic_width`, but
/// whether values have one size is always known at compile time.
template <std::size_t PageSize, std::size_t KeyWidth, std::size_t ValueWidth>
struct dense_layout {
  static_assert(KeyWidth == dynamic_width || (KeyWidth >= 1 && KeyWidth <= geometry<PageSize>::key_size_max),
                "a key of this size does not fit four times into a page");

  using search_key = dense_search_key;
  using leaf_type = std::conditional_t<ValueWidth == 0, dense_cell_leaf<PageSize, KeyWidth>,
                                       dense_leaf<PageSize, KeyWidth, ValueWidth>>;
  using branch_type = dense_branch<PageSize, KeyWidth>;

  static constexpr std::size_t page_size = PageSize;

  constexpr dense_layout() noexcept requires(KeyWidth != dynamic_width && ValueWidth != dynamic_width)
      : dense_layout(KeyWidth, ValueWidth) {}
  constexpr dense_layout(std::size_t key_width, std::size_t value_width) noexcept
      : leaf(key_width, value_width), branch(key_width, value_width), keys_(key_width) {}

  /// Prepares a key for searching. Requires: it has the layout's size, and its bytes outlive the result.
  [[nodiscard]] MACAW_ALWAYS_INLINE search_key make_key(bytes_view key) const noexcept { return keys_.make_key(key); }

  leaf_type leaf;
  branch_type branch;

 private:
  dense_keys<KeyWidth> keys_;
};

/// The layout for keys of any size. `ValueWidth` as above.
template <std::size_t PageSize, std::size_t ValueWidth>
struct slotted_layout {
  using search_key = slotted_search_key;
  using leaf_type = slotted_leaf<PageSize, ValueWidth>;
  using branch_type = slotted_branch<PageSize>;

  static constexpr std::size_t page_size = PageSize;

  constexpr slotted_layout() noexcept requires(ValueWidth != dynamic_width) : slotted_layout(0, ValueWidth) {}
  constexpr slotted_layout(std::size_t, std::size_t value_width) noexcept
      : leaf(0, value_width), branch(0, value_width) {}

  /// Prepares a key for searching. Requires: its bytes outlive the result.
  [[nodiscard]] MACAW_ALWAYS_INLINE search_key make_key(bytes_view key) const noexcept {
    return {key.data(), key.size()};
  }

  leaf_type leaf;
  branch_type branch;
};

/// Value width of the layout for these codecs: values that do not fit beside a key are stored as of any size.
template <std::size_t PageSize, std::size_t KeyWidth, std::size_t ValueWidth>
inline constexpr std::size_t layout_value_width = valid_widths<PageSize>(KeyWidth, ValueWidth) ? ValueWidth : 0;

/// The layout for keys and values of these sizes, 0 where they vary.
template <std::size_t PageSize, std::size_t KeyWidth, std::size_t ValueWidth>
using layout_for = std::conditional_t<
    KeyWidth == 0, slotted_layout<PageSize, layout_value_width<PageSize, KeyWidth, ValueWidth>>,
    dense_layout<PageSize, KeyWidth == 0 ? 1 : KeyWidth, layout_value_width<PageSize, KeyWidth, ValueWidth>>>;

/// Calls `f` with the layout for widths that are known at run time only.
/// Requires: `valid_widths<PageSize>(key_width, value_width)`.
template <std::size_t PageSize, class F>
decltype(auto) with_layout(std::size_t key_width, std::size_t value_width, F&& f) {
  if (key_width == 0) {
    if (value_width == 0) return f(slotted_layout<PageSize, 0>());
    return f(slotted_layout<PageSize, dynamic_width>(0, value_width));
  }
  if (value_width == 0) return f(dense_layout<PageSize, dynamic_width, 0>(key_width, 0));
  return f(dense_layout<PageSize, dynamic_width, dynamic_width>(key_width, value_width));
}

/// Writes the shortest separator of two neighbouring keys: greater than the left, not greater than the right.
/// Keys of one size are kept whole. Requires: `left < right`. Returns: the end of what was written.
template <class Layout>
std::byte* separator_between(const Layout&, bytes_view left, bytes_view right, std::byte* out) noexcept {
  std::size_t size = right.size();
  if constexpr (std::is_same_v<typename Layout::search_key, slotted_search_key>) {
    const std::size_t common = left.size() < right.size() ? left.size() : right.size();
    std::size_t same = 0;
    while (same < common && left[same] == right[same]) ++same;
    size = same + 1;
  }
  std::memcpy(out, right.data(), size);
  return out + size;
}

}  // namespace macaw::inline MACAW_ABI::detail
