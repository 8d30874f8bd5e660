// SPDX-License-Identifier: MIT

#include <macaw/detail/base/random_bytes.hpp>

#include "support/catch.hpp"

#include <array>
#include <cstddef>
#include <span>

TEST_CASE("random bytes fill what is asked for and nothing beyond, and differ from draw to draw") {
  std::array<std::byte, 40> first{};
  std::array<std::byte, 40> second{};
  macaw::detail::fill_random(std::span(first).first(32));
  macaw::detail::fill_random(std::span(second).first(32));
  CHECK(first != second);
  for (std::size_t i = 32; i < first.size(); ++i) CHECK(first[i] == std::byte{0});
  macaw::detail::fill_random({});
}
