// SPDX-License-Identifier: MIT

#include <macaw/detail/cache/frame_table.hpp>

#include "support/allocations.hpp"
#include "support/catch.hpp"

#include <cstdint>
#include <cstring>
#include <new>
#include <vector>

using macaw::detail::frame_list;
using macaw::detail::frame_queue;
using macaw::detail::frame_table;

TEST_CASE("Frames are numbered from 1, do not overlap and never move", "[cache]") {
  frame_table<65536> table(20);
  std::vector<std::byte*> bytes;
  for (std::uint32_t frame = 1; frame <= 100; ++frame) {
    REQUIRE(table.add() == frame);
    bytes.push_back(table.bytes(frame));
    std::memset(bytes.back(), static_cast<int>(frame), 65536);
  }
  CHECK(table.size() == 100);
  for (std::uint32_t frame = 1; frame <= 100; ++frame) {
    REQUIRE(table.bytes(frame) == bytes[frame - 1]);
    CHECK(table.bytes(frame)[0] == std::byte{static_cast<unsigned char>(frame)});
    CHECK(table.bytes(frame)[65535] == std::byte{static_cast<unsigned char>(frame)});
    CHECK(table.pins(frame) == 0);
    CHECK_FALSE(table.touched(frame));
  }
}

TEST_CASE("A frame is usable after its memory was given back", "[cache]") {
  frame_table<4096> table(20);
  const std::uint32_t frame = table.add(), neighbour = table.add();
  std::memset(table.bytes(frame), 1, 4096);
  std::memset(table.bytes(neighbour), 2, 4096);
  table.give_memory_back(frame);
  std::memset(table.bytes(frame), 3, 4096);
  CHECK(table.bytes(frame)[4095] == std::byte{3});
  CHECK(table.bytes(neighbour)[0] == std::byte{2});
}

TEST_CASE("A frame that cannot be made leaves the table as it was", "[cache]") {
  if (!macaw_test::allocations_are_counted) return;
  frame_table<512> table(20);
  bool failed = true;
  for (std::uint64_t nth = 1; failed; ++nth) {
    const macaw_test::failing_allocation failing(nth);
    try {
      const std::uint32_t frame = table.add();
      CHECK(frame == 1);
    } catch (const std::bad_alloc&) {
      CHECK(table.size() == 0);
    }
    failed = failing.fired();
  }
  CHECK(table.size() == 1);
}

TEST_CASE("A queue of frames keeps their order", "[cache]") {
  frame_table<512> table(20);
  for (int i = 0; i < 5; ++i) static_cast<void>(table.add());
  frame_queue<512> queue(table, frame_list::ready);
  CHECK(queue.pop_front() == 0);
  for (std::uint32_t frame = 1; frame <= 5; ++frame) queue.push_back(frame);
  queue.erase(1);
  queue.erase(3);
  queue.erase(5);
  CHECK(queue.size() == 2);
  CHECK(queue.front() == 2);
  CHECK(queue.next(2) == 4);
  CHECK(queue.next(4) == 0);
  queue.push_back(1);
  CHECK(queue.pop_front() == 2);
  CHECK(queue.pop_front() == 4);
  CHECK(queue.pop_front() == 1);
  CHECK(queue.empty());
  CHECK(table.note(1).list == frame_list::none);
}
