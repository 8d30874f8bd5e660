// SPDX-License-Identifier: MIT

#include <macaw/codec/integer.hpp>
#include <macaw/codec/text.hpp>
#include <macaw/codec/variant.hpp>

#include "support/catch.hpp"
#include "support/codec_bytes.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <variant>

namespace {

using macaw::key_codec_for;
using macaw::value_codec_for;
using macaw_test::decodes;
using macaw_test::encoded;
using macaw_test::encoded_hex;

using choice = std::variant<std::monostate, std::uint16_t, std::string>;
using choice_key = key_codec_for<choice>;
using choice_value = value_codec_for<choice>;

static_assert(choice_value::name == "variant(empty,u16,text)" && choice_value::fixed_size == 0);
static_assert(key_codec_for<std::variant<std::uint16_t, std::int16_t>>::fixed_size == 3);
static_assert(macaw::empty_codec::fixed_size == 0 && macaw::empty_codec::size({}) == 0);
static_assert(macaw::borrowing_component_key_codec<macaw::empty_codec> && macaw::value_codec<macaw::empty_codec>);

/// Copying it fails, so that assigning it leaves a variant without value.
struct brittle {
  brittle() = default;
  brittle(const brittle&) { throw std::runtime_error("brittle"); }
  brittle& operator=(const brittle&) = default;
};
struct brittle_codec {
  using value_type = brittle;
  using view_type = std::monostate;
  using argument_type = const brittle&;
  static constexpr std::string_view name = "brittle";
  static constexpr std::size_t fixed_size = 0;
  static bool reads(std::string_view stored) noexcept { return stored == name; }
  static std::size_t size(const brittle&) noexcept { return 0; }
  static std::byte* encode(const brittle&, std::byte* out) noexcept { return out; }
  static std::optional<std::monostate> decode(macaw::bytes_view) noexcept { return std::monostate{}; }
  static brittle own(std::monostate) { return {}; }
};

}  // namespace

TEST_CASE("a variant is its index and its alternative") {
  CHECK(encoded_hex<choice_value>(std::monostate{}) == "00");
  CHECK(encoded_hex<choice_value>(std::uint16_t{0x0102}) == "010201");
  CHECK(encoded_hex<choice_key>(std::uint16_t{0x0102}) == "010102");
  CHECK(encoded_hex<choice_value>(std::string("ab")) == "026162");
  CHECK(macaw_test::component_hex<choice_key>(std::string("ab")) == "02616200");
}

TEST_CASE("alternatives come back") {
  const auto bytes = encoded<choice_value>(std::string("ab"));
  const auto view = *choice_value::decode(bytes);
  CHECK(std::get<std::string_view>(view) == "ab");
  CHECK(choice_value::own(view) == choice("ab"));
}

TEST_CASE("other indexes and other alternatives' bytes are refused") {
  CHECK_FALSE(decodes<choice_value>(""));
  CHECK_FALSE(decodes<choice_value>("03"));
  CHECK_FALSE(decodes<choice_value>("ff00"));
  CHECK_FALSE(decodes<choice_value>("0000"));
  CHECK_FALSE(decodes<choice_value>("0100"));
  CHECK_FALSE(decodes<choice_value>("01000000"));
}

TEST_CASE("variants read the rows of variants with fewer alternatives") {
  CHECK(choice_value::reads("variant(empty,u16)"));
  CHECK(choice_value::reads("variant(empty)"));
  CHECK_FALSE(choice_value::reads("variant(u16)"));
  CHECK_FALSE(choice_value::reads("tuple(empty,u16)"));
}

TEST_CASE("a variant without value is refused before anything is written") {
  using codec = value_codec_for<std::variant<std::uint16_t, brittle_codec>>;
  std::variant<std::uint16_t, brittle> broken = std::uint16_t{1};
  const brittle part;
  CHECK_THROWS_AS(broken.emplace<1>(part), std::runtime_error);
  REQUIRE(broken.valueless_by_exception());
  CHECK_THROWS_AS(codec::size(broken), macaw::error);
}

TEST_CASE("the empty value has no bytes, and no other bytes are it") {
  CHECK(encoded_hex<macaw::empty_codec>({}) == "");
  CHECK(decodes<macaw::empty_codec>(""));
  CHECK_FALSE(decodes<macaw::empty_codec>("00"));
}
