// SPDX-License-Identifier: MIT

#include <macaw/codec/raw.hpp>

#include "support/catch.hpp"
#include "support/codec_bytes.hpp"

#include <bit>
#include <cstdint>
#include <cstring>
#include <string>

namespace {

using macaw::raw;
using macaw::raw_storable;

struct point {
  std::int32_t x;
  std::int32_t y;
  bool operator==(const point&) const = default;
};
struct padded {
  std::uint8_t small;
  std::uint32_t large;
};
struct with_double {
  double number;
};
struct copied {
  copied(const copied&) {}
  std::uint32_t number = 0;
};
struct with_bool {
  bool flag;
  std::uint8_t number;
};
struct with_pointer {
  int* number;
};
union either {
  std::uint32_t number;
  std::int32_t other;
};
struct nested {
  point from;
  std::uint64_t marks[2];
};
struct not_default {
  explicit not_default(std::uint16_t given) : number(given) {}
  std::uint16_t number;
};

static_assert(raw_storable<point> && raw_storable<std::uint64_t> && raw_storable<not_default>);
static_assert(raw_storable<nested>);
static_assert(!raw_storable<padded>);
static_assert(!raw_storable<with_bool>);
static_assert(!raw_storable<with_pointer>);
static_assert(!raw_storable<either>);
static_assert(!raw_storable<with_double>);
static_assert(!raw_storable<copied>);
static_assert(!raw_storable<std::string>);
static_assert(!raw_storable<int*>);
static_assert(!raw_storable<bool>);
static_assert(!raw_storable<int[2]>);

static_assert(macaw::value_codec<raw<point>> && !macaw::key_codec<raw<point>>);
static_assert(raw<point>::fixed_size == 8);
static_assert(raw<point>::name == (std::endian::native == std::endian::little ? "raw(8)" : "raw_be(8)"));
static_assert(noexcept(raw<point>::encode(point(), nullptr)));

}  // namespace

TEST_CASE("a raw value is the bytes of the object") {
  const point value{1, -1};
  const auto bytes = macaw_test::encoded<raw<point>>(value);
  CHECK(bytes.size() == sizeof(point));
  CHECK(std::memcmp(bytes.data(), &value, sizeof(point)) == 0);
  CHECK(raw<point>::decode(bytes) == value);
  CHECK(raw<not_default>::decode(macaw_test::unhex("0500"))->number ==
        (std::endian::native == std::endian::little ? 5 : 1280));
}

TEST_CASE("raw values are read from any address") {
  auto bytes = macaw_test::encoded<raw<point>>({7, 8});
  bytes.insert(bytes.begin(), std::byte{0});
  CHECK(raw<point>::decode(macaw::bytes_view(bytes).subspan(1)) == point{7, 8});
}

TEST_CASE("raw values of another size are refused") {
  CHECK_FALSE(macaw_test::decodes<raw<point>>("01020304050607"));
  CHECK_FALSE(macaw_test::decodes<raw<point>>("010203040506070809"));
}
