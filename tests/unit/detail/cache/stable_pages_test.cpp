// SPDX-License-Identifier: MIT

#include <macaw/detail/cache/stable_pages.hpp>

#include "support/catch.hpp"

#include <type_traits>
#include <utility>

using macaw::detail::stable_pages;

static_assert(std::is_empty_v<stable_pages::pins> && std::is_empty_v<stable_pages::pin>);
static_assert(std::is_empty_v<stable_pages::operation>);

TEST_CASE("An operation over stable pages may be moved and assigned, and only bounds a scope", "[cache]") {
  stable_pages::operation operation;
  stable_pages::operation moved = std::move(operation);
  moved = stable_pages::operation();
  CHECK(std::is_nothrow_move_constructible_v<stable_pages::operation>);
}
