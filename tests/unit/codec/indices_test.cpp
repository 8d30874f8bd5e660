// SPDX-License-Identifier: MIT

#include <macaw/codec/indices.hpp>

#include "support/catch.hpp"

#include <array>
#include <cstddef>

namespace {

using macaw::detail::with_index;
using macaw::detail::with_indices;

constexpr std::array squares{0, 1, 4, 9};
static_assert(with_indices<4>([](auto... index) { return (std::get<index>(squares) + ... + 0); }) == 14);
static_assert(with_indices<0>([](auto... index) { return sizeof...(index); }) == 0);

}  // namespace

TEST_CASE("a function is called with the index wanted and no other") {
  int sum = 0;
  with_index<4>(3, [&](auto index) { sum += std::get<index>(squares); });
  CHECK(sum == 9);
  with_index<4>(4, [&](auto index) { sum += std::get<index>(squares); });
  CHECK(sum == 9);
}
