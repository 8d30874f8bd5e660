// SPDX-License-Identifier: MIT
//
// The way from a root down to an entry of a leaf, and how it is walked. Layer 4 (tree).
//
// Invariants:
//  1. Step 0 is the leaf, step `height - 1` the root; a step's page has the level of its number, which
//     `page` has compared with the page's shape. So no path is longer than the root says, whatever
//     the bytes of a file are.
//  2. A step's index is the child taken, on the leaf the entry.
//  3. After `own_path` every step's page is one that may be changed in place, and `own` is its bytes.

#pragma once

#include <macaw/detail/format/geometry.hpp>
#include <macaw/detail/format/position.hpp>
#include <macaw/detail/format/tree_root.hpp>
#include <macaw/detail/tree/page_source.hpp>
#include <macaw/error.hpp>
#include <macaw/ids.hpp>
#include <macaw/macros.hpp>

#include <array>
#include <cstddef>
#include <cstdint>

namespace macaw::inline MACAW_ABI::detail {

/// One page of a path, and the place in it.
struct path_step {
  page_ref ref;
  std::uint32_t index;
  const std::byte* page;
  std::byte* own;  ///< set by `own_path`
};

/// A path; steps at and beyond `height` are not initialised.
struct tree_path {
  tree_path() noexcept {}  // NOLINT: leaves the steps as they are, on purpose: only `height` of them are used

  std::uint32_t height = 0;
  std::array<path_step, height_max> steps;

  [[nodiscard]] path_step& leaf() noexcept { return steps[0]; }
  [[nodiscard]] const path_step& leaf() const noexcept { return steps[0]; }
};

/// The shape that a page of this level must have.
template <class L>
[[nodiscard]] MACAW_ALWAYS_INLINE page_shape shape_at(const L& layout, std::uint32_t level) noexcept {
  return level == 0 ? layout.leaf.shape() : layout.branch.shape(static_cast<std::uint8_t>(level));
}

/// Refuses a root that is higher than any tree can be.
inline void expect_height(const tree_root& root) {
  if (root.height > height_max) [[unlikely]]
    throw_corrupt(root.ref.id, "the tree is higher than any can be");
}

/// The bounds of child `index` of a branch whose own bounds are `outer`.
template <class L>
[[nodiscard]] MACAW_ALWAYS_INLINE page_bounds child_bounds(const L& layout, const std::byte* branch,
                                                           std::uint32_t index, page_bounds outer) noexcept {
  if (index > 0) {
    outer.lower_page = branch;
    outer.lower_index = index;
  }
  if (index + 1 < layout.branch.count(branch)) {
    outer.upper_page = branch;
    outer.upper_index = index + 1;
  }
  return outer;
}

/// The bounds of child `index` of the step at `level` (at least 1), found from the steps above.
template <class L>
[[nodiscard]] page_bounds bounds_below(const L& layout, const tree_path& path, std::uint32_t level,
                                       std::uint32_t index) noexcept {
  page_bounds bounds{};
  for (std::uint32_t above = path.height; above-- > level + 1;) {
    bounds = child_bounds(layout, path.steps[above].page, path.steps[above].index, bounds);
  }
  return child_bounds(layout, path.steps[level].page, index, bounds);
}

/// The way from a root to a key. Its bounds are worked out by walking it again: only a page that is seen for the first
/// time is compared with them, and no other read pays for them.
template <class L, page_reader R>
struct way_to_key {
  const R& reader;
  const L& layout;
  const typename L::search_key& key;
  page_ref root;
  std::uint32_t height;

  /// The bounds of the page at one level of a way.
  struct bounds_at {
    const way_to_key& way;
    std::uint32_t level;

    /// Requires: the pages above have been read in this operation. Errors: what reading raises.
    MACAW_NOINLINE operator page_bounds() const {
      page_ref ref = way.root;
      page_bounds bounds{};
      for (std::uint32_t above = way.height - 1; above > level; --above) {
        const std::byte* const page = way.reader.page(ref, shape_at(way.layout, above), bounds);
        const std::uint32_t index = way.layout.branch.child_index(page, way.key);
        ref = way.layout.branch.child(page, index);
        bounds = child_bounds(way.layout, page, index, bounds);
      }
      return bounds;
    }
  };

  [[nodiscard]] MACAW_ALWAYS_INLINE bounds_at bounds(std::uint32_t level) const noexcept { return {*this, level}; }
};

/// The bounds of the page at `level` of a path, worked out when they are asked for.
template <class L>
struct bounds_in_path {
  const L& layout;
  const tree_path& path;
  std::uint32_t level;

  MACAW_NOINLINE operator page_bounds() const noexcept {
    const std::uint32_t above = level + 1;
    return above < path.height ? bounds_below(layout, path, above, path.steps[above].index) : page_bounds{};
  }
};

/// Walks from the root to a leaf, taking in each branch the child that `choose(page)` names.
/// Effects: fills `path`; the leaf's index is 0. An empty tree gives an empty path.
/// Errors: what `page` raises.
template <class L, page_reader R, class Choose>
MACAW_ALWAYS_INLINE void descend(const R& reader, const tree_root& root, const L& layout, tree_path& path,
                                 const Choose& choose) {
  expect_height(root);
  path.height = root.height;
  page_ref ref = root.ref;
  for (std::uint32_t level = root.height; level-- > 1;) {
    const std::byte* page =
        reader.page(ref, layout.branch.shape(static_cast<std::uint8_t>(level)), bounds_in_path<L>{layout, path, level});
    const std::uint32_t index = choose(page);
    path.steps[level] = {ref, index, page, nullptr};
    ref = layout.branch.child(page, index);
  }
  if (root.height == 0) return;
  path.steps[0] = {ref, 0, reader.page(ref, layout.leaf.shape(), bounds_in_path<L>{layout, path, 0}), nullptr};
}

/// Walks from the root to the leaf where `key` is or would be; the leaf's index is left 0.
template <class L, page_reader R>
void descend_to(const R& reader, const tree_root& root, const L& layout, tree_path& path,
                const typename L::search_key& key) {
  descend(reader, root, layout, path, [&](const std::byte* page) { return layout.branch.child_index(page, key); });
}

/// The bytes of a page, to be changed: in place, or in a copy, whose reference goes into `ref`.
/// Requires: `page` is what reading `ref` gave in this operation.
template <class L, page_writer W>
[[nodiscard]] MACAW_ALWAYS_INLINE std::byte* writable_page(W& writer, const L& layout, page_ref& ref,
                                                           const std::byte* page, bool is_leaf) noexcept {
  return is_leaf ? writer.writable(ref, page, layout.leaf) : writer.writable(ref, page, layout.branch);
}

/// Makes every page of the path changeable in place, from the root down, each copy being entered in its parent.
/// Requires: `reserve(path.height, path.height)` or more.
template <class L, page_writer W>
MACAW_ALWAYS_INLINE void own_path(W& writer, tree_root& root, const L& layout, tree_path& path) noexcept {
  std::byte* parent = nullptr;
  std::uint32_t index = 0;
  for (std::uint32_t level = path.height; level-- > 0;) {
    path_step& step = path.steps[level];
    const page_ref before = step.ref;
    step.own = writable_page(writer, layout, step.ref, step.page, level == 0);
    step.page = step.own;
    if (step.ref != before) {
      if (parent == nullptr) {
        root.ref = step.ref;
      } else {
        layout.branch.set_child(parent, index, step.ref);
      }
    }
    parent = step.own;
    index = step.index;
  }
}

/// What a level-1 branch notes of a leaf: its entry count, and whether its cells hold references.
template <class L>
[[nodiscard]] MACAW_ALWAYS_INLINE std::uint32_t leaf_word(const L& layout, const std::byte* leaf) noexcept {
  return entries_word(layout.leaf.count(leaf), layout.leaf.has_references(leaf));
}

/// Brings the parent's note of the path's leaf up to date.
template <class L>
MACAW_ALWAYS_INLINE void note_leaf(const L& layout, tree_path& path) noexcept {
  if (path.height > 1) {
    layout.branch.set_entries(path.steps[1].own, path.steps[1].index, leaf_word(layout, path.steps[0].own));
  }
}

/// Whether the path runs along the right edge of the tree.
template <class L>
[[nodiscard]] bool at_right_edge(const L& layout, const tree_path& path) noexcept {
  for (std::uint32_t level = 1; level < path.height; ++level) {
    if (path.steps[level].index + 1 < layout.branch.count(path.steps[level].page)) return false;
  }
  return true;
}

}  // namespace macaw::inline MACAW_ABI::detail
