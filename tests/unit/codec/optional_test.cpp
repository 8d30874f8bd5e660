// SPDX-License-Identifier: MIT

#include <macaw/codec/integer.hpp>
#include <macaw/codec/optional.hpp>
#include <macaw/codec/text.hpp>

#include "support/catch.hpp"
#include "support/codec_bytes.hpp"

#include <concepts>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace {

using macaw::key_codec_for;
using macaw::value_codec_for;
using macaw_test::decodes;
using macaw_test::encoded_hex;

using number_key = key_codec_for<std::optional<std::uint16_t>>;
using text_value = value_codec_for<std::optional<std::string>>;
using text_key = key_codec_for<std::optional<std::string>>;

static_assert(number_key::name == "optional(u16)" && number_key::fixed_size == 3);
static_assert(text_value::fixed_size == 0);
static_assert(std::same_as<text_value::view_type, std::optional<std::string_view>>);
static_assert(std::convertible_to<int, number_key::argument_type>);
static_assert(std::convertible_to<std::nullopt_t, number_key::argument_type>);
static_assert(std::convertible_to<const char*, text_value::argument_type>);
static_assert(!std::convertible_to<double, number_key::argument_type>);
static_assert(!std::convertible_to<std::nullptr_t, text_value::argument_type>);

}  // namespace

TEST_CASE("nothing is a byte 0, padded where the value's size is fixed") {
  CHECK(encoded_hex<number_key>(std::nullopt) == "000000");
  CHECK(encoded_hex<number_key>(5) == "010005");
  CHECK(encoded_hex<text_value>(std::nullopt) == "00");
  CHECK(encoded_hex<text_value>("ab") == "016162");
  CHECK(encoded_hex<text_key>("ab") == "016162");
  CHECK(macaw_test::component_hex<text_key>("ab") == "01616200");
  CHECK(macaw_test::component_hex<text_key>(std::nullopt) == "00");
}

TEST_CASE("nothing, something and something empty differ") {
  CHECK(text_value::decode(macaw_test::unhex("00")) == std::optional<std::optional<std::string_view>>(std::in_place));
  CHECK(text_value::decode(macaw_test::unhex("01")) == std::optional<std::string_view>(""));
}

TEST_CASE("other marks and other padding are refused") {
  CHECK_FALSE(decodes<number_key>("020000"));
  CHECK_FALSE(decodes<number_key>("000001"));
  CHECK_FALSE(decodes<number_key>("0000"));
  CHECK_FALSE(decodes<number_key>("00"));
  CHECK_FALSE(decodes<number_key>("01000500"));
  CHECK_FALSE(decodes<text_value>(""));
  CHECK_FALSE(decodes<text_value>("0061"));
  CHECK_FALSE(decodes<text_value>("ff61"));
}

TEST_CASE("an argument that does not fit raises") { CHECK_THROWS_AS(encoded_hex<number_key>(65536), macaw::error); }
