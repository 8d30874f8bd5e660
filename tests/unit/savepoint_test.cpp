// SPDX-License-Identifier: MIT

#include <macaw/savepoint.hpp>

#include "support/catch.hpp"
#include "support/random.hpp"
#include "support/test_databases.hpp"

#include <cstdint>
#include <map>
#include <random>
#include <string>
#include <type_traits>
#include <vector>

namespace {

constexpr macaw::table<std::uint64_t, std::string> events{"events"};

static_assert(std::is_trivially_copyable_v<macaw::savepoint>);
static_assert(!std::is_default_constructible_v<macaw::savepoint>);

}  // namespace

TEMPLATE_LIST_TEST_CASE("a transaction returns to a savepoint, as often as one likes", "", macaw_test::all_homes) {
  TestType home;
  auto db = home.open();
  auto txn = db.begin_write();
  auto rows = txn[events];
  rows.put(1, "before");
  const auto point = txn.savepoint();
  for (int i = 0; i < 3; ++i) {
    rows.put(1, "after");
    rows.put(2, "after");
    txn.rollback_to(point);
    CHECK(rows.size() == 1);
    CHECK(rows.get(1) == "before");
  }
  rows.put(3, "kept");
  txn.release(point);
  CHECK(macaw_test::error_of([&] {
          txn.rollback_to(point);
          return 0;
        }) == macaw::errc::invalid_savepoint);
  CHECK(macaw_test::error_of([&] {
          txn.release(point);
          return 0;
        }) == macaw::errc::invalid_savepoint);
  txn.commit();
  CHECK(db.begin_read().contains(events));
  CHECK(db.get(events, 3) == "kept");
}

TEMPLATE_LIST_TEST_CASE("later savepoints end with earlier ones", "", macaw_test::all_homes) {
  TestType home;
  auto db = home.open();
  auto txn = db.begin_write();
  auto rows = txn[events];
  const auto first = txn.savepoint();
  rows.put(1, "x");
  const auto second = txn.savepoint();
  rows.put(2, "x");
  txn.rollback_to(first);
  CHECK(rows.empty());
  CHECK(macaw_test::error_of([&] {
          txn.rollback_to(second);
          return 0;
        }) == macaw::errc::invalid_savepoint);
  const auto third = txn.savepoint();
  {
    auto inner = txn.nested();
    const auto inside = inner.savepoint();
    inner[events].put(7, "x");
    CHECK(macaw_test::error_of([&] {
            inner.rollback_to(third);
            return 0;
          }) == macaw::errc::invalid_savepoint);
    CHECK(macaw_test::error_of([&] {
            txn.rollback_to(third);
            return 0;
          }) == macaw::errc::busy);
    inner.commit();
    CHECK(macaw_test::error_of([&] {
            txn.rollback_to(inside);
            return 0;
          }) == macaw::errc::invalid_savepoint);
  }
  CHECK(rows.size() == 1);
  txn.rollback_to(third);
  CHECK(rows.empty());
}

TEMPLATE_LIST_TEST_CASE("savepoints and nested transactions at random agree with copies of a map", "",
                        macaw_test::all_homes) {
  TestType home;
  auto db = home.open();
  std::mt19937_64 random(macaw_test::seed());
  CAPTURE(macaw_test::seed());
  std::map<std::uint64_t, std::string> model;
  auto txn = db.begin_write();
  auto rows = txn[events];
  using point = macaw::basic_savepoint<typename TestType::config>;
  std::vector<std::pair<point, std::map<std::uint64_t, std::string>>> points;
  for (int step = 0; step < 1500; ++step) {
    const std::uint64_t key = random() % 300;
    switch (random() % 24) {
      case 0: points.emplace_back(txn.savepoint(), model); break;
      case 1:
        if (!points.empty()) {
          const std::size_t index = random() % points.size();
          txn.rollback_to(points[index].first);
          model = points[index].second;
          points.erase(points.begin() + static_cast<std::ptrdiff_t>(index) + 1, points.end());
        }
        break;
      case 2:
        if (!points.empty() && random() % 3 == 0) {
          const std::size_t index = random() % points.size();
          txn.release(points[index].first);
          points.erase(points.begin() + static_cast<std::ptrdiff_t>(index), points.end());
        }
        break;
      case 3: {
        auto inner = txn.nested();
        auto copy = model;
        for (int i = 0; i < 20; ++i) {
          const std::uint64_t other = random() % 300;
          inner[events].put(other, std::string(random() % 900, 'n'));
          copy[other] = *inner[events].get(other);
        }
        if (random() % 2 == 0) {
          inner.commit();
          model = copy;
        }
        break;
      }
      case 4:
      case 5:
      case 6: CHECK(rows.erase(key) == (model.erase(key) == 1)); break;
      default: model[key] = std::string(random() % 100, static_cast<char>('a' + step % 26)); rows.put(key, model[key]);
    }
    REQUIRE(rows.size() == model.size());
    if (step % 100 == 0) {
      for (const auto& [k, v] : model) REQUIRE(rows.get(k) == v);
    }
  }
  txn.commit();
  const auto snap = db.begin_read();
  auto expected = model.begin();
  for (const auto& [k, v] : snap[events]) {
    REQUIRE(k == expected->first);
    REQUIRE(v == expected->second);
    ++expected;
  }
  CHECK(expected == model.end());
}
