// SPDX-License-Identifier: MIT

#include <macaw/codec/text.hpp>

#include "support/catch.hpp"
#include "support/codec_bytes.hpp"

#include <concepts>
#include <cstddef>
#include <string>
#include <string_view>

namespace {

using macaw::text_argument;
using macaw::text_key;
using macaw::text_value;
using macaw_test::component_hex;
using macaw_test::encoded_hex;
using namespace std::string_view_literals;

static_assert(macaw::borrowing_component_key_codec<text_key> && macaw::value_codec<text_value>);

// What compiles, and what must not.
static_assert(std::convertible_to<const char*, text_argument>);
static_assert(std::convertible_to<const char (&)[4], text_argument>);
static_assert(std::convertible_to<std::string, text_argument>);
static_assert(std::convertible_to<const std::string&, text_argument>);
static_assert(std::convertible_to<std::string_view, text_argument>);
static_assert(std::convertible_to<macaw::component_text, text_argument>);
static_assert(!std::constructible_from<text_argument, std::nullptr_t>);
static_assert(!std::constructible_from<text_argument, int>);
static_assert(!std::constructible_from<text_argument, char>);
static_assert(!std::constructible_from<text_argument, bool>);
static_assert(!std::constructible_from<text_argument, double>);
static_assert(!std::constructible_from<text_argument, const char8_t*>);
static_assert(!std::default_initializable<text_argument>);

template <class Argument>
concept takes_zero = requires {
  Argument(0);
};
static_assert(!takes_zero<text_argument>);  // the literal is a null pointer constant

static_assert(text_key::name == "text" && text_value::name == "text");
static_assert(std::same_as<macaw::key_codec_for<std::string_view>, text_key>);
static_assert(noexcept(text_key::encode(std::declval<const text_argument&>(), nullptr)));
static_assert(noexcept(text_value::encode(std::declval<const text_argument&>(), nullptr)));

}  // namespace

TEST_CASE("texts are stored as their bytes") {
  CHECK(encoded_hex<text_key>("ada") == "616461");
  CHECK(encoded_hex<text_value>("") == "");
  CHECK(encoded_hex<text_key>("a\0b"sv) == "610062");
}

TEST_CASE("texts decode to views of the bytes themselves") {
  const auto bytes = macaw_test::unhex("616461");
  const auto view = text_key::decode(bytes);
  REQUIRE(view == "ada");
  CHECK(static_cast<const void*>(view->data()) == bytes.data());
  CHECK(text_key::own(*view) == "ada");
  CHECK(text_value::decode(macaw::bytes_view()) == "");
}

TEST_CASE("texts in front of other components are terminated, with 00 and 01 escaped") {
  CHECK(component_hex<text_key>("ada") == "61646100");
  CHECK(component_hex<text_key>("") == "00");
  CHECK(component_hex<text_key>("\0\1\2"sv) == "010101020200");
}

TEST_CASE("the bytes of a beginning begin the bytes of the text") {
  CHECK(macaw_test::hex(text_key::encode_leading_prefix("ad")) == "6164");
  CHECK(text_key::encode_leading_prefix("").empty());
}
