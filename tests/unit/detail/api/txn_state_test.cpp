// SPDX-License-Identifier: MIT

#include <macaw/detail/api/txn_state.hpp>

#include "support/allocations.hpp"
#include "support/catch.hpp"
#include "support/test_databases.hpp"

#include <macaw/ops/check.hpp>

#include <atomic>
#include <cstdint>
#include <memory>
#include <set>
#include <thread>
#include <utility>
#include <vector>

namespace {

using pool_type = macaw::detail::state_pool<macaw_test::small_memory>;
using state_type = macaw::detail::txn_state<macaw_test::small_memory>;
using store_type = macaw::detail::store<macaw_test::small_memory>;
using snapshot_type = macaw::detail::snapshot<macaw_test::small_memory>;

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
    CHECK(ids.insert(state.refresh()).second);
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

TEST_CASE("a state goes with a reader's slot, and is nobody else's while the reader lives") {
  pool_type pool;
  store_type store({}, macaw::detail::cold_calls_of<macaw_test::small_memory>);
  const auto begin = [&]() -> state_type& {
    snapshot_type snapshot(store);
    state_type& state = pool.claim_for(snapshot);
    state.begin(std::move(snapshot));
    return state;
  };
  state_type& first = begin();
  state_type& second = begin();
  CHECK(&first != &second);
  second.end();
  CHECK(&begin() == &second);  // the slot that this thread had last is free again
  second.end();
  first.end();
  const auto work = [&] { begin().end(); };
  work();
  if (macaw_test::allocations_are_counted) CHECK(macaw_test::allocations_of(work) == 0);
  CHECK(store.readers.readers() == 0);
}

TEST_CASE("a refreshed reader takes its state along, and leaves another one behind") {
  pool_type pool;
  store_type store({}, macaw::detail::cold_calls_of<macaw_test::small_memory>);
  const auto begin = [&]() -> state_type& {
    snapshot_type snapshot(store);
    state_type& state = pool.claim_for(snapshot);
    state.begin(std::move(snapshot));
    return state;
  };
  state_type& other = begin();
  state_type& walking = begin();
  other.end();
  state_type& copy = pool.claim();
  copy.begin(snapshot_type(walking.reading()));
  std::set<state_type*> alive{&walking, &copy};
  for (int round = 0; round < 5; ++round) {
    walking.refresh();
    copy.refresh();
    state_type& one = begin();
    state_type& two = begin();
    CHECK(alive.insert(&one).second);
    CHECK(alive.insert(&two).second);
    two.end();
    one.end();
    alive = {&walking, &copy};
  }
  CHECK(store.readers.readers() == 2);
  walking.end();
  copy.end();
  CHECK(store.readers.readers() == 0);
}

TEST_CASE("threads that share, refresh and end readers never meet in a state") {
  using database = macaw::basic_database<macaw_test::small_memory>;
  auto db = database::in_memory();
  constexpr macaw::table<std::uint64_t, std::uint64_t> numbers{"numbers"};
  db.put(numbers, 1, 1);
  std::atomic<bool> done{false};
  std::atomic<int> wrong{0};
  std::vector<std::thread> threads;
  for (int i = 0; i < 3; ++i) {
    threads.emplace_back([&] {
      for (int round = 0; round < 2000; ++round) {
        auto reader = db.begin_read();
        auto copy = reader;
        if (round % 3 == 0) copy.refresh();
        if (round % 2 == 0) reader.refresh();
        auto moved = std::move(reader);
        if (round % 5 == 0) moved = copy;
        const auto a = moved[numbers].get(1);
        const auto b = copy[numbers].get(1);
        if (!a || !b || *a > *b + 100'000) ++wrong;
      }
    });
  }
  threads.emplace_back([&] {
    for (std::uint64_t i = 2; !done; ++i) {
      auto txn = db.begin_write();
      txn[numbers].put(1, i);
      txn.commit();
    }
  });
  for (int i = 0; i < 3; ++i) threads[static_cast<std::size_t>(i)].join();
  done = true;
  threads.back().join();
  CHECK(wrong == 0);
  CHECK(db.stats().readers == 0);
  CHECK(db.check().ok());
}
