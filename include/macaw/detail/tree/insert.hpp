// SPDX-License-Identifier: MIT
//
// Adding an entry to a tree: into its leaf, or into one of the two that the leaf is split into, and so on
// up the path. Layer 4 (tree). Nothing here throws: whoever calls has reserved `frames_to_insert`.
//
// Invariants:
//  1. The path is owned (path.hpp) when a function here is entered, and leads to the entry when it ends.
//  2. A page splits in two once for one insertion, since no entry takes more than half a page.
//  3. Splits at the right edge of the tree leave the full page as it is, so ascending keys fill pages.

#pragma once

#include <macaw/bytes.hpp>
#include <macaw/detail/format/cell.hpp>
#include <macaw/detail/format/geometry.hpp>
#include <macaw/detail/format/layout.hpp>
#include <macaw/detail/format/position.hpp>
#include <macaw/detail/format/tree_root.hpp>
#include <macaw/detail/tree/page_source.hpp>
#include <macaw/detail/tree/path.hpp>
#include <macaw/ids.hpp>
#include <macaw/macros.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <utility>

namespace macaw::inline MACAW_ABI::detail {

/// The most frames that owning a path and inserting one entry take: a copy and a split on each level, a new root.
[[nodiscard]] constexpr std::size_t frames_to_insert(std::uint32_t height) noexcept { return 2U * height + 1U; }

namespace insert_detail {

/// A page that has been split off and waits to be entered in its parent.
template <class L>
class split_off {
 public:
  page_ref ref;
  std::uint32_t word = 0;       ///< entry count and mark, for a leaf
  std::uint32_t left_word = 0;  ///< those of the page it was split from
  bool follow = false;          ///< whether the path goes on in it

  [[nodiscard]] bytes_view separator() const noexcept { return {buffers_[current_].data(), size_}; }

  /// Takes the separator that `write(out)` writes; `separator()` keeps its bytes until the next call but one.
  template <class Write>
  void set_separator(const Write& write) noexcept {
    std::byte* const out = buffers_[current_ ^ 1U].data();
    size_ = static_cast<std::size_t>(write(out) - out);
    current_ ^= 1U;
  }

 private:
  std::array<std::array<std::byte, geometry<L::page_size>::key_size_max>, 2> buffers_;
  std::size_t size_ = 0;
  unsigned current_ = 0;
};

/// Puts a new root above the old one and the page split off from it.
template <class L, page_writer W>
void grow_root(W& writer, tree_root& root, const L& layout, tree_path& path, const split_off<L>& right) noexcept {
  const std::uint8_t level = root.height;
  const new_page top = writer.create(layout.branch.shape(level));
  layout.branch.format(top.bytes, level, root.ref, right.left_word);
  [[maybe_unused]] const bool inserted = layout.branch.insert(top.bytes, 1, right.separator(), right.ref, right.word);
  MACAW_ASSERT(inserted);
  root.ref = top.ref;
  root.height = static_cast<std::uint8_t>(level + 1);
  ++root.branch_pages;
  path.steps[level] = {top.ref, right.follow ? 1U : 0U, top.bytes, top.bytes};
  path.height = root.height;
}

/// Splits the branch at `step` in two and enters `child` in one half; `child` becomes the right half.
template <class L, page_writer W>
void split_branch(W& writer, tree_root& root, const L& layout, path_step& step, std::uint8_t level, bool ascending,
                  split_off<L>& child) noexcept {
  std::byte* const left = step.own;
  const std::uint32_t count = layout.branch.count(left);
  const std::uint32_t place = step.index + 1;
  const auto plan = layout.branch.split(left, place, child.separator(), ascending);
  const new_page right = writer.create(layout.branch.shape(level));
  ++root.branch_pages;
  const std::uint32_t followed = step.index + (child.follow ? 1U : 0U);
  layout.branch.format_empty(right.bytes, level);
  [[maybe_unused]] const std::uint32_t moved = layout.branch.append(right.bytes, {}, left, plan.at, count);
  MACAW_ASSERT(moved == count - plan.at);
  const bytes_view separator = child.separator();
  child.set_separator([&](std::byte* out) { return layout.branch.copy_separator(left, plan.at, out); });
  layout.branch.erase(left, plan.at, count);
  std::byte* const half = plan.into_left ? left : right.bytes;
  const std::uint32_t at = plan.into_left ? place : place - plan.at;
  [[maybe_unused]] const bool inserted = layout.branch.insert(half, at, separator, child.ref, child.word);
  MACAW_ASSERT(inserted);
  const std::uint32_t left_count = layout.branch.count(left);
  child.ref = right.ref;
  child.word = child.left_word = 0;
  child.follow = followed >= left_count;
  if (child.follow) {
    step = {right.ref, followed - left_count, right.bytes, right.bytes};
  } else {
    step.index = followed;
  }
}

/// Enters a page that was split off in its parent, splitting upwards where there is no room.
template <class L, page_writer W>
void enter_child(W& writer, tree_root& root, const L& layout, tree_path& path, bool ascending,
                 split_off<L>& child) noexcept {
  for (std::uint8_t level = 1; level < root.height; ++level) {
    path_step& step = path.steps[level];
    if (level == 1) layout.branch.set_entries(step.own, step.index, child.left_word);
    if (layout.branch.insert(step.own, step.index + 1, child.separator(), child.ref, child.word)) {
      if (child.follow) ++step.index;
      return;
    }
    split_branch(writer, root, layout, step, level, ascending, child);
  }
  grow_root(writer, root, layout, path, child);
}

/// Writes the shortest separator of two leaves. Returns: the end of what was written.
template <class L>
std::byte* separate(const L& layout, const std::byte* left, const std::byte* right, std::byte* out) noexcept {
  std::array<std::byte, geometry<L::page_size>::key_size_max> last, first;
  const std::byte* const last_end = layout.leaf.copy_key(left, layout.leaf.count(left) - 1, last.data());
  const std::byte* const first_end = layout.leaf.copy_key(right, 0, first.data());
  return separator_between(layout, {last.data(), last_end}, {first.data(), first_end}, out);
}

/// Splits the path's leaf and inserts into one half.
template <class L, page_writer W>
MACAW_NOINLINE std::byte* split_leaf(W& writer, tree_root& root, const L& layout, tree_path& path, bytes_view key,
                                     std::size_t value_size, value_tag tag) noexcept {
  path_step& step = path.leaf();
  std::byte* const left = step.own;
  const std::uint32_t count = layout.leaf.count(left);
  const bool ascending = step.index == count && at_right_edge(layout, path);
  const auto plan = layout.leaf.split(left, step.index, key, value_size, ascending);
  const new_page right = writer.create(layout.leaf.shape());
  ++root.leaf_pages;
  layout.leaf.format(right.bytes);
  [[maybe_unused]] const std::uint32_t moved = layout.leaf.append(right.bytes, left, plan.at, count);
  MACAW_ASSERT(moved == count - plan.at);
  layout.leaf.erase(left, plan.at, count);
  if (!plan.into_left) step = {right.ref, step.index - plan.at, right.bytes, right.bytes};
  std::byte* const value = layout.leaf.insert(step.own, step.index, key, value_size, tag);
  MACAW_ASSERT(value != nullptr);
  split_off<L> child;
  child.ref = right.ref;
  child.word = leaf_word(layout, right.bytes);
  child.left_word = leaf_word(layout, left);
  child.follow = !plan.into_left;
  child.set_separator([&](std::byte* out) { return separate(layout, left, right.bytes, out); });
  enter_child(writer, root, layout, path, ascending, child);
  return value;
}

}  // namespace insert_detail

/// Makes a tree of one empty leaf out of none.
template <class L, page_writer W>
void plant_root(W& writer, tree_root& root, const L& layout, tree_path& path) noexcept {
  const new_page leaf = writer.create(layout.leaf.shape());
  layout.leaf.format(leaf.bytes);
  root.ref = leaf.ref;
  root.height = 1;
  ++root.leaf_pages;
  path.height = 1;
  path.leaf() = {leaf.ref, 0, leaf.bytes, leaf.bytes};
}

/// Inserts an entry at the leaf's index of an owned path.
/// Requires: `frames_to_insert` reserved when the path was owned; key and value fit an entry; the key belongs there.
/// Returns: where the value goes; the path leads to the new entry.
/// Complexity: the leaf and the note in its parent; a split of a full page, on each level that is full.
template <class L, page_writer W>
MACAW_ALWAYS_INLINE std::byte* insert_entry(W& writer, tree_root& root, const L& layout, tree_path& path,
                                            bytes_view key, std::size_t value_size, value_tag tag) noexcept {
  path_step& leaf = path.leaf();
  std::byte* value = layout.leaf.insert(leaf.own, leaf.index, key, value_size, tag);
  if (value != nullptr) [[likely]] {
    note_leaf(layout, path);
  } else {
    value = insert_detail::split_leaf(writer, root, layout, path, key, value_size, tag);
  }
  ++root.entries;
  return value;
}

}  // namespace macaw::inline MACAW_ABI::detail
