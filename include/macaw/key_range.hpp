// SPDX-License-Identifier: MIT
//
// The ends of a range of keys: `from`, `after`, `up_to`, `through`. Layer 6 (API).
//
//   t.range(from(8))             8 and all above
//   t.range(after(8), up_to(20)) above 8, below 20
//   t.range(through(20))         20 and all below

#pragma once

#include <macaw/macros.hpp>

#include <type_traits>
#include <utility>

namespace macaw::inline MACAW_ABI {

/// Where a range of keys begins.
template <class T>
struct lower_end {
  T key;
  bool included;
};

/// Where a range of keys ends.
template <class T>
struct upper_end {
  T key;
  bool included;
};

/// Begins with `key`, which is in the range.
template <class T>
[[nodiscard]] constexpr lower_end<std::decay_t<T>> from(T&& key) {
  return {std::forward<T>(key), true};
}

/// Begins behind `key`, which is not in the range.
template <class T>
[[nodiscard]] constexpr lower_end<std::decay_t<T>> after(T&& key) {
  return {std::forward<T>(key), false};
}

/// Ends before `key`, which is not in the range.
template <class T>
[[nodiscard]] constexpr upper_end<std::decay_t<T>> up_to(T&& key) {
  return {std::forward<T>(key), false};
}

/// Ends with `key`, which is in the range.
template <class T>
[[nodiscard]] constexpr upper_end<std::decay_t<T>> through(T&& key) {
  return {std::forward<T>(key), true};
}

}  // namespace macaw::inline MACAW_ABI
