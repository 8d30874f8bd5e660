// SPDX-License-Identifier: MIT
//
// Readers prove that what they see is one state: a row holds the exclusive or of all others, and another one how
// many there are, while a writer churns. Worth most under ThreadSanitizer.

#include "support/catch.hpp"
#include "support/random.hpp"
#include "support/test_databases.hpp"

#include <macaw/ops/check.hpp>

#include <atomic>
#include <cstdint>
#include <random>
#include <string>
#include <thread>
#include <type_traits>
#include <utility>
#include <vector>

namespace {

constexpr macaw::table<std::uint64_t, std::uint64_t> numbers{"numbers"};
constexpr macaw::table<std::string, std::string> texts{"texts"};
constexpr std::uint64_t proof = UINT64_MAX;  // the row that proves the others

using homes =
    std::tuple<macaw_test::database_home<macaw_test::small_file>, macaw_test::database_home<macaw_test::small_mmap>,
               macaw_test::database_home<macaw_test::small_memory>>;

/// Whether a transaction shows one state, and nothing of another.
template <class Txn>
bool is_whole(const Txn& txn) {
  std::uint64_t mixed = 0;
  std::uint64_t expected = 0;
  std::uint64_t count = 0;
  for (auto [key, value] : txn[numbers]) {
    ++count;
    if (key == proof) {
      expected = value;
    } else {
      mixed ^= key * 31 + value;
    }
  }
  if (mixed != expected || count != txn[numbers].size()) return false;
  const auto written = txn[texts].get("count");
  if (!written) return count == 0;
  for (auto [key, value] : txn[texts].prefix("large")) {
    for (const char c : value) {
      if (c != value[0]) return false;
    }
  }
  return std::to_string(count) == *written;
}

/// Changes rows, and with them the rows that prove them.
template <class Txn>
void change(Txn& txn, std::mt19937_64& random) {
  auto table = txn[numbers];
  std::uint64_t mixed = table.get(proof).value_or(0);
  const auto take_out = [&](std::uint64_t key) {
    if (const auto old = table.extract(key)) mixed ^= key * 31 + *old;
  };
  for (int i = 0; i < 6; ++i) {
    const std::uint64_t key = random() % 300;
    take_out(key);
    if (random() % 3 == 0) continue;
    const std::uint64_t value = random();
    table.put(key, value);
    mixed ^= key * 31 + value;
  }
  if (random() % 16 == 0) {
    const std::uint64_t first = random() % 300;
    for (auto [key, value] : table.range(first, first + 40)) mixed ^= key * 31 + value;
    table.erase(table.range(first, first + 40));
  }
  table.put(proof, mixed);
  txn[texts].put("count", std::to_string(table.size()));
  txn[texts].put("large " + std::to_string(random() % 4),
                 std::string(random() % 8 == 0 ? random() % 6000 : 50, static_cast<char>('a' + random() % 26)));
}

template <class Database>
void write(Database& db, std::mt19937_64& random, int transactions) {
  for (int i = 0; i < transactions; ++i) {
    auto txn = db.begin_write();
    const auto changes = random() % 12 == 0 ? 30 : 1;  // many spill
    for (int j = 0; j < changes; ++j) change(txn, random);
    if (random() % 4 == 0) {
      auto inner = txn.nested();
      change(inner, random);
      if (random() % 2 == 0) inner.commit();
    }
    if (random() % 10 == 0) continue;  // rolls back
    txn.commit({.durability = random() % 2 == 0 ? macaw::durability::deferred : macaw::durability::immediate});
  }
}

/// Begins, holds, copies and refreshes snapshots until told to stop. Returns how many were not whole.
template <class Database>
std::uint64_t read(const Database& db, std::uint64_t seed, const std::atomic<bool>& stop,
                   std::atomic<std::uint64_t>& seen) {
  std::mt19937_64 random(seed);
  std::vector<typename Database::read_txn> held;
  std::uint64_t wrong = 0;
  do {
    auto snapshot = db.begin_read();
    wrong += is_whole(snapshot) ? 0 : 1;
    if (held.size() < 4) {
      held.push_back(random() % 2 == 0 ? snapshot : std::move(snapshot));
    } else {
      auto& old = held[random() % held.size()];
      wrong += is_whole(old) ? 0 : 1;
      if (random() % 2 == 0) {
        old.refresh();
      } else {
        old = std::move(snapshot);
      }
    }
    ++seen;
  } while (!stop.load(std::memory_order_relaxed));
  return wrong;
}

template <class Database>
void require_sound(const Database& db) {
  const macaw::check_report report = db.check();
  for (const auto& finding : report.findings) UNSCOPED_INFO(finding.to_text());
  REQUIRE(report.ok());
}

constexpr macaw::open_options tight{.cache_size = 1 << 14, .dirty_size = 1 << 15};

}  // namespace

TEMPLATE_LIST_TEST_CASE("every snapshot is one state while a writer churns", "", homes) {
  CAPTURE(macaw_test::seed());
  TestType home;
  auto db = home.open(tight);
  std::atomic<bool> stop{false};
  std::atomic<std::uint64_t> seen{0}, wrong{0};
  std::vector<std::thread> readers;
  for (std::uint64_t i = 0; i < 3; ++i) {
    readers.emplace_back([&, i] { wrong += read(db, macaw_test::seed() + i, stop, seen); });
  }
  std::mt19937_64 random(macaw_test::seed());
  write(db, random, static_cast<int>(macaw_test::rounds(1000)));
  stop = true;
  for (std::thread& reader : readers) reader.join();
  CHECK(wrong == 0);
  CHECK(seen >= 3);
  CHECK(is_whole(db.begin_read()));
  require_sound(db);
  if constexpr (TestType::has_files) {
    db.close();
    db = home.open(tight);
    CHECK(is_whole(db.begin_read()));
    require_sound(db);
  }
}

TEMPLATE_LIST_TEST_CASE("there is no limit to readers, and they may end in other threads", "", homes) {
  CAPTURE(macaw_test::seed());
  TestType home;
  auto db = home.open(tight);
  using read_txn = std::remove_cvref_t<decltype(db.begin_read())>;
  std::mt19937_64 random(macaw_test::seed());
  std::vector<std::vector<read_txn>> hands(4);
  for (int i = 0; i < 400; ++i) {
    if (i % 4 == 0) write(db, random, 1);
    hands[static_cast<std::size_t>(i) % hands.size()].push_back(db.begin_read());
  }
  CHECK(db.stats().readers == 400);
  std::atomic<std::uint64_t> wrong{0};
  std::vector<std::thread> threads;
  for (auto& hand : hands) {
    threads.emplace_back([&wrong, hand = std::move(hand)]() mutable {
      std::vector<read_txn> copies;
      while (!hand.empty()) {
        const read_txn last = std::move(hand.back());
        hand.pop_back();
        wrong += is_whole(last) ? 0 : 1;
        if (hand.size() % 8 == 0) copies.push_back(last);
      }
      for (const read_txn& copy : copies) wrong += is_whole(copy) ? 0 : 1;
    });
  }
  write(db, random, 40);
  for (std::thread& thread : threads) thread.join();
  CHECK(wrong == 0);
  CHECK(db.stats().readers == 0);
  require_sound(db);
}

TEMPLATE_LIST_TEST_CASE("writers of several threads take turns", "", homes) {
  CAPTURE(macaw_test::seed());
  TestType home;
  auto db = home.open(tight);
  std::vector<std::thread> writers;
  for (std::uint64_t i = 0; i < 3; ++i) {
    writers.emplace_back([&db, i] {
      std::mt19937_64 random(macaw_test::seed() + i);
      write(db, random, 40);
      db.sync();
    });
  }
  for (std::thread& writer : writers) writer.join();
  CHECK(is_whole(db.begin_read()));
  require_sound(db);
}

TEMPLATE_LIST_TEST_CASE("a write transaction may be handed to another thread", "", homes) {
  TestType home;
  auto db = home.open(tight);
  std::mt19937_64 random(macaw_test::seed());
  auto txn = db.begin_write();
  change(txn, random);
  std::thread([&db, txn = std::move(txn), random]() mutable {
    change(txn, random);
    txn.commit();
    CHECK(is_whole(db.begin_read()));
  }).join();
  auto next = db.begin_write();
  change(next, random);
  next.commit();
  CHECK(is_whole(db.begin_read()));
  require_sound(db);
}
