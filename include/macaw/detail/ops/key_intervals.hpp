// SPDX-License-Identifier: MIT
//
// A set of keys made of closed intervals. Layer 7 (tools).

#pragma once

#include <macaw/bytes.hpp>
#include <macaw/detail/base/algorithms.hpp>
#include <macaw/macros.hpp>

#include <cstddef>
#include <utility>
#include <vector>

namespace macaw::inline MACAW_ABI::detail {

/// Intervals of keys, both ends included.
class key_intervals {
 public:
  using key = std::vector<std::byte>;

  [[nodiscard]] bool contains(bytes_view wanted) const noexcept {
    const auto at = first_not_below(wanted);
    return at != intervals_.end() && compare_bytes(at->first, wanted) <= 0;
  }

  /// Whether some key from `first` to `last` is in the set, or may be.
  [[nodiscard]] bool touches(bytes_view first, bytes_view last) const noexcept {
    const auto at = first_not_below(first);
    return at != intervals_.end() && compare_bytes(at->first, last) <= 0;
  }

  /// Adds the keys from `first` to `last`. Requires: `first <= last`. Errors: std::bad_alloc.
  /// Complexity: linear in the intervals there are, the constant being that of moving memory.
  void add(key first, key last) {
    const auto from = intervals_.begin() + (first_not_below(first) - intervals_.begin());
    auto to = from;
    while (to != intervals_.end() && compare_bytes(to->first, last) <= 0) {
      if (compare_bytes(to->first, first) < 0) first = to->first;
      if (compare_bytes(to->last, last) > 0) last = to->last;
      ++to;
    }
    intervals_.insert(intervals_.erase(from, to), {std::move(first), std::move(last)});
  }

  /// How many intervals there are that do not touch.
  [[nodiscard]] std::size_t size() const noexcept { return intervals_.size(); }

 private:
  struct interval {
    key first;
    key last;
  };

  /// The first interval that does not end below a key.
  [[nodiscard]] std::vector<interval>::const_iterator first_not_below(bytes_view wanted) const noexcept {
    return algorithms::lower_bound(intervals_.begin(), intervals_.end(), wanted,
                                   [](const interval& a, bytes_view k) { return compare_bytes(a.last, k) < 0; });
  }

  std::vector<interval> intervals_;  // ascending, apart from each other
};

}  // namespace macaw::inline MACAW_ABI::detail
