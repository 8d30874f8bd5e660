// SPDX-License-Identifier: MIT

#include "support/allocations.hpp"
#include "support/catch.hpp"
#include "support/random.hpp"

#include <macaw/detail/space/page_bits.hpp>

#include <cstddef>
#include <cstdint>
#include <new>
#include <optional>
#include <random>
#include <string>
#include <utility>
#include <vector>

namespace {

using macaw::detail::page_bits;
using macaw::detail::page_run;

static_assert(noexcept(std::declval<page_bits&>().give(1, 1)));
static_assert(noexcept(std::declval<page_bits&>().remove(1, 1)));

std::vector<page_run> runs_of(const page_bits& set) {
  std::vector<page_run> runs;
  set.for_each([&runs](page_run run) { runs.push_back(run); });
  return runs;
}

TEST_CASE("Bits of pages join to runs, across words too") {
  page_bits set;
  set.reserve(1000);
  CHECK(set.give(60, 10));
  CHECK(set.give(70, 200));
  CHECK(set.give(0, 1));
  CHECK(runs_of(set) == std::vector<page_run>{{0, 1}, {60, 210}});
  CHECK(set.remove(128, 64));
  CHECK(runs_of(set) == std::vector<page_run>{{0, 1}, {60, 68}, {192, 78}});
  CHECK(set.total() == 147);
  CHECK(set.next_run(64) == page_run{64, 64});
  CHECK(set.next_run(128) == page_run{192, 78});
  CHECK(set.next_run(270) == std::nullopt);
}

TEST_CASE("Bits that are set cannot be given, bits that are clear cannot be removed") {
  page_bits set;
  set.reserve(300);
  REQUIRE(set.give(100, 100));
  CHECK_FALSE(set.give(50, 51));
  CHECK_FALSE(set.give(199, 1));
  CHECK_FALSE(set.remove(99, 2));
  CHECK_FALSE(set.remove(150, 51));
  CHECK_FALSE(set.remove(1'000'000, 1));
  CHECK_FALSE(set.remove(100, 0x7FFF'FFFF));
  CHECK(runs_of(set) == std::vector<page_run>{{100, 100}});
}

TEST_CASE("A failed reserve of bits changes nothing") {
  for (std::uint64_t nth = 1; nth < 3; ++nth) {
    page_bits set;
    set.reserve(64);
    REQUIRE(set.give(3, 4));
    {
      const macaw_test::failing_allocation failure(nth);
      try {
        set.reserve(100'000);
      } catch (const std::bad_alloc&) {
      }
    }
    CHECK(runs_of(set) == std::vector<page_run>{{3, 4}});
    set.reserve(200'000);
    CHECK(set.give(150'000, 50'000));
    CHECK(runs_of(set) == std::vector<page_run>{{3, 4}, {150'000, 50'000}});
  }
}

TEST_CASE("A random life of bits agrees with a flag for each page") {
  const std::uint64_t seed = macaw_test::seed();
  CAPTURE(seed);
  std::mt19937_64 random(seed);
  for (const std::uint32_t pages : {70U, 640U, 20'000U}) {
    page_bits set;
    set.reserve(pages);
    std::vector<bool> model(pages, false);
    std::uint64_t total = 0;
    for (int step = 0; step < 4000; ++step) {
      const auto first = static_cast<std::uint32_t>(random() % pages);
      const auto longest = random() % 4 == 0 ? pages / 4 : 5;
      const auto count = static_cast<std::uint32_t>(std::min<std::uint64_t>(1 + random() % longest, pages - first));
      bool all = true;
      bool any = false;
      for (std::uint32_t i = first; i < first + count; ++i) model[i] ? any = true : all = false;
      if (random() % 2 == 0) {
        REQUIRE(set.give(first, count) == !any);
        if (any) continue;
        total += count;
        for (std::uint32_t i = first; i < first + count; ++i) model[i] = true;
      } else {
        REQUIRE(set.remove(first, count) == all);
        if (!all) continue;
        total -= count;
        for (std::uint32_t i = first; i < first + count; ++i) model[i] = false;
      }
      REQUIRE(set.total() == total);
      if (step % 20 != 0) continue;
      std::vector<page_run> expected;
      for (std::uint32_t i = 0; i < pages; ++i) {
        if (!model[i]) continue;
        if (!expected.empty() && expected.back().first + expected.back().pages == i) {
          ++expected.back().pages;
        } else {
          expected.push_back({i, 1});
        }
      }
      REQUIRE(runs_of(set) == expected);
    }
  }
}

}  // namespace
