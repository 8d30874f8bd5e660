// SPDX-License-Identifier: MIT
//
// Visiting every page of a tree, parents before children. Layer 4 (tree).
//
// Invariants:
//  1. No recursion: what is open is one branch a level.
//  2. Leaves need not be read to be visited; those whose cells hold references are read all the same, for
//     their large values.
//  3. A tree in which more pages are found than its root claims is refused, so every walk ends.

#pragma once

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
#include <type_traits>

namespace macaw::inline MACAW_ABI::detail {

/// A page that a walk has come to.
struct walked_page {
  page_ref ref;
  page_kind kind = page_kind::none;
  std::uint8_t level = 0;
  std::uint32_t pages = 1;           ///< more than one for a piece
  const std::byte* bytes = nullptr;  ///< nullptr for pieces, and for leaves that were not read
};

/// Whether a walk reads all leaves, or only those that it must.
enum class walk_leaves : std::uint8_t { read, skip };

namespace walk_detail {

template <class L, page_reader R, class Visit>
class walker {
 public:
  walker(const R& reader, const tree_root& root, const L& layout, walk_leaves leaves, Visit& visit)
      : reader_(reader), root_(root), layout_(layout), leaves_(leaves), visit_(visit) {}

  void run() {
    expect_height(root_);
    if (root_.height == 0) return;
    if (root_.height == 1) return enter_leaf(root_.ref, entries_flag_references, {});
    const std::uint32_t top = root_.height - 1U;
    std::uint32_t level = top;
    enter_branch(root_.ref, level, {});
    for (;;) {
      open_branch& branch = open_[level];
      if (branch.next == layout_.branch.count(branch.page)) {
        if (level++ == top) return;
        continue;
      }
      const std::uint32_t child = branch.next++;
      const page_ref ref = layout_.branch.child(branch.page, child);
      const page_bounds bounds = child_bounds(layout_, branch.page, child, branch.bounds);
      if (level == 1) {
        enter_leaf(ref, layout_.branch.entries(branch.page, child), bounds);
      } else {
        enter_branch(ref, --level, bounds);
      }
    }
  }

 private:
  struct open_branch {
    const std::byte* page;
    std::uint32_t next;
    page_bounds bounds;
  };

  void count(std::uint64_t& seen, std::uint64_t claimed, page_ref ref) {
    if (++seen > claimed) throw_corrupt(ref.id, "the tree has more pages than its root says");
  }

  void enter_branch(page_ref ref, std::uint32_t level, const page_bounds& bounds) {
    count(branches_, root_.branch_pages, ref);
    const std::byte* const page = reader_.page(ref, layout_.branch.shape(static_cast<std::uint8_t>(level)), bounds);
    open_[level] = {page, 0, bounds};
    visit_(walked_page{ref, page_kind::branch, static_cast<std::uint8_t>(level), 1, page});
  }

  void enter_leaf(page_ref ref, std::uint32_t word, const page_bounds& bounds) {
    count(leaf_pages_, root_.leaf_pages, ref);
    if (leaves_ == walk_leaves::skip && !entries_hold_references(word)) {
      visit_(walked_page{ref, page_kind::leaf, 0, 1, nullptr});
      return;
    }
    const std::byte* const page = reader_.page(ref, layout_.leaf.shape(), bounds);
    visit_(walked_page{ref, page_kind::leaf, 0, 1, page});
    if (!layout_.leaf.has_references(page)) return;
    for (std::uint32_t i = 0; i < layout_.leaf.count(page); ++i) {
      const cell_value value = layout_.leaf.value(page, i);
      if (value.tag == value_tag::large) enter_large(load_large_record(value.bytes));
    }
  }

  void enter_large(const large_record& record) {
    expect_claimed<R::page_size>(record, root_);
    large_ += large_pages<R::page_size>(record.size);
    if (large_ > root_.large_pages) throw_corrupt(record.root.id, "the tree has more pages than its root says");
    walk_large(reader_, record, [&](page_ref ref, std::uint8_t level, std::uint32_t pages, std::size_t) {
      visit_(walked_page{ref, level == 0 ? page_kind::piece : page_kind::large_index, level, pages, nullptr});
    });
  }

  const R& reader_;
  const tree_root& root_;
  const L& layout_;
  walk_leaves leaves_;
  Visit& visit_;
  std::uint64_t branches_ = 0, leaf_pages_ = 0, large_ = 0;
  std::array<open_branch, height_max> open_;
};

}  // namespace walk_detail

/// Calls `visit(const walked_page&)` for every page of a tree, its large values' pages included.
/// Errors: corrupt, what reading raises, what `visit` raises.
/// Complexity: reads the branches, index pages, and the leaves as `leaves` says.
template <class L, page_reader R, class Visit>
void walk_tree(const R& reader, const tree_root& root, const L& layout, walk_leaves leaves, Visit&& visit) {
  walk_detail::walker<L, R, std::remove_reference_t<Visit>>(reader, root, layout, leaves, visit).run();
}

}  // namespace macaw::inline MACAW_ABI::detail
