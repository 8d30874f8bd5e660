// SPDX-License-Identifier: MIT
//
// The few algorithms that the library needs. Layer 0.
//
// Why not <algorithm>: since C++20 it brings some ten thousand lines (ranges, execution policies) into every
// unit, for a dozen functions of a few lines each. These have the meaning of their namesakes in std.

#pragma once

#include <macaw/macros.hpp>

#include <cstddef>
#include <iterator>
#include <utility>

namespace macaw::inline MACAW_ABI::detail::algorithms {

template <class T>
[[nodiscard]] constexpr const T& min(const T& a, const T& b) noexcept {
  return b < a ? b : a;
}
template <class T>
[[nodiscard]] constexpr const T& max(const T& a, const T& b) noexcept {
  return a < b ? b : a;
}
template <class T>
[[nodiscard]] constexpr const T& clamp(const T& value, const T& low, const T& high) noexcept {
  return value < low ? low : high < value ? high : value;
}

/// Orders by `<`.
struct less {
  [[nodiscard]] constexpr bool operator()(const auto& a, const auto& b) const noexcept { return a < b; }
};

template <class Iterator, class T, class Less = less>
[[nodiscard]] constexpr Iterator lower_bound(Iterator first, Iterator last, const T& value, Less before = {}) {
  for (auto count = last - first; count > 0;) {
    const auto half = count / 2;
    if (before(first[half], value)) {
      first += half + 1;
      count -= half + 1;
    } else {
      count = half;
    }
  }
  return first;
}

template <class Iterator, class T, class Less = less>
[[nodiscard]] constexpr Iterator upper_bound(Iterator first, Iterator last, const T& value, Less before = {}) {
  return algorithms::lower_bound(first, last, value,
                                 [&](const auto& element, const T& wanted) { return !before(wanted, element); });
}

template <class Iterator, class T>
[[nodiscard]] constexpr bool binary_search(Iterator first, Iterator last, const T& value) {
  const Iterator at = algorithms::lower_bound(first, last, value);
  return at != last && !(value < *at);
}

struct equal_to {
  [[nodiscard]] constexpr bool operator()(const auto& a, const auto& b) const noexcept { return a == b; }
};

template <class Iterator, class Equal = equal_to>
[[nodiscard]] constexpr Iterator unique(Iterator first, Iterator last, Equal equal = {}) {
  if (first == last) return last;
  Iterator kept = first;
  while (++first != last) {
    if (!equal(*kept, *first)) *++kept = std::move(*first);
  }
  return ++kept;
}

template <class Iterator>
constexpr void reverse(Iterator first, Iterator last) {
  while (first != last && first != --last) {
    using std::swap;
    swap(*first, *last);
    ++first;
  }
}

template <class Iterator, class Predicate>
[[nodiscard]] constexpr Iterator partition(Iterator first, Iterator last, Predicate belongs) {
  Iterator end = first;
  for (; first != last; ++first) {
    if (!belongs(*first)) continue;
    using std::swap;
    swap(*end, *first);
    ++end;
  }
  return end;
}

template <class Iterator, class Predicate>
[[nodiscard]] constexpr bool none_of(Iterator first, Iterator last, Predicate holds) {
  for (; first != last; ++first) {
    if (holds(*first)) return false;
  }
  return true;
}

/// Moves the element at `hole` down a heap of `count` elements, the largest on top.
template <class Iterator, class Less>
constexpr void sift_down(Iterator first, std::ptrdiff_t hole, std::ptrdiff_t count, Less before) {
  auto value = std::move(first[hole]);
  for (std::ptrdiff_t child = 2 * hole + 1; child < count; child = 2 * hole + 1) {
    if (child + 1 < count && before(first[child], first[child + 1])) ++child;
    if (!before(value, first[child])) break;
    first[hole] = std::move(first[child]);
    hole = child;
  }
  first[hole] = std::move(value);
}

/// Not stable. At most n log n compares; linear where the elements are in order already.
template <class Iterator, class Less = less>
constexpr void sort(Iterator first, Iterator last, Less before = {}) {
  const std::ptrdiff_t count = last - first;
  std::ptrdiff_t ordered = 1;
  while (ordered < count && !before(first[ordered], first[ordered - 1])) ++ordered;
  if (ordered >= count) return;
  for (std::ptrdiff_t i = count / 2; i-- > 0;) algorithms::sift_down(first, i, count, before);
  for (std::ptrdiff_t end = count - 1; end > 0; --end) {
    using std::swap;
    swap(first[0], first[end]);
    algorithms::sift_down(first, 0, end, before);
  }
}

}  // namespace macaw::inline MACAW_ABI::detail::algorithms
