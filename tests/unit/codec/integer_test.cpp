// SPDX-License-Identifier: MIT

#include <macaw/codec/integer.hpp>

#include "support/catch.hpp"
#include "support/codec_bytes.hpp"

#include <cstdint>
#include <limits>
#include <type_traits>

namespace {

using macaw::key_codec_for;
using macaw::value_codec_for;
using macaw_test::decodes;
using macaw_test::encoded_hex;

static_assert(key_codec_for<std::uint8_t>::name == "u8" && key_codec_for<std::int64_t>::name == "i64");
static_assert(value_codec_for<std::uint16_t>::name == "u16" && value_codec_for<bool>::name == "bool");
static_assert(key_codec_for<unsigned long long>::name == "u64" && key_codec_for<char32_t>::name == "u32");
static_assert(key_codec_for<char>::name == (std::is_signed_v<char> ? "i8" : "u8"));
static_assert(key_codec_for<std::uint32_t>::fixed_size == 4 && value_codec_for<std::int16_t>::fixed_size == 2);
static_assert(noexcept(key_codec_for<int>::encode(macaw::exact<int>(1), nullptr)));
static_assert(macaw::component_key_codec<key_codec_for<std::uint64_t>> &&
              macaw::value_codec<value_codec_for<std::int8_t>>);
static_assert(macaw::component_key_codec<macaw::bool_codec> && macaw::value_codec<macaw::bool_codec>);

template <class T>
concept has_key_codec = requires {
  typename macaw::codec<T>::key;
};
static_assert(has_key_codec<char16_t> && !has_key_codec<wchar_t>);

}  // namespace

TEST_CASE("integer keys are big-endian, signed ones with the sign flipped") {
  CHECK(encoded_hex<key_codec_for<std::uint32_t>>(0x01020304) == "01020304");
  CHECK(encoded_hex<key_codec_for<std::uint64_t>>(7) == "0000000000000007");
  CHECK(encoded_hex<key_codec_for<std::int32_t>>(0) == "80000000");
  CHECK(encoded_hex<key_codec_for<std::int32_t>>(-1) == "7fffffff");
  CHECK(encoded_hex<key_codec_for<std::int8_t>>(-128) == "00");
  CHECK(encoded_hex<key_codec_for<std::int64_t>>(std::numeric_limits<std::int64_t>::max()) == "ffffffffffffffff");
}

TEST_CASE("integer values are little-endian") {
  CHECK(encoded_hex<value_codec_for<std::uint32_t>>(0x01020304) == "04030201");
  CHECK(encoded_hex<value_codec_for<std::int16_t>>(-2) == "feff");
}

TEST_CASE("integers of another width are refused") {
  CHECK_FALSE(decodes<key_codec_for<std::uint32_t>>("010203"));
  CHECK_FALSE(decodes<key_codec_for<std::uint32_t>>("0102030405"));
  CHECK_FALSE(decodes<value_codec_for<std::uint64_t>>(""));
}

TEST_CASE("a bool is a byte 0 or 1 and no other") {
  using codec = value_codec_for<bool>;
  CHECK(encoded_hex<codec>(false) == "00");
  CHECK(encoded_hex<codec>(true) == "01");
  CHECK_FALSE(decodes<codec>("02"));
  CHECK_FALSE(decodes<codec>("ff"));
  CHECK_FALSE(decodes<codec>(""));
  CHECK_FALSE(decodes<codec>("0000"));
}
