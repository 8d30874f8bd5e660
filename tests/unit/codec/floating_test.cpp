// SPDX-License-Identifier: MIT

#include <macaw/codec/floating.hpp>

#include "support/catch.hpp"
#include "support/codec_bytes.hpp"

#include <bit>
#include <cmath>
#include <cstdint>
#include <limits>

namespace {

using macaw::key_codec_for;
using macaw::value_codec_for;
using macaw_test::encoded;
using macaw_test::encoded_hex;
using limits = std::numeric_limits<double>;

static_assert(key_codec_for<double>::name == "f64" && value_codec_for<float>::name == "f32");
static_assert(macaw::component_key_codec<key_codec_for<double>> && macaw::value_codec<value_codec_for<float>>);

}  // namespace

TEST_CASE("the least floating-point key is minus infinity and NaN comes last") {
  using key = key_codec_for<double>;
  CHECK(encoded_hex<key>(-limits::infinity()) == "0000000000000000");
  const double ascending[] = {-limits::infinity(),
                              limits::lowest(),
                              -1.0,
                              -limits::denorm_min(),
                              -0.0,
                              0.0,
                              limits::denorm_min(),
                              1.0,
                              limits::max(),
                              limits::infinity(),
                              limits::quiet_NaN(),
                              -limits::quiet_NaN()};
  for (std::size_t i = 0; i + 1 < std::size(ascending); ++i) {
    CAPTURE(i);
    CHECK((macaw::compare_bytes(encoded<key>(ascending[i]), encoded<key>(ascending[i + 1])) < 0));
  }
}

TEST_CASE("both zeros and every NaN come back as they were") {
  for (std::uint32_t bits : {0x0000'0000U, 0x8000'0000U, 0x7FC0'0000U, 0xFFC0'0001U, 0x7FFF'FFFFU, 0xFFFF'FFFFU}) {
    using key = key_codec_for<float>;
    using value = value_codec_for<float>;
    const float number = std::bit_cast<float>(bits);
    CHECK(std::bit_cast<std::uint32_t>(*key::decode(encoded<key>(number))) == bits);
    CHECK(std::bit_cast<std::uint32_t>(*value::decode(encoded<value>(number))) == bits);
  }
}

TEST_CASE("every byte string of the right length is a floating-point key, and the only one of its number") {
  using key = key_codec_for<float>;
  for (std::uint64_t step = 0; step < 0x1'0000'0000U; step += 0x000F'FFF1U) {
    std::byte bytes[4];
    macaw::detail::store_be(bytes, static_cast<std::uint32_t>(step));
    const auto number = key::decode(bytes);
    REQUIRE(number.has_value());
    REQUIRE(macaw::equal_bytes(encoded<key>(*number), bytes));
  }
}

TEST_CASE("floating-point values are their bits, little-endian") {
  CHECK(encoded_hex<value_codec_for<double>>(1.0) == "000000000000f03f");
  CHECK(encoded_hex<value_codec_for<float>>(-2.0F) == "000000c0");
}
