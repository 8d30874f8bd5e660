// SPDX-License-Identifier: MIT

#include "support/catch.hpp"

#include <macaw/detail/txn/cold_calls.hpp>
#include <macaw/fwd.hpp>

#include <type_traits>

using namespace macaw;
using namespace macaw::detail;

TEST_CASE("the calls can be named before anything that they lead to is known") {
  using calls = cold_calls<default_config>;
  CHECK(std::is_aggregate_v<calls>);
  CHECK(std::is_trivially_copyable_v<calls>);
  CHECK(std::is_nothrow_invocable_v<decltype(calls::undo_levels), write_set<default_config>&, std::size_t>);
  CHECK(std::is_nothrow_invocable_v<decltype(calls::give_back), store<default_config>&, std::uint32_t, std::uint32_t>);
}
