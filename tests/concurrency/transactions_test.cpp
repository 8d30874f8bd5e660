// SPDX-License-Identifier: MIT
//
// Readers verify their snapshots while a writer churns; for ThreadSanitizer above all.

#include <macaw/macaw.hpp>

#include "support/catch.hpp"
#include "support/random.hpp"
#include "support/test_databases.hpp"

#include <atomic>
#include <chrono>
#include <cstdint>
#include <optional>
#include <random>
#include <string>
#include <thread>
#include <utility>
#include <vector>

namespace {

constexpr macaw::table<std::uint64_t, std::string> rows_table{"rows"};
constexpr macaw::table<std::string, std::uint64_t> sums_table{"sums"};

std::uint64_t hash_of(std::uint64_t key, std::string_view value) {
  std::uint64_t hash = key * 0x9E37'79B9'7F4A'7C15U;
  for (const char c : value) hash = (hash ^ static_cast<unsigned char>(c)) * 0x100'0000'01B3U;
  return hash;
}

/// The sum over all rows, which the writer keeps in a table of its own in every state it publishes.
template <class Txn>
std::uint64_t sum_of(const Txn& txn) {
  std::uint64_t sum = 0;
  for (const auto& [key, value] : txn[rows_table]) sum += hash_of(key, value);
  return sum;
}

template <class Database>
void churn(Database& db, int rounds, std::uint64_t seed) {
  std::mt19937_64 random(seed);
  for (int round = 0; round < rounds; ++round) {
    auto txn = db.begin_write();
    auto rows = txn[rows_table];
    std::uint64_t sum = txn[sums_table].get("sum").value_or(0);
    for (int i = 0; i < 30; ++i) {
      const std::uint64_t key = random() % 500;
      const std::string value(random() % 17 == 0 ? 2000 : random() % 40, static_cast<char>('a' + random() % 26));
      if (const auto old = rows.get(key)) sum -= hash_of(key, *old);
      sum += hash_of(key, value);
      rows.put(key, value);
    }
    txn[sums_table].put("sum", sum);
    txn.commit({.durability = round % 3 == 0 ? macaw::durability::immediate : macaw::durability::deferred});
  }
}

}  // namespace

TEMPLATE_LIST_TEST_CASE("snapshots stay whole while a writer churns", "", macaw_test::all_homes) {
  TestType home;
  auto db = home.open({.cache_size = 64 << 10});
  std::atomic<bool> done{false};
  std::atomic<int> wrong{0};
  std::vector<std::thread> readers;
  for (int i = 0; i < 3; ++i) {
    readers.emplace_back([&] {
      while (!done.load()) {
        const auto snap = db.begin_read();
        const auto copy = snap;
        const std::uint64_t expected = snap[sums_table].get("sum").value_or(0);
        if (sum_of(snap) != expected || sum_of(copy) != expected) wrong.fetch_add(1);
      }
    });
  }
  churn(db, 60, macaw_test::seed());
  done.store(true);
  for (std::thread& reader : readers) reader.join();
  CHECK(wrong.load() == 0);
  db.close();
}

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
