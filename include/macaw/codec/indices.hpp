// SPDX-License-Identifier: MIT
//
// Indices as constants: what composites walk their parts with. Layer 1.

#pragma once

#include <macaw/macros.hpp>

#include <cstddef>
#include <type_traits>
#include <utility>

namespace macaw::inline MACAW_ABI::detail {

template <std::size_t Index>
using index_constant = std::integral_constant<std::size_t, Index>;

template <class F, std::size_t... Index>
constexpr decltype(auto) with_indices(F&& f, std::index_sequence<Index...>) {
  return f(index_constant<Index>{}...);
}

/// Calls `f` with the indices below `Count`, each a constant: `f(0, 1, 2)`.
template <std::size_t Count, class F>
constexpr decltype(auto) with_indices(F&& f) {
  return with_indices(f, std::make_index_sequence<Count>{});
}

/// Calls `f` with `index` as a constant, where it is below `Count`.
template <std::size_t Count, class F>
constexpr void with_index(std::size_t index, F&& f) {
  with_indices<Count>([&](auto... each) { ((index == each ? f(each) : void()), ...); });
}

}  // namespace macaw::inline MACAW_ABI::detail
