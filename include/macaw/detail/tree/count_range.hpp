// SPDX-License-Identifier: MIT
//
// Counting the entries of a range of keys without visiting the leaves between. Layer 4 (tree).
//
// Two paths lead to the range's ends; between them the level-1 branches know each leaf's entry count.

#pragma once

#include <macaw/bytes.hpp>
#include <macaw/detail/format/position.hpp>
#include <macaw/detail/format/tree_root.hpp>
#include <macaw/detail/tree/page_source.hpp>
#include <macaw/detail/tree/path.hpp>
#include <macaw/error.hpp>
#include <macaw/ids.hpp>
#include <macaw/macros.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>

namespace macaw::inline MACAW_ABI::detail {

namespace count_range_detail {

template <class L, page_reader R>
class range_counter {
 public:
  range_counter(const R& reader, const tree_root& root, const L& layout)
      : reader_(reader), root_(root), layout_(layout) {}

  std::uint64_t count(std::optional<bytes_view> lower, std::optional<bytes_view> upper) {
    lead_to(left_, lower, false);
    lead_to(right_, upper, true);
    std::uint32_t fork = root_.height - 1U;
    while (fork > 0 && left_.steps[fork].index == right_.steps[fork].index) --fork;
    const std::uint32_t first = left_.leaf().index;
    const std::uint32_t last = right_.leaf().index;
    if (fork == 0) return first < last ? last - first : 0;
    std::uint64_t entries = between(left_, fork, left_.steps[fork].index + 1, right_.steps[fork].index);
    for (std::uint32_t level = fork; level-- > 1;) {
      const path_step& step = left_.steps[level];
      entries += between(left_, level, step.index + 1, layout_.branch.count(step.page));
      entries += between(right_, level, 0, right_.steps[level].index);
    }
    return entries + (layout_.leaf.count(left_.leaf().page) - first) + last;
  }

 private:
  struct open_branch {
    const std::byte* page;
    std::uint32_t next;
    page_bounds bounds;
  };

  void lead_to(tree_path& path, std::optional<bytes_view> key, bool last) {
    if (key) {
      const typename L::search_key wanted = layout_.make_key(*key);
      descend_to(reader_, root_, layout_, path, wanted);
      path.leaf().index = layout_.leaf.lower_bound(path.leaf().page, wanted).index;
    } else {
      descend(reader_, root_, layout_, path,
              [&](const std::byte* page) { return last ? layout_.branch.count(page) - 1 : 0; });
      path.leaf().index = last ? layout_.leaf.count(path.leaf().page) : 0;
    }
  }

  /// Entries below children [first, last) of a path's branch.
  std::uint64_t between(const tree_path& path, std::uint32_t level, std::uint32_t first, std::uint32_t last) {
    const std::byte* const page = path.steps[level].page;
    std::uint64_t entries = 0;
    for (std::uint32_t child = first; child < last; ++child) {
      entries += level == 1
                     ? entries_count(layout_.branch.entries(page, child))
                     : below(layout_.branch.child(page, child), level - 1, bounds_below(layout_, path, level, child));
    }
    return entries;
  }

  /// Entries below a branch of this level.
  std::uint64_t below(page_ref ref, std::uint32_t level, const page_bounds& bounds) {
    std::uint64_t entries = 0;
    std::uint32_t at = level;
    enter(ref, at, bounds);
    for (;;) {
      open_branch& branch = open_[at];
      if (branch.next == layout_.branch.count(branch.page)) {
        if (at++ == level) return entries;
        continue;
      }
      const std::uint32_t child = branch.next++;
      if (at == 1) {
        entries += entries_count(layout_.branch.entries(branch.page, child));
        continue;
      }
      const page_bounds inner = child_bounds(layout_, branch.page, child, branch.bounds);
      enter(layout_.branch.child(branch.page, child), --at, inner);
    }
  }

  void enter(page_ref ref, std::uint32_t level, const page_bounds& bounds) {
    if (++branches_ > root_.branch_pages) throw_corrupt(ref.id, "the tree has more pages than its root says");
    open_[level] = {reader_.page(ref, layout_.branch.shape(static_cast<std::uint8_t>(level)), bounds), 0, bounds};
  }

  const R& reader_;
  const tree_root& root_;
  const L& layout_;
  tree_path left_, right_;
  std::uint64_t branches_ = 0;
  std::array<open_branch, height_max> open_;
};

}  // namespace count_range_detail

/// Counts the entries from `lower` (included) to `upper` (excluded); an absent bound is the tree's end.
/// Errors: corrupt, and what reading raises.
/// Complexity: reads the branches between the ends and two paths; no leaf between them, no allocation.
template <class L, page_reader R>
[[nodiscard]] std::uint64_t count_range(const R& reader, const tree_root& root, const L& layout,
                                        std::optional<bytes_view> lower, std::optional<bytes_view> upper) {
  if (root.height == 0) return 0;
  if (!lower && !upper) return root.entries;
  if (lower && upper && compare_bytes(*lower, *upper) >= 0) return 0;
  return count_range_detail::range_counter<L, R>(reader, root, layout).count(lower, upper);
}

}  // namespace macaw::inline MACAW_ABI::detail
