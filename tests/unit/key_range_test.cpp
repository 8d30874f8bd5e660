// SPDX-License-Identifier: MIT

#include <macaw/key_range.hpp>

#include "support/catch.hpp"

#include <string>
#include <type_traits>

TEST_CASE("each end of a range says whether its key is in it") {
  CHECK(macaw::from(1).included);
  CHECK_FALSE(macaw::after(1).included);
  CHECK_FALSE(macaw::up_to(1).included);
  CHECK(macaw::through(1).included);
}

TEST_CASE("the ends of a range own their keys") {
  const std::string key = "a key that outgrows any small buffer";
  const auto lower = macaw::from(key);
  static_assert(std::is_same_v<decltype(lower.key), std::string>);
  CHECK(lower.key == key);
  CHECK(macaw::through(7).key == 7);
}
