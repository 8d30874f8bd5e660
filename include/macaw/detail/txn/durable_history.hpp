// SPDX-License-Identifier: MIT
//
// Which durable commit a published state rests on. Layer 5 (txn). PROTOCOL R9: a reader's D is that of
// the newest durable commit published at or before its T.
//
// Used by the writer alone, under its turn.

#pragma once

#include <macaw/detail/base/algorithms.hpp>
#include <macaw/detail/base/when_used.hpp>
#include <macaw/macros.hpp>

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace macaw::inline MACAW_ABI::detail {

template <class When>
class basic_durable_history {
 public:
  template <class T>
  using vector = typename When::template vector<T>;

  basic_durable_history(std::uint64_t t, std::uint64_t d) : steps_{{t, d}} {}

  /// Makes room for one more step, so that `add` cannot fail. Errors: std::bad_alloc.
  void reserve() {
    if (steps_.size() == steps_.capacity()) steps_.reserve(2 * steps_.size());
  }

  /// From publication `t` on states rest on durable commit `d`.
  void add(std::uint64_t t, std::uint64_t d) noexcept {
    MACAW_ASSERT(steps_.back().t < t && steps_.back().d < d && steps_.size() < steps_.capacity());
    steps_.push_back({t, d});
  }

  /// Replaces ascending publication numbers by the ascending, distinct durable numbers they rest on, in place.
  /// What is older than all of them is forgotten.
  ///
  /// Numbers of states forgotten before are left out: nobody reads these states, but a reader that was delayed while
  /// it began shows such a number until it has looked for newer ones (reader_registry.hpp, invariant 1).
  void to_durable(vector<std::uint64_t>& pins) noexcept {
    pins.erase(pins.begin(), algorithms::lower_bound(pins.begin(), pins.end(), steps_.front().t));
    if (pins.empty()) {
      steps_.erase(steps_.begin(), steps_.end() - 1);
      return;
    }
    iterator at = last_at(steps_.begin(), pins.front());
    at = steps_.erase(steps_.begin(), at);
    for (std::uint64_t& pin : pins) {
      at = last_at(at, pin);
      pin = at->d;
    }
    pins.erase(algorithms::unique(pins.begin(), pins.end()), pins.end());
  }

 private:
  struct step {
    std::uint64_t t;
    std::uint64_t d;
  };
  using iterator = typename vector<step>::iterator;

  /// The last step at or before `t`, looking from `from` on.
  [[nodiscard]] iterator last_at(iterator from, std::uint64_t t) noexcept {
    const auto after = algorithms::upper_bound(from, steps_.end(), t,
                                               [](std::uint64_t value, const step& entry) { return value < entry.t; });
    MACAW_ASSERT(after != from);
    return after - 1;
  }

  vector<step> steps_;
};
using durable_history = basic_durable_history<when_used>;

}  // namespace macaw::inline MACAW_ABI::detail
