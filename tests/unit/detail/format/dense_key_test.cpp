// SPDX-License-Identifier: MIT

#include <macaw/detail/format/dense_key.hpp>

#include <algorithm>
#include <random>
#include <string>
#include <vector>

#include "support/catch.hpp"
#include "support/page_models.hpp"
#include "support/random.hpp"

using namespace macaw::detail;

namespace {

template <std::size_t Width>
void test_keys(const dense_keys<Width>& keys) {
  const std::uint64_t seed = macaw_test::seed();
  CAPTURE(seed, keys.key_width());
  std::mt19937_64 random(seed);
  for (const auto style : macaw_test::all_key_styles) {
    std::vector<std::string> sorted;
    for (int i = 0; i < 200; ++i) sorted.push_back(macaw_test::random_key(random, style, keys.key_width(), 100));
    std::sort(sorted.begin(), sorted.end());
    sorted.erase(std::unique(sorted.begin(), sorted.end()), sorted.end());
    const auto count = static_cast<std::uint32_t>(sorted.size());
    std::vector<std::byte> heads(count * keys.head_width());
    std::vector<std::byte> tails(count * keys.tail_width());
    const auto bytes = [](const std::string& key) { return macaw::as_bytes(std::string_view(key)); };
    for (std::uint32_t i = 0; i < count; ++i) {
      std::byte* const tail = tails.data() + i * keys.tail_width();
      keys.store(heads.data() + i * keys.head_width(), tail, bytes(sorted[i]));
      std::string back(keys.key_width(), '\0');
      keys.load(heads.data() + i * keys.head_width(), tail, reinterpret_cast<std::byte*>(back.data()));
      REQUIRE(back == sorted[i]);
    }
    const dense_key_columns columns{{heads.data(), nullptr, count, 0}, tails.data()};
    REQUIRE(keys.validate(columns) == nullptr);
    for (int i = 0; i < 400; ++i) {
      const std::string key = i < 200 ? sorted[static_cast<std::size_t>(i) % count]
                                      : macaw_test::random_key(random, style, keys.key_width(), 100);
      const auto lower = std::lower_bound(sorted.begin(), sorted.end(), key);
      const auto upper = std::upper_bound(sorted.begin(), sorted.end(), key);
      const position found = keys.lower_bound(columns, keys.make_key(bytes(key)), near_nothing);
      REQUIRE(found.index == lower - sorted.begin());
      REQUIRE(found.found == (lower != upper));
      REQUIRE(keys.upper_bound(columns, keys.make_key(bytes(key)), near_nothing) == upper - sorted.begin());
    }
    if (count > 1) {
      std::swap_ranges(heads.begin(), heads.begin() + static_cast<std::ptrdiff_t>(keys.head_width()),
                       heads.begin() + static_cast<std::ptrdiff_t>(keys.head_width()));
      std::swap_ranges(tails.begin(), tails.begin() + static_cast<std::ptrdiff_t>(keys.tail_width()),
                       tails.begin() + static_cast<std::ptrdiff_t>(keys.tail_width()));
      REQUIRE(keys.validate(columns) != nullptr);
    }
  }
}

}  // namespace

TEST_CASE("keys of every width order, come back and are found") {
  test_keys(dense_keys<1>());
  test_keys(dense_keys<2>());
  test_keys(dense_keys<3>());
  test_keys(dense_keys<4>());
  test_keys(dense_keys<7>());
  test_keys(dense_keys<8>());
  test_keys(dense_keys<9>());
  test_keys(dense_keys<32>());
  for (std::size_t width = 1; width < 20; ++width) test_keys(dense_keys<dynamic_width>(width));
}

TEST_CASE("bytes beyond a key's width are found") {
  const dense_keys<3> keys;
  std::byte head[4];
  keys.store(head, nullptr, macaw::as_bytes("abc"));
  CHECK(keys.validate({{head, nullptr, 1, 0}, nullptr}) == nullptr);
  head[0] = std::byte{1};
  CHECK(keys.validate({{head, nullptr, 1, 0}, nullptr}) != nullptr);
}
