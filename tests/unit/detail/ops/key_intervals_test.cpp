// SPDX-License-Identifier: MIT

#include <macaw/detail/ops/key_intervals.hpp>

#include "support/catch.hpp"
#include "support/random.hpp"

#include <algorithm>
#include <cstddef>
#include <random>
#include <string_view>
#include <vector>

namespace {

using macaw::as_bytes;
using macaw::detail::key_intervals;

key_intervals::key key_of(std::string_view text) {
  const macaw::bytes_view bytes = as_bytes(text);
  return {bytes.begin(), bytes.end()};
}

}  // namespace

TEST_CASE("intervals hold their ends and what is between them") {
  key_intervals keys;
  CHECK_FALSE(keys.contains(as_bytes("a")));
  keys.add(key_of("b"), key_of("d"));
  keys.add(key_of("m"), key_of("m"));
  CHECK(keys.contains(as_bytes("b")));
  CHECK(keys.contains(as_bytes("bb")));
  CHECK(keys.contains(as_bytes("d")));
  CHECK(keys.contains(as_bytes("m")));
  CHECK_FALSE(keys.contains(as_bytes("a")));
  CHECK_FALSE(keys.contains(as_bytes("da")));
  CHECK_FALSE(keys.contains(as_bytes("n")));
  CHECK(keys.touches(as_bytes("a"), as_bytes("b")));
  CHECK(keys.touches(as_bytes("a"), as_bytes("z")));
  CHECK_FALSE(keys.touches(as_bytes("e"), as_bytes("l")));
  CHECK(keys.size() == 2);
  keys.add(key_of("c"), key_of("p"));
  CHECK(keys.size() == 1);
  CHECK(keys.contains(as_bytes("e")));
  CHECK(keys.contains(as_bytes("p")));
}

TEST_CASE("intervals are the same set as their members one by one") {
  CAPTURE(macaw_test::seed());
  std::mt19937_64 random(macaw_test::seed());
  for (int round = 0; round < 50; ++round) {
    key_intervals keys;
    std::vector<bool> members(256);
    for (int i = 0; i < 20; ++i) {
      const auto first = static_cast<unsigned>(random() % 256);
      const auto last = std::min(255U, first + static_cast<unsigned>(random() % 20));
      keys.add({static_cast<std::byte>(first)}, {static_cast<std::byte>(last)});
      for (unsigned key = first; key <= last; ++key) members[key] = true;
    }
    for (unsigned key = 0; key < 256; ++key) {
      const std::byte one[] = {static_cast<std::byte>(key)};
      CHECK(keys.contains(one) == members[key]);
    }
  }
}
