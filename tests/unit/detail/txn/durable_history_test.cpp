// SPDX-License-Identifier: MIT

#include "support/catch.hpp"

#include <macaw/detail/txn/durable_history.hpp>

#include <cstdint>
#include <vector>

using macaw::detail::durable_history;
using numbers = std::vector<std::uint64_t>;

TEST_CASE("a publication rests on the newest durable commit at or before it") {
  durable_history history(1, 10);
  history.reserve();
  history.add(4, 11);
  history.reserve();
  history.add(5, 12);
  numbers pins{1, 2, 3, 4, 5, 9};
  history.to_durable(pins);
  CHECK(pins == numbers{10, 11, 12});
  pins = {4, 6};
  history.to_durable(pins);
  CHECK(pins == numbers{11, 12});
}

TEST_CASE("without readers only the newest step is kept") {
  durable_history history(1, 1);
  for (std::uint64_t i = 2; i < 100; ++i) {
    history.reserve();
    history.add(i, i);
    numbers none;
    history.to_durable(none);
    CHECK(none.empty());
  }
  numbers pins{99, 120};
  history.to_durable(pins);
  CHECK(pins == numbers{99});
}

TEST_CASE("a reader that was delayed while it began may show a number that was forgotten") {
  durable_history history(1, 10);
  history.reserve();
  history.add(4, 11);
  numbers pins;
  history.to_durable(pins);
  pins = {1, 3, 5};
  history.to_durable(pins);
  CHECK(pins == numbers{11});
  pins = {2};
  history.to_durable(pins);
  CHECK(pins.empty());
  pins = {4};
  history.to_durable(pins);
  CHECK(pins == numbers{11});
}
