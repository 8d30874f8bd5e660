// SPDX-License-Identifier: MIT

#include <macaw/codec/array.hpp>
#include <macaw/codec/enumeration.hpp>
#include <macaw/codec/integer.hpp>
#include <macaw/codec/text.hpp>

#include "support/catch.hpp"
#include "support/codec_bytes.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>

namespace {

using macaw::key_codec_for;
using macaw::value_codec_for;
using macaw_test::decodes;
using macaw_test::encoded;
using macaw_test::encoded_hex;

using numbers = std::array<std::uint16_t, 3>;
using texts = std::array<std::string, 2>;

static_assert(key_codec_for<numbers>::name == "array(u16,3)" && key_codec_for<numbers>::fixed_size == 6);
static_assert(key_codec_for<std::array<std::byte, 16>>::fixed_size == 16);
static_assert(value_codec_for<texts>::name == "array(text,2)" && value_codec_for<texts>::fixed_size == 0);
static_assert(noexcept(key_codec_for<texts>::encode(texts(), nullptr)));

}  // namespace

TEST_CASE("elements stand one after another") {
  CHECK(encoded_hex<key_codec_for<numbers>>({1, 2, 3}) == "000100020003");
  CHECK(encoded_hex<value_codec_for<numbers>>({1, 2, 3}) == "010002000300");
  CHECK(encoded_hex<key_codec_for<texts>>({"a", "b"}) == "61006200");
  CHECK(encoded_hex<value_codec_for<texts>>({"a", "b"}) == "01610162");
}

TEST_CASE("arrays come back and other numbers of elements are refused") {
  CHECK(key_codec_for<numbers>::decode(macaw_test::unhex("000100020003")) == numbers{1, 2, 3});
  CHECK(value_codec_for<texts>::own(*value_codec_for<texts>::decode(encoded<value_codec_for<texts>>({"a", "b"}))) ==
        texts{"a", "b"});
  CHECK_FALSE(decodes<key_codec_for<numbers>>("00010002"));
  CHECK_FALSE(decodes<key_codec_for<numbers>>("0001000200030004"));
  CHECK_FALSE(decodes<key_codec_for<texts>>("6100"));
  CHECK_FALSE(decodes<key_codec_for<texts>>("610062"));
  CHECK_FALSE(decodes<value_codec_for<texts>>("0161"));
  CHECK_FALSE(decodes<value_codec_for<numbers>>("0100"));
  CHECK_FALSE(value_codec_for<texts>::reads("array(text,1)"));
}
