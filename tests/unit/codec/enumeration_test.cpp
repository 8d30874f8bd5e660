// SPDX-License-Identifier: MIT

#include <macaw/codec/enumeration.hpp>

#include "support/catch.hpp"
#include "support/codec_bytes.hpp"

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <string>

namespace {

enum class open : std::uint16_t { one = 1 };
enum class temperature : std::int8_t { cold = -5, mild = 0, hot = 30 };
enum unfixed { first, second };

}  // namespace

template <>
struct macaw::codec<temperature> : macaw::enum_codec<temperature::cold, temperature::mild, temperature::hot> {};
template <>
struct macaw::codec<unfixed> : macaw::enum_codec<first, second> {};

namespace {

using macaw::key_codec_for;
using macaw::value_codec_for;
using macaw_test::decodes;
using macaw_test::encoded_hex;

enum unfixed_without_list { third };
template <class T>
concept has_codec = requires {
  typename macaw::codec<T>::value;
};
static_assert(has_codec<open> && has_codec<std::byte> && has_codec<unfixed>);
static_assert(macaw::component_key_codec<key_codec_for<std::byte>> && macaw::value_codec<value_codec_for<std::byte>>);
static_assert(!has_codec<unfixed_without_list>);  // not every number is a value of it

static_assert(key_codec_for<open>::name == "enum(u16)");
static_assert(value_codec_for<temperature>::name == "enum(i8)");
static_assert(!std::convertible_to<int, value_codec_for<open>::argument_type>);
static_assert(!std::convertible_to<int, value_codec_for<temperature>::argument_type>);

}  // namespace

TEST_CASE("an enumeration is stored as its underlying integer") {
  CHECK(encoded_hex<key_codec_for<open>>(open{0x0102}) == "0102");
  CHECK(encoded_hex<value_codec_for<open>>(open{0x0102}) == "0201");
  CHECK(encoded_hex<key_codec_for<temperature>>(temperature::cold) == "7b");
  CHECK(decodes<value_codec_for<open>>("ffff"));
}

TEST_CASE("an enumeration with its enumerators listed refuses other bytes and other arguments") {
  using key = key_codec_for<temperature>;
  CHECK(key::decode(macaw_test::unhex("7b")) == temperature::cold);
  CHECK_FALSE(decodes<key>("7c"));
  CHECK_FALSE(decodes<value_codec_for<temperature>>("01"));
  CHECK(decodes<value_codec_for<unfixed>>("01000000"));
  CHECK_FALSE(decodes<value_codec_for<unfixed>>("02000000"));
  std::string outcome = "taken";
  try {
    outcome = encoded_hex<key>(static_cast<temperature>(1));
  } catch (const macaw::error& failure) {
    outcome = failure.kind() == macaw::errc::key_out_of_range ? "out of range" : failure.what();
  }
  CHECK(outcome == "out of range");
}
