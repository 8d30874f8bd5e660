// SPDX-License-Identifier: MIT
//
// Dropping whole trees and subtrees. Layer 4 (tree).
//
// The branches name the leaves and know each leaf's entry count, so a leaf is read only where its branch
// says that its cells hold references.
//
// Invariants:
//  1. What is to be dropped is collected before anything changes, 12 bytes of memory for each page.
//  2. A tree that claims fewer pages or entries than are found is refused, so damaged files end the walk.

#pragma once

#include <macaw/detail/format/cell.hpp>
#include <macaw/detail/format/position.hpp>
#include <macaw/detail/format/tree_root.hpp>
#include <macaw/detail/tree/large_value.hpp>
#include <macaw/detail/tree/page_source.hpp>
#include <macaw/detail/tree/path.hpp>
#include <macaw/error.hpp>
#include <macaw/ids.hpp>
#include <macaw/macros.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace macaw::inline MACAW_ABI::detail {

/// Notes what goes when parts of a tree are dropped: pages to drop, and by how much the tree's figures fall.
template <class L, page_reader R>
class drop_collector {
 public:
  drop_collector(const R& reader, const tree_root& root, const L& layout)
      : reader_(reader), root_(root), layout_(layout) {}

  /// Notes a subtree whose topmost page has this level. `word` is what its parent notes, if that page is a leaf.
  /// Errors: corrupt, what reading raises, bad_alloc.
  void add_subtree(page_ref ref, std::uint32_t level, std::uint32_t word, const page_bounds& bounds) {
    if (level == 0) return add_leaf(ref, word, bounds);
    std::array<open_branch, height_max> open;
    std::uint32_t top = level;
    open[top] = open_page(ref, top, bounds);
    for (;;) {
      open_branch& branch = open[top];
      if (branch.next == branch.count) {
        if (top++ == level) return;
        continue;
      }
      const std::uint32_t child = branch.next++;
      const page_ref child_ref = layout_.branch.child(branch.page, child);
      const page_bounds inner = child_bounds(layout_, branch.page, child, branch.bounds);
      if (top == 1) {
        add_leaf(child_ref, layout_.branch.entries(branch.page, child), inner);
      } else {
        --top;
        open[top] = open_page(child_ref, top, inner);
      }
    }
  }

  /// Notes a page that goes whole; its entries are noted apart.
  void add_page(page_ref ref, std::uint32_t level) {
    ++(level == 0 ? leaf_pages : branch_pages);
    if (leaf_pages > root_.leaf_pages || branch_pages > root_.branch_pages) [[unlikely]] {
      throw_corrupt(ref.id, "the tree has more pages than its root says");
    }
    runs.push_back({ref, 1});
  }

  /// Notes entries [first, last) of a leaf, and the large values that they hold.
  void add_entries(const std::byte* leaf, std::uint32_t first, std::uint32_t last) {
    add_count(last - first);
    if (!layout_.leaf.has_references(leaf)) return;
    for (std::uint32_t i = first; i < last; ++i) {
      const cell_value value = layout_.leaf.value(leaf, i);
      if (value.tag != value_tag::large) continue;
      const large_record record = load_large_record(value.bytes);
      expect_claimed<R::page_size>(record, root_);
      large += large_pages<R::page_size>(record.size);
      if (large > root_.large_pages) [[unlikely]] {
        throw_corrupt(record.root.id, "the tree has more pages of large values than its root says");
      }
      collect_large(reader_, record, runs);
    }
  }

  std::vector<dropped_run> runs;
  std::uint64_t entries = 0, leaf_pages = 0, branch_pages = 0, large = 0;

 private:
  struct open_branch {
    const std::byte* page;
    std::uint32_t next, count;
    page_bounds bounds;
  };

  open_branch open_page(page_ref ref, std::uint32_t level, const page_bounds& bounds) {
    const std::byte* const page = reader_.page(ref, layout_.branch.shape(static_cast<std::uint8_t>(level)), bounds);
    add_page(ref, level);
    return {page, 0, layout_.branch.count(page), bounds};
  }

  void add_leaf(page_ref ref, std::uint32_t word, const page_bounds& bounds) {
    add_page(ref, 0);
    if (!entries_hold_references(word)) return add_count(entries_count(word));
    const std::byte* const leaf = reader_.page(ref, layout_.leaf.shape(), bounds);
    add_entries(leaf, 0, layout_.leaf.count(leaf));
  }

  void add_count(std::uint64_t count) {
    entries += count;
    if (entries > root_.entries) [[unlikely]] {
      throw_corrupt(root_.ref.id, "the tree has more entries than its root says");
    }
  }

  const R& reader_;
  const tree_root& root_;
  const L& layout_;
};

/// Drops all pages of a tree, large values included. The root is then that of an empty tree.
/// Returns: how many entries there were.
/// Errors: corrupt, what reading raises, bad_alloc; nothing has changed then.
/// Complexity: reads the branches, and the leaves whose cells hold references.
template <class L, page_writer W>
std::uint64_t drop_tree(W& writer, tree_root& root, const L& layout) {
  if (root.height == 0) return 0;
  expect_height(root);
  drop_collector<L, W> gone(writer, root, layout);
  if (root.height == 1) {
    gone.add_page(root.ref, 0);
    const std::byte* const leaf = writer.page(root.ref, layout.leaf.shape(), {});
    gone.add_entries(leaf, 0, layout.leaf.count(leaf));
  } else {
    gone.add_subtree(root.ref, root.height - 1U, 0, {});
  }
  writer.reserve(0, gone.runs.size());
  for (const dropped_run& run : gone.runs) writer.drop(run.ref, run.pages);
  root = {};
  return gone.entries;
}

}  // namespace macaw::inline MACAW_ABI::detail
