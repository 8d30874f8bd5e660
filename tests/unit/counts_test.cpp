// SPDX-License-Identifier: MIT
//
// How many pages calls read, copy and write, and how often they allocate: what makes them fast, counted instead
// of timed. That readers and lookups allocate nothing stands in read_txn_test.cpp.

#include <macaw/macaw.hpp>
#include <macaw/testing/counting_pager.hpp>

#include "support/allocations.hpp"
#include "support/catch.hpp"
#include "support/test_databases.hpp"

#include <cstddef>
#include <cstdint>
#include <string>

namespace {

struct counted_file : macaw_test::small_file {
  template <class C>
  using pager = macaw::counting_pager<macaw::file_pager<C::page_size, typename C::file_system>>;
};

using counting_home = macaw_test::database_home<counted_file>;
using counting_database = counting_home::database;
using pager = counted_file::pager<counted_file>;

constexpr macaw::table<std::uint64_t, std::uint64_t> numbers{"numbers"};
constexpr macaw::table<std::string, std::string> texts{"texts"};
constexpr std::uint64_t rows = 5000;
constexpr std::uint32_t catalog_height = 1;  // two tables fit one leaf

/// What `f` asks of the pager.
template <class F>
macaw::pager_counts counts_of(F&& f) {
  const macaw::pager_counts before = pager::counts();
  f();
  return pager::counts().since(before);
}

void fill(counting_database& db) {
  db.write([](auto& txn) {
    for (std::uint64_t i = 0; i < rows; ++i) {
      txn[numbers].put(i * 2, i);
      txn[texts].put("key " + std::to_string(i), "value " + std::to_string(i));
    }
  });
}

std::uint32_t height_of_numbers(const counting_database& db) {
  const auto snap = db.begin_read();
  return snap[numbers].stats().height;
}

}  // namespace

TEST_CASE("a lookup reads as many pages as the tree is high, whether or not the key is there") {
  counting_home home;
  auto db = home.open();
  fill(db);
  const std::uint32_t height = height_of_numbers(db);
  REQUIRE(height >= 3);
  const auto snap = db.begin_read();
  const auto table = snap[numbers];
  CHECK(counts_of([&] { CHECK(table.get(4000) == 2000); }).fetches == height);
  CHECK(counts_of([&] { CHECK_FALSE(table.get(4001)); }).fetches == height);
  CHECK(counts_of([&] { CHECK(table.contains(0)); }).fetches == height);
  CHECK(counts_of([&] { CHECK(table.view(9998)); }).fetches == height);
}

TEST_CASE("begin and end of a read transaction read no page and allocate nothing") {
  counting_home home;
  auto db = home.open();
  fill(db);
  static_cast<void>(db.begin_read().id());  // the first one of a thread finds its slots
  std::uint64_t last = 0;
  const auto begin_and_end = [&] { last = db.begin_read().id().value; };
  CHECK(counts_of(begin_and_end).fetches == 0);
  if (macaw_test::allocations_are_counted) CHECK(macaw_test::allocations_of(begin_and_end) == 0);
  CHECK(last > 0);
}

TEST_CASE("sizes, figures and the ends of ranges read no page of the table") {
  counting_home home;
  auto db = home.open();
  fill(db);
  const auto snap = db.begin_read();
  const auto table = snap[numbers];
  const auto some = table.range(100, 200);
  const auto counts = counts_of([&] {
    CHECK(table.size() == rows);
    CHECK(table.stats().entries == rows);
    static_cast<void>(table.end());
    static_cast<void>(some.end());
  });
  CHECK(counts.fetches == 0);
}

TEST_CASE("a transaction of one put makes as many pages as the trees it changes are high") {
  counting_home home;
  auto db = home.open();
  fill(db);
  REQUIRE(db.stats().frames == 0);
  const std::uint32_t height = height_of_numbers(db);
  db.write([](auto& txn) { txn[numbers].put(4000, 1); }, {.durability = macaw::durability::deferred});
  CHECK(db.stats().frames == height + catalog_height);

  const auto counts = counts_of([&] { db.sync(); });
  CHECK(counts.stored_pages == height + catalog_height + db.stats().log_pages);
  CHECK(counts.adopted_pages == counts.stored_pages);
}

TEST_CASE("a durable transaction of one put writes the changed paths, and syncs once") {
  counting_home home;
  auto db = home.open();
  fill(db);
  const std::uint32_t height = height_of_numbers(db);
  const std::uint64_t log_pages = db.stats().log_pages;
  const auto counts = counts_of([&] { db.put(numbers, 4000, 1); });
  CHECK(counts.stored_pages >= height + catalog_height);
  CHECK(counts.stored_pages <= height + catalog_height + log_pages + 1);
  CHECK(counts.syncs <= 1);
}

TEST_CASE("a page is copied by its first change in a transaction, not by later ones") {
  counting_home home;
  auto db = home.open();
  fill(db);
  const std::uint32_t height = height_of_numbers(db);
  db.write(
      [](auto& txn) {
        for (std::uint64_t i = 0; i < 100; ++i) txn[numbers].put(4000, i);
        txn[numbers].erase(4000);
        txn[numbers].put(4000, 7);
      },
      {.durability = macaw::durability::deferred});
  CHECK(db.stats().frames == height + catalog_height);
}

TEST_CASE("changes that find nothing to do copy no page") {
  counting_home home;
  auto db = home.open();
  fill(db);
  db.write(
      [](auto& txn) {
        CHECK_FALSE(txn[numbers].erase(4001));
        CHECK_FALSE(txn[numbers].insert(4000, 1));
        CHECK_FALSE(txn[numbers].replace(4001, 1));
        CHECK_FALSE(txn[texts].erase("no such key"));
      },
      {.durability = macaw::durability::deferred});
  CHECK(db.stats().frames == 0);
}
