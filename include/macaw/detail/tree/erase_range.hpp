// SPDX-License-Identifier: MIT
//
// Erasing all entries of a range of keys without visiting the leaves between. Layer 4 (tree).
//
// Two paths lead to the range's ends; they part at a branch, the *fork*. All subtrees between them are
// dropped (drop_tree.hpp). Then the paths' own pages are cut, and the seam between what is left on both
// sides is joined, from the fork down, and mended from the fork up.
//
// Invariants:
//  1. All that may throw comes first (reading, collecting what is to be dropped, reserving): a throw has
//     changed nothing.
//  2. Pages read: branches that are dropped, the two paths, and at most the pages beside them.

#pragma once

#include <macaw/bytes.hpp>
#include <macaw/detail/format/tree_root.hpp>
#include <macaw/detail/tree/drop_tree.hpp>
#include <macaw/detail/tree/large_value.hpp>
#include <macaw/detail/tree/page_source.hpp>
#include <macaw/detail/tree/path.hpp>
#include <macaw/detail/tree/rebalance.hpp>
#include <macaw/ids.hpp>
#include <macaw/macros.hpp>

#include <cstddef>
#include <cstdint>
#include <optional>

namespace macaw::inline MACAW_ABI::detail {

namespace erase_range_detail {

/// One end of a range: the path to it, and what of that path's pages stays.
struct range_end {
  tree_path path;
  std::uint32_t dead;  ///< the path's pages of levels below this one go, since nothing in them stays
  neighbours beside;
};

template <class L, page_writer W>
class range_eraser {
 public:
  range_eraser(W& writer, tree_root& root, const L& layout)
      : writer_(writer), root_(root), layout_(layout), gone_(writer, root, layout) {}

  std::uint64_t erase(std::optional<bytes_view> lower, std::optional<bytes_view> upper) {
    lead_to(left_, lower, false);
    lead_to(right_, upper, true);
    fork_ = root_.height - 1U;
    while (fork_ > 0 && left_.path.steps[fork_].index == right_.path.steps[fork_].index) --fork_;
    if (fork_ == 0) return erase_in_leaf();
    collect_between();
    if (gone_.entries == 0) return 0;
    collect_dead(left_, true);
    collect_dead(right_, false);
    load_beside();
    writer_.reserve(4U * root_.height, gone_.runs.size() + 8U * root_.height);
    return change();
  }

 private:
  [[nodiscard]] std::uint32_t count_at(std::uint32_t level, const std::byte* page) const noexcept {
    return rebalance_detail::count_at(layout_, level, page);
  }

  void lead_to(range_end& end, std::optional<bytes_view> key, bool last) {
    if (key) {
      const typename L::search_key wanted = layout_.make_key(*key);
      descend_to(writer_, root_, layout_, end.path, wanted);
      end.path.leaf().index = layout_.leaf.lower_bound(end.path.leaf().page, wanted).index;
    } else {
      descend(writer_, root_, layout_, end.path,
              [&](const std::byte* page) { return last ? layout_.branch.count(page) - 1 : 0; });
      end.path.leaf().index = last ? layout_.leaf.count(end.path.leaf().page) : 0;
    }
  }

  std::uint64_t erase_in_leaf() {
    tree_path& path = left_.path;
    const std::uint32_t first = path.leaf().index, last = right_.path.leaf().index;
    if (first >= last) return 0;
    const std::uint32_t count = layout_.leaf.count(path.leaf().page);
    gone_.add_entries(path.leaf().page, first, last);
    load_neighbours(writer_, layout_, path, 0, last - first,
                    layout_.leaf.used(path.leaf().page) * (last - first) / count + 64, left_.beside);
    writer_.reserve(frames_to_erase(path.height), drops_to_erase(path.height) + gone_.runs.size());
    own_path(writer_, root_, layout_, path);
    layout_.leaf.erase(path.leaf().own, first, last);
    settle();
    mend_path(writer_, root_, layout_, path, left_.beside, 0);
    return last - first;
  }

  // --- what may throw

  void collect_children(const tree_path& path, std::uint32_t level, std::uint32_t first, std::uint32_t last) {
    const std::byte* const page = path.steps[level].page;
    for (std::uint32_t child = first; child < last; ++child) {
      gone_.add_subtree(layout_.branch.child(page, child), level - 1, layout_.branch.entries(page, child),
                        bounds_below(layout_, path, level, child));
    }
  }

  /// Notes all between the two paths, and what the paths' leaves lose.
  void collect_between() {
    const tree_path &left = left_.path, &right = right_.path;
    collect_children(left, fork_, left.steps[fork_].index + 1, right.steps[fork_].index);
    for (std::uint32_t level = fork_; level-- > 1;) {
      collect_children(left, level, left.steps[level].index + 1, layout_.branch.count(left.steps[level].page));
      collect_children(right, level, 0, right.steps[level].index);
    }
    gone_.add_entries(left.leaf().page, left.leaf().index, layout_.leaf.count(left.leaf().page));
    gone_.add_entries(right.leaf().page, 0, right.leaf().index);
  }

  /// How many entries of an end's page stay, its path's child being one of them if it is alive.
  [[nodiscard]] std::uint32_t kept_at(const range_end& end, std::uint32_t level, bool is_left) const noexcept {
    const path_step& step = end.path.steps[level];
    const std::uint32_t before = is_left ? step.index : count_at(level, step.page) - step.index;
    if (level == 0) return before;
    const bool alive = level > end.dead;
    return is_left ? before + (alive ? 1 : 0) : before - (alive ? 0 : 1);
  }

  /// Finds which of an end's pages go whole, and notes them.
  void collect_dead(range_end& end, bool is_left) {
    end.dead = 0;
    while (end.dead < fork_ && kept_at(end, end.dead, is_left) == 0) {
      gone_.add_page(end.path.steps[end.dead].ref, end.dead);
      ++end.dead;
    }
  }

  /// Reads the pages that the ends' pages may be joined with.
  void load_beside() {
    const std::uint32_t first = left_.path.steps[fork_].index, last = right_.path.steps[fork_].index;
    load_beside(left_, true);
    load_beside(right_, false);
    const std::byte* const fork = left_.path.steps[fork_].page;
    const std::uint32_t count = layout_.branch.count(fork);
    const std::uint32_t removed = last - first + 1 - (left_.dead < fork_ ? 1 : 0) - (right_.dead < fork_ ? 1 : 0);
    load_neighbours(writer_, layout_, left_.path, fork_, removed, layout_.branch.used(fork) * removed / count + 64,
                    left_.beside);
  }

  void load_beside(range_end& end, bool is_left) {
    const bool other_alive = (is_left ? right_ : left_).dead < fork_;
    for (std::uint32_t level = 0; level < fork_; ++level) {
      end.beside[level] = {nullptr, false};
      if (level < end.dead) continue;
      const std::byte* const page = end.path.steps[level].page;
      const std::size_t kept = kept_at(end, level, is_left);
      if (rebalance_detail::used_at(layout_, level, page) * kept / count_at(level, page) >=
          sparse_below<W::page_size> + sparse_below<W::page_size> / 2) {
        continue;
      }
      const path_step& parent = end.path.steps[level + 1];
      const bool has_left = parent.index > 0;
      const bool has_right = parent.index + 1 < layout_.branch.count(parent.page);
      if (is_left ? has_left : has_right) {
        end.beside[level] = load_neighbour(writer_, layout_, end.path, level, parent.index, is_left);
      } else if (level + 1 == fork_ && !other_alive) {
        // Beyond the other end, which goes: that page comes to stand beside this one.
        const path_step& other = (is_left ? right_ : left_).path.steps[fork_];
        const bool there = is_left ? other.index + 1 < layout_.branch.count(other.page) : other.index > 0;
        if (there) {
          end.beside[level] = load_neighbour(writer_, layout_, end.path, level, other.index, !is_left);
        }
      }
    }
  }

  // --- what may not

  std::uint64_t change() noexcept {
    own_ends();
    cut_ends();
    settle();
    join_seam();
    const bool go_left = left_.dead < fork_;
    if (!go_left) {
      for (std::uint32_t level = 0; level < fork_; ++level) left_.path.steps[level] = right_.path.steps[level];
      left_.path.steps[fork_].index = right_.path.steps[fork_].index;
    }
    mend_path(writer_, root_, layout_, left_.path, left_.beside, fork_);
    return gone_.entries;
  }

  void own_step(path_step& step, std::byte* parent, std::uint32_t index) noexcept {
    const page_ref before = step.ref;
    const bool is_leaf = load_shape(step.page).kind() == page_kind::leaf;
    step.own = writable_page(writer_, layout_, step.ref, step.page, is_leaf);
    step.page = step.own;
    if (step.ref == before) return;
    if (parent == nullptr) {
      root_.ref = step.ref;
    } else {
      layout_.branch.set_child(parent, index, step.ref);
    }
  }

  void own_ends() noexcept {
    std::byte* parent = nullptr;
    for (std::uint32_t level = root_.height; level-- > fork_;) {
      path_step& step = left_.path.steps[level];
      own_step(step, parent, parent == nullptr ? 0 : left_.path.steps[level + 1].index);
      parent = step.own;
      const std::uint32_t index = right_.path.steps[level].index;
      right_.path.steps[level] = {step.ref, index, step.page, step.own};
    }
    for (range_end* end : {&left_, &right_}) {
      for (std::uint32_t level = fork_; level-- > end->dead;) {
        own_step(end->path.steps[level], end->path.steps[level + 1].own, end->path.steps[level + 1].index);
      }
      for (std::uint32_t level = 0; level < end->dead; ++level) end->path.steps[level].ref = {};
    }
  }

  void cut_ends() noexcept {
    for (std::uint32_t level = left_.dead; level < fork_; ++level) {
      const path_step& step = left_.path.steps[level];
      if (level == 0) {
        layout_.leaf.erase(step.own, step.index, layout_.leaf.count(step.own));
      } else {
        layout_.branch.erase(step.own, step.index + (level > left_.dead ? 1 : 0), layout_.branch.count(step.own));
      }
    }
    for (std::uint32_t level = right_.dead; level < fork_; ++level) {
      path_step& step = right_.path.steps[level];
      if (level == 0) {
        layout_.leaf.erase(step.own, 0, step.index);
      } else {
        layout_.branch.erase(step.own, 0, step.index + (level > right_.dead ? 0 : 1));
      }
      step.index = 0;
    }
    const path_step& fork = left_.path.steps[fork_];
    const std::uint32_t first = fork.index + (left_.dead < fork_ ? 1 : 0);
    const std::uint32_t last = right_.path.steps[fork_].index + (right_.dead < fork_ ? 0 : 1);
    layout_.branch.erase(fork.own, first, last);
    right_.path.steps[fork_].index = first;
    note_end(left_);
    note_end(right_);
  }

  void note_end(range_end& end) noexcept {
    if (end.dead == 0) note_leaf(layout_, end.path);
  }

  void settle() noexcept {
    for (const dropped_run& run : gone_.runs) writer_.drop(run.ref, run.pages);
    root_.entries -= gone_.entries;
    root_.leaf_pages -= gone_.leaf_pages;
    root_.branch_pages -= gone_.branch_pages;
    root_.large_pages -= gone_.large;
  }

  [[nodiscard]] bool sparse(const range_end& end, std::uint32_t level) const noexcept {
    return rebalance_detail::used_at(layout_, level, end.path.steps[level].own) < sparse_below<W::page_size>;
  }

  /// Joins what the cut left on both sides, from the fork down: first with each other, while under one parent.
  void join_seam() noexcept {
    bool together = true;  // whether both ends' pages of this level have the same parent
    for (std::uint32_t level = fork_; level-- > 0;) {
      const bool left_alive = level >= left_.dead, right_alive = level >= right_.dead;
      if (together && left_alive && right_alive) {
        together = (sparse(left_, level) || sparse(right_, level)) && join_ends(level);
        if (together) continue;
      }
      if (left_alive) join_end(left_, right_, level);
      if (right_alive) join_end(right_, left_, level);
    }
  }

  bool join_ends(std::uint32_t level) noexcept {
    path_step& into = left_.path.steps[level];
    const std::uint32_t shift = count_at(level, into.own);
    const neighbour left{into.own, true};
    if (!join_with(writer_, root_, layout_, right_.path, level, left)) return false;
    into = {right_.path.steps[level].ref, into.index, right_.path.steps[level].page, right_.path.steps[level].own};
    right_.path.steps[level].index = shift;
    return true;
  }

  void join_end(range_end& end, range_end& other, std::uint32_t level) noexcept {
    if (end.beside[level].page == nullptr || !sparse(end, level)) return;
    const std::uint32_t before = end.path.steps[level + 1].index;
    if (!join_with(writer_, root_, layout_, end.path, level, end.beside[level])) return;
    path_step& beyond = other.path.steps[level + 1];
    if (beyond.own == end.path.steps[level + 1].own && beyond.index > before) --beyond.index;
  }

  W& writer_;
  tree_root& root_;
  const L& layout_;
  drop_collector<L, W> gone_;
  range_end left_, right_;
  std::uint32_t fork_ = 0;
};

}  // namespace erase_range_detail

/// Erases the entries from `lower` (included) to `upper` (excluded); an absent bound is the tree's end.
/// Returns: how many there were.
/// Errors: corrupt, what reading raises, bad_alloc; nothing has changed then.
/// Complexity: see the head of this file; leaves between the ends are not read.
template <class L, page_writer W>
std::uint64_t erase_range(W& writer, tree_root& root, const L& layout, std::optional<bytes_view> lower,
                          std::optional<bytes_view> upper) {
  if (root.height == 0) return 0;
  if (lower && upper && compare_bytes(*lower, *upper) >= 0) return 0;
  expect_height(root);
  if (!lower && !upper) return drop_tree(writer, root, layout);
  return erase_range_detail::range_eraser<L, W>(writer, root, layout).erase(lower, upper);
}

}  // namespace macaw::inline MACAW_ABI::detail
