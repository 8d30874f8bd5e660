// SPDX-License-Identifier: MIT
//
// Transactions that pass from thread to thread, and many at once; for ThreadSanitizer above all.

#include <macaw/macaw.hpp>

#include "support/catch.hpp"
#include "support/test_databases.hpp"

#include <cstdint>
#include <string>
#include <thread>
#include <utility>
#include <vector>

namespace {

constexpr macaw::table<std::uint64_t, std::string> rows_table{"rows"};
constexpr macaw::table<std::string, std::uint64_t> sums_table{"sums"};

}  // namespace

TEMPLATE_LIST_TEST_CASE("transactions are handed from thread to thread", "", macaw_test::all_homes) {
  TestType home;
  auto db = home.open();
  auto txn = db.begin_write();
  txn[rows_table].put(1, "begun here");
  std::thread([&db, txn = std::move(txn)]() mutable {
    txn[rows_table].put(2, "continued there");
    txn.commit();
    auto snap = db.begin_read();
    std::thread([snap = std::move(snap)] { CHECK(snap[rows_table].size() == 2); }).join();
  }).join();
  CHECK(db.get(rows_table, 1) == "begun here");
}

TEMPLATE_LIST_TEST_CASE("writers take turns", "", macaw_test::all_homes) {
  TestType home;
  auto db = home.open();
  std::vector<std::thread> writers;
  for (int i = 0; i < 4; ++i) {
    writers.emplace_back([&] {
      for (int round = 0; round < 25; ++round) {
        db.write([](auto& txn) { txn[sums_table].update("count", [](auto old) { return old.value_or(0) + 1; }); },
                 {.durability = macaw::durability::deferred});
      }
    });
  }
  for (std::thread& writer : writers) writer.join();
  CHECK(db.get(sums_table, "count") == 100);
}

TEMPLATE_LIST_TEST_CASE("many readers at once, more than ever before", "", macaw_test::all_homes) {
  TestType home;
  auto db = home.open();
  db.put(sums_table, "x", 7);
  std::vector<typename TestType::database::read_txn> held;
  for (int i = 0; i < 200; ++i) held.push_back(db.begin_read());
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i) {
    threads.emplace_back([&db] {
      std::vector<typename TestType::database::read_txn> mine;
      for (int j = 0; j < 50; ++j) mine.push_back(db.begin_read());
      for (const auto& snap : mine) {
        if (snap[sums_table].get("x") != 7) std::abort();
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  for (const auto& snap : held) CHECK(snap[sums_table].get("x") == 7);
}
