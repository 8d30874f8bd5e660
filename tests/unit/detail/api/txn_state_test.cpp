// SPDX-License-Identifier: MIT

#include <macaw/detail/api/txn_state.hpp>

#include "support/allocations.hpp"
#include "support/catch.hpp"
#include "support/test_databases.hpp"

#include <atomic>
#include <cstdint>
#include <memory>
#include <set>
#include <thread>
#include <vector>

namespace {

using pool_type = macaw::detail::state_pool<macaw_test::small_memory>;
using state_type = macaw::detail::txn_state<macaw_test::small_memory>;

static_assert(!std::is_move_constructible_v<state_type>);

}  // namespace

TEST_CASE("a thread gets the state that it had last, without an allocation") {
  pool_type pool;
  state_type& first = pool.claim();
  pool.release(first);
  state_type& again = pool.claim();
  CHECK(&again == &first);
  state_type& second = pool.claim();
  CHECK(&second != &first);
  pool.release(first);
  pool.release(second);
  const auto work = [&] {
    state_type& state = pool.claim();
    pool.release(state);
  };
  work();
  if (macaw_test::allocations_are_counted) CHECK(macaw_test::allocations_of(work) == 0);
}

TEST_CASE("a hint for one pool is never taken for another") {
  auto first = std::make_unique<pool_type>();
  state_type* state = &first->claim();
  first->release(*state);
  first.reset();
  pool_type second;
  state_type& other = second.claim();
  CHECK(&other.pool() == &second);
  second.release(other);
}

TEST_CASE("no two threads have the same state at once") {
  pool_type pool;
  std::vector<std::thread> threads;
  std::atomic<int> wrong{0};
  for (int i = 0; i < 4; ++i) {
    threads.emplace_back([&] {
      for (int round = 0; round < 2000; ++round) {
        state_type& a = pool.claim();
        state_type& b = pool.claim();
        if (&a == &b) ++wrong;
        a.note_change();  // a race, if anybody else had it
        b.note_change();
        pool.release(b);
        pool.release(a);
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  CHECK(wrong == 0);
}

TEST_CASE("numbers of owners are never given twice, and stamps never fall") {
  std::set<std::uint64_t> ids;
  pool_type pool;
  macaw::detail::store<macaw_test::small_memory> store({}, macaw::detail::cold_calls_of<macaw_test::small_memory>);
  std::uint64_t stamp = 0;
  for (int round = 0; round < 10; ++round) {
    state_type& state = pool.claim();
    CHECK(ids.insert(state.begin(macaw::detail::snapshot<macaw_test::small_memory>(store))).second);
    CHECK(ids.insert(state.renew()).second);
    CHECK(state.stamp() > stamp);
    stamp = state.stamp();
    state.end();
    CHECK(state.stamp() > stamp);
    CHECK(macaw_test::error_of([&] {
            state.expect_open(*ids.begin());
            return 0;
          }) == macaw::errc::txn_ended);
  }
}
