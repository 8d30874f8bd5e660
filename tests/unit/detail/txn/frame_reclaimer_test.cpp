// SPDX-License-Identifier: MIT

#include "support/catch.hpp"

#include <macaw/detail/txn/frame_reclaimer.hpp>

#include <cstdint>
#include <set>
#include <vector>

using namespace macaw;
using namespace macaw::detail;

TEST_CASE("an interval is pinned exactly by the numbers within it") {
  const std::vector<std::uint64_t> pins{3, 7};
  for (std::uint64_t from = 1; from <= 9; ++from) {
    for (std::uint64_t to = from; to <= 10; ++to) {
      bool expected = false;
      for (const std::uint64_t pin : pins) expected = expected || (from <= pin && pin < to);
      CHECK(pinned_between(pins, from, to) == expected);
    }
  }
}

TEST_CASE("frames are freed once no reader lies between making and dropping") {
  frame_reclaimer retired;
  retired.reserve(3);
  retired.retire(page_id{1}, 2, 5);
  retired.retire(page_id{2}, 5, 6);
  retired.retire(page_id{3}, 2, 9);
  std::set<std::uint32_t> freed;
  const auto free = [&freed](page_id frame) { CHECK(freed.insert(to_number(frame)).second); };
  retired.reclaim(std::vector<std::uint64_t>{4}, free);
  CHECK(freed == std::set<std::uint32_t>{2});
  retired.reclaim(std::vector<std::uint64_t>{5}, free);
  CHECK(freed == std::set<std::uint32_t>{1, 2});
  retired.reclaim({}, free);
  CHECK(freed == std::set<std::uint32_t>{1, 2, 3});
  CHECK(retired.size() == 0);
}

TEST_CASE("looking is due in batches, and later where much was kept") {
  frame_reclaimer retired;
  retired.reserve(1000);
  std::uint32_t next = 0;
  while (!retired.due()) retired.retire(page_id{next++}, 1, 3);
  CHECK(next >= 2);
  const std::size_t first = retired.size();
  retired.reclaim(std::vector<std::uint64_t>{2}, [](page_id) { FAIL(); });
  CHECK(retired.size() == first);
  CHECK_FALSE(retired.due());
  while (!retired.due()) retired.retire(page_id{next++}, 1, 3);
  CHECK(retired.size() >= 2 * first);
}
