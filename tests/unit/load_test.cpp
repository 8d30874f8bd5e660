// SPDX-License-Identifier: MIT
//
// Loads of more than a commit of one phase may write.

#include <macaw/write_table.hpp>

#include "support/catch.hpp"
#include "support/test_databases.hpp"

#include <macaw/ops/check.hpp>

#include <cstdint>
#include <utility>
#include <vector>

namespace {

struct wide_file : macaw::file_config<4096> {
  using file_system = macaw::memory_files;
};

constexpr macaw::table<std::uint64_t, std::uint64_t> numbers{"numbers"};

using row_list = std::vector<std::pair<std::uint64_t, std::uint64_t>>;

}  // namespace

TEST_CASE("a load of more than a commit of one phase may write is written as it goes, and durable") {
  row_list rows;
  for (std::uint64_t i = 0; i < 300'000; ++i) rows.emplace_back(i * 3, i);
  macaw_test::database_home<wide_file> home;
  auto db = home.open();
  const std::uint64_t durable = db.stats().durable;
  {
    auto txn = db.begin_write();
    auto table = txn[numbers];
    REQUIRE(table.load(rows) == 300'000);
    CHECK(db.stats().spilled_pages > 900);
    table.append(900'000, 1);
    CHECK(table.get(900'000) == 1);
    CHECK(table.get(299'997) == 99'999);
    txn.commit({.durability = macaw::durability::deferred});
  }
  CHECK(db.stats().durable == durable + 1);
  CHECK(db.stats().frames == 0);
  const auto snapshot = db.begin_read();
  const auto table = snapshot[numbers];
  CHECK(table.size() == 300'001);
  std::uint64_t next = 0;
  for (const auto& row : table) {
    if (next == 300'000) break;
    REQUIRE(row.own_key() == rows[next].first);
    REQUIRE(row.own_value() == rows[next].second);
    ++next;
  }
  CHECK(db.check().ok());
}

TEST_CASE("loads of less are not written before their commit, however many") {
  macaw_test::database_home<wide_file> home;
  auto db = home.open();
  const std::uint64_t durable = db.stats().durable;
  auto txn = db.begin_write();
  auto table = txn[numbers];
  for (std::uint64_t load = 0; load < 3; ++load) {
    row_list rows;
    for (std::uint64_t i = 0; i < 150'000; ++i) rows.emplace_back(load * 150'000 + i, i);
    REQUIRE(table.load(rows) == 150'000);
  }
  CHECK(db.stats().spilled_pages == 0);
  txn.commit({.durability = macaw::durability::deferred});
  CHECK(db.stats().durable == durable);
  CHECK(db.stats().frame_bytes > std::uint64_t{6} << 20);
}

TEST_CASE("a load that was written as it went leaves nothing when it is rolled back") {
  macaw_test::database_home<wide_file> home;
  auto db = home.open();
  constexpr std::uint64_t count = 5000;
  {
    auto txn = db.begin_write();
    auto table = txn[numbers];
    for (std::uint64_t i = 0; i < count; ++i) table.append(i, i * 11);
    const auto before = txn.savepoint();
    row_list rows;
    for (std::uint64_t i = 0; i < 300'000; ++i) rows.emplace_back(1'000'000 + i, i);
    REQUIRE(table.load(rows) == 300'000);
    CHECK(db.stats().spilled_pages > 0);
    txn.rollback_to(before);
    CHECK(txn[numbers].size() == count);
    txn.commit();
  }
  const auto snapshot = db.begin_read();
  std::uint64_t next = 0;
  for (const auto& row : snapshot[numbers]) {
    REQUIRE(row.own_key() == next);
    REQUIRE(row.own_value() == next * 11);
    ++next;
  }
  CHECK(next == count);
  CHECK(db.stats().file_size < std::uint64_t{16} << 20);
  CHECK(db.check().ok());
}

TEST_CASE("a load in memory stays there") {
  macaw_test::database_home<macaw_test::small_memory> home;
  auto db = home.open();
  row_list rows;
  for (std::uint64_t i = 0; i < 300'000; ++i) rows.emplace_back(i, i);
  auto txn = db.begin_write();
  REQUIRE(txn[numbers].load(rows) == 300'000);
  txn.commit();
  CHECK(db.stats().spilled_pages == 0);
  const auto snapshot = db.begin_read();
  CHECK(snapshot[numbers].size() == 300'000);
}
