// SPDX-License-Identifier: MIT

#include <macaw/cursor.hpp>

#include "support/catch.hpp"
#include "support/random.hpp"
#include "support/test_databases.hpp"

#include <cstdint>
#include <map>
#include <random>
#include <string>
#include <vector>

namespace {

constexpr macaw::table<std::uint64_t, std::string> events{"events"};

}  // namespace

TEMPLATE_LIST_TEST_CASE("a cursor walks both ways and stops at the ends", "", macaw_test::all_homes) {
  TestType home;
  auto db = home.open();
  db.write([](auto& txn) {
    for (std::uint64_t i = 0; i < 300; ++i) txn[events].put(i, std::to_string(i));
  });
  const auto snap = db.begin_read();
  auto cursor = snap[events].cursor();
  CHECK_FALSE(cursor);
  CHECK_FALSE(cursor.previous());
  std::uint64_t expected = 0;
  while (cursor.next()) {
    CHECK(cursor.key() == expected);
    CHECK(cursor.value() == std::to_string(expected));
    ++expected;
  }
  CHECK(expected == 300);
  CHECK_FALSE(cursor);
  CHECK_FALSE(cursor.next());
  CHECK(cursor.entry() == std::nullopt);
  while (cursor.previous()) CHECK(cursor.key() == --expected);
  CHECK(expected == 0);
  CHECK_FALSE(cursor.previous());
  CHECK(cursor.next());
  CHECK(cursor.key() == 0);
  CHECK(cursor.seek(150));
  CHECK(cursor.entry()->key() == 150);
  CHECK(cursor.find(7));
  CHECK_FALSE(cursor.find(1000));
  CHECK(cursor.key() == 7);
  CHECK_FALSE(cursor.seek(1000));
  CHECK(cursor.last());
  CHECK(cursor.key() == 299);
  CHECK(cursor.first());
  CHECK(cursor.key() == 0);
}

TEMPLATE_LIST_TEST_CASE("a cursor of an empty table is nowhere", "", macaw_test::all_homes) {
  TestType home;
  auto db = home.open();
  const auto snap = db.begin_read();
  auto cursor = snap[events].cursor();
  CHECK_FALSE(cursor.next());
  CHECK_FALSE(cursor.previous());
  CHECK_FALSE(cursor.first());
  CHECK_FALSE(cursor.last());
  CHECK_FALSE(cursor.seek(1));
}

TEMPLATE_LIST_TEST_CASE("a cursor finds its place again after changes", "", macaw_test::all_homes) {
  TestType home;
  auto db = home.open();
  auto txn = db.begin_write();
  auto rows = txn[events];
  for (std::uint64_t i = 0; i < 100; ++i) rows.put(i * 10, "x");
  auto cursor = rows.cursor();
  CHECK(cursor.seek(500));
  rows.put(505, "between");
  CHECK(cursor.key() == 500);
  CHECK(cursor.value() == "x");
  CHECK(cursor.next());
  CHECK(cursor.key() == 505);
  CHECK(cursor.erase());
  CHECK_FALSE(cursor.erase());
  CHECK(cursor);
  CHECK(cursor.key() == 505);
  CHECK(cursor.entry() == std::nullopt);
  CHECK(cursor.value() == std::nullopt);
  CHECK(cursor.next());
  CHECK(cursor.key() == 510);
  CHECK(cursor.seek(500));
  CHECK(cursor.erase());
  CHECK(cursor.previous());
  CHECK(cursor.key() == 490);
  cursor.put("changed");
  CHECK(rows.get(490) == "changed");
  CHECK(cursor.value() == "changed");
  rows.clear();
  CHECK_FALSE(cursor.next());
  rows.put(1, "one");
  CHECK(cursor.previous());
  CHECK(cursor.key() == 1);
}

TEMPLATE_LIST_TEST_CASE("rows are erased while a cursor walks", "", macaw_test::all_homes) {
  TestType home;
  auto db = home.open();
  auto txn = db.begin_write();
  auto rows = txn[events];
  std::map<std::uint64_t, std::string> model;
  std::mt19937_64 random(macaw_test::seed());
  CAPTURE(macaw_test::seed());
  for (int i = 0; i < 1000; ++i) {
    const std::uint64_t key = random() % 5000;
    rows.put(key, "x");
    model[key] = "x";
  }
  auto cursor = rows.cursor();
  auto expected = model.begin();
  while (cursor.next()) {
    REQUIRE(expected != model.end());
    CHECK(cursor.key() == expected->first);
    if (random() % 2 == 0) {
      CHECK(cursor.erase());
      expected = model.erase(expected);
    } else {
      ++expected;
    }
  }
  CHECK(expected == model.end());
  CHECK(rows.size() == model.size());
}
