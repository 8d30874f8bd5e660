// SPDX-License-Identifier: MIT

#include "support/small_engine.hpp"

#include <macaw/detail/txn/cold_work.hpp>

using namespace macaw;
using namespace macaw::detail;
using namespace macaw_test;

namespace {

template <class Config>
bool leads_everywhere(const cold_calls<Config>& calls) {
  return calls.load_table != nullptr && calls.drop_table != nullptr && calls.rename_table != nullptr &&
         calls.flush_tables != nullptr && calls.make_room != nullptr && calls.write_piece != nullptr &&
         calls.commit != nullptr && calls.undo_levels != nullptr && calls.give_back != nullptr &&
         calls.prepare_writing != nullptr && calls.sync != nullptr;
}

}  // namespace

TEST_CASE("an engine knows where to go for what it does seldom, with files and without") {
  CHECK(leads_everywhere(engine<small_memory_config>::in_memory()->home().cold));
  CHECK(leads_everywhere(engine<small_file_config>::in_memory()->home().cold));
  CHECK(&engine<small_file_config>::in_memory()->home().cold == &cold_calls_of<small_file_config>);
}

TEST_CASE("a table's state is read from the catalog once, and again after a rollback") {
  const auto db = engine<small_memory_config>::in_memory();
  const auto txn = db->begin_write();
  put(*txn, "t", 1, 1);
  const auto level = txn->begin_level();
  table_state& table = txn->open_table("t");
  CHECK((table.exists && table.loaded && !table.dirty));
  put(*txn, "t", 2, 2);
  CHECK(table.dirty);
  const std::uint64_t generation = table.generation;
  txn->rollback_level(level);
  CHECK((!table.loaded && !table.dirty && table.generation > generation));
  CHECK(&txn->open_table("t") == &table);
  CHECK((table.exists && table.loaded && table.record.root.entries == 1));
  txn->commit({});
  REQUIRE_SOUND(*db);
}

TEST_CASE("making room raises the threshold, so that what cannot be written is not tried again at once") {
  testing::simulated_files disk;
  const auto db = engine<small_file_config>::open("db", {.dirty_size = 16 << 10}, disk);
  {
    const auto txn = db->begin_write();
    for (std::uint64_t i = 0; i < 5000; ++i) put(*txn, "t", i, i);
    CHECK(txn->has_spilled());
    CHECK(txn->dirty_bytes() < 64U << 10);
    txn->commit({});
  }
  CHECK(read_table(db->begin_read(), "t").size() == 5000);
  REQUIRE_SOUND(*db);
}

TEST_CASE(
    "beginning to write reads the map of free space, and makes deferred commits durable that outgrew their memory") {
  testing::simulated_files disk;
  { static_cast<void>(engine<small_file_config>::open("db", {}, disk)); }
  const auto db = engine<small_file_config>::open("db", {.dirty_size = 4 << 10}, disk);
  CHECK_FALSE(db->home().space);
  db->begin_write()->rollback();
  CHECK(db->home().space);
  const std::uint64_t durable = db->home().newest.d;
  for (std::uint64_t i = 0; i < 100; ++i) {
    const auto txn = db->begin_write();
    put(*txn, i % 2 == 0 ? "t" : "u", i, i);
    if (!txn->has_spilled()) txn->commit({.durability = durability::deferred});
  }
  db->begin_write()->rollback();
  CHECK(db->home().newest.d > durable);
  REQUIRE_SOUND(*db);
}

TEST_CASE("a table with a feature that forbids changing it is neither dropped nor renamed") {
  for (const bool refuse : {false, true}) {
    const auto db = engine<small_memory_config>::in_memory();
    {
      const auto txn = db->begin_write();
      put(*txn, "t", 1, 1);
      owned_record& record = txn->open_table("t").record;
      (refuse ? record.features_refuse : record.features_read_only) = 1;
      txn->commit({});
    }
    const auto txn = db->begin_write();
    CHECK_THROWS_AS(txn->drop_table("t"), error);
    CHECK_THROWS_AS(txn->rename_table("t", "u"), error);
    CHECK_THROWS_AS(require_changeable(txn->open_table("t")), error);
    CHECK_NOTHROW(require_changeable(txn->open_table("other")));
    txn->commit({});
    CHECK(read_table(db->begin_read(), "t").size() == 1);
    REQUIRE_SOUND(*db);
  }
}
