// SPDX-License-Identifier: MIT

#include <macaw/detail/api/closure_result.hpp>

#include "support/catch.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>
#include <vector>

namespace {

struct borrowing {
  using dies_with_transaction = void;
};

using macaw::detail::dies_with_txn;
static_assert(dies_with_txn<borrowing> && dies_with_txn<std::optional<borrowing>> && dies_with_txn<int&>);
static_assert(dies_with_txn<std::pair<int, borrowing>> && dies_with_txn<std::tuple<std::optional<std::string_view>>>);
static_assert(dies_with_txn<std::string_view> && dies_with_txn<macaw::bytes_view>);
static_assert(!dies_with_txn<int> && !dies_with_txn<std::string> && !dies_with_txn<std::vector<std::string>>);
static_assert(!dies_with_txn<std::pair<int, std::string>>);

}  // namespace

TEST_CASE("what a closure returns is passed on") {
  int txn = 7;
  CHECK(macaw::detail::call_with_txn([](int& seen) { return seen + 1; }, txn) == 8);
  macaw::detail::call_with_txn([](int& seen) { ++seen; }, txn);
  CHECK(txn == 8);
}
