// SPDX-License-Identifier: MIT

#include "fault/fault_life.hpp"
#include "support/catch.hpp"

#include <cstdint>
#include <optional>
#include <string>

namespace {

using database = macaw::basic_database<macaw_test::faulty_file_config>;
using macaw_test::lines;
using macaw_test::require_sound;
using macaw_test::rows;

constexpr std::uint64_t capacity = 400'000;

/// A database on a disk that is too short for what is to come.
struct short_disk {
  short_disk() { files.faults().set_capacity(capacity); }

  [[nodiscard]] database open(std::size_t dirty_size = std::size_t{1} << 20) {
    return database::open("db", {.cache_size = 1 << 16, .dirty_size = dirty_size}, files);
  }

  macaw_test::faulty_memory_files files;
};

/// Puts a few rows behind the last one in a transaction. Returns whether the disk had room for them.
bool put_more(database& db, rows& model) {
  rows more = model;
  try {
    auto txn = db.begin_write();
    for (int i = 0; i < 20; ++i) {
      const std::uint64_t key = more.empty() ? 0 : more.rbegin()->first + 1;
      more[key] = std::string(150, static_cast<char>('a' + key % 26));
      txn[lines].put(key, more[key]);
    }
    txn.commit();
  } catch (const macaw::error& failure) {
    REQUIRE(failure.kind() == macaw::errc::no_space);
    REQUIRE(failure.outcome() != macaw::commit_outcome::unknown);
    return false;
  }
  model = std::move(more);
  return true;
}

void fill_up(database& db, rows& model) {
  while (put_more(db, model)) {
  }
  CHECK(read_rows(db.begin_read()) == model);
}

void erase(database& db, rows& model, std::uint64_t first, std::uint64_t last) {
  auto txn = db.begin_write();
  txn[lines].erase(txn[lines].range(first, last));
  txn.commit();
  model.erase(model.lower_bound(first), model.lower_bound(last));
}

}  // namespace

TEST_CASE("a full disk takes deletions, and then all of its room serves again") {
  short_disk disk;
  auto db = disk.open();
  rows model;
  fill_up(db, model);
  CHECK(disk.files.faults().ran_full());
  require_sound(db);
  const std::size_t most = model.size();
  CHECK(most * 150 > capacity / 3);
  for (int round = 0; round < 4; ++round) {
    CAPTURE(round);
    const std::uint64_t first = model.begin()->first;
    const std::uint64_t middle = first + model.size() / 2;
    erase(db, model, first, middle);  // on the full disk
    CHECK(read_rows(db.begin_read()) == model);
    require_sound(db);
    fill_up(db, model);
    require_sound(db);
    CHECK(model.size() >= most * 9 / 10);
  }
  db.close();
  db = disk.open();
  CHECK(read_rows(db.begin_read()) == model);
  require_sound(db);
  db.write([](auto& txn) { txn.drop(lines); });
  model.clear();
  fill_up(db, model);
  CHECK(model.size() >= most * 9 / 10);
}

TEST_CASE("on a full disk a reader keeps what it sees, and gives it back") {
  short_disk disk;
  auto db = disk.open();
  rows model;
  fill_up(db, model);
  const rows seen = model;
  std::optional reader = db.begin_read();
  erase(db, model, 0, model.size() - 100);
  while (put_more(db, model)) {
  }
  CHECK(read_rows(*reader) == seen);
  require_sound(db);
  const std::size_t before = model.size();
  reader.reset();
  fill_up(db, model);
  CHECK(model.size() > 2 * before);
  CHECK(model.size() >= seen.size() * 9 / 10);
}

TEST_CASE("a transaction that cannot spill for want of room can be rolled back") {
  short_disk disk;
  auto db = disk.open(20'000);
  rows model;
  for (int i = 0; i < 20; ++i) REQUIRE(put_more(db, model));
  bool refused = false;
  try {
    auto txn = db.begin_write();
    for (std::uint64_t key = 1000; key < 6000; ++key) txn[lines].put(key, std::string(150, 's'));
    txn.commit();
  } catch (const macaw::error& failure) {
    refused = failure.kind() == macaw::errc::no_space;
  }
  REQUIRE(refused);
  CHECK(read_rows(db.begin_read()) == model);
  require_sound(db);
  REQUIRE(put_more(db, model));
  CHECK(read_rows(db.begin_read()) == model);
}

TEST_CASE("deferred commits stay when the disk has no room for them, and are durable once it has") {
  short_disk disk;
  rows model;
  {
    auto db = disk.open();
    fill_up(db, model);
    auto txn = db.begin_write();
    for (std::uint64_t key = 10'000; key < 10'500; ++key) {
      model[key] = std::string(150, 'd');
      txn[lines].put(key, model[key]);
    }
    txn.commit({.durability = macaw::durability::deferred});
    for (int i = 0; i < 2; ++i) {
      try {
        db.sync();
        FAIL("more is synced than the disk holds");
      } catch (const macaw::error& failure) {
        CHECK(failure.kind() == macaw::errc::no_space);
        CHECK(failure.outcome() == macaw::commit_outcome::rolled_back);
      }
    }
    CHECK(read_rows(db.begin_read()) == model);
    disk.files.faults().set_capacity(2 * capacity);
    db.close();
  }
  auto db = disk.open();
  CHECK(read_rows(db.begin_read()) == model);
  require_sound(db);
}

TEST_CASE("where deferred commits outgrow their memory on a full disk, transactions begin, delete, and are durable") {
  short_disk disk;
  rows model;
  auto db = disk.open(8'000);
  fill_up(db, model);
  const auto put_deferred = [&](std::uint64_t key) {
    auto txn = db.begin_write();
    txn[lines].put(key, std::string(150, 'd'));
    txn.commit({.durability = macaw::durability::deferred});
    model[key] = std::string(150, 'd');
  };
  std::uint64_t key = 10'000;
  try {
    for (; key < 11'000; ++key) put_deferred(key);
    FAIL("deferred commits outgrow their memory without end");
  } catch (const macaw::error& failure) {
    CHECK(failure.kind() == macaw::errc::no_space);
    CHECK(failure.outcome() == macaw::commit_outcome::rolled_back);
  }
  CHECK(key > 10'010);
  const std::uint64_t durable = db.stats().durable;
  CHECK(read_rows(db.begin_read()) == model);
  require_sound(db);
  SECTION("rows in the file go") {
    auto txn = db.begin_write();
    txn[lines].erase(txn[lines].range(0, 500));
    model.erase(model.lower_bound(0), model.lower_bound(500));
    txn.commit({.durability = macaw::durability::deferred});
    CHECK(db.stats().durable == durable + 1);
  }
  SECTION("the rows that were deferred go") {
    erase(db, model, 10'000, 11'000);
    CHECK(db.stats().durable == durable + 1);
  }
  CHECK(read_rows(db.begin_read()) == model);
  require_sound(db);
  db.close();
  db = disk.open();
  CHECK(read_rows(db.begin_read()) == model);
  require_sound(db);
}
