// SPDX-License-Identifier: MIT
//
// The runs of pages that a transaction has written before its commit. Layer 5 (txn). PROTOCOL R16.
//
// Invariant: ascending by first page. What was removed stays as an empty run until the next batch comes,
// so that removing is cheap and cannot fail.

#pragma once

#include <macaw/detail/base/algorithms.hpp>
#include <macaw/detail/base/when_used.hpp>
#include <macaw/macros.hpp>

#include <cstddef>
#include <cstdint>
#include <vector>

namespace macaw::inline MACAW_ABI::detail {

/// A run of pages written before its commit.
struct spilled_run {
  std::uint32_t first = 0;
  std::uint32_t pages = 0;  ///< 0: removed
  std::uint64_t level = 0;  ///< the level counter when it was written
};

template <class When>
class basic_spilled_pages {
 public:
  template <class T>
  using vector = typename When::template vector<T>;

  /// Makes room for `count` further runs, so that `add` cannot fail. Errors: std::bad_alloc.
  void reserve(std::size_t count) {
    const std::size_t needed = runs_.size() + count;
    if (needed > runs_.capacity()) runs_.reserve(algorithms::max(needed, 2 * runs_.capacity()));
  }

  /// Adds a run; `sort` follows the last of a batch. Requires: room.
  void add(const spilled_run& run) noexcept {
    MACAW_ASSERT(runs_.size() < runs_.capacity() && run.pages > 0);
    runs_.push_back(run);
  }

  /// Brings a batch into order.
  void sort() noexcept {
    std::size_t kept = 0;
    for (const spilled_run& run : runs_) {
      if (run.pages > 0) runs_[kept++] = run;
    }
    runs_.resize(kept);
    algorithms::sort(runs_.begin(), runs_.end(),
                     [](const spilled_run& a, const spilled_run& b) { return a.first < b.first; });
  }

  /// The run that begins at this page, or nullptr.
  [[nodiscard]] spilled_run* find(std::uint32_t first) noexcept {
    const auto at = algorithms::lower_bound(
        runs_.begin(), runs_.end(), first, [](const spilled_run& run, std::uint32_t page) { return run.first < page; });
    return at != runs_.end() && at->first == first && at->pages > 0 ? &*at : nullptr;
  }

  /// Removes a run that `find` gave.
  static void remove(spilled_run& run) noexcept { run.pages = 0; }

  /// Calls `visit(spilled_run&)` for every run, which it may remove.
  template <class Visit>
  void for_each(Visit&& visit) {
    for (spilled_run& run : runs_) {
      if (run.pages > 0) visit(run);
    }
  }

  [[nodiscard]] bool empty() const noexcept { return runs_.empty(); }
  /// Runs, those removed since the last batch among them.
  [[nodiscard]] std::size_t count() const noexcept { return runs_.size(); }

 private:
  vector<spilled_run> runs_;
};
using spilled_pages = basic_spilled_pages<when_used>;

}  // namespace macaw::inline MACAW_ABI::detail
