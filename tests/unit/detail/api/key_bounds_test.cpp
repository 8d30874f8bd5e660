// SPDX-License-Identifier: MIT

#include <macaw/detail/api/key_bounds.hpp>

#include "support/catch.hpp"

#include <optional>
#include <string>
#include <string_view>

using macaw::as_bytes;
using macaw::as_text;
using macaw::detail::key_bounds;
using namespace std::string_view_literals;

namespace {

std::optional<std::string> text(const std::optional<macaw::bytes_view>& bytes) {
  if (!bytes) return std::nullopt;
  return std::string(as_text(*bytes));
}

}  // namespace

TEST_CASE("without limits nothing is excluded") {
  const key_bounds bounds;
  CHECK_FALSE(bounds.lower());
  CHECK_FALSE(bounds.upper());
  CHECK_FALSE(bounds.contradictory());
}

TEST_CASE("ends named the other way are replaced by successors") {
  key_bounds bounds;
  bounds.limit_lower(as_bytes("a"), false, 0);
  bounds.limit_upper(as_bytes("b"), true, 0);
  CHECK(text(bounds.lower()) == std::string("a\0", 2));
  CHECK(text(bounds.upper()) == std::string("b\0", 2));
  key_bounds fixed;
  fixed.limit_lower(as_bytes("a\xff"), false, 2);
  fixed.limit_upper(as_bytes("bb"), true, 2);
  CHECK(text(fixed.lower()) == std::string("b\0", 2));
  CHECK(text(fixed.upper()) == "bc");
}

TEST_CASE("nothing lies above the greatest key of a size, and up to it everything does") {
  key_bounds above;
  above.limit_lower(as_bytes("\xff\xff"), false, 2);
  CHECK(above.contradictory());
  key_bounds through;
  through.limit_upper(as_bytes("\xff\xff"), true, 2);
  CHECK_FALSE(through.upper());
  CHECK_FALSE(through.contradictory());
}

TEST_CASE("a prefix spans from itself to its successor") {
  key_bounds bounds;
  bounds.limit_to_prefix(as_bytes("a\xff\xff"), 0);
  CHECK(text(bounds.lower()) == "a\xff\xff");
  CHECK(text(bounds.upper()) == "b");
  key_bounds top;
  top.limit_to_prefix(as_bytes("\xff"), 0);
  CHECK_FALSE(top.upper());
  key_bounds all;
  all.limit_to_prefix({}, 0);
  CHECK(text(all.lower()) == "");
  CHECK_FALSE(all.upper());
  key_bounds fixed;
  fixed.limit_to_prefix(as_bytes("ab"), 4);
  CHECK(text(fixed.lower()) == std::string("ab\0\0", 4));
  CHECK(text(fixed.upper()) == std::string("ac\0\0", 4));
}

TEST_CASE("ends that cross leave no room") {
  key_bounds bounds;
  bounds.limit_lower(as_bytes("b"), true, 0);
  bounds.limit_upper(as_bytes("b"), false, 0);
  CHECK(bounds.contradictory());
  bounds.limit_upper(as_bytes("b"), true, 0);
  CHECK_FALSE(bounds.contradictory());
  bounds.limit_upper(as_bytes("a"), true, 0);
  CHECK(bounds.contradictory());
}
