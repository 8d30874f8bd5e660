// SPDX-License-Identifier: MIT

#include "support/allocations.hpp"
#include "support/catch.hpp"
#include "support/random.hpp"

#include <macaw/detail/space/extents.hpp>

#include <algorithm>
#include <cstdint>
#include <new>
#include <optional>
#include <random>
#include <string>
#include <utility>
#include <vector>

namespace {

using macaw::detail::extent_set;
using macaw::detail::page_run;

static_assert(noexcept(std::declval<extent_set&>().take(1)));
static_assert(noexcept(std::declval<extent_set&>().take_largest(1)));

std::vector<page_run> extents_of(const extent_set& set) {
  std::vector<page_run> all;
  set.for_each([&all](page_run run) { all.push_back(run); });
  return all;
}

/// The set again, as one flag a page.
class page_flags {
 public:
  explicit page_flags(std::size_t pages) : flags_(pages, false) {}

  bool all(std::uint32_t first, std::uint32_t pages, bool value) const {
    for (std::uint32_t i = 0; i < pages; ++i) {
      if (flags_[first + i] != value) return false;
    }
    return true;
  }
  void set(std::uint32_t first, std::uint32_t pages, bool value) {
    for (std::uint32_t i = 0; i < pages; ++i) flags_[first + i] = value;
  }
  std::vector<page_run> extents() const {
    std::vector<page_run> all;
    for (std::uint32_t i = 0; i < flags_.size(); ++i) {
      if (!flags_[i]) continue;
      if (!all.empty() && all.back().first + all.back().pages == i) {
        ++all.back().pages;
      } else {
        all.push_back({i, 1});
      }
    }
    return all;
  }

 private:
  std::vector<bool> flags_;
};

void check_same(const extent_set& set, const page_flags& model) {
  const std::vector<page_run> expected = model.extents();
  REQUIRE(extents_of(set) == expected);
  std::uint64_t total = 0;
  std::uint32_t longest = 0;
  for (const page_run& run : expected) {
    total += run.pages;
    longest = std::max(longest, run.pages);
  }
  REQUIRE(set.total() == total);
  REQUIRE(set.count() == expected.size());
  REQUIRE(set.longest() == longest);
  REQUIRE(set.empty() == expected.empty());
}

TEST_CASE("Extents merge with both neighbours") {
  extent_set set;
  CHECK(set.give(10, 5));
  CHECK(set.give(20, 5));
  CHECK(extents_of(set) == std::vector<page_run>{{10, 5}, {20, 5}});
  CHECK(set.give(15, 5));
  CHECK(extents_of(set) == std::vector<page_run>{{10, 15}});
  CHECK(set.give(9, 1));
  CHECK(set.give(25, 1));
  CHECK(extents_of(set) == std::vector<page_run>{{9, 17}});
}

TEST_CASE("Giving what is there, or removing what is not, is refused and changes nothing") {
  extent_set set;
  REQUIRE(set.give(10, 5));
  CHECK_FALSE(set.give(14, 1));
  CHECK_FALSE(set.give(8, 3));
  CHECK_FALSE(set.give(5, 20));
  CHECK_FALSE(set.remove(9, 2));
  CHECK_FALSE(set.remove(14, 2));
  CHECK_FALSE(set.remove(3, 1));
  CHECK_FALSE(set.remove(15, 1));
  CHECK(extents_of(set) == std::vector<page_run>{{10, 5}});
  CHECK(set.remove(12, 1));
  CHECK(extents_of(set) == std::vector<page_run>{{10, 2}, {13, 2}});
}

TEST_CASE("Taking finds the shortest extent that fits, the lowest of these") {
  extent_set set;
  REQUIRE(set.give(100, 3));
  REQUIRE(set.give(50, 9));
  REQUIRE(set.give(200, 4));
  REQUIRE(set.give(10, 4));
  CHECK(set.take(4) == 10U);
  CHECK(set.take(4) == 200U);
  CHECK(set.take(4) == 50U);
  CHECK(set.take(4) == 54U);
  CHECK(set.take(4) == std::nullopt);
  CHECK(set.take(1) == 58U);
  CHECK(set.take_largest(2) == page_run{100, 2});
  CHECK(set.take_largest(9) == page_run{102, 1});
  CHECK(set.take_largest(1) == std::nullopt);
}

TEST_CASE("The largest page ids can be members") {
  extent_set set;
  REQUIRE(set.give(macaw::page_id_limit - 4, 4));
  CHECK(set.contains(macaw::page_id_limit - 1, 1));
  CHECK_FALSE(set.contains(macaw::page_id_limit - 1, 2));
  CHECK(extents_of(set) == std::vector<page_run>{{macaw::page_id_limit - 4, 4}});
  set.exclude(0, macaw::page_id_limit);
  CHECK(set.empty());
}

TEST_CASE("A random life agrees with a flag for each page") {
  const std::uint64_t seed = macaw_test::seed();
  CAPTURE(seed);
  std::mt19937_64 random(seed);
  const auto below = [&random](std::uint32_t limit) { return static_cast<std::uint32_t>(random() % limit); };
  for (const std::uint32_t pages : {20U, 300U, 3000U}) {
    extent_set set;
    page_flags model(pages + 40);
    for (int step = 0; step < 6000; ++step) {
      const std::uint32_t count = 1 + below(below(4) == 0 ? 30 : 4);
      const std::uint32_t first = below(pages);
      switch (below(8)) {
        case 0:
        case 1:
        case 2: {
          const bool fits = model.all(first, count, false);
          REQUIRE(set.give(first, count) == fits);
          if (fits) model.set(first, count, true);
          break;
        }
        case 3:
        case 4: {
          const bool fits = model.all(first, count, true);
          REQUIRE(set.contains(first, count) == fits);
          REQUIRE(set.remove(first, count) == fits);
          if (fits) model.set(first, count, false);
          break;
        }
        case 5: {
          std::optional<page_run> best;
          for (const page_run& run : model.extents()) {
            if (run.pages >= count && (!best || run.pages < best->pages)) best = run;
          }
          const std::optional<std::uint32_t> taken = set.take(count);
          REQUIRE(taken.has_value() == best.has_value());
          if (best) REQUIRE(*taken == best->first);
          if (best) model.set(*taken, count, false);
          break;
        }
        case 6: {
          std::optional<page_run> best;
          for (const page_run& run : model.extents()) {
            if (!best || run.pages > best->pages) best = run;
          }
          const std::optional<page_run> taken = set.take_largest(count);
          REQUIRE(taken.has_value() == best.has_value());
          if (best) REQUIRE(*taken == page_run{best->first, std::min(count, best->pages)});
          if (best) model.set(taken->first, taken->pages, false);
          break;
        }
        default:
          if (below(2) == 0) {
            set.include(first, count);
            model.set(first, count, true);
          } else {
            set.exclude(first, count);
            model.set(first, count, false);
          }
      }
      if (pages < 1000 || step % 50 == 0) check_same(set, model);
    }
  }
}

TEST_CASE("Operations allocate nothing after a reserve") {
  extent_set set;
  REQUIRE(set.give(0, 1000));
  set.reserve(300);
  bool good = true;
  const auto life = [&] {
    for (std::uint32_t i = 0; i < 300; ++i) good = good && set.remove(3 * i + 1, 1);
    for (std::uint32_t i = 0; i < 300; ++i) good = good && set.give(3 * (299 - i) + 1, 1);
  };
  CHECK(macaw_test::allocations_of(life) == 0);
  CHECK(good);
  CHECK(extents_of(set) == std::vector<page_run>{{0, 1000}});
}

TEST_CASE("A failed allocation changes nothing in a set of extents") {
  for (std::uint64_t nth = 1; nth < 12; ++nth) {
    extent_set set;
    page_flags model(1000);
    {
      const macaw_test::failing_allocation failure(nth);
      for (std::uint32_t i = 0; i < 200; ++i) {
        try {
          if (set.give(4 * i, 3)) model.set(4 * i, 3, true);
          if (set.remove(4 * i + 1, 1)) model.set(4 * i + 1, 1, false);
        } catch (const std::bad_alloc&) {
        }
      }
    }
    check_same(set, model);
  }
}

TEST_CASE("A hundred thousand extents in the worst order of arrival stay quick") {
  extent_set set;
  for (std::uint32_t i = 0; i < 100'000; ++i) REQUIRE(set.give(2 * i, 1));
  REQUIRE(set.count() == 100'000);
  for (std::uint32_t i = 0; i < 100'000; ++i) REQUIRE(set.take(1) == 2 * i);
  CHECK(set.empty());
}

}  // namespace
