// SPDX-License-Identifier: MIT

#include <macaw/codec/length.hpp>

#include "support/catch.hpp"
#include "support/codec_bytes.hpp"

#include <array>
#include <cstddef>
#include <string>

namespace {

using macaw::detail::decode_length;
using macaw::detail::encode_length;
using macaw::detail::length_size;

std::string written(std::size_t length) {
  std::array<std::byte, 16> out;
  std::byte* end = encode_length(length, out.data());
  REQUIRE(end == out.data() + length_size(length));
  return macaw_test::hex({out.data(), end});
}

bool refused(const char* digits) {
  const auto bytes = macaw_test::unhex(digits);
  macaw::bytes_view in(bytes);
  return !decode_length(in).has_value();
}

}  // namespace

TEST_CASE("lengths take seven bits a byte") {
  CHECK(written(0) == "00");
  CHECK(written(127) == "7f");
  CHECK(written(128) == "8001");
  CHECK(written(300) == "ac02");
  CHECK(written(std::size_t{1} << 30) == "8080808004");
}

TEST_CASE("a length comes back and what follows stays") {
  for (std::size_t length : {std::size_t{0}, std::size_t{1}, std::size_t{127}, std::size_t{128}, std::size_t{16383},
                             std::size_t{16384}, std::size_t{1} << 32}) {
    const auto bytes = macaw_test::unhex(written(length) + "ff");
    macaw::bytes_view in(bytes);
    CHECK(decode_length(in) == length);
    CHECK(in.size() == 1);
  }
}

TEST_CASE("lengths that are cut off, padded or too large are refused") {
  CHECK(refused(""));
  CHECK(refused("80"));
  CHECK(refused("8000"));
  CHECK(refused("ff8000"));
  CHECK(refused("ffffffffffffffffff01"));
}
