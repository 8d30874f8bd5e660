// SPDX-License-Identifier: MIT
//
// Going through the states that a power cut may leave: all of them where there are few, those that break
// programs and some drawn at random where there are many. Layer 7 (testing).

#pragma once

#include <macaw/macros.hpp>
#include <macaw/testing/crash_window.hpp>

#include <cstddef>
#include <cstdint>
#include <unordered_set>

namespace macaw::inline MACAW_ABI::testing {

/// How far to go.
struct crash_plan {
  std::size_t exhaustive_parts = 16;  ///< so many parts, and fewer, are tried in all combinations
  std::size_t paired_parts = 200;     ///< of so many parts, and fewer, each two are lost together
  std::size_t draws = 200;            ///< so many choices are drawn at random where not all are tried
  std::uint64_t seed = 1;
};

/// Goes through a window's states. Every state comes once, whatever choices lead to it.
class crash_states {
 public:
  crash_states(const crash_window& window, const crash_plan& plan) : window_(window), plan_(plan), state_(plan.seed) {}

  /// Calls `f(const crash_choice&)` for each state: of lengths and names all combinations while they are few; of
  /// parts all combinations, or all beginnings and ends, all but one, one alone, all but two, and random draws.
  /// Returns: how many states there were.
  template <class F>
  std::size_t for_each(F f) {
    const std::size_t names = window_.names() < 4 ? std::size_t{1} << window_.names() : 16;
    for (std::size_t lengths = 0; lengths <= window_.lengths(); ++lengths) {
      if (lengths > 2 && lengths + 2 < window_.lengths()) continue;
      for (std::size_t i = 0; i < names; ++i) {
        choice_.lengths = lengths;
        choice_.names = window_.names() < 4 ? i : next();
        for_each_of_parts(f);
      }
    }
    return seen_.size();
  }

 private:
  template <class F>
  void for_each_of_parts(F& f) {
    const std::size_t count = window_.parts();
    choice_.parts.assign(count, false);
    if (count <= plan_.exhaustive_parts) {
      for (std::uint64_t mask = 0; mask < std::uint64_t{1} << count; ++mask) {
        for (std::size_t i = 0; i < count; ++i) choice_.parts[i] = (mask >> i & 1U) != 0;
        offer(f);
      }
      return;
    }
    for (const bool beginning : {false, true}) {
      for (std::size_t end = 0; end <= count; ++end) {
        for (std::size_t i = 0; i < count; ++i) choice_.parts[i] = (i < end) == beginning;
        offer(f);
      }
    }
    for (const bool kept : {false, true}) {
      choice_.parts.assign(count, !kept);
      for (std::size_t i = 0; i < count; ++i) {
        choice_.parts[i] = kept;
        offer(f);
        choice_.parts[i] = !kept;
      }
    }
    if (count <= plan_.paired_parts) lose_pairs(f);
    for (std::size_t draw = 0; draw < plan_.draws; ++draw) {
      const std::uint64_t kept_of_16 = 1 + next() % 15;
      for (std::size_t i = 0; i < count; ++i) choice_.parts[i] = next() % 16 < kept_of_16;
      offer(f);
    }
  }

  template <class F>
  void lose_pairs(F& f) {
    const std::size_t count = window_.parts();
    choice_.parts.assign(count, true);
    for (std::size_t i = 0; i < count; ++i) {
      choice_.parts[i] = false;
      for (std::size_t j = i + 1; j < count; ++j) {
        choice_.parts[j] = false;
        offer(f);
        choice_.parts[j] = true;
      }
      choice_.parts[i] = true;
    }
  }

  template <class F>
  void offer(F& f) {
    if (seen_.insert(window_.identity(choice_)).second) f(static_cast<const crash_choice&>(choice_));
  }

  // SplitMix64.
  std::uint64_t next() noexcept {
    std::uint64_t value = state_ += 0x9E37'79B9'7F4A'7C15U;
    value = (value ^ (value >> 30)) * 0xBF58'476D'1CE4'E5B9U;
    value = (value ^ (value >> 27)) * 0x94D0'49BB'1331'11EBU;
    return value ^ (value >> 31);
  }

  const crash_window& window_;
  crash_plan plan_;
  std::uint64_t state_;
  crash_choice choice_;
  std::unordered_set<std::uint64_t> seen_;
};

}  // namespace macaw::inline MACAW_ABI::testing
