// SPDX-License-Identifier: MIT

#include "support/catch.hpp"

#include <macaw/detail/format/meta_page.hpp>
#include <macaw/detail/space/space_map.hpp>
#include <macaw/detail/space/space_plan.hpp>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

namespace {

using namespace macaw::detail;

using words = std::vector<space_word>;
using frees = std::vector<freed_pages>;
using runs = std::vector<page_run>;

words words_of(const space_plan& plan) { return {plan.words().begin(), plan.words().end()}; }

void commit(space_map& map, std::uint64_t d, const frees& freed, const runs& used) {
  {
    space_plan plan(map, d, freed, used);
    plan.adopt();
  }
  map.release({});
}

TEST_CASE("A plan says what is used and freed in net runs, and sweeps as many extents") {
  space_map map(16, space_room_of(4096));
  REQUIRE(map.allocate(20) == 16);
  {
    space_plan plan(map, 1, {}, runs{{20, 4}, {16, 4}, {24, 12}});
    CHECK(words_of(plan) ==
          words{make_space_word(space_word_kind::used, 16, 20), make_space_word(space_word_kind::state, 16, 20)});
    plan.adopt();
  }
  const space_plan plan(map, 2, frees{{30, 1, 1}, {18, 2, 1}, {20, 1, 1}}, {});
  CHECK(words_of(plan) ==
        words{make_space_word(space_word_kind::used, 16, 20), make_space_word(space_word_kind::state, 16, 20),
              make_space_word(space_word_kind::free, 18, 3), make_space_word(space_word_kind::free, 30, 1),
              make_space_word(space_word_kind::state, 16, 20), make_space_word(space_word_kind::listed, 18, 3),
              make_space_word(space_word_kind::listed, 30, 1)});
  CHECK(plan.root().sweep_address == 16);
  CHECK(plan.root().mark == 36);
}

TEST_CASE("A sweep that does not come round goes on where it stopped") {
  space_map map(16, space_room_of(4096));
  REQUIRE(map.allocate(100) == 16);
  commit(map, 1, {}, {{16, 100}});
  frees holes;
  for (std::uint32_t page = 20; page < 110; page += 10) holes.push_back({page, 1, 1});
  commit(map, 2, holes, {});
  const std::uint32_t taken = map.allocate(1);
  CHECK(taken == 20);
  space_plan plan(map, 3, frees{{40 + 1, 1, 1}}, runs{{taken, 1}});
  const words all = words_of(plan);
  const words last(all.end() - 3, all.end());
  CHECK(last == words{make_space_word(space_word_kind::state, 16, 50 - 16),
                      make_space_word(space_word_kind::listed, 30, 1),
                      make_space_word(space_word_kind::listed, 40, 2)});
  CHECK(plan.root().sweep_address == 50);
}

TEST_CASE("A plan that is not adopted leaves no trace") {
  space_map map(16, space_room{4, 8});
  REQUIRE(map.allocate(50) == 16);
  commit(map, 1, {}, {{16, 50}});
  commit(map, 2, {{20, 5, 1}, {40, 2, 1}}, {});
  const std::uint32_t mark = map.mark();
  const std::uint64_t free = map.free().total();
  const std::uint64_t allocatable = map.allocatable();
  const std::size_t log = map.log_pages();
  const std::uint32_t taken = map.allocate(2);
  {
    const space_plan plan(map, 3, frees{{16, 1, 1}, {18, 1, 1}, {30, 4, 1}}, runs{{taken, 2}});
    CHECK(plan.pages().size() > 0);
    CHECK(map.free().total() == free + 6 - 2);
  }
  map.give_back(taken, 2);
  CHECK(map.mark() == mark);
  CHECK(map.free().total() == free);
  CHECK(map.allocatable() == allocatable);
  CHECK(map.log_pages() == log);
  CHECK(map.taken() == 0);
}

TEST_CASE("Log pages stand behind the pages of their commit") {
  space_map map(16, space_room{4, 8});
  const std::uint32_t first = map.allocate(10);
  runs used;
  for (std::uint32_t i = 0; i < 10; i += 2) used.push_back({first + i, 1});
  const space_plan plan(map, 1, {}, used);
  REQUIRE(plan.pages().size() == 2);
  CHECK(plan.pages()[0].id == 26);
  CHECK(plan.pages()[1].id == 27);
}

TEST_CASE("A meta page carries a plan to the next opening") {
  const auto room = space_room_of(512);
  space_map map(16, room);
  REQUIRE(map.allocate(600) == 16);
  meta_page meta;
  std::vector<std::vector<std::byte>> pages(2000);
  std::uint64_t d = 0;
  const auto durable = [&](const frees& freed, const runs& used) {
    space_plan plan(map, ++d, freed, used);
    for (const log_page_image& image : plan.pages()) {
      pages[image.id].resize(512);
      image.encode(pages[image.id]);
    }
    plan.describe(meta);
    plan.adopt();
  };
  durable({}, {{16, 600}});
  for (std::uint32_t i = 0; i < 80; ++i) {
    map.release({});
    durable({{16 + 3 * i, 1, 1}, {400 + 2 * i, 1, 1}}, {});
  }
  CHECK(map.log_pages() > 0);
  space_map again(16, room);
  again.restore(space_root_of(meta), meta.statement_bytes(), 512,
                [&](macaw::page_ref ref) { return static_cast<const std::byte*>(pages[to_number(ref.id)].data()); });
  runs expected;
  runs found;
  map.free().for_each([&](page_run run) { expected.push_back(run); });
  again.free().for_each([&](page_run run) { found.push_back(run); });
  CHECK(found == expected);
  CHECK(again.mark() == map.mark());
}

}  // namespace
