// SPDX-License-Identifier: MIT

#include <macaw/codec/array.hpp>
#include <macaw/codec/integer.hpp>
#include <macaw/codec/optional.hpp>
#include <macaw/codec/struct.hpp>
#include <macaw/codec/text.hpp>
#include <macaw/codec/tuple.hpp>

#include "support/allocations.hpp"
#include "support/catch.hpp"
#include "support/codec_bytes.hpp"

#include <concepts>
#include <cstdint>
#include <new>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>

namespace {

struct user {
  std::string name;
  std::uint32_t age;
  bool operator==(const user&) const = default;
};
struct point {
  std::int16_t x = 0;
  std::int16_t y = 0;
  bool operator==(const point&) const = default;
};
/// `user` some releases later.
struct later_user {
  std::string name;
  std::uint32_t age = 0;
  std::string country = "unknown";
  std::optional<point> home = point{1, 2};
  bool operator==(const later_user&) const = default;
};

}  // namespace

template <>
struct macaw::codec<user> : macaw::struct_codec<&user::name, &user::age> {};
template <>
struct macaw::codec<point> : macaw::struct_codec<&point::x, &point::y> {};
template <>
struct macaw::codec<later_user>
    : macaw::struct_codec<&later_user::name, &later_user::age, &later_user::country, &later_user::home> {};

namespace {

using macaw::key_codec_for;
using macaw::value_codec_for;
using macaw_test::decodes;
using macaw_test::encoded;
using macaw_test::encoded_hex;
using macaw_test::hex;
using macaw_test::unhex;

using user_value = value_codec_for<user>;
using user_key = key_codec_for<user>;
using point_value = value_codec_for<point>;
using later_value = value_codec_for<later_user>;

static_assert(user_value::name == "struct(text,u32)" && point_value::name == "struct(i16,i16)");
static_assert(later_value::name == "struct(text,u32,text,optional(struct(i16,i16)))");
static_assert(point_value::fixed_size == 4 && key_codec_for<point>::fixed_size == 4 && user_value::fixed_size == 0);

// A struct that owns no memory is its own view; another is presented owned.
static_assert(std::same_as<point_value::view_type, point> && !macaw::presents_owned<point_value>);
static_assert(std::same_as<key_codec_for<point>::view_type, point>);
static_assert(macaw::presents_owned<user_value> && macaw::presents_owned<user_key>);
static_assert(std::same_as<macaw::presented<user_value>, user>);
static_assert(macaw::presents_owned<value_codec_for<std::optional<user>>>);
static_assert(macaw::presents_owned<value_codec_for<std::tuple<int, user>>>);
static_assert(macaw::presents_owned<value_codec_for<std::array<user, 2>>>);

static_assert(noexcept(user_value::encode(std::declval<const user&>(), nullptr)));
static_assert(noexcept(user_value::decode(macaw::bytes_view())));

}  // namespace

TEST_CASE("a struct is stored as the tuple of its members") {
  CHECK(encoded_hex<user_value>({"ada", 36}) ==
        "03616461"
        "24000000");
  CHECK(encoded_hex<user_key>({"ada", 36}) ==
        "61646100"
        "00000024");
  CHECK(encoded_hex<point_value>({.x = 1, .y = -1}) == "0100ffff");
  CHECK(encoded_hex<key_codec_for<point>>({1, -1}) == "80017fff");
}

TEST_CASE("a struct comes back from its view") {
  const auto bytes = encoded<user_value>({"ada", 36});
  const auto view = user_value::decode(bytes);
  REQUIRE(view.has_value());
  CHECK(user_value::own(*view) == user{"ada", 36});
  CHECK(macaw::present<user_value>(*view) == user{"ada", 36});
  CHECK((*view)->age == 36);
  const user converted = *view;
  CHECK(converted.name == "ada");
  CHECK(point_value::decode(unhex("0100ffff")) == point{1, -1});
}

TEST_CASE("the members of a view are read without building the struct") {
  const auto bytes = encoded<user_value>({"a name longer than small strings are", 36});
  const auto view = *user_value::decode(bytes);
  static_assert(std::same_as<decltype(view.get<&user::name>()), const std::string_view&>);
  CHECK(view.get<&user::age>() == 36);
  CHECK(view.get<&user::name>().starts_with("a name"));
  if (!macaw_test::allocations_are_counted) return;
  std::uint32_t age = 0;
  CHECK(macaw_test::allocations_of([&] { age = user_value::decode(bytes)->get<&user::age>(); }) == 0);
  CHECK(age == 36);
}

TEST_CASE("where there is no memory decoding still answers and presenting raises") {
  if (!macaw_test::allocations_are_counted) return;
  const auto bytes = encoded<user_value>({"a name longer than small strings are", 36});
  bool decoded = false;
  bool raised = false;
  {
    macaw_test::failing_allocation failing(1);
    const auto view = user_value::decode(bytes);
    decoded = view.has_value();
    try {
      static_cast<void>(macaw::present<user_value>(*view));
    } catch (const std::bad_alloc&) {
      raised = true;
    }
  }
  CHECK(decoded);
  CHECK(raised);
}

TEST_CASE("rows written before members were added take the members' defaults") {
  CHECK(later_value::reads("struct(text,u32,text,optional(struct(i16,i16)))"));
  CHECK(later_value::reads("struct(text,u32)"));
  CHECK(later_value::reads("struct(text)"));
  CHECK_FALSE(later_value::reads("struct(text,u32,text,optional(struct(i16)))"));
  CHECK_FALSE(later_value::reads("struct(u32)"));
  CHECK_FALSE(user_value::reads("struct(text,u32,text)"));

  const auto old_row = encoded<user_value>({"ada", 36});
  const auto view = later_value::decode(old_row);
  REQUIRE(view.has_value());
  CHECK(view->has<&later_user::age>());
  CHECK_FALSE(view->has<&later_user::country>());
  CHECK(later_value::own(*view) == later_user{"ada", 36, "unknown", point{1, 2}});
  CHECK(point_value::decode(unhex("0100")) == point{1, 0});
}

TEST_CASE("rows that end inside a field, or have no field, are refused") {
  CHECK_FALSE(decodes<user_value>(""));
  CHECK_FALSE(decodes<user_value>("036164"));
  CHECK_FALSE(decodes<user_value>("0361646124"));
  CHECK_FALSE(decodes<user_value>("036164612400000000"));
  CHECK_FALSE(decodes<point_value>("01"));
  CHECK_FALSE(decodes<user_key>("61646100000000"));
}

TEST_CASE("leading members begin the keys that have them") {
  CHECK(hex(user_key::encode_leading("ada")) == "61646100");
  CHECK(hex(user_key::encode_leading_prefix("ad")) == "6164");
  using nested = key_codec_for<std::tuple<user, point, std::string>>;
  CHECK(hex(nested::encode_leading(user{"ada", 1}, point{0, 0})) ==
        "61646100"
        "00000001"
        "80008000");
}
