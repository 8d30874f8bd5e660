// SPDX-License-Identifier: MIT

#include <macaw/detail/format/width.hpp>

#include <type_traits>

#include "support/catch.hpp"

using namespace macaw::detail;

static_assert(std::is_empty_v<width<8>> && width<8>::get() == 8);
static_assert(!std::is_default_constructible_v<width<dynamic_width>>);
static_assert(head_width_of(1) == 1 && head_width_of(2) == 2 && head_width_of(3) == 4 && head_width_of(4) == 4);
static_assert(head_width_of(5) == 8 && head_width_of(8) == 8 && head_width_of(100) == 8);

TEST_CASE("the integer of a key's head is found for constant and for run-time widths") {
  const auto size = []<class T>(T) { return sizeof(typename T::type); };
  CHECK(with_head_type(width<1>(), size) == 1);
  CHECK(with_head_type(width<20>(), size) == 8);
  for (const std::size_t bytes : {std::size_t{1}, std::size_t{2}, std::size_t{3}, std::size_t{4}, std::size_t{9}}) {
    CHECK(with_head_type(width<dynamic_width>(bytes), size) == head_width_of(bytes));
  }
}
