// SPDX-License-Identifier: MIT

#include "support/catch.hpp"

#include <macaw/detail/base/algorithms.hpp>

#include <algorithm>
#include <random>
#include <vector>

namespace ours = macaw::detail::algorithms;

TEST_CASE("the algorithms agree with their namesakes") {
  std::mt19937 random(1);
  for (int round = 0; round < 500; ++round) {
    std::vector<int> numbers(random() % 60);
    for (int& number : numbers) number = static_cast<int>(random() % 30);
    std::vector<int> sorted = numbers;
    std::sort(sorted.begin(), sorted.end());
    std::vector<int> mine = numbers;
    ours::sort(mine.begin(), mine.end());
    REQUIRE(mine == sorted);
    ours::sort(mine.begin(), mine.end(), [](int a, int b) { return b < a; });
    REQUIRE(std::is_sorted(mine.rbegin(), mine.rend()));
    for (int value = -1; value <= 31; ++value) {
      REQUIRE(ours::lower_bound(sorted.begin(), sorted.end(), value) ==
              std::lower_bound(sorted.begin(), sorted.end(), value));
      REQUIRE(ours::upper_bound(sorted.begin(), sorted.end(), value) ==
              std::upper_bound(sorted.begin(), sorted.end(), value));
      REQUIRE(ours::binary_search(sorted.begin(), sorted.end(), value) ==
              std::binary_search(sorted.begin(), sorted.end(), value));
      REQUIRE(ours::clamp(value, 3, 9) == std::clamp(value, 3, 9));
    }
    std::vector<int> reversed = numbers;
    ours::reverse(reversed.begin(), reversed.end());
    REQUIRE(std::equal(numbers.rbegin(), numbers.rend(), reversed.begin(), reversed.end()));
    std::vector<int> once = sorted;
    once.erase(ours::unique(once.begin(), once.end()), once.end());
    std::vector<int> expected = sorted;
    expected.erase(std::unique(expected.begin(), expected.end()), expected.end());
    REQUIRE(once == expected);
    const auto even = [](int number) { return number % 2 == 0; };
    std::vector<int> parted = numbers;
    const auto middle = ours::partition(parted.begin(), parted.end(), even);
    REQUIRE(std::all_of(parted.begin(), middle, even));
    REQUIRE(std::none_of(middle, parted.end(), even));
    std::sort(parted.begin(), parted.end());
    REQUIRE(parted == sorted);
    REQUIRE(ours::none_of(numbers.begin(), numbers.end(), even) == std::none_of(numbers.begin(), numbers.end(), even));
    REQUIRE(ours::min(round, 7) == std::min(round, 7));
    REQUIRE(ours::max(round, 7) == std::max(round, 7));
  }
}
