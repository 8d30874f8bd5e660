// SPDX-License-Identifier: MIT

#include <macaw/detail/cache/pin_counts.hpp>

#include "support/catch.hpp"

#include <atomic>
#include <cstdint>
#include <thread>
#include <utility>
#include <vector>

namespace {

using macaw::detail::frame_pin;
using counts = macaw::detail::pin_counts<16>;

}  // namespace

TEST_CASE("Pins are counted, copied, moved and assigned", "[cache]") {
  const auto all = counts::make();
  frame_pin one((*all)[3]);
  frame_pin two = one;
  CHECK((*all)[3] == 2);
  frame_pin three = std::move(two);
  CHECK((*all)[3] == 2);
  one = frame_pin((*all)[4]);
  CHECK((*all)[3] == 1);
  CHECK((*all)[4] == 1);
  three = frame_pin();
  CHECK((*all)[3] == 0);
}

TEST_CASE("Pins that outlive their cache are copied and destroyed", "[cache]") {
  frame_pin last;
  {
    const auto all = counts::make();
    const frame_pin first((*all)[0]);
    last = frame_pin((*all)[15]);
  }
  frame_pin copy = last;
  last = frame_pin();
  last = std::move(copy);
}

TEST_CASE("A cache and the last of its pins may go at the same time", "[cache]") {
  for (int round = 0; round < 200; ++round) {
    auto all = counts::make();
    std::atomic<int> ready{0};
    std::vector<std::thread> threads;
    for (std::uint32_t frame : {0U, 0U, 7U}) {
      threads.emplace_back([&ready, pin = frame_pin((*all)[frame])]() mutable {
        ++ready;
        while (ready < 3) {
        }
        pin = frame_pin();
      });
    }
    all.reset();
    for (std::thread& thread : threads) thread.join();
  }
}
