// SPDX-License-Identifier: MIT

#include <macaw/detail/format/dense_plan.hpp>

#include "support/catch.hpp"

using namespace macaw::detail;

TEST_CASE("planned rows fit their page, and hints cover them") {
  for (const std::size_t page_size : {std::size_t{512}, std::size_t{4096}, std::size_t{65536}}) {
    for (std::size_t key = 1; key <= 100; ++key) {
      for (std::size_t rest = 1; rest <= 110; ++rest) {
        const dense_plan plan(page_size, key, rest);
        const std::size_t head = head_width_of(key);
        const std::size_t row = head + (key > 8 ? key - 8 : 0) + rest;
        REQUIRE(plan.base + plan.capacity * row <= page_size);
        REQUIRE(plan.capacity >= 2);
        REQUIRE(plan.hinted == has_hints(plan.capacity, head));
        REQUIRE(plan.base == page_header_size + (plan.hinted ? hint_count * head : 0));
        REQUIRE(17 * plan.hint_stride >= plan.capacity);
      }
    }
  }
}

TEST_CASE("a plan made at run time is the constant one") {
  const dense_plan_of<4096, dynamic_width, dynamic_width> made(4096, 8, 8);
  const dense_plan& constant = dense_plan_of<4096, 8, 8>::get();
  CHECK(made.get().capacity == constant.capacity);
  CHECK(made.get().base == constant.base);
  CHECK(made.get().hint_stride == constant.hint_stride);
}
