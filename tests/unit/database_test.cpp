// SPDX-License-Identifier: MIT

#include <macaw/database.hpp>

#include "support/catch.hpp"
#include "support/test_databases.hpp"

#include <chrono>
#include <cstdint>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <thread>
#include <tuple>
#include <type_traits>
#include <utility>
#include <vector>

namespace {

constexpr macaw::table<std::uint64_t, std::string> events{"events"};
constexpr macaw::table<std::string, std::uint32_t> ages{"ages"};

static_assert(std::is_nothrow_move_constructible_v<macaw::database> && !std::is_copy_constructible_v<macaw::database>);
static_assert(std::is_same_v<macaw::database::write_txn, macaw::write_txn>);
static_assert(std::is_same_v<macaw::database::read_table<int, int>, macaw::read_table<int, int>>);

// A database in memory has no `open`.
template <class Database>
concept opens = requires {
  Database::open("path");
};
static_assert(opens<macaw::database> && !opens<macaw::memory_database>);

// What dies with a transaction is known, also inside of other types.
using macaw::detail::dies_with_txn;
static_assert(dies_with_txn<macaw::read_table<int, int>> && dies_with_txn<macaw::write_table<int, int>>);
static_assert(dies_with_txn<macaw::read_table<int, int>::range_type> &&
              dies_with_txn<macaw::read_table<int, int>::iterator>);
static_assert(dies_with_txn<macaw::read_table<int, int>::value_type> &&
              dies_with_txn<macaw::read_table<int, int>::pinned>);
static_assert(dies_with_txn<macaw::read_txn> && dies_with_txn<macaw::write_txn> && dies_with_txn<macaw::savepoint>);
static_assert(dies_with_txn<int&> && dies_with_txn<std::string_view> && dies_with_txn<std::optional<std::string_view>>);
static_assert(dies_with_txn<std::pair<int, macaw::bytes_view>> && dies_with_txn<std::tuple<int, int&>>);
static_assert(!dies_with_txn<int> && !dies_with_txn<std::string> && !dies_with_txn<std::optional<std::string>> &&
              !dies_with_txn<std::vector<int>>);

}  // namespace

TEMPLATE_LIST_TEST_CASE("closures commit on return and roll back on throw", "", macaw_test::all_homes) {
  TestType home;
  auto db = home.open();
  CHECK(db.write([](auto& txn) { return txn[events].put(1, "one"); }));
  CHECK_THROWS_AS(db.write([](auto& txn) {
    txn[events].put(2, "two");
    throw std::runtime_error("no");
  }),
                  std::runtime_error);
  const auto size = db.read([](const auto& txn) { return txn[events].size(); });
  CHECK(size == 1);
  std::string seen;
  db.read([&](const auto& txn) { seen = *txn[events].get(1); });
  CHECK(seen == "one");
  db.write([](auto& txn) { txn[events].put(2, "two"); }, {.durability = macaw::durability::deferred});
  CHECK(db.get(events, 2) == "two");
}

TEMPLATE_LIST_TEST_CASE("single rows are put, got and erased without a transaction of one's own", "",
                        macaw_test::all_homes) {
  TestType home;
  auto db = home.open();
  CHECK(db.put(ages, "ada", 36));
  CHECK_FALSE(db.put(ages, "ada", 37));
  CHECK(db.get(ages, "ada") == 37);
  CHECK(db.get(ages, "bob") == std::nullopt);
  CHECK(db.erase(ages, "ada"));
  CHECK_FALSE(db.erase(ages, "ada"));
}

TEMPLATE_LIST_TEST_CASE("there is one writer at a time", "", macaw_test::all_homes) {
  TestType home;
  auto db = home.open();
  auto txn = db.begin_write();
  CHECK(macaw_test::error_of([&] { return db.begin_write(); }) == macaw::errc::would_deadlock);
  CHECK(macaw_test::error_of([&] { return db.put(ages, "x", 1); }) == macaw::errc::would_deadlock);
  bool got = true, got_in_time = true;
  std::thread([&] {
    got = db.try_begin_write().has_value();
    got_in_time = db.try_begin_write(std::chrono::milliseconds(5)).has_value();
  }).join();
  CHECK_FALSE(got);
  CHECK_FALSE(got_in_time);
  std::thread waiting([&] { db.put(ages, "from the other thread", 1); });
  txn[ages].put("ada", 36);
  txn.commit();
  waiting.join();
  CHECK(db.begin_read().contains(ages));
  auto again = db.try_begin_write();
  REQUIRE(again.has_value());
  CHECK((*again)[ages].size() == 2);
}

TEMPLATE_LIST_TEST_CASE("closing is refused while transactions live, and ends the handle", "", macaw_test::all_homes) {
  TestType home;
  auto db = home.open();
  {
    const auto snap = db.begin_read();
    CHECK(macaw_test::error_of([&] {
            db.close();
            return 0;
          }) == macaw::errc::busy);
    CHECK(snap.tables().empty());
  }
  {
    auto txn = db.begin_write();
    CHECK(macaw_test::error_of([&] {
            db.close();
            return 0;
          }) == macaw::errc::busy);
  }
  auto moved = std::move(db);
  CHECK(macaw_test::error_of([&] { return db.begin_read(); }) == macaw::errc::txn_ended);
  moved.close();
  CHECK(macaw_test::error_of([&] { return moved.begin_read(); }) == macaw::errc::txn_ended);
  CHECK(macaw_test::error_of([&] { return moved.begin_write(); }) == macaw::errc::txn_ended);
  moved = home.open();
  CHECK(moved.begin_read().tables().empty());
}

TEMPLATE_LIST_TEST_CASE("transactions do not mind that their database's handle is moved", "", macaw_test::all_homes) {
  TestType home;
  auto moved = home.open();  // outlives the transactions
  moved.close();
  auto db = home.open();
  auto txn = db.begin_write();
  const auto snap = db.begin_read();
  moved = std::move(db);
  txn[events].put(1, "one");
  txn.commit();
  CHECK(snap[events].empty());
  CHECK(moved.get(events, 1) == "one");
}

TEMPLATE_LIST_TEST_CASE("figures are kept, and a walk tells the rest", "", macaw_test::all_homes) {
  TestType home;
  auto db = home.open();
  db.write([](auto& txn) {
    for (std::uint64_t i = 0; i < 1000; ++i) txn[events].append(i, "a text of some length");
    txn[ages].put("ada", 36);
    txn[events].put(5000, std::string(20'000, 'l'));
  });
  const auto snap = db.begin_read();
  const auto figures = db.stats();
  CHECK(figures.page_size == TestType::config::page_size);
  CHECK(figures.readers == 1);
  CHECK(figures.last_txn == snap.id());
  int calls = 0;
  const auto analysis = db.analyze([&](const macaw::progress& state) {
    CHECK(state.done <= state.total);
    ++calls;
    return true;
  });
  CHECK(calls >= 1);
  REQUIRE(analysis.size() == 2);
  CHECK(analysis[0].name == "ages");
  CHECK(analysis[0].entries == 1);
  const auto& of_events = analysis[1];
  CHECK(of_events.name == "events");
  CHECK(of_events.entries == 1001);
  CHECK(of_events.large_pages > 0);
  CHECK(of_events.fill() > 0.8);  // appended: leaves stay full
  CHECK(of_events.fill() <= 1);
  CHECK(of_events.pages() == snap[events].stats().pages());
  CHECK(macaw_test::error_of([&] { return db.analyze([](const macaw::progress&) { return false; }); }) ==
        macaw::errc::cancelled);
}

TEMPLATE_LIST_TEST_CASE("deferred commits are durable after sync and after close", "", macaw_test::file_homes) {
  TestType home;
  {
    auto db = home.open();
    db.write([](auto& txn) { txn[events].put(1, "one"); }, {.durability = macaw::durability::deferred});
    db.sync();
    db.write([](auto& txn) { txn[events].put(2, "two"); }, {.durability = macaw::durability::deferred});
    db.close();
  }
  {
    auto db = home.open();
    CHECK(db.get(events, 1) == "one");
    CHECK(db.get(events, 2) == "two");
    db.write([](auto& txn) { txn[events].put(3, "three"); }, {.durability = macaw::durability::deferred});
  }
  auto db = home.open();
  CHECK(db.get(events, 3) == "three");
}

TEMPLATE_LIST_TEST_CASE("a second opening is refused, and a read-only one takes no writes", "",
                        macaw_test::file_homes) {
  TestType home;
  {
    auto db = home.open();
    db.put(events, 1, "one");
    const auto kind = macaw_test::error_of([&] { return home.open(); });
    CHECK((kind == macaw::errc::already_open || kind == macaw::errc::locked));
  }
  const auto db = home.open({.read_only = true});
  CHECK(db.get(events, 1) == "one");
  auto second = home.open({.read_only = true});
  CHECK(second.get(events, 1) == "one");
  CHECK(macaw_test::error_of([&] { return second.begin_write(); }) == macaw::errc::read_only);
  CHECK(macaw_test::error_of([&] { return second.try_begin_write(); }) == macaw::errc::read_only);
}
