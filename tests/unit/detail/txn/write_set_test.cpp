// SPDX-License-Identifier: MIT

#include "support/small_engine.hpp"

#include <macaw/detail/txn/write_set.hpp>

using namespace macaw;
using namespace macaw::detail;
using namespace macaw_test;

namespace {

using engine_type = engine<small_memory_config>;

errc failure_of(auto&& f) {
  try {
    f();
  } catch (const error& failure) {
    return failure.kind();
  }
  return errc{};
}

}  // namespace

TEST_CASE("a transaction sees its own changes, others see them once it is committed") {
  const auto db = engine_type::in_memory();
  auto before = db->begin_read();
  {
    const auto txn = db->begin_write();
    for (std::uint64_t i = 0; i < 200; ++i) put(*txn, "t", i, i + 1);
    CHECK(read_table(*txn, "t").size() == 200);
    CHECK(read_table(db->begin_read(), "t").empty());
    CHECK(txn->commit({}) == txn_id{before.id().value + 1});
    CHECK_FALSE(txn->active());
  }
  CHECK(read_table(db->begin_read(), "t").size() == 200);
  CHECK(read_table(before, "t").empty());
  REQUIRE_SOUND(*db);
}

TEST_CASE("rolling back leaves nothing behind") {
  const auto db = engine_type::in_memory();
  {
    const auto txn = db->begin_write();
    for (std::uint64_t i = 0; i < 100; ++i) put(*txn, "t", i, i);
    txn->commit({});
  }
  const auto frames = db->home().arena.live();
  {
    const auto txn = db->begin_write();
    for (std::uint64_t i = 0; i < 300; ++i) put(*txn, i % 2 == 0 ? "t" : "new", i, 7);
    txn->rollback();
    CHECK(failure_of([&] { put(*txn, "t", 1, 1); }) == errc::txn_ended);
  }
  CHECK(db->home().arena.live() == frames);
  CHECK(read_table(db->begin_read(), "t").size() == 100);
  CHECK(read_table(db->begin_read(), "new").empty());
  REQUIRE_SOUND(*db);
}

TEST_CASE("levels nest: each is kept or undone on its own") {
  const auto db = engine_type::in_memory();
  const auto txn = db->begin_write();
  put(*txn, "t", 1, 1);
  const auto outer = txn->begin_level();
  put(*txn, "t", 2, 2);
  const auto inner = txn->begin_level();
  for (std::uint64_t i = 3; i < 200; ++i) put(*txn, "t", i, i);
  CHECK(erase(*txn, "t", 1));
  txn->rollback_level(inner);
  CHECK(read_table(*txn, "t") == rows{{1, 1}, {2, 2}});
  CHECK_FALSE(txn->level_open(inner));
  CHECK(failure_of([&] { txn->commit_level(inner); }) == errc::invalid_savepoint);
  put(*txn, "t", 3, 3);
  txn->commit_level(outer);
  CHECK(read_table(*txn, "t") == rows{{1, 1}, {2, 2}, {3, 3}});
  const auto whole = txn->begin_level();
  static_cast<void>(txn->begin_level());
  put(*txn, "t", 4, 4);
  txn->rollback_level(whole);  // and what lies inside it
  CHECK(read_table(*txn, "t").size() == 3);
  txn->commit({});
  CHECK(read_table(db->begin_read(), "t").size() == 3);
  REQUIRE_SOUND(*db);
}

TEST_CASE("a failed level can only be rolled back, and then the outer one goes on") {
  const auto db = engine_type::in_memory();
  const auto txn = db->begin_write();
  put(*txn, "t", 1, 1);
  const auto level = txn->begin_level();
  put(*txn, "t", 2, 2);
  txn->fail();
  CHECK(failure_of([&] { put(*txn, "t", 3, 3); }) == errc::txn_failed);
  CHECK(failure_of([&] { txn->commit_level(level); }) == errc::txn_failed);
  txn->rollback_level(level);
  put(*txn, "t", 4, 4);
  txn->commit({});
  CHECK(read_table(db->begin_read(), "t") == rows{{1, 1}, {4, 4}});
}

TEST_CASE("tables are dropped and renamed, and come back when that is undone") {
  const auto db = engine_type::in_memory();
  const auto txn = db->begin_write();
  for (std::uint64_t i = 0; i < 300; ++i) put(*txn, "a", i, i);
  put(*txn, "b", 1, 1);
  const auto level = txn->begin_level();
  const auto generation = txn->open_table("a").generation;
  CHECK_FALSE(txn->rename_table("a", "b"));
  CHECK_FALSE(txn->rename_table("missing", "c"));
  CHECK(txn->rename_table("a", "c"));
  CHECK(txn->open_table("a").generation != generation);
  CHECK_FALSE(txn->open_table("a").exists);
  CHECK(read_table(*txn, "c").size() == 300);
  CHECK(txn->drop_table("b"));
  CHECK_FALSE(txn->drop_table("b"));
  std::vector<std::string> names;
  txn->for_each_table([&](std::string_view name, const catalog_record&) { names.emplace_back(name); });
  CHECK(names == std::vector<std::string>{"c"});
  txn->rollback_level(level);
  CHECK(read_table(*txn, "a").size() == 300);
  CHECK(read_table(*txn, "b").size() == 1);
  CHECK_FALSE(txn->open_table("c").exists);
  CHECK(txn->drop_table("a"));
  txn->commit({});
  CHECK(db->begin_read().state().catalog.entries == 1);
  REQUIRE_SOUND(*db);
}

TEST_CASE("changes are counted, so that what was read before is known to be stale") {
  const auto db = engine_type::in_memory();
  const auto txn = db->begin_write();
  const auto before = txn->changes();
  put(*txn, "t", 1, 1);
  CHECK(txn->changes() > before);
  const auto level = txn->begin_level();
  const auto inside = txn->changes();
  txn->rollback_level(level);
  CHECK(txn->changes() > inside);
}

TEST_CASE("a name or record that fits no page is refused, and nothing has changed") {
  const auto db = engine_type::in_memory();
  const auto txn = db->begin_write();
  put(*txn, "t", 1, 1);
  put(*txn, std::string(400, 'n'), 1, 1);
  CHECK(failure_of([&] { txn->flush_tables(); }) == errc::key_too_large);
  txn->rollback();
  REQUIRE_SOUND(*db);
}
