// SPDX-License-Identifier: MIT

#include <macaw/detail/format/hints.hpp>

#include <algorithm>
#include <random>
#include <vector>

#include "support/catch.hpp"

using namespace macaw::detail;

namespace {

/// A column of `count` heads that has room for `capacity`.
template <class Head>
void test_hinted(std::uint32_t count, std::uint32_t capacity, std::mt19937_64& random) {
  constexpr auto width = static_cast<std::uint32_t>(sizeof(Head));
  const std::uint32_t stride = hint_stride(capacity, width);
  REQUIRE((hint_count + 1) * stride >= count);
  std::vector<Head> heads(count);
  for (Head& head : heads) head = static_cast<Head>(random());
  if (count > 3) heads[0] = heads[1] = std::numeric_limits<Head>::max();
  std::sort(heads.begin(), heads.end());
  std::vector<std::byte> bytes((hint_count + count) * width);
  std::byte* const column = bytes.data() + hint_count * width;
  for (std::uint32_t i = 0; i < count; ++i) store_le(column + i * width, heads[i]);
  store_hints<Head>(bytes.data(), column, count, stride);
  REQUIRE(hints_right<Head>(bytes.data(), column, count, stride));
  const head_column seen{column, bytes.data(), count, stride};
  const auto test_key = [&](Head key) {
    const auto less = std::lower_bound(heads.begin(), heads.end(), key) - heads.begin();
    const auto not_greater = std::upper_bound(heads.begin(), heads.end(), key) - heads.begin();
    std::uint32_t segment = 0;
    REQUIRE(count_less<Head>(seen, key, [&](std::uint32_t row) { segment = row; }) == less);
    REQUIRE(segment == segment_of<Head>(seen, key));
    REQUIRE(segment <= less);
    REQUIRE(less <= segment + stride);
    REQUIRE(count_not_greater<Head>(seen, key, near_nothing) == not_greater);
  };
  for (const Head head : heads) {
    test_key(head);
    test_key(static_cast<Head>(head - 1));
  }
  test_key(0);
  test_key(std::numeric_limits<Head>::max());
  if (count > stride) {
    bytes[width] ^= std::byte{1};
    REQUIRE_FALSE(hints_right<Head>(bytes.data(), column, count, stride));
  }
}

}  // namespace

TEST_CASE("a hinted column is searched as if it had no hints") {
  std::mt19937_64 random(5);
  for (std::uint32_t count = 40; count < 700; count += 13) {
    test_hinted<std::uint64_t>(count, count, random);
    test_hinted<std::uint32_t>(count, count, random);
    test_hinted<std::uint16_t>(count, count, random);
    test_hinted<std::uint8_t>(count, count, random);
  }
  test_hinted<std::uint64_t>(4084, 4084, random);
}

TEST_CASE("a column with room for more is searched up to its last head") {
  std::mt19937_64 random(6);
  for (std::uint32_t count = 0; count <= 244; ++count) {
    CAPTURE(count);
    test_hinted<std::uint64_t>(count, 244, random);
    test_hinted<std::uint32_t>(count, 496, random);
    test_hinted<std::uint16_t>(count, 950, random);
    test_hinted<std::uint8_t>(count, 1800, random);
  }
}

TEST_CASE("only columns of more than four cache lines have hints") {
  CHECK_FALSE(has_hints(64, 4));
  CHECK(has_hints(65, 4));
  CHECK(hints_size(64, 4) == 0);
  CHECK(hints_size(65, 4) == 64);
  CHECK(hints_size(33, 8) == 128);
}
