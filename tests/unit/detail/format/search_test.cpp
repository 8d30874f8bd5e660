// SPDX-License-Identifier: MIT

#include <macaw/detail/format/search.hpp>

#include <macaw/detail/base/endian.hpp>

#include <algorithm>
#include <limits>
#include <random>
#include <vector>

#include "support/catch.hpp"
#include "support/random.hpp"

using namespace macaw::detail;

namespace {

/// Columns of `count` sorted heads that end where their allocation ends, and keys around them.
template <class Head>
void test_counts(std::uint32_t count, Head span, std::mt19937_64& random) {
  std::vector<Head> heads(count);
  for (Head& head : heads) {
    head = static_cast<Head>(span == 0 ? random() : std::numeric_limits<Head>::max() - random() % span);
  }
  std::sort(heads.begin(), heads.end());
  std::vector<std::byte> column(count * sizeof(Head));
  for (std::uint32_t i = 0; i < count; ++i) store_le(column.data() + i * sizeof(Head), heads[i]);
  std::vector<Head> keys = {0, 1, std::numeric_limits<Head>::max(), std::numeric_limits<Head>::max() / 2 + 1};
  for (int i = 0; i < 20; ++i) keys.push_back(static_cast<Head>(random()));
  for (int i = 0; i < 20 && count != 0; ++i) {
    const Head head = heads[random() % count];
    keys.insert(keys.end(), {head, static_cast<Head>(head + 1), static_cast<Head>(head - 1)});
  }
  for (const Head key : keys) {
    const auto expected = static_cast<std::uint32_t>(std::lower_bound(heads.begin(), heads.end(), key) - heads.begin());
    REQUIRE(count_less<Head>(column.data(), count, key) == expected);
    REQUIRE(scalar_search::count_less<Head>(column.data(), count, key) == expected);
    if (count % (64 / sizeof(Head)) == 0) REQUIRE(count_less_lines<Head>(column.data(), count, key) == expected);
    if (count == hint_count) REQUIRE(count_less_hints<Head>(column.data(), key) == expected);
  }
}

template <class Head>
void test_kernel() {
  const std::uint64_t seed = macaw_test::seed();
  CAPTURE(seed, sizeof(Head));
  std::mt19937_64 random(seed);
  for (std::uint32_t count = 0; count < 150; ++count) {
    test_counts<Head>(count, 0, random);
    test_counts<Head>(count, 40, random);
  }
  for (const std::uint32_t count : {255U, 256U, 257U, 1000U, 4097U, 16000U}) test_counts<Head>(count, 0, random);
}

}  // namespace

TEST_CASE("counting heads less than a key agrees with std::lower_bound") {
  test_kernel<std::uint8_t>();
  test_kernel<std::uint16_t>();
  test_kernel<std::uint32_t>();
  test_kernel<std::uint64_t>();
}

TEST_CASE("a column that is not sorted leads no further than its end") {
  std::mt19937_64 random(3);
  std::vector<std::byte> column(100 * 4);
  for (int i = 0; i < 1000; ++i) {
    for (std::byte& byte : column) byte = static_cast<std::byte>(random());
    REQUIRE(count_less<std::uint32_t>(column.data(), 100, static_cast<std::uint32_t>(random())) <= 100);
  }
}
