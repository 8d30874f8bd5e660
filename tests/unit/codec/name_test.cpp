// SPDX-License-Identifier: MIT

#include <macaw/codec/name.hpp>

#include "support/catch.hpp"

#include <string_view>

namespace {

using macaw::detail::composed_name;
using macaw::detail::is_beginning_by_parts;
using macaw::detail::number_name;

struct u8 {
  static constexpr std::string_view name = "u8";
};
struct text {
  static constexpr const char* name = "text";
};
struct pair {
  static constexpr std::string_view name = composed_name<"tuple", u8, text>::value;
};

static_assert(pair::name == "tuple(u8,text)");
static_assert(composed_name<"array", pair, number_name<1024>>::value == "array(tuple(u8,text),1024)");
static_assert(number_name<0>::name == "0");
static_assert(number_name<10>::name == "10");

}  // namespace

TEST_CASE("a name with fewer parts is a beginning") {
  CHECK(is_beginning_by_parts("struct(u8)", "struct(u8,text)"));
  CHECK(is_beginning_by_parts("struct(u8)", "struct(u8,text,u8)"));
  CHECK(is_beginning_by_parts("struct(tuple(u8,text))", "struct(tuple(u8,text),u8)"));
}

TEST_CASE("a name that ends inside a part is no beginning") {
  CHECK_FALSE(is_beginning_by_parts("struct(u8)", "struct(u8)"));
  CHECK_FALSE(is_beginning_by_parts("struct(u8,text)", "struct(u8)"));
  CHECK_FALSE(is_beginning_by_parts("struct(u)", "struct(u8,text)"));
  CHECK_FALSE(is_beginning_by_parts("struct(u1)", "struct(u16,text)"));
  CHECK_FALSE(is_beginning_by_parts("struct(tuple(u8)", "struct(tuple(u8,text),u8)"));
  CHECK_FALSE(is_beginning_by_parts("struct(tuple(u8))", "struct(tuple(u8,text),u8)"));
  CHECK_FALSE(is_beginning_by_parts("tuple(u8)", "struct(u8,text)"));
  CHECK_FALSE(is_beginning_by_parts("struct(text)", "struct(u8,text)"));
  CHECK_FALSE(is_beginning_by_parts("", "struct(u8,text)"));
  CHECK_FALSE(is_beginning_by_parts(")", ",struct(u8,text)"));
  CHECK_FALSE(is_beginning_by_parts("struct()", "struct(u8,text)"));
}
