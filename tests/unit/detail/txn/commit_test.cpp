// SPDX-License-Identifier: MIT

#include "support/allocations.hpp"
#include "support/small_engine.hpp"

#include <macaw/detail/txn/commit.hpp>

#include <cstddef>
#include <cstdint>
#include <new>

using namespace macaw;
using namespace macaw::detail;
using namespace macaw_test;

namespace {

using engine_type = engine<small_file_config>;

void fill(engine_type& db, std::uint64_t first, std::uint64_t count, const commit_options& options = {}) {
  const auto txn = db.begin_write();
  for (std::uint64_t i = first; i < first + count; ++i) put(*txn, "t", i * 7919 % 100003, i);
  txn->commit(options);
}

}  // namespace

TEST_CASE("a durable commit takes one sync, and two in two phases") {
  testing::simulated_files disk;
  const auto db = engine_type::open("db", {}, disk);
  fill(*db, 0, 10);
  auto before = disk.syncs();
  fill(*db, 10, 10);
  CHECK(disk.syncs() == before + 1);
  CHECK_FALSE(db->home().living.meta.two_phase);
  CHECK(db->home().living.meta.run_count > 0);
  before = disk.syncs();
  fill(*db, 20, 10, {.two_phase = true});
  CHECK(disk.syncs() == before + 2);
  CHECK(db->home().living.meta.two_phase);
  CHECK(db->home().living.meta.run_count == 0);
  REQUIRE_SOUND(*db);
}

TEST_CASE("a commit of more than is staged at once is in two phases") {
  testing::simulated_files disk;
  const auto db = engine_type::open("db", {}, disk);
  {
    const auto txn = db->begin_write();
    for (std::uint64_t i = 0; i < 300000; ++i) put(*txn, "t", i, i);
    txn->commit({});
  }
  CHECK(db->home().living.meta.two_phase);
  REQUIRE_SOUND(*db);
}

TEST_CASE("what a commit has written is read from the cache, in one phase and in two") {
  testing::simulated_files disk;
  const auto db = engine_type::open("db", {}, disk);
  for (const bool two_phase : {false, true}) {
    fill(*db, 0, 300, {.two_phase = two_phase});
    const auto misses = db->home().pager->stats().misses;
    CHECK(read_table(db->begin_read(), "t").size() == 300);
    CHECK(db->home().pager->stats().misses == misses);
  }
  REQUIRE_SOUND(*db);
}

TEST_CASE("deferred commits write nothing until they are synced") {
  testing::simulated_files disk;
  const auto db = engine_type::open("db", {}, disk);
  const auto syncs = disk.syncs();
  fill(*db, 0, 50, {.durability = durability::deferred});
  fill(*db, 50, 50, {.durability = durability::deferred});
  CHECK(disk.syncs() == syncs);
  CHECK(disk.pending().writes.empty());
  CHECK(read_table(db->begin_read(), "t").size() == 100);
  CHECK(db->begin_read().state().d == 1);
  db->sync();
  CHECK(disk.syncs() == syncs + 1);
  CHECK(db->begin_read().state().d == 2);
  const auto again = db->sync();
  CHECK(disk.syncs() == syncs + 1);
  CHECK(again == db->begin_read().id());
  REQUIRE_SOUND(*db);
}

TEST_CASE("an immediate commit of an empty transaction is a sync") {
  testing::simulated_files disk;
  const auto db = engine_type::open("db", {}, disk);
  fill(*db, 0, 50, {.durability = durability::deferred});
  db->begin_write()->commit({});
  CHECK(db->begin_read().state().d == 2);
  const auto syncs = disk.syncs();
  db->begin_write()->commit({});
  CHECK(disk.syncs() == syncs);
}

TEST_CASE("a sync that fails poisons the database; opening again shows the state before or after") {
  for (const bool two_phase : {false, true}) {
    for (std::uint64_t seed = 1; seed <= 20; ++seed) {
      testing::simulated_files disk;
      rows before;
      rows after;
      {
        const auto db = engine_type::open("db", {}, disk);
        fill(*db, 0, 60);
        before = read_table(db->begin_read(), "t");
        const auto txn = db->begin_write();
        for (std::uint64_t i = 0; i < 40; ++i) put(*txn, "t", i, i);
        after = read_table(*txn, "t");
        testing::sync_fault fault;
        fault.reached = seed;
        disk.fail_sync(fault);
        try {
          txn->commit({.two_phase = two_phase});
          FAIL("the failure was not noticed");
        } catch (const error& failure) {
          CHECK(failure.outcome() == commit_outcome::unknown);
        }
        CHECK(read_table(db->begin_read(), "t") == before);
        try {
          static_cast<void>(db->begin_write());
          FAIL("the database is not poisoned");
        } catch (const error& failure) {
          CHECK(failure.kind() == errc::poisoned);
        }
      }
      const auto db = engine_type::open("db", {}, disk);
      const rows found = read_table(db->begin_read(), "t");
      CHECK((found == before || found == after));
      REQUIRE_SOUND(*db);
    }
  }
}

TEST_CASE("a commit of unknown outcome says so, even where the memory to say why is missing") {
  const bool persists = GENERATE(false, true);
  bool fired = allocations_are_counted;
  std::size_t unknown = 0;
  for (std::uint64_t nth = 1; fired; ++nth) {
    testing::simulated_files disk;
    const auto db = engine_type::open("db", {}, disk);
    fill(*db, 0, 60);
    auto txn = db->begin_write();
    put(*txn, "t", 1, 1);
    disk.fail_sync({});
    try {
      const failing_allocation failing(nth, persists);
      try {
        txn->commit({});
        FAIL("the failure was not noticed");
      } catch (...) {
        fired = failing.fired();
        throw;
      }
    } catch (const error& failure) {
      CHECK(failure.outcome() == commit_outcome::unknown);
      CHECK(db->home().poisoned);
      ++unknown;
    } catch (const std::bad_alloc&) {
      CHECK_FALSE(db->home().poisoned);
    }
    REQUIRE(nth < 1000);
  }
  CHECK((unknown > 0 || !allocations_are_counted));
}

TEST_CASE("pages of the base are not written while it is the base") {
  testing::simulated_files disk;
  const auto db = engine_type::open("db", {}, disk);
  fill(*db, 0, 500);
  for (int round = 0; round < 100; ++round) {
    fill(*db, static_cast<std::uint64_t>(round), 20);
    const auto pages = db->stats();
    CHECK(pages.pages < 400);  // what is dropped is used again
  }
  REQUIRE_SOUND(*db);
}
