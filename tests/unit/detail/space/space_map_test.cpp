// SPDX-License-Identifier: MIT

#include "support/allocations.hpp"
#include "support/catch.hpp"
#include "support/random.hpp"
#include "support/space_life.hpp"

#include <macaw/detail/space/space_map.hpp>
#include <macaw/detail/space/space_plan.hpp>
#include <macaw/error.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <new>
#include <string>
#include <type_traits>
#include <vector>

namespace {

using macaw::errc;
using macaw::page_ref;
using macaw::detail::freed_pages;
using macaw::detail::page_run;
using macaw::detail::space_map;
using macaw::detail::space_plan;
using macaw::detail::space_room;
using macaw_test::space_life;

static_assert(noexcept(std::declval<space_map&>().give_back(1, 1)));
static_assert(noexcept(std::declval<space_plan&>().adopt()));
static_assert(!std::is_copy_constructible_v<space_plan>);

constexpr space_room roomy{230, 47};

std::vector<page_run> free_runs(const space_map& map) {
  std::vector<page_run> runs;
  map.for_each_free([&runs](page_run run) { runs.push_back(run); });
  return runs;
}

/// Commits what was taken and dropped, without readers.
void commit(space_map& map, std::uint64_t d, const std::vector<freed_pages>& freed, const std::vector<page_run>& used) {
  {
    space_plan plan(map, d, freed, used);
    plan.adopt();
  }
  map.release({});
}

TEST_CASE("A new map grows at the mark") {
  space_map map(16, roomy);
  CHECK(map.mark() == 16);
  CHECK(map.allocate(3) == 16);
  CHECK(map.allocate_up_to(2) == page_run{19, 2});
  CHECK(map.mark() == 21);
  CHECK(map.taken() == 5);
  CHECK(map.allocatable() == 0);
}

TEST_CASE("What is given back before a commit lowers the mark again") {
  space_map map(16, roomy);
  const std::uint32_t a = map.allocate(3);
  const std::uint32_t b = map.allocate(4);
  map.give_back(a, 3);
  CHECK(map.mark() == 23);
  CHECK(map.allocatable() == 3);
  map.give_back(b, 4);
  CHECK(map.mark() == 16);
  CHECK(map.allocatable() == 0);
  CHECK(map.free().empty());
}

TEST_CASE("The mark of a durable commit stays") {
  space_map map(16, roomy);
  const std::uint32_t a = map.allocate(10);
  commit(map, 1, {}, {{a, 10}});
  const std::uint32_t b = map.allocate(5);
  map.give_back(b, 5);
  CHECK(map.mark() == 26);
  commit(map, 2, {{a, 10, 1}}, {});
  CHECK(map.mark() == 26);
  CHECK(free_runs(map) == std::vector<page_run>{{16, 10}});
  const std::uint32_t c = map.allocate(12);
  CHECK(c == 26);
  map.give_back(c, 12);
  CHECK(map.mark() == 26);
  CHECK(free_runs(map) == std::vector<page_run>{{16, 10}});
}

TEST_CASE("Pages are taken from the best fit, then from the file's blocks, then from the longest run") {
  space_map map(16, roomy);
  std::vector<page_run> used;
  for (int i = 0; i < 5; ++i) used.push_back({map.allocate(4), 4});
  commit(map, 1, {}, used);
  commit(map, 2, {{16, 2, 1}, {24, 3, 1}, {32, 1, 1}}, {});
  CHECK(map.allocate(1) == 32);
  CHECK(map.allocate_up_to(2) == page_run{16, 2});
  CHECK(map.allocate_up_to(5) == page_run{24, 3});
  CHECK(map.allocate_up_to(5) == page_run{36, 5});
  map.give_back(24, 3);
  map.set_blocks(50);
  CHECK(map.allocate_up_to(5) == page_run{41, 5});
  CHECK(map.allocate_up_to(5) == page_run{24, 3});
}

TEST_CASE("A dropped page waits for readers that can see it, and for no others") {
  space_map map(16, roomy);
  const std::uint32_t a = map.allocate(1);
  commit(map, 1, {}, {{a, 1}});
  const std::uint32_t b = map.allocate(1);
  commit(map, 2, {}, {{b, 1}});
  {
    space_plan plan(map, 3, std::vector<freed_pages>{{a, 1, 1}, {b, 1, 2}}, {});
    plan.adopt();
  }
  CHECK(map.pending() == 2);
  const std::vector<std::uint64_t> pins{1};
  std::vector<page_run> released;
  map.release(pins, [&](std::uint32_t first, std::uint32_t pages) { released.push_back({first, pages}); });
  CHECK(released == std::vector<page_run>{{b, 1}});
  CHECK(free_runs(map) == std::vector<page_run>{{b, 1}});
  CHECK(map.pending() == 1);
  map.release({});
  CHECK(free_runs(map) == std::vector<page_run>{{a, 2}});
  CHECK(map.pending() == 0);
}

TEST_CASE("A full file says so and changes nothing") {
  space_map map(16, roomy);
  const std::uint32_t taken = map.allocate(4);
  try {
    static_cast<void>(map.allocate(macaw::page_id_limit - 19));
    FAIL("allocated pages that cannot be");
  } catch (const macaw::error& failure) {
    CHECK(failure.kind() == errc::no_space);
  }
  CHECK(map.mark() == 20);
  map.give_back(taken, 4);
  CHECK(map.mark() == 16);
}

TEST_CASE("A commit that drops what is free, outside or too young is refused, and nothing changes") {
  space_map map(16, roomy);
  const std::uint32_t a = map.allocate(10);
  commit(map, 1, {}, {{a, 10}});
  commit(map, 2, {{a + 2, 2, 1}}, {});
  const std::vector<page_run> before = free_runs(map);
  const std::vector<freed_pages> bad[] = {
      {{a + 1, 2, 1}}, {{a, 1, 1}, {a, 1, 1}},          {{a + 9, 2, 1}}, {{2, 1, 1}}, {{a, 1, 3}},
      {{a, 0, 1}},     {{0x7FFF'FFFF, 0x7FFF'FFFF, 1}},
  };
  for (const std::vector<freed_pages>& freed : bad) {
    const std::uint32_t taken = map.allocate(1);
    const std::vector<page_run> used{{taken, 1}};
    try {
      const space_plan plan(map, 3, freed, used);
      FAIL("a damaged tree was believed");
    } catch (const macaw::error& failure) {
      CHECK(failure.kind() == errc::corrupt);
    }
    map.give_back(taken, 1);
    CHECK(free_runs(map) == before);
    CHECK(map.mark() == 26);
  }
  commit(map, 3, {{a, 1, 1}}, {});
  CHECK(map.allocatable() == 3);
}

struct proportions {
  double words_per_extent = 0;  ///< beyond what the log may always hold
  std::size_t log_pages = 0;
};

/// Random lives; returns how large the log became.
proportions live(space_room room, std::uint64_t seed, std::uint32_t steps, std::uint32_t population) {
  CAPTURE(seed, room.meta_words, room.page_words);
  space_life life(room, seed);
  proportions most;
  std::size_t extents_max = 1;
  for (std::uint32_t step = 0; step < steps; ++step) {
    CAPTURE(step);
    if (life.below(4) == 0) life.begin_read();
    if (life.below(3) == 0 || life.readers() > 6) life.end_read();
    life.release();
    const std::uint32_t changes = life.below(life.below(6) == 0 ? 40 : 6);
    for (std::uint32_t i = 0; i < changes; ++i) {
      const auto count = static_cast<std::uint32_t>(life.objects().size());
      const bool shrink = count > population || (step / 64) % 4 == 3;
      if (count > 0 && life.below(10) < (shrink ? 7U : 4U)) {
        life.drop(life.below(count));
      } else if (life.below(4) == 0) {
        life.make(1 + life.below(7));
      } else {
        life.make_singles(1 + life.below(5));
      }
    }
    if (life.below(4) == 0 && life.made() > 0) life.unmake(life.below(static_cast<std::uint32_t>(life.made())));
    const std::uint32_t outcome = life.below(20);
    if (outcome == 0) {
      life.roll_back();
      life.check();
    } else if (outcome == 1) {
      life.fail_commit();
      life.roll_back();
      life.check();
    } else if (outcome == 2) {
      life.fail_commit();
      life.reopen();
    } else {
      life.commit();
      if (outcome == 3) life.reopen();
    }
    std::size_t extents = 0;
    life.map->free().for_each([&extents](page_run) { ++extents; });
    extents_max = std::max(extents_max, extents);
    most.log_pages = std::max(most.log_pages, life.map->log_pages());
    // The log reaches back by whole pages, and its newest part may fill the meta page whatever it says.
    const std::size_t slack = room.meta_words + 2 * room.page_words;
    if (const std::size_t words = life.log_words(); words > slack) {
      most.words_per_extent =
          std::max(most.words_per_extent, static_cast<double>(words - slack) / static_cast<double>(extents_max));
    }
  }
  life.roll_back();
  life.reopen();
  return most;
}

TEST_CASE("Every page is exactly one thing over random lives, and replay finds the same free pages") {
  const std::uint64_t seed = macaw_test::seed();
  for (std::uint64_t i = 0; i < 40; ++i) {
    const space_room room{2 + i % 9, 3 + (i * 7) % 23};
    const proportions most = live(room, seed + i, 250, 10 + static_cast<std::uint32_t>(i) * 4);
    REQUIRE(most.log_pages > 0);
  }
}

TEST_CASE("The log stays in proportion to the extents that are free") {
  const std::uint64_t seed = macaw_test::seed();
  for (const space_room room : {space_room{10, 17}, space_room{40, 47}, space_room{230, 47}}) {
    const proportions most = live(room, seed, 1200, 500);
    CAPTURE(seed, most.words_per_extent, most.log_pages);
    CHECK(most.words_per_extent < 6.0);
  }
}

TEST_CASE("Small commits write no log page most of the time") {
  space_life life(roomy, macaw_test::seed());
  life.make_singles(100);
  life.commit();
  int with_pages = 0;
  for (int i = 0; i < 200; ++i) {
    life.release();
    life.drop(life.below(static_cast<std::uint32_t>(life.objects().size())));
    life.make_singles(1);
    const std::uint64_t words = life.map->log().words().size();
    life.commit();
    if (life.map->log().words().size() < words) ++with_pages;
  }
  CHECK(with_pages < 20);
}

TEST_CASE("A failed allocation while planning leaves the map as it was") {
  bool failed = true;
  for (std::uint64_t nth = 1; failed; ++nth) {
    CAPTURE(nth);
    space_life life(space_room{4, 7}, 5);
    for (int i = 0; i < 12; ++i) {
      life.release();
      life.make_singles(1 + life.below(6));
      if (life.objects().size() > 4) life.drop(0), life.drop(2);
      life.commit();
    }
    life.release();
    life.make_singles(9);
    life.make(3);
    life.drop(0);
    life.drop(1);
    const std::vector<freed_pages> freed = life.freed();
    const std::vector<page_run> used = life.used();
    {
      const macaw_test::failing_allocation failure(nth);
      try {
        const space_plan plan(*life.map, life.d() + 1, freed, used);
      } catch (const std::bad_alloc&) {
      }
      failed = failure.fired();
    }
    if (nth % 2 == 0) {
      life.roll_back();
      life.check();
    } else {
      life.commit();
    }
    life.reopen();
    if (!failed && macaw_test::allocations_are_counted) REQUIRE(nth > 8);
  }
}

TEST_CASE("A failed allocation while taking or releasing loses no page") {
  for (std::uint64_t nth = 1; nth < 40; ++nth) {
    CAPTURE(nth);
    space_life life(roomy, 9);
    life.make_singles(60);
    life.commit();
    life.begin_read();
    for (std::size_t at = 0; at < 30; ++at) life.drop(at);
    life.commit();
    life.end_read();
    std::vector<page_run> taken;
    taken.reserve(200);
    {
      const macaw_test::failing_allocation failure(nth);
      for (int i = 0; i < 40; ++i) {
        try {
          life.map->release({});
          taken.push_back(life.map->allocate_up_to(3));
          taken.push_back({life.map->allocate(2), 2});
        } catch (const std::bad_alloc&) {
        }
      }
    }
    for (const page_run& run : taken) {
      for (std::uint32_t i = run.pages; i-- > 0;) life.map->give_back(run.first + i, 1);
    }
    life.check();
  }
}

TEST_CASE("A map rebuilt from what a walk reached is as good as a replayed one") {
  space_life life(space_room{6, 9}, macaw_test::seed());
  for (int i = 0; i < 60; ++i) {
    life.release();
    life.make_singles(1 + life.below(5));
    if (life.objects().size() > 10) life.drop(life.below(10));
    life.commit();
  }
  std::vector<page_run> reached;
  for (const space_life::object& entry : life.objects()) reached.push_back({entry.first, entry.pages});
  const std::uint32_t mark = life.map->mark();
  life.map = std::make_unique<space_map>(space_life::first_page, space_room{6, 9});
  life.map->rebuild(mark, reached);
  life.check();
  life.make_singles(3);
  life.drop(4);
  life.commit();
  life.reopen();
  reached.push_back(reached.front());
  space_map damaged(space_life::first_page, space_room{6, 9});
  CHECK_THROWS_AS(damaged.rebuild(mark, reached), macaw::error);
}

}  // namespace
