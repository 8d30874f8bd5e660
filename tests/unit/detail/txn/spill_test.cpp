// SPDX-License-Identifier: MIT

#include "support/small_engine.hpp"

#include <macaw/detail/txn/spill.hpp>

using namespace macaw;
using namespace macaw::detail;
using namespace macaw_test;

namespace {

using engine_type = engine<small_file_config>;
const open_options tight{.dirty_size = 8 << 10};  // sixteen pages

}  // namespace

TEST_CASE("a transaction larger than its memory spills, and commits all the same") {
  testing::simulated_files disk;
  rows expected;
  {
    const auto db = engine_type::open("db", tight, disk);
    const auto txn = db->begin_write();
    for (std::uint64_t i = 0; i < 3000; ++i) {
      put(*txn, "t", i * 7919 % 3001, i);
      expected[i * 7919 % 3001] = i;
    }
    CHECK(txn->has_spilled());
    CHECK(txn->dirty_bytes() < 24u << 10);
    CHECK(read_table(*txn, "t") == expected);
    CHECK(read_table(db->begin_read(), "t").empty());
    txn->commit({.durability = durability::deferred});  // what has spilled is durable at once, in two phases
    CHECK(db->home().living.meta.two_phase);
    CHECK(db->begin_read().state().d == 2);
    REQUIRE_SOUND(*db);
  }
  const auto db = engine_type::open("db", tight, disk);
  CHECK(read_table(db->begin_read(), "t") == expected);
  REQUIRE_SOUND(*db);
}

TEST_CASE("rolling back gives spilled pages back") {
  testing::simulated_files disk;
  const auto db = engine_type::open("db", tight, disk);
  for (int round = 0; round < 3; ++round) {
    const auto txn = db->begin_write();
    for (std::uint64_t i = 0; i < 2000; ++i) put(*txn, "t", i, i);
    CHECK(txn->has_spilled());
    txn->rollback();
    CHECK(db->home().space->taken() == 0);
    REQUIRE_SOUND(*db);
  }
  CHECK(read_table(db->begin_read(), "t").empty());
}

TEST_CASE("only the innermost level spills; undoing it leaves the outer one as it was") {
  testing::simulated_files disk;
  const auto db = engine_type::open("db", tight, disk);
  const auto txn = db->begin_write();
  rows expected;
  for (std::uint64_t i = 0; i < 1500; ++i) {
    put(*txn, "t", i * 3, i);
    expected[i * 3] = i;
  }
  const auto level = txn->begin_level();
  for (std::uint64_t i = 0; i < 1500; ++i) put(*txn, "t", i * 2, 1);
  for (std::uint64_t i = 0; i < 1500; i += 2) erase(*txn, "t", i * 3);
  txn->rollback_level(level);
  CHECK(read_table(*txn, "t") == expected);
  const auto kept = txn->begin_level();
  for (std::uint64_t i = 0; i < 1500; i += 5) {
    erase(*txn, "t", i * 3);
    expected.erase(i * 3);
  }
  txn->commit_level(kept);
  CHECK(read_table(*txn, "t") == expected);
  txn->commit({});
  CHECK(read_table(db->begin_read(), "t") == expected);
  REQUIRE_SOUND(*db);
}

TEST_CASE("frames of published states are never taken for spilled ones, even after a write-out that failed") {
  testing::simulated_files disk;
  const auto db = engine_type::open("db", tight, disk);
  rows expected;
  {
    const auto txn = db->begin_write();
    for (std::uint64_t i = 0; i < 100; ++i) {
      put(*txn, "t", i, i);
      expected[i] = i;
    }
    txn->commit({.durability = durability::deferred});
  }
  for (const page_id frame : {db->home().newest.catalog.ref.id}) {
    if (is_frame(frame)) db->home().arena.info(frame).assigned = 77;
  }
  std::vector<outgoing> left = collect_frames(db->home().arena, db->home().newest.catalog.ref);
  for (const outgoing& frame : left) db->home().arena.info(frame.frame).assigned = 77;  // as a failure leaves them
  const auto txn = db->begin_write();
  for (std::uint64_t i = 1000; i < 3000; ++i) {
    put(*txn, "t", i, i);
    expected[i] = i;
  }
  CHECK(txn->has_spilled());
  CHECK(read_table(*txn, "t") == expected);
  txn->commit({});
  CHECK(read_table(db->begin_read(), "t") == expected);
  REQUIRE_SOUND(*db);
}

TEST_CASE("what an inner level dropped of the outer one's spilled pages is free after the commit, and only that") {
  testing::simulated_files disk;
  const auto db = engine_type::open("db", {.dirty_size = 64 << 10}, disk);
  {
    const auto txn = db->begin_write();
    for (std::uint64_t i = 0; i < 20000; ++i) put(*txn, i % 2 == 0 ? "kept" : "dropped", i, i);
    REQUIRE(txn->has_spilled());
    const auto level = txn->begin_level();
    CHECK(txn->drop_table("dropped"));
    for (std::uint64_t i = 0; i < 20000; i += 16) erase(*txn, "kept", i);
    txn->commit_level(level);
    txn->commit({});
  }
  REQUIRE_SOUND(*db);
  CHECK(read_table(db->begin_read(), "kept").size() == 8750);
  CHECK(read_table(db->begin_read(), "dropped").empty());
}
