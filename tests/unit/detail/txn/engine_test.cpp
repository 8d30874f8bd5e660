// SPDX-License-Identifier: MIT

#include "support/small_engine.hpp"

#include <macaw/detail/txn/engine.hpp>

#include <chrono>

using namespace macaw;
using namespace macaw::detail;
using namespace macaw_test;

namespace {

using engine_type = engine<small_file_config>;

errc failure_of(auto&& f) {
  try {
    f();
  } catch (const error& failure) {
    return failure.kind();
  }
  return errc{};
}

void put_one(engine_type& db, std::uint64_t key, const commit_options& options = {}) {
  const auto txn = db.begin_write();
  put(*txn, "t", key, key);
  txn->commit(options);
}

}  // namespace

TEST_CASE("what was committed is there after closing and opening, and the space map is exact") {
  testing::simulated_files disk;
  rows expected;
  for (std::uint64_t life = 0; life < 12; ++life) {
    const auto db = engine_type::open("db", {}, disk);
    CHECK(read_table(db->begin_read(), "t") == expected);
    REQUIRE_SOUND(*db);
    const auto txn = db->begin_write();
    for (std::uint64_t i = 0; i < 150; ++i) {
      const std::uint64_t key = (life * 150 + i) * 7919 % 977;
      put(*txn, "t", key, life);
      expected[key] = life;
    }
    txn->commit({});
    REQUIRE_SOUND(*db);
    db->close();
  }
}

TEST_CASE("closing makes deferred commits durable, and so does destruction") {
  testing::simulated_files disk;
  {
    const auto db = engine_type::open("db", {}, disk);
    put_one(*db, 1, {.durability = durability::deferred});
    db->close();
  }
  {
    const auto db = engine_type::open("db", {}, disk);
    put_one(*db, 2, {.durability = durability::deferred});
  }
  disk.power_cut(testing::uniform_cut{});
  const auto db = engine_type::open("db", {}, disk);
  CHECK(read_table(db->begin_read(), "t") == rows{{1, 1}, {2, 2}});
}

TEST_CASE("after closing, an opening waits for no sync; after a kill or a cut it does") {
  testing::simulated_files disk;
  { put_one(*engine_type::open("db", {}, disk), 1); }
  const auto syncs_of_opening = [&](const open_options& options) {
    const std::uint64_t before = disk.syncs();
    const auto db = engine_type::open("db", options, disk);
    CHECK(read_table(db->begin_read(), "t").size() == 1);
    return disk.syncs() - before;
  };
  CHECK(syncs_of_opening({}) == 0);
  CHECK(syncs_of_opening({.read_only = true}) == 0);
  CHECK(syncs_of_opening({}) == 0);
  SECTION("a kill in the midst of a life") {
    const auto db = engine_type::open("db", {}, disk);
    put_one(*db, 1);
    disk.process_kill();
    CHECK(syncs_of_opening({.read_only = true}) == 1);
    CHECK(syncs_of_opening({}) == 1);
  }
  SECTION("a cut, though nothing was lost") {
    disk.power_cut(testing::uniform_cut{.is_kept = true});
    CHECK(syncs_of_opening({}) == 1);
  }
  CHECK(syncs_of_opening({}) == 0);
}

TEST_CASE("deferred commits that were never written leave the seal as it was") {
  testing::simulated_files disk;
  { put_one(*engine_type::open("db", {}, disk), 1); }
  const auto db = engine_type::open("db", {}, disk);
  put_one(*db, 2, {.durability = durability::deferred});
  disk.process_kill();
  const std::uint64_t before = disk.syncs();
  const auto after = engine_type::open("db", {}, disk);
  CHECK(disk.syncs() == before);
  CHECK(read_table(after->begin_read(), "t") == rows{{1, 1}});
}

TEST_CASE("a commit whose sync failed is never sealed, neither by its own closing nor by those that do not see it") {
  testing::simulated_files disk;
  { put_one(*engine_type::open("db", {}, disk), 1); }
  {
    const auto db = engine_type::open("db", {}, disk);
    disk.fail_sync({.sync = 0});
    CHECK(failure_of([&] { put_one(*db, 2); }) == errc::io);
  }
  for (int i = 0; i < 3; ++i) {  // the cache shows its meta page all the while, the device does not have it
    const std::uint64_t before = disk.syncs();
    const auto db = engine_type::open("db", {}, disk);
    CHECK(disk.syncs() > before);
    CHECK(read_table(db->begin_read(), "t") == rows{{1, 1}});
  }
  put_one(*engine_type::open("db", {}, disk), 3);
  const std::uint64_t before = disk.syncs();
  CHECK(read_table(engine_type::open("db", {}, disk)->begin_read(), "t") == rows{{1, 1}, {3, 3}});
  CHECK(disk.syncs() == before);
}

TEST_CASE("a file whose length is not durable is not sealed: the next commit's might be lost") {
  for (const bool is_known : {false, true}) {
    testing::simulated_files disk;
    { put_one(*engine_type::open("db", {}, disk), 1); }
    {
      const auto db = engine_type::open("db", {}, disk);
      auto& pager = *db->home().pager;
      if (is_known) {
        pager.grow(pager.page_count() + 1);  // for a commit that then fails
      } else {
        pager.file().allocate(0, pager.file().size() + 512);  // which itself fails, half done
      }
    }
    CHECK_FALSE(disk.open("db", open_mode::read_only).sealed());
    put_one(*engine_type::open("db", {}, disk), 2);
    disk.power_cut(testing::uniform_cut{});
    CHECK(read_table(engine_type::open("db", {}, disk)->begin_read(), "t").size() == 2);
  }
}

TEST_CASE("closing is refused while transactions live") {
  testing::simulated_files disk;
  const auto db = engine_type::open("db", {}, disk);
  {
    const auto reader = db->begin_read();
    CHECK(failure_of([&] { db->close(); }) == errc::busy);
  }
  {
    const auto writer = db->begin_write();
    CHECK(failure_of([&] { db->close(); }) == errc::busy);
  }
  db->close();
}

TEST_CASE("one writer at a time") {
  testing::simulated_files disk;
  const auto db = engine_type::open("db", {}, disk);
  const auto writer = db->begin_write();
  CHECK(db->try_begin_write(std::chrono::steady_clock::now()) == nullptr);
  CHECK(failure_of([&] { static_cast<void>(db->begin_write()); }) == errc::would_deadlock);
  CHECK(failure_of([&] { db->sync(); }) == errc::would_deadlock);
  writer->rollback();
  CHECK(db->try_begin_write(std::chrono::steady_clock::now()) != nullptr);
}

TEST_CASE("a database opened for reading is not written") {
  testing::simulated_files disk;
  put_one(*engine_type::open("db", {}, disk), 1);
  const auto a = engine_type::open("db", {.read_only = true}, disk);
  const auto b = engine_type::open("db", {.read_only = true}, disk);
  CHECK(read_table(a->begin_read(), "t").size() == 1);
  CHECK(failure_of([&] { static_cast<void>(a->begin_write()); }) == errc::read_only);
  CHECK(a->sync() == a->begin_read().id());
  CHECK(failure_of([&] { static_cast<void>(engine_type::open("db", {}, disk)); }) != errc{});
  REQUIRE_SOUND(*b);
}

TEST_CASE("the figures follow the commits") {
  testing::simulated_files disk;
  const auto db = engine_type::open("db", {}, disk);
  put_one(*db, 1);
  const auto reader = db->begin_read();
  const database_stats stats = db->stats();
  CHECK(stats.last_txn == reader.id());
  CHECK(stats.durable == 2);
  CHECK(stats.page_size == 512);
  CHECK(stats.tables == 1);
  CHECK(stats.readers == 1);
  CHECK(stats.commits == 1);
  CHECK(stats.file_size >= stats.pages * 512);
}

TEST_CASE("deferred commits that outgrow their memory are synced by the next to begin") {
  testing::simulated_files disk;
  const auto db = engine_type::open("db", {.dirty_size = 4 << 10}, disk);
  for (std::uint64_t i = 0; i < 200; ++i) put_one(*db, i, {.durability = durability::deferred});
  CHECK(db->stats().durable > 2);
  CHECK(read_table(db->begin_read(), "t").size() == 200);
  REQUIRE_SOUND(*db);
}

TEST_CASE("a commit to a file outlives a power cut though whoever made the file died before he was done") {
  testing::simulated_files disk;
  const expected_format format{512, first_data_page<512>, small_file_config::checksum::id, true};
  CHECK(create_file(disk, "db", format).has_value());
  disk.process_kill();
  {
    const auto db = engine_type::open("db", {.create = false}, disk);
    put_one(*db, 1);
    auto after = disk.after_power_cut(testing::uniform_cut{false});
    const auto recovered = engine_type::open("db", {.create = false}, after);
    CHECK(read_table(recovered->begin_read(), "t") == rows{{1, 1}});
    REQUIRE_SOUND(*recovered);
  }
}
