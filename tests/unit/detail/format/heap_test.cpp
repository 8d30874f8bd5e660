// SPDX-License-Identifier: MIT

#include <macaw/detail/format/heap.hpp>

#include <random>
#include <vector>

#include "support/catch.hpp"

using namespace macaw::detail;

TEST_CASE("a heap counts what its cells take and what they leave") {
  std::vector<std::byte> page(512);
  CHECK(allocate_cell(page.data(), 512, 100) == 412);
  CHECK(allocate_cell(page.data(), 512, 20) == 392);
  CHECK(live_cells_size(page.data()) == 120);
  release_cell(page.data(), 512, 412, 100);
  CHECK(load_heap_size(page.data()) == 120);
  CHECK(load_dead(page.data()) == 100);
  release_cell(page.data(), 512, 392, 20);
  CHECK(load_heap_size(page.data()) == 100);
  CHECK(live_cells_size(page.data()) == 0);
}

TEST_CASE("marks find every overlap and nothing else") {
  std::mt19937_64 random(4);
  for (int life = 0; life < 300; ++life) {
    byte_marks<512> marks;
    std::vector<bool> model(512);
    for (int i = 0; i < 12; ++i) {
      const std::size_t first = random() % 512;
      const std::size_t last = first + random() % (513 - first);
      bool fresh = true;
      for (std::size_t at = first; at < last; ++at) {
        fresh = fresh && !model[at];
        model[at] = true;
      }
      REQUIRE(marks.mark(first, last) == fresh);
    }
  }
}
