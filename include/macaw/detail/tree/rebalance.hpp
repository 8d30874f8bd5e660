// SPDX-License-Identifier: MIT
//
// What becomes of pages that lost entries: empty ones are dropped, sparse ones joined with a neighbour
// under the same parent, and a root with one child gives way to it. Layer 4 (tree).
//
// Changing is in two parts (R8). `load_neighbours` reads every page that may be wanted: it may throw and
// changes nothing. `mend_path` changes and cannot throw; it joins only what was loaded, so a page may stay
// sparse, but never empty.

#pragma once

#include <macaw/detail/format/geometry.hpp>
#include <macaw/detail/format/page_header.hpp>
#include <macaw/detail/format/position.hpp>
#include <macaw/detail/format/tree_root.hpp>
#include <macaw/detail/tree/page_source.hpp>
#include <macaw/detail/tree/path.hpp>
#include <macaw/ids.hpp>
#include <macaw/macros.hpp>

#include <array>
#include <cstddef>
#include <cstdint>

namespace macaw::inline MACAW_ABI::detail {

/// A page is sparse when it uses less than a third: joined with its neighbour, it leaves room for more.
template <std::size_t PageSize>
inline constexpr std::size_t sparse_below = PageSize / 3;

/// The most frames and drops that owning a path, joining on each of its levels and collapsing the root take.
[[nodiscard]] constexpr std::size_t frames_to_erase(std::uint32_t height) noexcept { return 2U * height; }
[[nodiscard]] constexpr std::size_t drops_to_erase(std::uint32_t height) noexcept { return 4U * height; }

/// The page beside a step's page under the same parent, once read.
struct neighbour {
  const std::byte* page;  ///< nullptr: not read
  bool is_left;           ///< whether it stands before the step's page
};

/// The neighbours of a path's pages, by level.
using neighbours = std::array<neighbour, height_max>;

namespace rebalance_detail {

template <class L>
[[nodiscard]] std::uint32_t count_at(const L& layout, std::uint32_t level, const std::byte* page) noexcept {
  return level == 0 ? layout.leaf.count(page) : layout.branch.count(page);
}

template <class L>
[[nodiscard]] std::size_t used_at(const L& layout, std::uint32_t level, const std::byte* page) noexcept {
  return level == 0 ? layout.leaf.used(page) : layout.branch.used(page);
}

/// Whether two neighbours fit one page. `right` is child `right_index` of `parent`.
template <class L>
[[nodiscard]] bool fit_together(const L& layout, std::uint32_t level, const std::byte* left, const std::byte* right,
                                const std::byte* parent, std::uint32_t right_index) noexcept {
  if (level == 0) return layout.leaf.fits_together(left, right);
  std::array<std::byte, geometry<L::page_size>::key_size_max> joint;
  const std::byte* const end = layout.branch.copy_separator(parent, right_index, joint.data());
  return layout.branch.fits_together(left, {joint.data(), end}, right);
}

/// Moves all of `right`, child `right_index` of `parent`, to the end of `left`, and takes it out of the parent.
template <class L>
void join(const L& layout, std::uint32_t level, std::byte* left, const std::byte* right, std::byte* parent,
          std::uint32_t right_index) noexcept {
  const std::uint32_t count = count_at(layout, level, right);
  std::uint32_t moved = 0;
  if (level == 0) {
    moved = layout.leaf.append(left, right, 0, count);
    layout.branch.set_entries(parent, right_index - 1, leaf_word(layout, left));
  } else {
    std::array<std::byte, geometry<L::page_size>::key_size_max> joint;
    const std::byte* const end = layout.branch.copy_separator(parent, right_index, joint.data());
    moved = layout.branch.append(left, {joint.data(), end}, right, 0, count);
  }
  MACAW_ASSERT(moved == count);
  layout.branch.erase(parent, right_index, right_index + 1);
}

template <class L>
void forget_page(tree_root& root, std::uint32_t level) noexcept {
  --(level == 0 ? root.leaf_pages : root.branch_pages);
}

}  // namespace rebalance_detail

/// Makes child `index` of an owned branch, which was read as `child`, changeable in place. Returns: its bytes.
template <class L, page_writer W>
[[nodiscard]] std::byte* own_child(W& writer, const L& layout, std::byte* branch, std::uint32_t index,
                                   const std::byte* child) noexcept {
  const page_ref before = layout.branch.child(branch, index);
  page_ref ref = before;
  std::byte* const page = writable_page(writer, layout, ref, child, load_shape(branch).level() == 1);
  if (ref != before) layout.branch.set_child(branch, index, ref);
  return page;
}

/// Takes the path's page at `level`, which is empty or not wanted, out of the tree.
template <class L, page_writer W>
void remove_page(W& writer, tree_root& root, const L& layout, tree_path& path, std::uint32_t level) noexcept {
  writer.drop(path.steps[level].ref, 1);
  path.steps[level].ref = {};
  rebalance_detail::forget_page<L>(root, level);
  if (level + 1 < path.height) {
    path_step& parent = path.steps[level + 1];
    layout.branch.erase(parent.own, parent.index, parent.index + 1);
  } else {
    root.ref = {};
    root.height = 0;
    path.height = 0;
  }
}

/// Joins the path's page at `level` with its neighbour, if the two fit one page.
/// Effects: the path goes on in the page that holds both.
/// Returns: whether they were joined; if so the parent has one child less.
template <class L, page_writer W>
bool join_with(W& writer, tree_root& root, const L& layout, tree_path& path, std::uint32_t level,
               const neighbour& beside) noexcept {
  path_step& step = path.steps[level];
  path_step& parent = path.steps[level + 1];
  const bool is_left = beside.is_left;
  const std::byte* const left = is_left ? beside.page : step.own;
  const std::byte* const right = is_left ? step.own : beside.page;
  const std::uint32_t right_index = is_left ? parent.index : parent.index + 1;
  if (!rebalance_detail::fit_together(layout, level, left, right, parent.own, right_index)) return false;
  const page_ref gone = layout.branch.child(parent.own, right_index);
  std::byte* const whole = is_left ? own_child(writer, layout, parent.own, right_index - 1, left) : step.own;
  const std::uint32_t shift = is_left ? rebalance_detail::count_at(layout, level, whole) : 0;
  rebalance_detail::join(layout, level, whole, right, parent.own, right_index);
  writer.drop(gone, 1);
  rebalance_detail::forget_page<L>(root, level);
  parent.index = right_index - 1;
  step = {layout.branch.child(parent.own, parent.index), step.index + shift, whole, whole};
  return true;
}

/// Replaces roots of one child by that child, as far down as the path is known to lead.
template <class L, page_writer W>
void collapse_root(W& writer, tree_root& root, const L& layout, tree_path& path) noexcept {
  while (path.height > 1 && layout.branch.count(path.steps[path.height - 1].own) == 1) {
    const path_step& top = path.steps[path.height - 1];
    const page_ref child = layout.branch.child(top.own, 0);
    writer.drop(top.ref, 1);
    --root.branch_pages;
    --path.height;
    root.ref = child;
    root.height = static_cast<std::uint8_t>(path.height);
    if (path.steps[path.height - 1].ref != child) return;  // the path's own page is gone: go on another time
  }
}

/// Puts right an owned path whose page at `level` lost entries: drops and joins pages, upwards as far as needed.
/// Requires: `frames_to_erase` and `drops_to_erase` reserved when the path was owned.
template <class L, page_writer W>
void mend_path(W& writer, tree_root& root, const L& layout, tree_path& path, const neighbours& beside,
               std::uint32_t level) noexcept {
  for (; level + 1 < path.height; ++level) {
    const std::byte* const page = path.steps[level].own;
    if (rebalance_detail::count_at(layout, level, page) == 0) {
      remove_page(writer, root, layout, path, level);
      continue;
    }
    if (level == 0) note_leaf(layout, path);
    const bool sparse = rebalance_detail::used_at(layout, level, page) < sparse_below<L::page_size>;
    if (!sparse || beside[level].page == nullptr) break;
    if (!join_with(writer, root, layout, path, level, beside[level])) break;
  }
  if (level + 1 == path.height && rebalance_detail::count_at(layout, level, path.steps[level].own) == 0) {
    remove_page(writer, root, layout, path, level);
  }
  collapse_root(writer, root, layout, path);
}

/// Reads the page beside child `index` of the path's branch at `level + 1`.
template <class L, page_reader R>
[[nodiscard]] neighbour load_neighbour(const R& reader, const L& layout, const tree_path& path, std::uint32_t level,
                                       std::uint32_t index, bool is_left) {
  const std::uint32_t beside = is_left ? index - 1 : index + 1;
  return {reader.page(layout.branch.child(path.steps[level + 1].page, beside), shape_at(layout, level),
                      bounds_below(layout, path, level + 1, beside)),
          is_left};
}

/// Reads the neighbours that taking `removed` entries of about `bytes` bytes out of the path's page at `level` may
/// call for.
/// Effects: fills `beside` from `level` up; changes nothing else.
/// Errors: what reading raises.
/// Complexity: reads no page unless the page becomes sparse, then one on each level that loses a page.
template <class L, page_reader R>
void load_neighbours(const R& reader, const L& layout, const tree_path& path, std::uint32_t level,
                     std::uint32_t removed, std::size_t bytes, neighbours& beside) {
  for (std::uint32_t above = level; above < path.height; ++above) beside[above] = {nullptr, false};
  for (; level + 1 < path.height; ++level) {
    const path_step& step = path.steps[level];
    const path_step& parent = path.steps[level + 1];
    if (rebalance_detail::count_at(layout, level, step.page) > removed) {  // otherwise the page goes
      const std::size_t used = rebalance_detail::used_at(layout, level, step.page);
      const std::uint32_t children = layout.branch.count(parent.page);
      if (used >= sparse_below<L::page_size> + bytes || children < 2) return;
      bool is_left = parent.index > 0;
      if (level == 0 && is_left && parent.index + 1 < children) {  // the emptier one
        is_left = entries_count(layout.branch.entries(parent.page, parent.index - 1)) <=
                  entries_count(layout.branch.entries(parent.page, parent.index + 1));
      }
      beside[level] = load_neighbour(reader, layout, path, level, parent.index, is_left);
      const std::size_t together = used + rebalance_detail::used_at(layout, level, beside[level].page);
      if (together > L::page_size + page_header_size + bytes) return;  // they will not fit one page
    }
    removed = 1;
    bytes = parent.index > 0 ? layout.branch.separator_size(parent.page, parent.index) + 32
                             : geometry<L::page_size>::key_size_max;
  }
}

}  // namespace macaw::inline MACAW_ABI::detail
