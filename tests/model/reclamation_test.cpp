// SPDX-License-Identifier: MIT
//
// What a reader costs: the pages that it can see, and nothing else.

#include "support/catch.hpp"
#include "support/random.hpp"
#include "support/test_databases.hpp"

#include <macaw/ops/check.hpp>

#include <cstdint>
#include <optional>
#include <random>
#include <string>
#include <vector>

namespace {

constexpr macaw::table<std::uint64_t, std::string> lines{"lines"};
constexpr std::uint64_t row_count = 1000;
constexpr macaw::commit_options deferred{.durability = macaw::durability::deferred};

using file_home = macaw_test::database_home<macaw_test::small_file>;
using memory_home = macaw_test::database_home<macaw_test::small_memory>;

template <class Database>
void require_sound(const Database& db) {
  const macaw::check_report report = db.check();
  for (const auto& finding : report.findings) UNSCOPED_INFO(finding.to_text());
  REQUIRE(report.ok());
}

template <class Database>
void fill(Database& db) {
  db.write([](auto& txn) {
    for (std::uint64_t key = 0; key < row_count; ++key) txn[lines].put(key, std::string(40, 'a'));
  });
}

/// Gives rows here and there new values, in so many transactions.
template <class Database>
void churn(Database& db, std::mt19937_64& random, int transactions, const macaw::commit_options& how = {}) {
  for (int i = 0; i < transactions; ++i) {
    auto txn = db.begin_write();
    auto table = txn[lines];
    for (int change = 0; change < 40; ++change) {
      table.put(random() % row_count, std::string(30 + random() % 20, static_cast<char>('b' + random() % 20)));
    }
    txn.commit(how);
  }
}

template <class Txn>
std::uint64_t sum_of(const Txn& txn) {
  std::uint64_t sum = 0;
  for (auto [key, value] : txn[lines]) sum = sum * 31 + value.size() * 257 + static_cast<unsigned char>(value[0]);
  return sum;
}

}  // namespace

TEMPLATE_TEST_CASE("a held reader does not stop the reuse of younger pages", "", macaw_test::small_file,
                   macaw_test::small_mmap) {
  macaw_test::database_home<TestType> home;
  auto db = home.open();
  std::mt19937_64 random(macaw_test::seed());
  fill(db);
  std::optional reader = db.begin_read();
  const std::uint64_t seen = sum_of(*reader);
  churn(db, random, 40);
  const std::uint64_t size = db.stats().file_size;
  churn(db, random, 400);
  CHECK(db.stats().file_size <= size + (64 << 10));  // one step of growth
  CHECK(sum_of(*reader) == seen);
  require_sound(db);
  const std::uint64_t held = db.stats().pending_pages;
  CHECK(held > 50);
  reader.reset();
  churn(db, random, 2);
  CHECK(db.stats().pending_pages < held);
  db.put(lines, 0, "a small commit");
  db.put(lines, 0, "another one");
  CHECK(db.stats().pending_pages < 20);  // all are given back but what the last commits replaced
  require_sound(db);
}

TEST_CASE("readers of many ages cost what each of them sees") {
  file_home home;
  auto db = home.open();
  std::mt19937_64 random(macaw_test::seed());
  fill(db);
  churn(db, random, 10);
  const std::uint64_t state = db.stats().pages - db.stats().free_pages;
  using reader = decltype(db.begin_read());
  std::vector<reader> readers;
  std::vector<std::uint64_t> seen;
  for (int i = 0; i < 8; ++i) {
    readers.push_back(db.begin_read());
    seen.push_back(sum_of(readers.back()));
    churn(db, random, 50);
  }
  CHECK(db.stats().pages <= (readers.size() + 3) * state);
  for (std::size_t i = 0; i < readers.size(); ++i) CHECK(sum_of(readers[i]) == seen[i]);
  // Those in the middle go: what only they saw serves again, and the file stays as it is.
  const std::uint64_t pages = db.stats().pages;
  const std::uint64_t pending = db.stats().pending_pages;
  readers.erase(readers.begin() + 1, readers.end() - 1);
  churn(db, random, 50);
  CHECK(db.stats().pages == pages);
  CHECK(db.stats().pending_pages < pending * 2 / 3);
  CHECK(sum_of(readers.front()) == seen.front());
  CHECK(sum_of(readers.back()) == seen.back());
  require_sound(db);
}

TEST_CASE("a held reader does not stop the reuse of younger frames in memory") {
  memory_home home;
  auto db = home.open();
  std::mt19937_64 random(macaw_test::seed());
  fill(db);
  std::optional reader = db.begin_read();
  const std::uint64_t seen = sum_of(*reader);
  churn(db, random, 40);
  const std::uint64_t frames = db.stats().frames;
  churn(db, random, 400);
  CHECK(db.stats().frames <= frames + frames / 2);
  CHECK(sum_of(*reader) == seen);
  require_sound(db);
  reader.reset();
  churn(db, random, 40);
  CHECK(db.stats().frames <= frames);
  require_sound(db);
}

TEST_CASE("a thousand deferred commits under a reader cost no more than a few") {
  file_home home;
  auto db = home.open();
  std::mt19937_64 random(macaw_test::seed());
  fill(db);
  std::optional reader = db.begin_read();
  const std::uint64_t seen = sum_of(*reader);
  churn(db, random, 50, deferred);
  const std::uint64_t size = db.stats().file_size;
  const std::uint64_t frames = db.stats().frames;
  churn(db, random, 1000, deferred);
  CHECK(db.stats().frames <= 2 * frames);
  CHECK(db.stats().file_size == size);
  CHECK(sum_of(*reader) == seen);
  require_sound(db);
  db.sync();
  const std::uint64_t newest = sum_of(db.begin_read());
  CHECK(sum_of(*reader) == seen);
  require_sound(db);
  reader.reset();
  db.close();
  db = home.open();
  CHECK(sum_of(db.begin_read()) == newest);
  require_sound(db);
}

TEST_CASE("deferred commits and syncs in turn keep to their room") {
  file_home home;
  auto db = home.open();
  std::mt19937_64 random(macaw_test::seed());
  fill(db);
  std::uint64_t size = 0;
  for (int round = 0; round < 60; ++round) {
    churn(db, random, 5, deferred);
    db.sync();
    if (round == 10) size = db.stats().file_size;
  }
  CHECK(db.stats().file_size <= size + (64 << 10));
  require_sound(db);
}

TEST_CASE("the map of free space is exact after every opening") {
  file_home home;
  std::mt19937_64 random(macaw_test::seed());
  std::uint64_t size = 0;
  for (int round = 0; round < 12; ++round) {
    auto db = home.open();
    require_sound(db);
    const std::optional reader = db.begin_read();
    db.write([&](auto& txn) {
      for (std::uint64_t key = 0; key < row_count; ++key) {
        txn[lines].put(key, std::string(random() % 8 == 0 ? 900 : 40, 'a'));
      }
    });
    churn(db, random, 10);
    db.write([](auto& txn) { txn[lines].erase(txn[lines].range(100, 900)); });
    churn(db, random, 10);
    require_sound(db);
    if (round == 4) size = db.stats().file_size;
    if (round > 4) CHECK(db.stats().file_size <= size + size / 4);
  }
}

TEST_CASE("savepoints and transactions rolled back leave nothing behind") {
  file_home home;
  auto db = home.open({.dirty_size = 30'000});
  std::mt19937_64 random(macaw_test::seed());
  fill(db);
  churn(db, random, 20);
  const std::uint64_t size = db.stats().file_size;
  const std::uint64_t frames = db.stats().frames;
  for (int round = 0; round < 30; ++round) {
    auto txn = db.begin_write();
    const auto point = txn.savepoint();
    for (int i = 0; i < 3; ++i) {
      for (std::uint64_t key = 0; key < 300; ++key) txn[lines].put(random() % 3000, std::string(100, 'x'));
      txn.rollback_to(point);
    }
    auto inner = txn.nested();
    inner[lines].erase(inner[lines].range(100, 500));
    if (round % 2 == 0) inner.commit();
  }
  CHECK(db.stats().spilled_pages > 0);
  churn(db, random, 5);
  CHECK(db.stats().frames <= frames + 100);
  CHECK(db.stats().file_size <= 2 * size + (64 << 10));
  require_sound(db);
}
