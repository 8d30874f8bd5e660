// SPDX-License-Identifier: MIT

#include "support/small_engine.hpp"

#include <macaw/detail/txn/check_store.hpp>

using namespace macaw;
using namespace macaw::detail;
using namespace macaw_test;

namespace {
using engine_type = engine<small_file_config>;
}

TEST_CASE("every page is used for one thing, and what is lost is found") {
  page_uses uses(16, 24);
  using use = page_uses::use;
  CHECK(uses.note({16, 3}, use::tree) == nullptr);
  CHECK(uses.note({20, 2}, use::free) == nullptr);
  CHECK(uses.note({18, 1}, use::tree) != nullptr);
  CHECK(uses.note({21, 1}, use::log) != nullptr);
  CHECK(uses.note({15, 1}, use::tree) != nullptr);
  CHECK(uses.note({23, 2}, use::tree) != nullptr);
  std::vector<page_run> lost;
  uses.for_each_lost([&lost](page_run run) { lost.push_back(run); });
  CHECK(lost == std::vector<page_run>{{19, 1}, {22, 2}});
}

TEST_CASE("a sound database has no findings, and damage to each of its pages is found") {
  testing::simulated_files disk;
  std::uint32_t mark = 0;
  {
    const auto db = engine_type::open("db", {}, disk);
    for (int round = 0; round < 5; ++round) {
      const auto txn = db->begin_write();
      for (std::uint64_t i = 0; i < 100; ++i) put(*txn, round % 2 == 0 ? "a" : "b", i * 31 % 300, i);
      txn->commit({.two_phase = true});
    }
    REQUIRE_SOUND(*db);
    mark = db->home().space->mark();
  }
  std::uint32_t found = 0;
  for (std::uint32_t page = 16; page < mark; ++page) {
    auto damaged = disk.duplicate();
    const std::byte noise[] = {std::byte{0xA5}, std::byte{0x5A}, std::byte{0xFF}};
    damaged.damage("db", std::uint64_t{page} * 512 + 100, noise);
    const auto db = engine_type::open("db", {.read_only = true}, damaged);
    std::vector<page_run> free;
    if (!findings(*db).empty()) ++found;
  }
  const auto db = engine_type::open("db", {}, disk);
  static_cast<void>(db->begin_write());
  CHECK(found == mark - 16 - db->home().space->allocatable());  // all but the free ones
}

TEST_CASE("a space map that lies is found out") {
  testing::simulated_files disk;
  const auto db = engine_type::open("db", {}, disk);
  for (std::uint64_t round = 0; round < 6; ++round) {
    const auto txn = db->begin_write();
    for (std::uint64_t i = 0; i < 300; ++i) {
      if (round % 2 == 0) put(*txn, "t", i, round);
      if (round % 2 == 1 && i > 9) erase(*txn, "t", i);
    }
    txn->commit({});
  }
  release_unpinned(db->home());
  REQUIRE(db->home().space->allocatable() > 0);
  const auto taken = db->home().space->allocate(1);
  CHECK(findings(*db).size() == 1);  // lost
  db->home().space->give_back(taken, 1);
  REQUIRE_SOUND(*db);
}
