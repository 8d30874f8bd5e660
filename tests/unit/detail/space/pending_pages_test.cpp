// SPDX-License-Identifier: MIT

#include "support/catch.hpp"
#include "support/random.hpp"

#include <macaw/detail/space/pending_pages.hpp>

#include <algorithm>
#include <cstdint>
#include <new>
#include <random>
#include <set>
#include <string>
#include <vector>

namespace {

using macaw::detail::pending_pages;
using macaw::detail::pending_run;

using numbers = std::vector<std::uint64_t>;

void add(pending_pages& pages, const pending_run& run) {
  pages.reserve(1);
  pages.add(run);
}

std::vector<std::uint32_t> release(pending_pages& pages, const numbers& pins) {
  std::vector<std::uint32_t> given;
  pages.release(pins, [&given](std::uint32_t first, std::uint32_t count) {
    for (std::uint32_t i = 0; i < count; ++i) given.push_back(first + i);
  });
  std::sort(given.begin(), given.end());
  return given;
}

TEST_CASE("Pages are released when no pin lies between their birth and their death") {
  pending_pages pages;
  add(pages, {10, 2, 3, 7});
  add(pages, {20, 1, 7, 8});
  CHECK(pages.total() == 3);
  CHECK(release(pages, {3, 8}) == std::vector<std::uint32_t>{20});
  CHECK(release(pages, {2, 6, 7}).empty());
  CHECK(release(pages, {2, 7}) == std::vector<std::uint32_t>{10, 11});
  CHECK(pages.total() == 0);
}

TEST_CASE("Pages are looked at again only when the pin they wait for is gone") {
  pending_pages pages;
  for (std::uint32_t i = 0; i < 100; ++i) add(pages, {i, 1, 1, 10});
  CHECK(release(pages, {2, 5, 9}).empty());
  // They wait for 9; that the others left is not even noticed.
  CHECK(release(pages, {9}).empty());
  CHECK(release(pages, {}).size() == 100);
}

TEST_CASE("A failure to take the pages loses none") {
  pending_pages pages;
  for (std::uint32_t i = 0; i < 10; ++i) add(pages, {i, 1, 1, 10});
  int given = 0;
  const auto fail_at_five = [&given](std::uint32_t, std::uint32_t) {
    if (given == 5) throw std::bad_alloc();
    ++given;
  };
  CHECK_THROWS_AS(pages.release({}, fail_at_five), std::bad_alloc);
  CHECK(pages.total() == 5);
  CHECK(release(pages, {}).size() == 5);
}

TEST_CASE("A random life releases what a plain list of intervals would") {
  const std::uint64_t seed = macaw_test::seed();
  CAPTURE(seed);
  std::mt19937_64 random(seed);
  pending_pages pages;
  std::vector<pending_run> model;
  std::multiset<std::uint64_t> readers;
  std::uint32_t next = 0;
  for (std::uint64_t d = 1; d < 3000; ++d) {
    for (std::uint64_t i = random() % 6; i > 0; --i) {
      const pending_run run{next++, 1, d - 1 - random() % std::min<std::uint64_t>(d, 40), d};
      add(pages, run);
      model.push_back(run);
    }
    if (random() % 2 == 0) readers.insert(d);
    while (readers.size() > 12 || (!readers.empty() && random() % 3 == 0)) {
      auto at = readers.begin();
      std::advance(at, static_cast<std::ptrdiff_t>(random() % readers.size()));
      readers.erase(at);
    }
    const std::set<std::uint64_t> distinct(readers.begin(), readers.end());
    std::vector<std::uint32_t> expected;
    std::erase_if(model, [&](const pending_run& run) {
      const auto pin = distinct.lower_bound(run.birth);
      if (pin != distinct.end() && *pin < run.death) return false;
      expected.push_back(run.first);
      return true;
    });
    std::sort(expected.begin(), expected.end());
    REQUIRE(release(pages, numbers(distinct.begin(), distinct.end())) == expected);
    REQUIRE(pages.total() == model.size());
    std::size_t waiting = 0;
    pages.for_each([&waiting](const pending_run&) { ++waiting; });
    REQUIRE(waiting == model.size());
  }
}

}  // namespace
