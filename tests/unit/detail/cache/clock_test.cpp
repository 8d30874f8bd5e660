// SPDX-License-Identifier: MIT

#include <macaw/detail/cache/clock.hpp>

#include "support/catch.hpp"

#include <cstdint>
#include <vector>

namespace {

using macaw::detail::clock;
using macaw::detail::frame_table;

/// A clock for 20 frames, all made: arrivals are 2 of them.
struct bench {
  frame_table<512> table{20};
  clock<512> policy{table, 20};

  bench() {
    for (int i = 0; i < 40; ++i) static_cast<void>(table.add());
  }
  void insert_leaves(std::uint32_t first, std::uint32_t last) {
    for (std::uint32_t frame = first; frame <= last; ++frame) policy.insert(frame, false, false);
  }
  void touch(std::uint32_t first, std::uint32_t last) {
    for (std::uint32_t frame = first; frame <= last; ++frame) table.touched(frame) = true;
  }
};

}  // namespace

TEST_CASE("An empty clock has nothing to let go", "[cache]") {
  bench bench;
  CHECK(bench.policy.evict() == 0);
  CHECK(bench.policy.size() == 0);
}

TEST_CASE("Arrivals that nobody touches go in the order in which they came", "[cache]") {
  bench bench;
  bench.insert_leaves(1, 6);
  for (std::uint32_t frame = 1; frame <= 6; ++frame) CHECK(bench.policy.evict() == frame);
  CHECK(bench.policy.evict() == 0);
}

TEST_CASE("Arrivals that were touched outlive any number of others", "[cache]") {
  bench bench;
  bench.insert_leaves(1, 15);
  bench.touch(1, 10);
  std::uint32_t newest = 16;
  bench.insert_leaves(newest, newest);
  for (int i = 0; i < 1'000; ++i) {
    const std::uint32_t gone = bench.policy.evict();
    REQUIRE(gone > 10);
    bench.policy.insert(gone, false, false);
  }
}

TEST_CASE("A leaf that was seen before is a resident at once", "[cache]") {
  bench bench;
  bench.policy.insert(1, false, true);
  bench.insert_leaves(2, 8);
  for (std::uint32_t frame = 2; frame <= 6; ++frame) CHECK(bench.policy.evict() == frame);
}

TEST_CASE("Among residents those touched of late stay longest", "[cache]") {
  bench bench;
  for (std::uint32_t frame = 1; frame <= 6; ++frame) bench.policy.insert(frame, false, true);
  bench.touch(1, 3);
  CHECK(bench.policy.evict() == 4);
  bench.touch(1, 1);
  CHECK(bench.policy.evict() == 5);
  CHECK(bench.policy.evict() == 6);
  CHECK(bench.policy.evict() != 1);
}

TEST_CASE("Branches go when no leaf is left", "[cache]") {
  bench bench;
  bench.policy.insert(1, true, false);
  bench.policy.insert(2, true, false);
  bench.insert_leaves(3, 4);
  bench.touch(3, 4);
  CHECK(bench.policy.evict() == 3);
  CHECK(bench.policy.evict() == 4);
  CHECK(bench.policy.evict() == 1);
  CHECK(bench.policy.evict() == 2);
}

TEST_CASE("Branches that fill the cache make room for leaves", "[cache]") {
  bench bench;
  for (std::uint32_t frame = 1; frame <= 19; ++frame) bench.policy.insert(frame, true, false);
  bench.insert_leaves(20, 20);
  CHECK(bench.policy.evict() == 1);
}

TEST_CASE("Pinned frames stay, and nothing is found where all are pinned", "[cache]") {
  bench bench;
  bench.insert_leaves(1, 5);
  bench.policy.insert(6, true, false);
  for (std::uint32_t frame = 1; frame <= 6; ++frame) bench.table.pins(frame) = 1;
  CHECK(bench.policy.evict() == 0);
  CHECK(bench.policy.size() == 6);
  bench.table.pins(4) = 0;
  CHECK(bench.policy.evict() == 4);
  bench.table.pins(6) = 0;
  CHECK(bench.policy.evict() == 6);
  for (const std::uint32_t frame : {1U, 2U, 3U, 5U}) bench.table.pins(frame) = 0;  // or the counts outlive the table
}

TEST_CASE("A frame may be let go of from any list", "[cache]") {
  bench bench;
  bench.insert_leaves(1, 1);
  bench.policy.insert(2, true, false);
  bench.policy.insert(3, false, true);
  for (std::uint32_t frame = 1; frame <= 3; ++frame) bench.policy.erase(frame);
  CHECK(bench.policy.size() == 0);
  CHECK(bench.policy.evict() == 0);
}
