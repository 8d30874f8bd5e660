// SPDX-License-Identifier: MIT

#include <macaw/detail/cache/grace_periods.hpp>

#include "support/allocations.hpp"
#include "support/catch.hpp"

#include <atomic>
#include <cstdint>
#include <memory>
#include <new>
#include <optional>
#include <set>
#include <thread>
#include <utility>
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
  const grace_periods::slot_owner before = periods.claim();
  const grace_periods::slot_owner after = periods.claim();
  CHECK(periods.oldest() == nobody);  // who has a slot looks at nothing yet
  periods.enter(*before);
  const std::uint64_t stamp = periods.advance();
  CHECK(periods.oldest() < stamp);
  periods.enter(*after);
  CHECK(periods.oldest() < stamp);
  grace_periods::leave(*before);
  CHECK(periods.oldest() == stamp);
  const std::uint64_t next = periods.advance();
  CHECK(periods.oldest() < next);
  grace_periods::leave(*after);
  CHECK(periods.oldest() == nobody);
}

TEST_CASE("A slot has one owner, and another one when that is gone", "[cache]") {
  grace_periods periods;
  std::optional<grace_periods::slot_owner> first = periods.claim();
  grace_periods::slot* const had = &**first;
  const grace_periods::slot_owner other = periods.claim();
  CHECK(&*other != had);
  grace_periods::slot_owner moved = std::move(*first);
  CHECK(&*moved == had);
  CHECK_FALSE(*first);
  first.reset();
  CHECK(&*periods.claim() != had);
  moved = {};
  CHECK(&*periods.claim() == had);
}

TEST_CASE("There may be any number of operations at once, each with a slot of its own", "[cache]") {
  grace_periods periods;
  std::vector<grace_periods::slot_owner> slots;
  std::set<grace_periods::slot*> different;
  for (int i = 0; i < 1'000; ++i) {
    slots.push_back(periods.claim());
    CHECK(different.insert(&*slots.back()).second);
    periods.enter(*slots.back());
  }
  const std::uint64_t stamp = periods.advance();
  for (grace_periods::slot_owner& each : slots) {
    CHECK(periods.oldest() < stamp);
    grace_periods::leave(*each);
  }
  CHECK(periods.oldest() == nobody);
}

TEST_CASE("Claiming a slot allocates only where more are owned than ever, an operation never", "[cache]") {
  grace_periods periods;
  std::vector<grace_periods::slot_owner> slots;
  const auto claim_all = [&](std::size_t count) {
    while (slots.size() < count) slots.push_back(periods.claim());
  };
  slots.reserve(100);
  if (macaw_test::allocations_are_counted) {
    CHECK(macaw_test::allocations_of([&] { claim_all(32); }) == 0);
    CHECK(macaw_test::allocations_of([&] { claim_all(33); }) == 1);
    CHECK(macaw_test::allocations_of([&] {
            for (grace_periods::slot_owner& each : slots) {
              periods.enter(*each);
              grace_periods::leave(*each);
            }
          }) == 0);
    const macaw_test::failing_allocation failing(1);
    CHECK_THROWS_AS(claim_all(100), std::bad_alloc);
    CHECK(failing.fired());
  }
  slots.clear();
  claim_all(64);
  CHECK(periods.oldest() == nobody);
}

TEST_CASE("A slot's owner may outlive the grace periods", "[cache]") {
  auto periods = std::make_unique<grace_periods>();
  std::vector<grace_periods::slot_owner> slots;
  for (int i = 0; i < 40; ++i) slots.push_back(periods->claim());
  periods.reset();
  const grace_periods::slot_owner moved = std::move(slots.front());
  slots.clear();
  CHECK(moved->since == 0);
}

TEST_CASE("Hits are summed over all slots", "[cache]") {
  grace_periods periods;
  const grace_periods::slot_owner first = periods.claim();
  const grace_periods::slot_owner second = periods.claim();
  first->hits = 3;
  second->hits = 4;
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
      const grace_periods::slot_owner mine = periods.claim();
      while (!stop) {
        periods.enter(*mine);
        const cell& found = cells[shown.load(std::memory_order_seq_cst)];
        wrong += found.left == found.right ? 0 : 1;
        ++seen;
        grace_periods::leave(*mine);
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
