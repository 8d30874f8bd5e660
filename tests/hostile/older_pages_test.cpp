// SPDX-License-Identifier: MIT
//
// Pages that were replaced by what stood there before, whole and with checksums that are right: what a lost write
// leaves. Every page of a small history, with every version that it ever had.

#include "hostile/hostile_files.hpp"
#include "hostile/reached_pages.hpp"
#include "support/catch.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <set>
#include <vector>

namespace {

using namespace macaw_test;

struct replacement_counts {
  std::uint64_t versions = 0;
  std::uint64_t found = 0;
  std::uint64_t unreached = 0;
};

/// Replaces each page in turn by each of its older versions.
template <class Config>
void replace_each(const std::vector<file_bytes>& history, replacement_counts& counts) {
  constexpr std::size_t page_size = Config::page_size;
  const file_bytes& newest = history.back();
  const reached_pages<page_size> reached(newest);
  const use_report expected = hostile_use<Config>(newest).glance();
  REQUIRE(expected.sound);
  for (std::uint32_t page = 16; page < newest.size() / page_size; ++page) {
    const auto at = static_cast<std::ptrdiff_t>(page * page_size);
    std::set<std::vector<std::byte>> versions;
    for (const file_bytes& older : history) {
      if (older.size() < (page + 1) * page_size) continue;
      versions.insert({older.begin() + at, older.begin() + at + page_size});
    }
    versions.erase({newest.begin() + at, newest.begin() + at + page_size});
    for (const std::vector<std::byte>& version : versions) {
      CAPTURE(page);
      file_bytes file = newest;
      std::copy(version.begin(), version.end(), file.begin() + at);
      const use_report found = hostile_use<Config>(file).glance();
      ++counts.versions;
      REQUIRE(found.opened);
      if (reached.is_reached(page)) {
        ++counts.found;
        REQUIRE_FALSE(found.sound);
        if (reached.trees().contains(page)) REQUIRE(found.corrupt > 0);
      } else {
        ++counts.unreached;
        REQUIRE((found.sound && found.contents == expected.contents));
      }
    }
  }
}

}  // namespace

TEST_CASE("a page in the state of an older commit is found when it is first touched") {
  std::vector<file_bytes> history;
  static_cast<void>(make_file<512>({.numbers = 150, .lines = 30, .texts = 40, .marks = 40, .large = 1500, .churn = 40},
                                   [&](const file_bytes& now) { history.push_back(now); }));
  replacement_counts counts;
  replace_each<hostile_file_config<512>>(history, counts);
  replace_each<hostile_mapped_config<512>>(history, counts);
  std::printf("%llu older versions of pages: %llu found, %llu of pages that are not reached\n",
              static_cast<unsigned long long>(counts.versions), static_cast<unsigned long long>(counts.found),
              static_cast<unsigned long long>(counts.unreached));
  CHECK(counts.found > 200);
}
