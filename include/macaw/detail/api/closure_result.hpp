// SPDX-License-Identifier: MIT
//
// What a closure over a transaction may return: nothing that dies with the transaction. Layer 6 (API).

#pragma once

#include <macaw/bytes.hpp>
#include <macaw/macros.hpp>

#include <optional>
#include <string_view>
#include <tuple>
#include <type_traits>
#include <utility>

namespace macaw::inline MACAW_ABI::detail {

/// Whether a value of this type is of no use after its transaction: a reference, a borrowed text or byte string, what
/// says so itself (tables, ranges, iterators, entries, pinned values), or something made of these.
template <class T>
inline constexpr bool dies_with_txn = std::is_reference_v<T> || requires {
  typename T::dies_with_transaction;
};
template <class T>
  requires std::is_same_v<T, std::string_view> || std::is_same_v<T, bytes_view>
inline constexpr bool dies_with_txn<T> = true;
template <class T>
inline constexpr bool dies_with_txn<std::optional<T>> = dies_with_txn<T>;
template <class First, class Second>
inline constexpr bool dies_with_txn<std::pair<First, Second>> = dies_with_txn<First> || dies_with_txn<Second>;
template <class... Parts>
inline constexpr bool dies_with_txn<std::tuple<Parts...>> = (dies_with_txn<Parts> || ...);

/// Calls `f` with a transaction.
template <class F, class Txn>
decltype(auto) call_with_txn(F&& f, Txn& txn) {
  static_assert(!dies_with_txn<std::invoke_result_t<F, Txn&>>,
                "macaw: the closure returns something that dies with its transaction: return an owned value");
  return std::forward<F>(f)(txn);
}

}  // namespace macaw::inline MACAW_ABI::detail
