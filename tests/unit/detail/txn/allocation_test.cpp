// SPDX-License-Identifier: MIT

#include "support/small_engine.hpp"

#include <macaw/detail/txn/allocation.hpp>

using namespace macaw;
using namespace macaw::detail;
using namespace macaw_test;

namespace {

using engine_type = engine<small_file_config>;

void rewrite(engine_type& db, std::uint64_t value) {
  const auto txn = db.begin_write();
  for (std::uint64_t i = 0; i < 200; ++i) put(*txn, "t", i, value);
  txn->commit({});
}

}  // namespace

TEST_CASE("ids that are not kept go back") {
  testing::simulated_files disk;
  const auto db = engine_type::open("db", {}, disk);
  rewrite(*db, 1);
  auto& home = db->home();
  const auto mark = home.space->mark();
  {
    id_reservation<small_file_config> ids(home);
    std::vector<outgoing> none;
    ids.assign(none);
    CHECK(ids.taken().empty());
    ids.make_room();
    CHECK(ids.fits());
  }
  CHECK(home.space->mark() == mark);
  CHECK(home.space->taken() == 0);
  CHECK(home.pager->page_count() >= mark + 64);  // the reserve
  REQUIRE_SOUND(*db);
}

TEST_CASE("pages wait for the readers that see them, and for no others") {
  testing::simulated_files disk;
  const auto db = engine_type::open("db", {}, disk);
  rewrite(*db, 1);
  auto& home = db->home();
  {
    const auto reader = db->begin_read();
    rewrite(*db, 2);
    release_unpinned(home);
    CHECK(home.space->pending() > 0);
    const auto waiting = home.space->pending();
    for (std::uint64_t i = 3; i < 10; ++i) rewrite(*db, i);
    release_unpinned(home);
    CHECK(home.space->pending() == waiting);
    for (const auto& [key, value] : read_table(reader, "t")) CHECK(value == 1);
  }
  release_unpinned(home);
  CHECK(home.space->pending() == 0);
  REQUIRE_SOUND(*db);
}

TEST_CASE("frames are looked through in batches") {
  testing::simulated_files disk;
  const auto db = engine_type::open("db", {}, disk);
  for (std::uint64_t i = 0; i < 30; ++i) {
    const auto txn = db->begin_write();
    for (std::uint64_t k = 0; k < 200; ++k) put(*txn, "t", k, i);
    txn->commit({.durability = durability::deferred});
  }
  CHECK(db->home().retired.size() < 200);
  REQUIRE_SOUND(*db);
}
