// SPDX-License-Identifier: MIT
//
// The open levels of a write transaction: the transaction itself, nested ones and savepoints. Layer 5
// (txn). PROTOCOL R8.
//
// Invariants:
//  1. A counter rises at each begin of a level and at each rollback. A frame keeps the value it was made
//     at; it may be changed in place if that value is not below the one at which the innermost level began.
//  2. A level remembers how long the lists of drops and of frames were when it began, and the catalog's
//     root: rolling back truncates and restores, and never touches the allocator of pages.

#pragma once

#include <macaw/detail/base/when_used.hpp>
#include <macaw/detail/format/tree_root.hpp>
#include <macaw/error.hpp>
#include <macaw/macros.hpp>

#include <cstddef>
#include <cstdint>
#include <vector>

namespace macaw::inline MACAW_ABI::detail {

struct level {
  std::uint64_t id = 0;
  std::uint64_t stamp = 0;  ///< the counter when the level began
  tree_root catalog;
  std::size_t drops = 0;   ///< length of the list of drops when the level began
  std::size_t frames = 0;  ///< length of the list of frames when the level began
  bool failed = false;     ///< an error left it fit for rollback only
};

template <class When>
class basic_level_stack {
 public:
  template <class T>
  using vector = typename When::template vector<T>;

  explicit basic_level_stack(const tree_root& catalog) { begin(catalog, 0, 0); }

  [[nodiscard]] std::uint64_t counter() const noexcept { return counter_; }
  [[nodiscard]] const level& innermost() const noexcept { return levels_.back(); }
  [[nodiscard]] level& innermost() noexcept { return levels_.back(); }
  [[nodiscard]] const level& outermost() const noexcept { return levels_.front(); }
  [[nodiscard]] std::size_t depth() const noexcept { return levels_.size(); }

  /// Begins a level inside the innermost one. Returns its id. Errors: std::bad_alloc.
  std::uint64_t begin(const tree_root& catalog, std::size_t drops, std::size_t frames) {
    levels_.push_back({next_id_, counter_ + 1, catalog, drops, frames, false});
    ++counter_;
    return next_id_++;
  }

  /// Where the level stands, or `depth()` if it is not open.
  [[nodiscard]] std::size_t find(std::uint64_t id) const noexcept {
    std::size_t index = 0;
    while (index < levels_.size() && levels_[index].id != id) ++index;
    return index;
  }

  /// Whether this level or one inside it has failed.
  [[nodiscard]] bool failed_from(std::size_t index) const noexcept {
    for (; index < levels_.size(); ++index) {
      if (levels_[index].failed) return true;
    }
    return false;
  }

  /// Ends the level at `index` and those inside it; what was done in them stays.
  void merge_from(std::size_t index) noexcept { levels_.resize(index); }

  /// Ends the level at `index` and those inside it, to be undone by the caller. Returns what it began with.
  level undo_from(std::size_t index) noexcept {
    const level began = levels_[index];
    levels_.resize(index);
    ++counter_;
    return began;
  }

 private:
  vector<level> levels_;
  std::uint64_t counter_ = 0;
  std::uint64_t next_id_ = 0;
};
using level_stack = basic_level_stack<when_used>;

}  // namespace macaw::inline MACAW_ABI::detail
