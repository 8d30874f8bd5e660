// SPDX-License-Identifier: MIT

#include "support/small_engine.hpp"

#include <macaw/detail/txn/space_loading.hpp>

using namespace macaw;
using namespace macaw::detail;
using namespace macaw_test;

namespace {
using engine_type = engine<small_file_config>;
}

TEST_CASE("a map that does not read stops writing, not reading, and can be rebuilt by a walk") {
  testing::simulated_files disk;
  page_ref head;
  {
    const auto db = engine_type::open("db", {}, disk);
    for (std::uint64_t round = 0; round < 60; ++round) {
      const auto txn = db->begin_write();
      for (std::uint64_t i = 0; i < 40; ++i) put(*txn, "t", (round * 40 + i) * 7919 % 1009, i);
      txn->commit({.two_phase = true});
    }
    head = db->home().living.meta.space_head;
  }
  REQUIRE(to_number(head.id) != 0);
  const std::byte noise[] = {std::byte{0x11}};
  disk.damage("db", std::uint64_t{to_number(head.id)} * 512 + 80, noise);
  rows expected;
  {
    const auto db = engine_type::open("db", {}, disk);
    expected = read_table(db->begin_read(), "t");
    CHECK(expected.size() > 900);
    try {
      static_cast<void>(db->begin_write());
      FAIL("the damage was not noticed");
    } catch (const error& failure) {
      CHECK(failure.kind() == errc::corrupt);
      CHECK(failure.page() == head.id);
    }
  }
  {
    const auto db = engine_type::open("db", {.rebuild_space_map = true}, disk);
    const auto txn = db->begin_write();
    put(*txn, "t", 5, 5);
    expected[5] = 5;
    txn->commit({});
    REQUIRE_SOUND(*db);
  }
  const auto db = engine_type::open("db", {}, disk);
  const auto txn = db->begin_write();
  put(*txn, "t", 6, 6);
  expected[6] = 6;
  txn->commit({});
  CHECK(read_table(db->begin_read(), "t") == expected);
  REQUIRE_SOUND(*db);
}

TEST_CASE("a walk visits every page that a state reaches, each once") {
  testing::simulated_files disk;
  const auto db = engine_type::open("db", {}, disk);
  for (const char* name : {"a", "b", "c"}) {
    const auto txn = db->begin_write();
    for (std::uint64_t i = 0; i < 400; ++i) put(*txn, name, i, i);
    txn->commit({});
  }
  page_uses uses(16, db->home().space->mark());
  std::uint64_t pages = 0;
  walk_state(db->home(), db->home().newest.catalog, [&](page_run run) {
    CHECK(uses.note(run, page_uses::use::tree) == nullptr);
    pages += run.pages;
  });
  const space_map& map = *db->home().space;
  CHECK(pages == map.mark() - 16 - map.allocatable() - map.pending() - map.log_pages());
}
