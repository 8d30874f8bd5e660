// SPDX-License-Identifier: MIT
//
// What is known of tables goes from one write transaction to the next. These tests begin the next one everywhere but
// where the last one was published.

#include <macaw/detail/txn/table_state.hpp>

#include "support/catch.hpp"
#include "support/test_databases.hpp"

#include <macaw/ops/check.hpp>

#include <cstdint>
#include <string>
#include <tuple>

namespace {

constexpr macaw::table<std::uint64_t, std::uint64_t> numbers{"numbers"};
constexpr macaw::table<std::uint64_t, std::string> same_name{"numbers"};
constexpr macaw::table<std::uint64_t, std::uint64_t> others{"others"};
constexpr macaw::commit_options deferred{.durability = macaw::durability::deferred};

template <class Database>
[[nodiscard]] std::uint64_t rows(Database& db) {
  const auto snapshot = db.begin_read();
  const auto table = snapshot[numbers];
  std::uint64_t count = 0;
  for (const auto& [key, value] : table) count += key == value ? 1 : 0;
  return count == table.size() ? count : ~std::uint64_t{0};
}

template <class Database>
void put(Database& db, std::uint64_t from, std::uint64_t count, const macaw::commit_options& how = deferred) {
  for (std::uint64_t i = from; i < from + count; ++i) {
    auto txn = db.begin_write();
    txn[numbers].put(i, i);
    txn.commit(how);
  }
}

}  // namespace

TEST_CASE("a state left by another publication is read anew, one left by the newest is not") {
  macaw::detail::table_state state;
  state.loaded = true;
  state.edge_found = 7;
  const std::uint64_t generation = state.generation;
  state.begin_txn(true);
  CHECK(state.loaded);
  CHECK(state.edge_found == 0);
  CHECK(state.generation > generation);
  state.begin_txn(false);
  CHECK_FALSE(state.loaded);
  state.begin_txn(true);
  CHECK_FALSE(state.loaded);
}

TEMPLATE_LIST_TEST_CASE("small transactions see what the ones before have done, however these ended", "",
                        macaw_test::all_homes) {
  TestType home;
  auto db = home.open({.dirty_size = 64 * TestType::config::page_size});
  put(db, 0, 100);
  CHECK(rows(db) == 100);
  {
    auto txn = db.begin_write();
    txn[numbers].put(1000, 1000);
    txn.rollback();
  }
  put(db, 100, 50);
  CHECK(rows(db) == 150);
  {
    auto txn = db.begin_write();
    txn[numbers].clear();
  }
  put(db, 150, 1, {});
  put(db, 151, 49);
  CHECK(rows(db) == 200);
  db.sync();
  put(db, 200, 20);
  {
    auto txn = db.begin_write();
    txn.commit(deferred);
  }
  put(db, 220, 20);
  {
    auto txn = db.begin_write();
    const auto point = txn.savepoint();
    txn[numbers].clear();
    txn.rollback_to(point);
    txn[numbers].put(240, 240);
    txn.commit(deferred);
  }
  put(db, 241, 20);
  {
    auto txn = db.begin_write();
    {
      auto nested = txn.nested();
      nested[numbers].clear();
    }
    txn[numbers].put(261, 261);
    txn.commit();
  }
  put(db, 262, 300);  // more than may stay in memory: some begin by making the others durable
  CHECK(rows(db) == 562);
  CHECK(db.check().ok());
}

TEMPLATE_LIST_TEST_CASE("a table dropped, renamed or made with other codecs is another one for the next transaction",
                        "", macaw_test::all_homes) {
  TestType home;
  auto db = home.open();
  put(db, 0, 100);
  const auto write = [&](const auto& change) {
    auto txn = db.begin_write();
    change(txn);
    txn.commit(deferred);
  };
  write([](auto& txn) { CHECK(txn.drop(numbers)); });
  CHECK(rows(db) == 0);
  write([](auto& txn) { CHECK_FALSE(txn.drop(numbers)); });
  write([](auto& txn) { txn[same_name].put(1, "one"); });
  write([](auto& txn) {
    CHECK(macaw_test::error_of([&] { return txn[numbers].size(); }) == macaw::errc::wrong_codec);
    CHECK(txn[same_name].get(1) == "one");
  });
  write([](auto& txn) { CHECK(txn.rename(same_name, "texts")); });
  put(db, 0, 10);
  CHECK(rows(db) == 10);
  write([](auto& txn) {
    CHECK(txn.rename(numbers, "others"));
    CHECK(txn[numbers].empty());
    CHECK(txn[others].size() == 10);
    txn[others].put(10, 10);
  });
  CHECK(rows(db) == 0);
  write([](auto& txn) { CHECK(txn[others].size() == 11); });
  {
    auto txn = db.begin_write();
    CHECK(txn.drop(others));
  }
  write([](auto& txn) { CHECK(txn[others].size() == 11); });
  CHECK(db.check().ok());
}

TEMPLATE_LIST_TEST_CASE("of any number of tables each transaction knows its own", "", macaw_test::all_homes) {
  TestType home;
  auto db = home.open();
  constexpr int count = 150;
  const auto table = [](int i) { return macaw::raw_table("table " + std::to_string(i % count)); };
  for (int round = 0; round < 3; ++round) {
    for (int i = 0; i < count; ++i) {
      auto txn = db.begin_write();
      auto first = txn[table(i)];
      auto second = txn[table(i + 1)];
      const std::uint64_t before = first.size();
      const std::string key = std::to_string(2 * round), next = std::to_string(2 * round + 1);
      first.put(macaw::as_bytes(key), macaw::as_bytes("first"));
      second.put(macaw::as_bytes(next), macaw::as_bytes("second"));
      CHECK(first.size() == before + 1);
      txn.commit(deferred);
    }
  }
  auto txn = db.begin_write();
  for (int i = 0; i < count; ++i) CHECK(txn[table(i)].size() == 6);
  txn.rollback();
  CHECK(db.check().ok());
}
