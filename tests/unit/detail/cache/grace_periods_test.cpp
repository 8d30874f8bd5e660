// SPDX-License-Identifier: MIT

#include <macaw/detail/cache/grace_periods.hpp>

#include "support/allocations.hpp"
#include "support/catch.hpp"

#include <atomic>
#include <cstdint>
#include <new>
#include <set>
#include <thread>
#include <vector>

using macaw::detail::grace_periods;

namespace {

constexpr std::uint64_t nobody = ~std::uint64_t{0};

}  // namespace

TEST_CASE("Memory is free at once when no operation is under way", "[cache]") {
  grace_periods periods;
  const std::uint64_t stamp = periods.advance();
  CHECK(periods.oldest() == nobody);
  CHECK(stamp <= periods.oldest());
}

TEST_CASE("Memory waits for operations that began before it was hidden, and for no others", "[cache]") {
  grace_periods periods;
  grace_periods::slot& before = periods.enter(nullptr);
  const std::uint64_t stamp = periods.advance();
  CHECK(periods.oldest() < stamp);
  grace_periods::slot& after = periods.enter(nullptr);
  CHECK(periods.oldest() < stamp);
  grace_periods::leave(before);
  CHECK(periods.oldest() == stamp);
  const std::uint64_t next = periods.advance();
  CHECK(periods.oldest() < next);
  grace_periods::leave(after);
  CHECK(periods.oldest() == nobody);
}

TEST_CASE("An operation takes the slot it had before if nobody else has it", "[cache]") {
  grace_periods periods;
  grace_periods::slot& first = periods.enter(nullptr);
  grace_periods::leave(first);
  CHECK(&periods.enter(&first) == &first);
  grace_periods::slot& other = periods.enter(&first);
  CHECK(&other != &first);
  grace_periods::leave(first);
  grace_periods::leave(other);
}

TEST_CASE("There may be any number of operations at once, each with a slot of its own", "[cache]") {
  grace_periods periods;
  std::set<grace_periods::slot*> slots;
  for (int i = 0; i < 1'000; ++i) CHECK(slots.insert(&periods.enter(nullptr)).second);
  const std::uint64_t stamp = periods.advance();
  for (grace_periods::slot* each : slots) {
    CHECK(periods.oldest() < stamp);
    grace_periods::leave(*each);
  }
  CHECK(periods.oldest() == nobody);
}

TEST_CASE("Beginning an operation allocates only where more are under way than ever", "[cache]") {
  grace_periods periods;
  std::vector<grace_periods::slot*> slots;
  const auto enter_all = [&](std::size_t count) {
    while (slots.size() < count) slots.push_back(&periods.enter(nullptr));
  };
  const auto leave_all = [&] {
    for (grace_periods::slot* each : slots) grace_periods::leave(*each);
    slots.clear();
  };
  slots.reserve(100);
  if (macaw_test::allocations_are_counted) {
    CHECK(macaw_test::allocations_of([&] { enter_all(32); }) == 0);
    CHECK(macaw_test::allocations_of([&] { enter_all(33); }) == 1);
    const macaw_test::failing_allocation failing(1);
    CHECK_THROWS_AS(enter_all(100), std::bad_alloc);
    CHECK(failing.fired());
  }
  leave_all();
  enter_all(64);
  leave_all();
  CHECK(periods.oldest() == nobody);
}

TEST_CASE("Hits are summed over all slots", "[cache]") {
  grace_periods periods;
  grace_periods::slot& first = periods.enter(nullptr);
  grace_periods::slot& second = periods.enter(nullptr);
  first.hits = 3;
  second.hits = 4;
  CHECK(periods.hits() == 7);
}

TEST_CASE("No thread sees memory that was reused after its grace period", "[cache]") {
  // Two cells; the writer shows one, hides it, and spoils it when its grace period has passed.
  grace_periods periods;
  struct cell {
    std::uint64_t left = 0, right = 0;
  };
  cell cells[2];
  std::atomic<int> shown{0};
  std::atomic<bool> stop{false};
  std::atomic<std::size_t> wrong{0}, seen{0};
  std::vector<std::thread> readers;
  for (int i = 0; i < 3; ++i) {
    readers.emplace_back([&] {
      grace_periods::slot* hint = nullptr;
      while (!stop) {
        grace_periods::slot& mine = periods.enter(hint);
        hint = &mine;
        const cell& found = cells[shown.load(std::memory_order_seq_cst)];
        wrong += found.left == found.right ? 0 : 1;
        ++seen;
        grace_periods::leave(mine);
        std::this_thread::yield();
      }
    });
  }
  for (std::uint64_t round = 1; round < 200 || seen < 2'000; ++round) {
    const int next = 1 - shown;
    cells[next].left = round;
    cells[next].right = round;
    shown.store(next, std::memory_order_seq_cst);
    const std::uint64_t stamp = periods.advance();
    while (periods.oldest() < stamp) std::this_thread::yield();
    cells[1 - next].left = round + 1;  // unequal: whoever still looked would see it
  }
  stop = true;
  for (std::thread& reader : readers) reader.join();
  CHECK(wrong == 0);
}
