// SPDX-License-Identifier: MIT
//
// Pages that no newer state holds, but readers may: they wait until nobody can see them. Layer 3 (space).
// PROTOCOL R9, S7.
//
// Invariants:
//  1. A page with birth b dropped in commit d may be seen by a reader with D in [b, d), and by nobody else.
//     It enters when d is durable, so later readers have D >= d: the pins it waits for only become fewer.
//  2. Pages wait in the queue of the largest pin in their interval, so they are looked at again only when that
//     pin is gone: once a pin at most, however long a reader stays.
//
// Thread safety: as a plain value.

#pragma once

#include <macaw/detail/base/algorithms.hpp>
#include <macaw/detail/base/when_used.hpp>
#include <macaw/macros.hpp>

#include <cstddef>
#include <cstdint>
#include <span>
#include <utility>
#include <vector>

namespace macaw::inline MACAW_ABI::detail {

/// Consecutive pages that were written and dropped together, as far as their readers are concerned.
struct pending_run {
  std::uint32_t first = 0;
  std::uint32_t pages = 0;
  std::uint64_t birth = 0;  ///< the commit that wrote them
  std::uint64_t death = 0;  ///< the commit that dropped them

  friend constexpr bool operator==(const pending_run&, const pending_run&) = default;
};

template <class When>
class basic_pending_pages {
 public:
  template <class T>
  using vector = typename When::template vector<T>;
  template <class T>
  using span = typename When::template span<T>;

  /// Makes sure that the next `count` calls of `add` succeed. Errors: std::bad_alloc.
  void reserve(std::size_t count) {
    const std::size_t wanted = arrived_.size() + count;
    if (wanted > arrived_.capacity()) arrived_.reserve(algorithms::max(wanted, 2 * arrived_.capacity()));
  }

  /// Adds pages dropped by a commit that is durable. Requires: room, and birth < death.
  void add(const pending_run& run) noexcept {
    MACAW_ASSERT(arrived_.size() < arrived_.capacity() && run.birth < run.death);
    arrived_.push_back(run);
    total_ += run.pages;
  }

  /// Pages that wait.
  [[nodiscard]] std::uint64_t total() const noexcept { return total_; }

  /// Hands the pages that none of the pins can see to `give(first, pages)`. The pins ascend, each once.
  /// Errors: those of `give`, std::bad_alloc; then what was not given yet still waits.
  template <class Give>
  void release(span<const std::uint64_t> pins, Give&& give) {
    settle_arrived(pins, give);
    for (std::size_t i = queues_.size(); i > 0;) {
      --i;
      const std::uint64_t pin = queues_[i].pin;
      if (algorithms::binary_search(pins.begin(), pins.end(), pin)) continue;
      arrived_.swap(queues_[i].runs);
      queues_.erase(queues_.begin() + static_cast<std::ptrdiff_t>(i));
      settle_arrived(pins, give);
      i = position_of(pin);  // queues were added below this pin only: it was the largest in the interval
    }
  }

  /// Calls `f(const pending_run&)` for all that wait, in no order.
  template <class F>
  void for_each(F&& f) const {
    for (const pending_run& run : arrived_) f(run);
    for (const queue& waiting : queues_) {
      for (const pending_run& run : waiting.runs) f(run);
    }
  }

 private:
  struct queue {
    std::uint64_t pin;
    vector<pending_run> runs;
  };

  template <class Give>
  void settle_arrived(span<const std::uint64_t> pins, Give& give) {
    while (!arrived_.empty()) {
      const pending_run run = arrived_.back();
      const auto above = algorithms::lower_bound(pins.begin(), pins.end(), run.death);
      if (above != pins.begin() && *(above - 1) >= run.birth) {
        queue_of(*(above - 1)).push_back(run);
      } else {
        give(run.first, run.pages);
        total_ -= run.pages;
      }
      arrived_.pop_back();
    }
  }

  /// Where the queue of a pin stands, or would.
  [[nodiscard]] std::size_t position_of(std::uint64_t pin) const noexcept {
    const auto at =
        algorithms::lower_bound(queues_.begin(), queues_.end(), pin,
                                [](const queue& waiting, std::uint64_t value) { return waiting.pin < value; });
    return static_cast<std::size_t>(at - queues_.begin());
  }

  [[nodiscard]] vector<pending_run>& queue_of(std::uint64_t pin) {
    const std::size_t at = position_of(pin);
    if (at == queues_.size() || queues_[at].pin != pin) {
      queues_.insert(queues_.begin() + static_cast<std::ptrdiff_t>(at), queue{pin, {}});
    }
    return queues_[at].runs;
  }

  vector<pending_run> arrived_;  ///< not looked at yet
  vector<queue> queues_;         ///< ascending by pin
  std::uint64_t total_ = 0;
};
using pending_pages = basic_pending_pages<when_used>;

}  // namespace macaw::inline MACAW_ABI::detail
