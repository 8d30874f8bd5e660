// SPDX-License-Identifier: MIT

#include <macaw/read_txn.hpp>

#include "support/allocations.hpp"
#include "support/catch.hpp"
#include "support/test_databases.hpp"

#include <cstdint>
#include <memory>
#include <string>
#include <thread>
#include <type_traits>
#include <utility>
#include <vector>

namespace {

constexpr macaw::table<std::uint64_t, std::string> events{"events"};
constexpr macaw::table<std::uint64_t, std::uint64_t> numbers{"numbers"};

static_assert(std::is_copy_constructible_v<macaw::read_txn> && std::is_copy_assignable_v<macaw::read_txn>);
static_assert(std::is_nothrow_move_constructible_v<macaw::read_txn>);

}  // namespace

TEMPLATE_LIST_TEST_CASE("a snapshot never changes", "", macaw_test::all_homes) {
  TestType home;
  auto db = home.open();
  db.write([](auto& txn) {
    for (std::uint64_t i = 0; i < 500; ++i) txn[numbers].put(i, i);
  });
  const auto old = db.begin_read();
  for (int round = 1; round < 20; ++round) {
    db.write([&](auto& txn) {
      for (std::uint64_t i = 0; i < 500; ++i) txn[numbers].put(i, i + static_cast<std::uint64_t>(round) * 1000);
    });
  }
  for (std::uint64_t i = 0; i < 500; ++i) CHECK(old[numbers].get(i) == i);
  const auto now = db.begin_read();
  CHECK(now[numbers].get(499) == 19'499);
}

TEMPLATE_LIST_TEST_CASE("a copy is one more reader of the same state", "", macaw_test::all_homes) {
  TestType home;
  auto db = home.open();
  db.write([](auto& txn) { txn[events].put(1, "old"); });
  auto first = std::make_unique<typename TestType::database::read_txn>(db.begin_read());
  auto second = *first;
  db.write([](auto& txn) { txn[events].put(1, "new"); });
  const auto rows = second[events];
  first.reset();
  db.write([](auto& txn) { txn[events].put(1, "newer"); });
  CHECK(rows.get(1) == "old");
  auto third = second;
  third = second;
  second.refresh();
  CHECK(second[events].get(1) == "newer");
  CHECK(third[events].get(1) == "old");
  CHECK(third.id() < second.id());
  auto moved = std::move(third);
  CHECK(moved[events].get(1) == "old");
  CHECK(macaw_test::error_of([&] { return third.id(); }) == macaw::errc::txn_ended);
  CHECK(macaw_test::error_of([&] { return typename TestType::database::read_txn(third); }) == macaw::errc::txn_ended);
}

TEMPLATE_LIST_TEST_CASE("a snapshot may be handed to another thread", "", macaw_test::all_homes) {
  TestType home;
  auto db = home.open();
  db.write([](auto& txn) { txn[events].put(1, "one"); });
  auto snap = db.begin_read();
  std::string seen;
  std::thread([&, snap = std::move(snap)] { seen = *snap[events].get(1); }).join();
  CHECK(seen == "one");
  db.close();
}

TEMPLATE_LIST_TEST_CASE("readers and lookups of values without parts allocate nothing", "", macaw_test::all_homes) {
  if (!macaw_test::allocations_are_counted) return;
  TestType home;
  auto db = home.open();
  db.write([](auto& txn) {
    for (std::uint64_t i = 0; i < 2000; ++i) {
      txn[numbers].put(i, i);
      txn[events].put(i, "a text that is longer than what std::string holds inside itself");
    }
  });
  std::uint64_t sum = 0;
  const auto work = [&] {
    const auto snap = db.begin_read();
    const auto copy = snap;
    const auto rows = snap[numbers];
    const auto texts = copy[events];
    for (std::uint64_t i = 0; i < 2000; i += 7) {
      sum += *rows.get(i);
      const auto view = texts.view(i);
      sum += view->size();
      sum += rows.contains(i) ? 1 : 0;
    }
    for (const auto& row : texts.range(10, 1000)) sum += row.key() + row.value().size();
  };
  work();  // pages come into the cache, states and slots into their pools
  CHECK(macaw_test::allocations_of(work) == 0);
  CHECK(sum > 0);
}
