// SPDX-License-Identifier: MIT

#include <macaw/range.hpp>

#include "support/catch.hpp"
#include "support/random.hpp"
#include "support/test_databases.hpp"

#include <algorithm>
#include <cstdint>
#include <iterator>
#include <map>
#include <optional>
#include <random>
#include <ranges>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

namespace {

constexpr macaw::table<std::uint64_t, std::string> events{"events"};
constexpr macaw::table<std::string, std::string> texts{"texts"};
constexpr macaw::table<std::tuple<std::string, std::uint32_t>, std::string> words{"words"};
constexpr macaw::table<std::tuple<std::uint8_t, std::uint32_t>, std::uint32_t> pairs{"pairs"};

using table = macaw::read_table<std::uint64_t, std::string>;
using range = table::range_type;
using iterator = table::iterator;

static_assert(std::bidirectional_iterator<iterator> && std::sentinel_for<iterator, iterator>);
static_assert(!std::random_access_iterator<iterator>);
static_assert(std::ranges::bidirectional_range<range> && std::ranges::common_range<range> && std::ranges::view<range>);
static_assert(std::ranges::bidirectional_range<table> && std::ranges::common_range<table> && std::ranges::view<table>);
static_assert(std::ranges::bidirectional_range<decltype(std::declval<range>().reverse())>);
static_assert(std::ranges::bidirectional_range<decltype(std::declval<range>().keys())>);
static_assert(std::ranges::bidirectional_range<decltype(std::declval<range>().values())>);
// The iterators of a range borrow its bounds; those of a table borrow nothing of it.
static_assert(!std::ranges::borrowed_range<range> && std::ranges::borrowed_range<table>);
static_assert(std::is_same_v<std::ranges::range_value_t<decltype(std::declval<table>().keys())>, std::uint64_t>);
static_assert(std::is_same_v<std::ranges::range_value_t<decltype(std::declval<table>().values())>, std::string>);
template <class T>
concept has_arrow = requires(const T& it) {
  it.operator->();
};
static_assert(!has_arrow<iterator>);

/// Rows with keys 0, 3, 6, ... below 3000.
template <class Home>
auto filled(Home& home) {
  auto db = home.open();
  db.write([](auto& txn) {
    for (std::uint64_t i = 0; i < 1000; ++i) txn[events].put(i * 3, "row " + std::to_string(i));
  });
  return db;
}

template <class Rows>
std::vector<std::uint64_t> keys_of(const Rows& rows) {
  std::vector<std::uint64_t> keys;
  for (const auto& row : rows) keys.push_back(row.key());
  return keys;
}

}  // namespace

TEMPLATE_LIST_TEST_CASE("a range gives the rows between its ends, forwards and backwards", "", macaw_test::all_homes) {
  TestType home;
  auto db = filled(home);
  const auto snap = db.begin_read();
  const auto rows = snap[events];
  CHECK(keys_of(rows.range(3, 10)) == std::vector<std::uint64_t>{3, 6, 9});
  CHECK(keys_of(rows.range(3, 9)) == std::vector<std::uint64_t>{3, 6});
  CHECK(keys_of(rows.range(macaw::after(3), macaw::through(9))) == std::vector<std::uint64_t>{6, 9});
  CHECK(keys_of(rows.range(macaw::from(2990))) == std::vector<std::uint64_t>{2991, 2994, 2997});
  CHECK(keys_of(rows.range(macaw::up_to(6))) == std::vector<std::uint64_t>{0, 3});
  CHECK(keys_of(rows.range(macaw::through(6)).reverse()) == std::vector<std::uint64_t>{6, 3, 0});
  CHECK(keys_of(rows.range(3, 10).reverse().reverse()) == std::vector<std::uint64_t>{3, 6, 9});
  CHECK(keys_of(rows).size() == 1000);
  CHECK(keys_of(rows.reverse()).front() == 2997);
  CHECK(rows.range(4, 6).empty());
  CHECK(rows.range(10, 3).empty());
  CHECK(rows.range(10, 3).reverse().empty());
  CHECK(keys_of(rows.range(10, 3)).empty());
  CHECK(rows.range(3000, 4000).empty());
  CHECK(keys_of(rows.range(macaw::after(~std::uint64_t{0}))).empty());
}

TEMPLATE_LIST_TEST_CASE("ranges of a random table agree with those of a map, both ways", "", macaw_test::all_homes) {
  TestType home;
  auto db = home.open();
  std::mt19937_64 random(macaw_test::seed());
  CAPTURE(macaw_test::seed());
  std::map<std::string, std::string> model;
  db.write([&](auto& txn) {
    for (int i = 0; i < 800; ++i) {
      const std::string key(random() % 12, static_cast<char>('a' + random() % 4));
      const std::string full = key + std::to_string(random() % 500);
      model[full] = std::to_string(i);
      txn[texts].put(full, model[full]);
    }
  });
  const auto snap = db.begin_read();
  const auto rows = snap[texts];
  for (int i = 0; i < 100; ++i) {
    auto from = std::next(model.begin(), static_cast<std::ptrdiff_t>(random() % model.size()))->first;
    auto to = std::next(model.begin(), static_cast<std::ptrdiff_t>(random() % model.size()))->first;
    if (i % 3 == 0) from.pop_back();
    if (to < from) std::swap(from, to);
    const auto wanted = rows.range(from, to);
    const auto first = model.lower_bound(from), last = model.lower_bound(to);
    CHECK(std::equal(first, last, wanted.begin(), wanted.end(),
                     [](const auto& a, const auto& b) { return a.first == b.key() && a.second == b.value(); }));
    auto expected = last;
    for (const auto& row : wanted.reverse()) {
      REQUIRE(expected != first);
      --expected;
      CHECK(row.key() == expected->first);
    }
    CHECK(expected == first);
    CHECK(rows.count(wanted) == static_cast<std::uint64_t>(std::distance(first, last)));
    // Turning around in the middle.
    if (first == last) continue;
    auto it = wanted.begin();
    const auto steps = random() % static_cast<std::uint64_t>(std::distance(first, last));
    for (std::uint64_t step = 0; step < steps; ++step) ++it;
    for (std::uint64_t step = 0; step < steps; ++step) --it;
    CHECK(it == wanted.begin());
    auto back = wanted.end();
    --back;
    CHECK((*back).own_key() == std::prev(last)->first);
    ++back;
    CHECK(back == wanted.end());
  }
}

TEMPLATE_LIST_TEST_CASE("prefixes and leading components choose rows", "", macaw_test::all_homes) {
  TestType home;
  auto db = home.open();
  db.write([](auto& txn) {
    for (const char* word : {"", "tree", "trees", "tram", "t", "u", "\xff\xff", "\xff"}) {
      for (std::uint32_t line = 1; line <= 30; ++line) txn[words].put({word, line}, word);
      txn[texts].put(word, word);
    }
    for (std::uint32_t i = 0; i < 600; ++i) txn[pairs].put({i % 3 == 0 ? 0 : i % 3 == 1 ? 7 : 255, i}, i);
  });
  const auto snap = db.begin_read();
  const auto lines = snap[words];
  const auto count = [](const auto& rows) { return std::ranges::distance(rows.begin(), rows.end()); };
  CHECK(count(lines.with("tree")) == 30);
  CHECK(count(lines.with("tre")) == 0);
  CHECK(count(lines.with("tree", 7)) == 1);
  CHECK(count(lines.prefix("tr")) == 90);
  CHECK(count(lines.prefix("")) == 240);
  CHECK(count(lines.prefix("\xff")) == 60);
  CHECK(count(lines.with("")) == 30);
  const auto keys = snap[texts];
  CHECK(count(keys.prefix("tr")) == 3);
  CHECK(count(keys.prefix("\xff")) == 2);
  CHECK(count(keys.prefix("x")) == 0);
  CHECK(count(keys.prefix("")) == 8);
  CHECK(count(snap[pairs].with(7)) == 200);
  CHECK(count(snap[pairs].with(255)) == 200);
  CHECK(count(snap[pairs].with(8)) == 0);
  CHECK((*snap[pairs].with(255).reverse().begin()).value() == 599);
}

TEMPLATE_LIST_TEST_CASE("keys and values alone are owned", "", macaw_test::all_homes) {
  TestType home;
  auto db = filled(home);
  const auto snap = db.begin_read();
  std::vector<std::string> values;
  for (auto value : snap[events].range(0, 9).values()) values.push_back(std::move(value));
  CHECK(values == std::vector<std::string>{"row 0", "row 1", "row 2"});
  std::vector<std::uint64_t> keys;
  for (std::uint64_t key : snap[events].keys()) keys.push_back(key);
  CHECK(keys.size() == 1000);
  CHECK(std::ranges::is_sorted(keys));
}

TEMPLATE_LIST_TEST_CASE("the algorithms of the standard library take ranges and tables", "", macaw_test::all_homes) {
  TestType home;
  auto db = filled(home);
  const auto snap = db.begin_read();
  const auto rows = snap[events];
  CHECK(std::ranges::count_if(rows, [](const auto& row) { return row.value().ends_with("7"); }) == 100);
  const auto wanted = rows.range(100, 200);
  const auto found = std::ranges::find_if(wanted, [](const auto& row) { return row.key() > 150; });
  REQUIRE(found != wanted.end());
  CHECK((*found).key() == 153);
  CHECK(std::ranges::distance(wanted) == 33);
}

TEMPLATE_LIST_TEST_CASE("whatever was read before a change is stale after it", "", macaw_test::all_homes) {
  TestType home;
  auto db = filled(home);
  constexpr macaw::table<int, int> other{"other"};
  auto txn = db.begin_write();
  auto rows = txn[events];
  auto it = rows.find(300);
  const auto entry = *it;
  const auto wanted = rows.range(0, 10);
  const auto view = rows.view(3);
  CHECK(entry.key() == 300);
  txn[other].put(1, 1);  // whatever the table
  CHECK(macaw_test::error_of([&] { return *it; }) == macaw::errc::stale);
  CHECK(macaw_test::error_of([&] { return ++it; }) == macaw::errc::stale);
  CHECK(macaw_test::error_of([&] { return --it; }) == macaw::errc::stale);
  CHECK(macaw_test::error_of([&] { return entry.key(); }) == macaw::errc::stale);
  CHECK(macaw_test::error_of([&] { return entry.value(); }) == macaw::errc::stale);
  CHECK(macaw_test::error_of([&] { return wanted.begin(); }) == macaw::errc::stale);
  CHECK(macaw_test::error_of([&] { return rows.count(wanted); }) == macaw::errc::stale);
  CHECK(macaw_test::error_of([&] { return rows.erase(wanted); }) == macaw::errc::stale);
  CHECK(macaw_test::error_of([&] { return rows.erase(it); }) == macaw::errc::stale);
  CHECK(macaw_test::error_of([&] { return *view; }) == macaw::errc::stale);
  CHECK(macaw_test::error_of([&] { return --wanted.end(); }) == macaw::errc::stale);
  CHECK(macaw_test::error_of([&] { return *wanted.reverse().begin(); }) == macaw::errc::stale);
  CHECK(rows.find(300) != rows.end());  // the table itself goes on
}

TEMPLATE_LIST_TEST_CASE("what came from a snapshot ends with it, and with a refresh", "", macaw_test::all_homes) {
  TestType home;
  auto db = filled(home);
  auto snap = db.begin_read();
  const auto rows = snap[events];
  auto it = rows.begin();
  const auto entry = *it;
  db.write([](auto& txn) { txn[events].put(1, "new"); });
  CHECK(entry.value() == "row 0");
  CHECK((*++it).key() == 3);
  snap.refresh();
  CHECK(macaw_test::error_of([&] { return entry.value(); }) == macaw::errc::stale);
  CHECK(macaw_test::error_of([&] { return ++it; }) == macaw::errc::stale);
  CHECK(macaw_test::error_of([&] { return rows.size(); }) == macaw::errc::txn_ended);
  CHECK(snap[events].size() == 1001);
}
