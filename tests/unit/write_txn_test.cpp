// SPDX-License-Identifier: MIT

#include <macaw/write_txn.hpp>

#include "support/catch.hpp"
#include "support/test_databases.hpp"

#include <macaw/ops/check.hpp>

#include <cstdint>
#include <memory>
#include <stdexcept>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

namespace {

constexpr macaw::table<std::uint64_t, std::string> events{"events"};
constexpr macaw::table<std::string, std::uint32_t> ages{"ages"};
constexpr macaw::table<std::string, std::string> other_ages{"ages"};

static_assert(!std::is_copy_constructible_v<macaw::write_txn> &&
              std::is_nothrow_move_constructible_v<macaw::write_txn>);

}  // namespace

TEMPLATE_LIST_TEST_CASE("a transaction is all or nothing", "", macaw_test::all_homes) {
  TestType home;
  auto db = home.open();
  {
    auto txn = db.begin_write();
    txn[events].put(1, "gone with its handle");
  }
  CHECK_FALSE(db.begin_read().contains(events));
  {
    auto txn = db.begin_write();
    txn[events].put(1, "rolled back");
    txn.rollback();
    CHECK(macaw_test::error_of([&] { return txn.commit(); }) == macaw::errc::txn_ended);
    CHECK(macaw_test::error_of([&] { return txn[events].size(); }) == macaw::errc::txn_ended);
  }
  CHECK_FALSE(db.begin_read().contains(events));
  auto txn = db.begin_write();
  auto rows = txn[events];
  rows.put(1, "committed");
  txn.commit();
  CHECK(macaw_test::error_of([&] { return rows.put(2, "x"); }) == macaw::errc::txn_ended);
  CHECK(macaw_test::error_of([&] { return rows.size(); }) == macaw::errc::txn_ended);
  CHECK(db.get(events, 1) == "committed");
}

TEMPLATE_LIST_TEST_CASE("moving a handle invalidates nothing", "", macaw_test::all_homes) {
  TestType home;
  auto db = home.open();
  auto txn = db.begin_write();
  auto rows = txn[events];
  rows.put(1, "one");
  auto it = rows.begin();
  auto moved = std::move(txn);
  CHECK((*it).own_value() == "one");
  rows.put(2, "two");
  txn = std::move(moved);
  txn.commit();
  CHECK(db.begin_read().contains(events));
}

TEMPLATE_LIST_TEST_CASE("nested transactions are committed into the one around them, or undone alone", "",
                        macaw_test::all_homes) {
  TestType home;
  auto db = home.open();
  auto txn = db.begin_write();
  auto rows = txn[events];
  rows.put(1, "outer");
  {
    auto inner = txn.nested();
    static_assert(std::is_same_v<decltype(inner), decltype(txn)>);
    auto inner_rows = inner[events];
    inner_rows.put(2, "inner");
    CHECK(rows.size() == 2);  // reading goes on
    CHECK(macaw_test::error_of([&] { return rows.put(3, "x"); }) == macaw::errc::busy);
    CHECK(macaw_test::error_of([&] { return txn.commit(); }) == macaw::errc::busy);
    CHECK(macaw_test::error_of([&] { return txn.savepoint(); }) == macaw::errc::busy);
    {
      auto innermost = inner.nested();
      innermost[events].put(3, "innermost");
      innermost[ages].put("x", 1);
      innermost.commit();
    }
    CHECK(inner_rows.size() == 3);
    {
      auto undone = inner.nested();
      undone[events].clear();
      CHECK(inner_rows.empty());
    }
    CHECK(inner_rows.size() == 3);
    inner.commit();
    CHECK(macaw_test::error_of([&] { return inner_rows.size(); }) == macaw::errc::txn_ended);
  }
  {
    auto inner = txn.nested();
    inner[events].put(4, "gone");
    inner.rollback();
  }
  CHECK(rows.size() == 3);
  auto inner = txn.nested();
  inner[events].put(5, "gone with the outer one");
  txn.rollback();
  CHECK(macaw_test::error_of([&] { return inner.commit(); }) == macaw::errc::txn_ended);
  CHECK_FALSE(db.begin_read().contains(events));
}

TEMPLATE_LIST_TEST_CASE("a nested transaction that ends first never harms its parent, in whatever order handles go", "",
                        macaw_test::all_homes) {
  TestType home;
  auto db = home.open();
  using txn_type = typename TestType::database::write_txn;
  auto outer = std::make_unique<txn_type>(db.begin_write());
  auto inner = std::make_unique<txn_type>(outer->nested());
  (*inner)[events].put(1, "x");
  outer.reset();
  CHECK(macaw_test::error_of([&] { return (*inner)[events].put(2, "x"); }) == macaw::errc::txn_ended);
  auto next = db.begin_write();
  next[events].put(1, "y");
  inner.reset();
  next.commit();
  CHECK(db.get(events, 1) == "y");
}

TEMPLATE_LIST_TEST_CASE("tables are dropped and renamed", "", macaw_test::all_homes) {
  TestType home;
  auto db = home.open();
  db.write([](auto& txn) {
    for (std::uint64_t i = 0; i < 500; ++i) txn[events].put(i, std::string(i % 700, 'x'));
    txn[ages].put("ada", 36);
  });
  auto txn = db.begin_write();
  auto rows = txn[events];
  CHECK(txn.rename(ages, "old ages"));
  CHECK_FALSE(txn.rename(ages, "x"));
  CHECK_FALSE(txn.rename(events, "old ages"));
  CHECK_THROWS_AS(txn.rename(events, ""), std::invalid_argument);
  CHECK(txn.tables() == std::vector<std::string>{"events", "old ages"});
  CHECK(txn.drop(events));
  CHECK_FALSE(txn.drop(events));
  CHECK(rows.empty());
  CHECK(rows.put(1, "made again"));
  CHECK(rows.size() == 1);
  CHECK(txn.drop("old ages"));
  CHECK(txn[ages].empty());
  txn.commit();
  CHECK(db.begin_read().tables() == std::vector<std::string>{"events"});
}

TEMPLATE_LIST_TEST_CASE("a bound table looks again when it was dropped and made with other types", "",
                        macaw_test::all_homes) {
  TestType home;
  auto db = home.open();
  auto txn = db.begin_write();
  auto rows = txn[ages];
  rows.put("ada", 36);
  txn.drop(ages);
  txn[other_ages].put("ada", "thirty-six");
  CHECK(macaw_test::error_of([&] { return rows.get("ada"); }) == macaw::errc::wrong_codec);
  CHECK(macaw_test::error_of([&] { return rows.put("ada", 1); }) == macaw::errc::wrong_codec);
  txn.drop(ages);
  CHECK(rows.put("ada", 37));
  CHECK(rows.get("ada") == 37);
}

TEMPLATE_LIST_TEST_CASE("a table bound before another made it compares its types", "", macaw_test::all_homes) {
  TestType home;
  auto db = home.open();
  auto txn = db.begin_write();
  auto rows = txn[ages];
  CHECK(rows.empty());
  txn[other_ages].put("ada", "thirty-six");
  CHECK(macaw_test::error_of([&] { return rows.size(); }) == macaw::errc::wrong_codec);
  CHECK(macaw_test::error_of([&] { return rows.get("ada"); }) == macaw::errc::wrong_codec);
  CHECK(macaw_test::error_of([&] { return rows.put("ada", 1); }) == macaw::errc::wrong_codec);
  txn.drop(ages);
  CHECK(rows.empty());
  txn[macaw::raw_table("ages")].put(macaw::as_bytes("ada"), macaw::as_bytes("36"));
  CHECK(macaw_test::error_of([&] { return rows.size(); }) == macaw::errc::wrong_codec);
  txn.rollback();
  CHECK(macaw::check(db).ok());
}

TEMPLATE_LIST_TEST_CASE("a table and its ranges find out that their transaction has ended", "", macaw_test::all_homes) {
  TestType home;
  auto db = home.open();
  auto txn = db.begin_write();
  auto rows = txn[ages];
  rows.put("ada", 36);
  const auto all = rows.all();
  txn.commit();
  const auto raises = [](auto f) { return macaw_test::error_of(f) == macaw::errc::txn_ended; };
  CHECK(raises([&] { return rows.begin(); }));
  CHECK(raises([&] { return rows.end(); }));
  CHECK(raises([&] { return rows.find("ada"); }));
  CHECK(raises([&] { return rows.lower_bound("ada"); }));
  CHECK(raises([&] { return rows.front(); }));
  CHECK(raises([&] { return rows.back(); }));
  CHECK(raises([&] { return rows.range().begin(); }));
  CHECK(raises([&] { return rows.reverse().begin(); }));
  CHECK(raises([&] { return rows.count(rows.range("a", "b")); }));
  CHECK(raises([&] { return rows.cursor().next(); }));
  CHECK(raises([&] { return rows.stats(); }));
  CHECK(raises([&] { return rows.multi_get({"ada"}); }));
  CHECK(raises([&] { return all.end(); }));
  CHECK(macaw_test::error_of([&] { return all.begin(); }) == macaw::errc::stale);
}

TEMPLATE_LIST_TEST_CASE("a function that a table calls cannot end the transaction", "", macaw_test::all_homes) {
  TestType home;
  auto db = home.open();
  auto txn = db.begin_write();
  auto rows = txn[ages];
  const auto point = txn.savepoint();
  for (const char* name : {"ada", "bob", "eve"}) rows.put(name, 1);
  const auto try_everything = [&] {
    CHECK(macaw_test::error_of([&] { return txn.commit(); }) == macaw::errc::busy);
    CHECK(macaw_test::error_of([&] { return txn.nested(); }) == macaw::errc::busy);
    CHECK(macaw_test::error_of([&] { return txn.savepoint(); }) == macaw::errc::busy);
    CHECK(macaw_test::error_of([&] { return txn.drop(ages); }) == macaw::errc::busy);
    CHECK(macaw_test::error_of([&] { return txn.rollback_to(point), 0; }) == macaw::errc::busy);
    CHECK(macaw_test::error_of([&] { return txn.rollback(), 0; }) == macaw::errc::busy);
  };
  rows.update("ada", [&](auto old) {
    try_everything();
    return old;
  });
  CHECK(rows.erase_if([&](const auto&) {
    try_everything();
    return true;
  }) == 3);
  txn[macaw::raw_table("ages")].put(macaw::as_bytes("ada"), macaw::as_bytes("1234"));
  txn[macaw::raw_table("ages")].for_each([&](macaw::bytes_view, macaw::bytes_view) { try_everything(); });
  txn.rollback_to(point);
  txn.commit();
  CHECK(macaw::check(db).ok());
}

TEMPLATE_LIST_TEST_CASE("deferred commits are seen at once", "", macaw_test::all_homes) {
  TestType home;
  auto db = home.open();
  auto txn = db.begin_write();
  txn[events].put(1, "x");
  const macaw::txn_id first = txn.commit({.durability = macaw::durability::deferred});
  CHECK(db.begin_read().id() == first);
  CHECK(db.get(events, 1) == "x");
  CHECK(db.sync() >= first);
}
