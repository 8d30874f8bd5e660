// SPDX-License-Identifier: MIT
//
// A place in a tree that can be moved to the next and the previous entry. Layer 4 (tree).
//
// Invariants:
//  1. A cursor stands on an entry, or outside; outside is both before the first entry and behind the last.
//  2. It remembers which child was taken on each level, no pages: so a copy is a few words, and moving on
//     to another leaf walks from the root. Only the leaf it stands on is remembered by its bytes, which are
//     good as long as the reader's operation, or as long as the owner holds them (`leaf_ref`, `refetch`).
//  3. A call that throws leaves the cursor where it was.
//  4. From leaf to leaf keys ascend, or descend, and there are as many as the branches note, whatever the bytes of a
//     file are: so every walk ends, and what is counted is what is walked over.
// Changing the tree ends its cursors. One thread at a time.

#pragma once

#include <macaw/bytes.hpp>
#include <macaw/detail/format/geometry.hpp>
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

namespace macaw::inline MACAW_ABI::detail {

template <class L, page_reader R>
class tree_cursor {
 public:
  /// A cursor outside of a tree.
  tree_cursor(const R& reader, const tree_root& root, const L& layout)
      : reader_(&reader), root_(root.ref), layout_(layout), height_(root.height) {
    expect_height(root);
  }

  /// Whether the cursor stands on an entry.
  [[nodiscard]] bool valid() const noexcept { return page_ != nullptr; }
  [[nodiscard]] bool at_end() const noexcept { return page_ == nullptr; }

  /// The leaf's bytes, the entry in it, and how many entries it has. Requires: `valid()`.
  [[nodiscard]] const std::byte* page() const noexcept { return page_; }
  [[nodiscard]] std::uint32_t index() const noexcept { return index_; }
  [[nodiscard]] std::uint32_t count() const noexcept { return count_; }
  [[nodiscard]] page_ref leaf_ref() const noexcept { return leaf_; }
  [[nodiscard]] const L& layout() const noexcept { return layout_; }

  /// Goes to the first entry, or outside where there is none.
  /// Errors: corrupt, and what reading raises. Complexity: reads as many pages as the tree is high.
  void seek_first() { seek_edge(true); }

  /// Goes to the last entry, or outside where there is none. Errors, Complexity: as `seek_first`.
  void seek_last() { seek_edge(false); }

  /// Goes to the first entry that is not less than the key, or outside.
  /// Returns: whether it has the key. Errors, Complexity: as `seek_first`, at most twice.
  bool seek_lower_bound(const typename L::search_key& key) {
    if (height_ == 0) return false;
    const way_to_key<L, R> way{*reader_, layout_, key, root_, height_};
    trail to;
    page_ref ref = root_;
    const std::byte* branch = nullptr;
    for (std::uint32_t level = height_; level-- > 1;) {
      branch = branch_at(ref, level, way.bounds(level));
      const std::uint32_t child = layout_.branch.child_index(branch, key);
      to[level] = static_cast<std::uint16_t>(child);
      ref = layout_.branch.child(branch, child);
    }
    const std::byte* const leaf = reader_->page(ref, layout_.leaf.shape(), way.bounds(0));
    const auto position = layout_.leaf.lower_bound(leaf, key);
    // A walk from the second half on is likely to go on in the next leaf.
    if (branch != nullptr && 2 * position.index > layout_.leaf.count(leaf))
      prefetch_beside(branch, to[1], true, front_size);
    if (position.index == leaf_count(leaf, ref)) {  // the key belongs behind this leaf's last entry
      cross(to, true);
    } else {
      enter(to, ref, leaf, position.index);
    }
    return position.found;
  }

  /// Goes to the first entry that is greater than the key, or outside. Errors, Complexity: as `seek_lower_bound`.
  void seek_upper_bound(const typename L::search_key& key) {
    if (seek_lower_bound(key)) next();
  }

  /// Goes to the next entry: outside from the last, to the first from outside.
  /// Errors: corrupt, and what reading raises.
  /// Complexity: within a leaf no page is read, else the path to it and as many as the tree is high.
  MACAW_ALWAYS_INLINE void next() {
    if (index_ + 1 < count_) [[likely]] {
      ++index_;
    } else {
      *this = left(*this, true);
    }
  }

  /// Goes to the previous entry: outside from the first, to the last from outside.
  /// Errors, Complexity: as `next`.
  MACAW_ALWAYS_INLINE void previous() {
    if (index_ > 0) [[likely]] {
      --index_;
    } else {
      *this = left(*this, false);
    }
  }

  /// Asks for the rows that a walk from here on reads first, where they stand in columns.
  MACAW_ALWAYS_INLINE void prefetch_rows() const noexcept {
    if constexpr (requires { layout_.leaf.prefetch_rows(page_, index_); }) {
      if (valid()) layout_.leaf.prefetch_rows(page_, index_);
    }
  }

  /// Moves within the leaf. Requires: `index < count()`.
  void move_to(std::uint32_t index) noexcept {
    MACAW_ASSERT(index < count_);
    index_ = index;
  }

  /// Goes behind the last entry of the leaf, that is to the first entry of the next leaf, or outside.
  void next_leaf() { *this = left(*this, true); }

  /// Asks for the leaf's bytes again, where those at hand have ended with their operation. Requires: `valid()`.
  /// Errors: corrupt, and what reading raises. Complexity: reads one page.
  void refetch() {
    MACAW_ASSERT(valid());
    page_ = reader_->page(leaf_, layout_.leaf.shape(), {});
  }

  /// Goes outside.
  void reset() noexcept {
    page_ = nullptr;
    index_ = count_ = 0;
  }

 private:
  using trail = std::array<std::uint16_t, height_max>;  // by level, the child taken; that of level 0 is not used

  template <class Bounds>
  [[nodiscard]] MACAW_ALWAYS_INLINE const std::byte* branch_at(page_ref ref, std::uint32_t level,
                                                               const Bounds& bounds) const {
    return reader_->page(ref, layout_.branch.shape(static_cast<std::uint8_t>(level)), bounds);
  }

  [[nodiscard]] std::uint32_t leaf_count(const std::byte* leaf, page_ref ref) const {
    const std::uint32_t count = layout_.leaf.count(leaf);
    if (count == 0) [[unlikely]]
      throw_corrupt(ref.id, "an empty leaf");
    return count;
  }

  void enter(const trail& to, page_ref ref, const std::byte* leaf, std::uint32_t index) noexcept {
    trail_ = to;
    leaf_ = ref;
    page_ = leaf;
    index_ = index;
    count_ = layout_.leaf.count(leaf);
  }

  /// What is asked for of the leaf after the one entered: all, as its cells are in no order that a processor would
  /// guess, but of very large pages no more than the nearest cache takes without losing what is at work.
  static constexpr std::size_t ahead_size = R::page_size < 8192 ? R::page_size : 8192;
  /// What is asked for where it is only likely that a walk comes there: as much as its first step reads.
  static constexpr std::size_t front_size = 512;
  static constexpr std::uint32_t not_noted = ~std::uint32_t{0};

  /// A leaf that a descent has come to.
  struct found_leaf {
    page_ref ref;
    const std::byte* page;
  };

  /// Descends along one edge of the subtree `ref`, whose root has level `level`, to its leaf. `noted` is how many
  /// entries the branch above notes, if that root is a leaf.
  [[nodiscard]] found_leaf descend_edge(trail& to, page_ref ref, std::uint32_t level, std::uint32_t noted,
                                        page_bounds bounds, bool first) {
    for (; level > 0; --level) {
      const std::byte* const branch = branch_at(ref, level, bounds);
      const std::uint32_t child = first ? 0 : layout_.branch.count(branch) - 1;
      to[level] = static_cast<std::uint16_t>(child);
      ref = layout_.branch.child(branch, child);
      bounds = child_bounds(layout_, branch, child, bounds);
      if (level != 1) continue;
      noted = entries_count(layout_.branch.entries(branch, child));
      prefetch_beside(branch, child, first, ahead_size);
    }
    const std::byte* const leaf = reader_->page(ref, layout_.leaf.shape(), bounds);
    if (noted != not_noted && noted != layout_.leaf.count(leaf)) [[unlikely]]
      throw_corrupt(ref.id, "the branch above notes another entry count than the leaf has");
    return {ref, leaf};
  }

  void enter_edge(const trail& to, const found_leaf& leaf, bool first) {
    const std::uint32_t count = leaf_count(leaf.page, leaf.ref);
    enter(to, leaf.ref, leaf.page, first ? 0 : count - 1);
  }

  void prefetch_beside(const std::byte* branch, std::uint32_t child, bool forward, std::size_t size) const noexcept {
    if (forward ? child + 1 < layout_.branch.count(branch) : child > 0) {
      reader_->prefetch(layout_.branch.child(branch, forward ? child + 1 : child - 1), size);
    }
  }

  void seek_edge(bool first) {
    if (height_ == 0) return;
    trail to = trail_;
    enter_edge(to, descend_edge(to, root_, height_ - 1U, not_noted, {}, first), first);
  }

  /// The cursor on the leaf beside. By value, so that a cursor's own address is not given away and a loop
  /// keeps index and count in registers.
  [[nodiscard]] static MACAW_APART tree_cursor left(tree_cursor at, bool forward) {
    if (at.at_end()) {
      at.seek_edge(forward);
    } else {
      at.cross(at.trail_, forward);
    }
    return at;
  }

  /// Goes to the leaf beside that of a trail: walks the trail to find where it can turn, and turns there.
  void cross(trail to, bool forward) {
    page_ref ref = root_;
    page_bounds bounds{};
    std::uint32_t turn_level = 0;
    const std::byte* turn = nullptr;
    page_bounds turn_bounds{};
    for (std::uint32_t level = height_; level-- > 1;) {
      const std::byte* const branch = branch_at(ref, level, bounds);
      const std::uint32_t child = to[level];
      if (forward ? child + 1 < layout_.branch.count(branch) : child > 0) {
        turn_level = level;
        turn = branch;
        turn_bounds = bounds;
      }
      ref = layout_.branch.child(branch, child);
      bounds = child_bounds(layout_, branch, child, bounds);
    }
    if (turn == nullptr) return reset();
    const std::uint32_t child = forward ? to[turn_level] + 1U : to[turn_level] - 1U;
    std::byte between[geometry<R::page_size>::key_size_max];
    const auto separator =
        layout_.make_key({between, layout_.branch.copy_separator(turn, forward ? child : child + 1, between)});
    // Before the next leaf is read: a reader that copies pages keeps one of each level.
    expect_apart({ref, reader_->page(ref, layout_.leaf.shape(), bounds)}, separator, !forward);
    to[turn_level] = static_cast<std::uint16_t>(child);
    if (turn_level == 1) prefetch_beside(turn, child, forward, ahead_size);
    const std::uint32_t noted = turn_level == 1 ? entries_count(layout_.branch.entries(turn, child)) : not_noted;
    const found_leaf after = descend_edge(to, layout_.branch.child(turn, child), turn_level - 1, noted,
                                          child_bounds(layout_, turn, child, turn_bounds), forward);
    expect_apart(after, separator, forward);
    enter_edge(to, after, forward);
  }

  /// Refuses a leaf whose keys are not all on the side of a separator of the branch above that it is reached on. It was
  /// validated when it was first touched, but that may have been below another parent; so a walk goes on in order, and
  /// ends.
  void expect_apart(const found_leaf& leaf, const typename L::search_key& separator, bool above) const {
    const std::uint32_t less = above ? 0 : leaf_count(leaf.page, leaf.ref);
    if (layout_.leaf.lower_bound(leaf.page, separator).index != less) [[unlikely]]
      throw_corrupt(leaf.ref.id, "the tree reaches the page where its keys do not belong");
  }

  const R* reader_;
  const std::byte* page_ = nullptr;
  std::uint32_t index_ = 0;
  std::uint32_t count_ = 0;
  page_ref leaf_;
  page_ref root_;
  [[no_unique_address]] L layout_;
  std::uint8_t height_;
  trail trail_{};
};

}  // namespace macaw::inline MACAW_ABI::detail
