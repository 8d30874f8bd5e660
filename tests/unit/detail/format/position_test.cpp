// SPDX-License-Identifier: MIT

#include <macaw/detail/format/position.hpp>

#include "support/catch.hpp"

using namespace macaw::detail;

TEST_CASE("a leaf's word keeps its count beside its flag") {
  for (const std::uint32_t count : {0U, 1U, 32767U}) {
    for (const bool references : {false, true}) {
      const std::uint32_t word = entries_word(count, references);
      CHECK(word <= 0xFFFF);
      CHECK(entries_count(word) == count);
      CHECK(entries_hold_references(word) == references);
    }
  }
}
