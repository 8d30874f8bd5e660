// SPDX-License-Identifier: MIT

#include <macaw/read_table.hpp>

#include "support/catch.hpp"
#include "support/random.hpp"
#include "support/test_databases.hpp"

#include <array>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <random>
#include <string>
#include <tuple>
#include <type_traits>
#include <vector>

namespace {

constexpr macaw::table<std::uint64_t, std::string> events{"events"};
constexpr macaw::table<std::string, std::uint32_t> ages{"ages"};
constexpr macaw::table<std::tuple<std::string, std::uint32_t>, std::string> words{"words"};

using read_events = macaw::read_table<std::uint64_t, std::string>;
using write_events = macaw::write_table<std::uint64_t, std::string>;

// A write table serves where a read table is wanted; a read table has no changing calls.
static_assert(std::is_convertible_v<write_events, read_events>);
static_assert(!std::is_convertible_v<read_events, write_events>);
template <class Table>
concept has_put = requires(Table& table) {
  table.put(1, "x");
};
static_assert(has_put<write_events> && !has_put<read_events>);

// Keys are taken without loss, or not at all.
template <class Table, class Key>
concept gets = requires(const Table& table, const Key& key) {
  table.get(key);
};
static_assert(gets<read_events, int> && gets<read_events, unsigned char>);
static_assert(!gets<read_events, double> && !gets<read_events, bool> && !gets<read_events, const char*>);
static_assert(gets<macaw::read_table<std::string, int>, const char*> &&
              gets<macaw::read_table<std::string, int>, std::string_view>);
static_assert(!gets<macaw::read_table<std::string, int>, int> &&
              !gets<macaw::read_table<std::string, int>, std::nullptr_t>);

/// A database with rows 0, 10, ..., 9990 in `events`, and some words.
template <class Home>
auto filled(Home& home) {
  auto db = home.open();
  db.write([](auto& txn) {
    auto rows = txn[events];
    for (std::uint64_t i = 0; i < 1000; ++i) rows.put(i * 10, "event " + std::to_string(i));
    for (const char* word : {"tree", "trees", "tram", "a"}) {
      for (std::uint32_t line = 1; line <= 50; ++line) txn[words].put({word, line}, "line");
    }
  });
  return db;
}

}  // namespace

TEMPLATE_LIST_TEST_CASE("single rows are found by their keys", "", macaw_test::all_homes) {
  TestType home;
  auto db = filled(home);
  const auto snap = db.begin_read();
  const auto rows = snap[events];
  CHECK(rows.size() == 1000);
  CHECK_FALSE(rows.empty());
  CHECK(rows.get(0) == "event 0");
  CHECK(rows.get(9990) == "event 999");
  CHECK(rows.get(5) == std::nullopt);
  CHECK(rows.contains(10));
  CHECK_FALSE(rows.contains(11));
  CHECK_FALSE(rows.contains(~std::uint64_t{0}));
  CHECK(macaw_test::error_of([&] { return rows.get(-1); }) == macaw::errc::key_out_of_range);
  auto view = rows.view(500);
  REQUIRE(view);
  CHECK(*view == "event 50");
  CHECK(view->size() == 8);
  CHECK_FALSE(rows.view(501).has_value());
  CHECK(snap[words].get({"tree", 3}) == "line");
  CHECK(snap[words].get({"tree", 51}) == std::nullopt);
}

TEMPLATE_LIST_TEST_CASE("many rows are got at once, in the order of the keys", "", macaw_test::all_homes) {
  TestType home;
  auto db = filled(home);
  const auto snap = db.begin_read();
  std::vector<std::uint64_t> keys;
  for (std::uint64_t i = 0; i < 100; ++i) keys.push_back((i * 7919) % 10'000);
  const auto values = snap[events].multi_get(keys);
  REQUIRE(values.size() == keys.size());
  for (std::size_t i = 0; i < keys.size(); ++i) CHECK(values[i] == snap[events].get(keys[i]));
  CHECK(snap[events].multi_get({10, 11, 20}) ==
        std::vector<std::optional<std::string>>{"event 1", std::nullopt, "event 2"});
  CHECK(snap[ages].multi_get(std::vector<std::string>{"nobody"}).front() == std::nullopt);
}

TEMPLATE_LIST_TEST_CASE("places are found around keys", "", macaw_test::all_homes) {
  TestType home;
  auto db = filled(home);
  const auto snap = db.begin_read();
  const auto rows = snap[events];
  CHECK((*rows.find(20)).own_value() == "event 2");
  CHECK(rows.find(21) == rows.end());
  CHECK((*rows.lower_bound(20)).key() == 20);
  CHECK((*rows.lower_bound(21)).key() == 30);
  CHECK((*rows.upper_bound(20)).key() == 30);
  CHECK(rows.lower_bound(9991) == rows.end());
  CHECK(rows.upper_bound(9990) == rows.end());
  CHECK(rows.front()->key() == 0);
  CHECK(rows.back()->key() == 9990);
  CHECK(rows.begin() == rows.find(0));
}

TEMPLATE_LIST_TEST_CASE("a table that does not exist is empty", "", macaw_test::all_homes) {
  TestType home;
  auto db = home.open();
  const auto snap = db.begin_read();
  const auto rows = snap[ages];
  CHECK(rows.size() == 0);
  CHECK(rows.empty());
  CHECK(rows.begin() == rows.end());
  CHECK(rows.get("x") == std::nullopt);
  CHECK(rows.front() == std::nullopt);
  CHECK(rows.back() == std::nullopt);
  CHECK(rows.count(rows.range("a", "z")) == 0);
  CHECK(rows.reverse().empty());
  CHECK_FALSE(snap.contains(ages));
}

TEMPLATE_LIST_TEST_CASE("rows of a range are counted exactly", "", macaw_test::all_homes) {
  TestType home;
  auto db = filled(home);
  const auto snap = db.begin_read();
  const auto rows = snap[events];
  CHECK(rows.count(rows.range()) == 1000);
  CHECK(rows.count(rows.range(0, 10'000)) == 1000);
  CHECK(rows.count(rows.range(1, 9990)) == 998);
  CHECK(rows.count(rows.range(macaw::through(9990))) == 1000);
  CHECK(rows.count(rows.range(macaw::after(0))) == 999);
  CHECK(rows.count(rows.range(500, 500)) == 0);
  CHECK(rows.count(rows.range(600, 500)) == 0);
  CHECK(rows.count(rows.range(macaw::from(~std::uint64_t{0}))) == 0);
  CHECK(rows.count(rows.range(macaw::after(~std::uint64_t{0}))) == 0);
  CHECK(rows.count(rows.range(macaw::through(~std::uint64_t{0}))) == 1000);
  std::mt19937_64 random(macaw_test::seed());
  CAPTURE(macaw_test::seed());
  for (int i = 0; i < 200; ++i) {
    const std::uint64_t from = random() % 10'000, to = from + random() % 2000;
    std::uint64_t seen = 0;
    for (const auto& entry : rows.range(from, to)) seen += entry.key() >= from ? 1 : 0;
    CHECK(rows.count(rows.range(from, to)) == seen);
  }
  CHECK(snap[words].count(snap[words].with("tree")) == 50);
  CHECK(snap[words].count(snap[words].prefix("tree")) == 100);
  CHECK(snap[words].count(snap[words].prefix("")) == 200);
}

TEMPLATE_LIST_TEST_CASE("figures of a table are kept along the way", "", macaw_test::all_homes) {
  TestType home;
  auto db = filled(home);
  const auto snap = db.begin_read();
  const auto stats = snap[events].stats();
  CHECK(stats.entries == 1000);
  CHECK(stats.height >= 2);
  CHECK(stats.leaf_pages > 10);
  CHECK(stats.branch_pages >= 1);
  CHECK(stats.large_pages == 0);
  CHECK(stats.page_size == TestType::config::page_size);
}

TEMPLATE_LIST_TEST_CASE("binding with other codecs names both", "", macaw_test::all_homes) {
  TestType home;
  auto db = filled(home);
  constexpr macaw::table<std::uint32_t, std::string> other_key{"events"};
  constexpr macaw::table<std::uint64_t, std::uint64_t> other_value{"events"};
  const auto snap = db.begin_read();
  for (const bool writing : {false, true}) {
    CAPTURE(writing);
    const auto message = [&](const auto& table) -> std::string {
      try {
        if (writing) {
          auto txn = db.begin_write();
          static_cast<void>(txn[table]);
        } else {
          static_cast<void>(snap[table]);
        }
      } catch (const macaw::error& error) {
        CHECK(error.kind() == macaw::errc::wrong_codec);
        return error.what();
      }
      return "";
    };
    const std::string of_key = message(other_key);
    CHECK(of_key.find("'u64'") != std::string::npos);
    CHECK(of_key.find("'u32'") != std::string::npos);
    CHECK(of_key.find("events") != std::string::npos);
    const std::string of_value = message(other_value);
    CHECK(of_value.find("'text'") != std::string::npos);
    CHECK(of_value.find("'u64'") != std::string::npos);
  }
}

TEMPLATE_LIST_TEST_CASE("a bound table stays good when its transaction's handle is moved, and ends with it", "",
                        macaw_test::all_homes) {
  TestType home;
  auto db = filled(home);
  auto snap = std::make_unique<typename TestType::database::read_txn>(db.begin_read());
  const auto rows = (*snap)[events];
  auto moved = std::make_unique<typename TestType::database::read_txn>(std::move(*snap));
  CHECK(rows.get(10) == "event 1");
  moved.reset();
  CHECK(macaw_test::error_of([&] { return rows.get(10); }) == macaw::errc::txn_ended);
  CHECK(macaw_test::error_of([&] { return rows.size(); }) == macaw::errc::txn_ended);
  const auto other = db.begin_read();  // may be served by the same state
  CHECK(macaw_test::error_of([&] { return rows.get(10); }) == macaw::errc::txn_ended);
}
