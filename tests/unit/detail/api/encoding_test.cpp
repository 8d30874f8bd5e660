// SPDX-License-Identifier: MIT

#include <macaw/detail/api/encoding.hpp>

#include <macaw/codec/standard.hpp>

#include "support/catch.hpp"

#include <cstdint>
#include <string>
#include <string_view>
#include <tuple>

namespace {

using number_key = macaw::key_codec_for<std::uint32_t>;
using text_key = macaw::key_codec_for<std::string>;
using text_value = macaw::value_codec_for<std::string>;
using pair_key = macaw::key_codec_for<std::tuple<std::uint8_t, std::uint16_t>>;

// A number is the value itself; a text points into the page; a tuple of numbers is a value.
static_assert(!macaw::detail::borrows<number_key> && macaw::detail::borrows<text_key>);
static_assert(macaw::detail::borrows<text_value> && !macaw::detail::borrows<pair_key>);

}  // namespace

TEST_CASE("arguments are encoded, and keys are refused that do not fit a page") {
  using macaw::as_text;
  CHECK(as_text(macaw::detail::encoded<number_key>(0x61626364).view()) == "abcd");
  CHECK(as_text(macaw::detail::encoded<text_key>("text").view()) == "text");
  using limited = macaw::detail::encoded_key<text_key, 10>;
  CHECK(as_text(limited("0123456789").view()) == "0123456789");
  try {
    static_cast<void>(limited("0123456789x"));
    FAIL("not refused");
  } catch (const macaw::error& error) {
    CHECK(error.kind() == macaw::errc::key_too_large);
    CHECK(std::string_view(error.what()).find("11") != std::string_view::npos);
    CHECK(std::string_view(error.what()).find("10") != std::string_view::npos);
  }
}

TEST_CASE("bytes that are no encoding are refused with the codec's name") {
  CHECK(macaw::detail::present_bytes<text_value>(macaw::as_bytes("x")) == "x");
  CHECK(macaw::detail::own_bytes<number_key>(macaw::as_bytes("abcd")) == 0x61626364U);
  try {
    static_cast<void>(macaw::detail::own_bytes<number_key>(macaw::as_bytes("abc")));
    FAIL("not refused");
  } catch (const macaw::error& error) {
    CHECK(error.kind() == macaw::errc::bad_encoding);
    CHECK(std::string_view(error.what()).find("u32") != std::string_view::npos);
  }
}
