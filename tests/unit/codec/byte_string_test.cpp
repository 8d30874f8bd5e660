// SPDX-License-Identifier: MIT

#include <macaw/codec/byte_string.hpp>

#include "support/catch.hpp"
#include "support/codec_bytes.hpp"

#include <array>
#include <concepts>
#include <cstddef>
#include <string>
#include <vector>

namespace {

using macaw::bytes_argument;
using macaw::bytes_key;
using macaw::bytes_value;
using macaw_test::unhex;

static_assert(std::convertible_to<std::vector<std::byte>, bytes_argument>);
static_assert(std::convertible_to<macaw::bytes_view, bytes_argument>);
static_assert(std::convertible_to<std::array<std::byte, 4>, bytes_argument>);
static_assert(std::convertible_to<macaw::component_bytes, bytes_argument>);
static_assert(!std::constructible_from<bytes_argument, std::string>);
static_assert(!std::constructible_from<bytes_argument, const char*>);
static_assert(!std::constructible_from<bytes_argument, std::nullptr_t>);
static_assert(!std::constructible_from<bytes_argument, int>);
static_assert(bytes_key::name == "bytes" && bytes_value::name == "bytes");
static_assert(macaw::borrowing_component_key_codec<bytes_key> && macaw::value_codec<bytes_value>);

}  // namespace

TEST_CASE("byte strings are stored as they are") {
  const auto bytes = unhex("00ff01");
  CHECK(macaw_test::encoded<bytes_key>(bytes) == bytes);
  CHECK(macaw_test::encoded<bytes_value>(macaw::bytes_view(bytes)) == bytes);
  CHECK(bytes_value::decode(bytes)->data() == bytes.data());
  CHECK(bytes_value::own(*bytes_value::decode(bytes)) == bytes);
}

TEST_CASE("byte strings in front of other components are escaped as texts are") {
  CHECK(macaw_test::component_hex<bytes_key>(unhex("00ff01")) == "0101ff010200");
}
