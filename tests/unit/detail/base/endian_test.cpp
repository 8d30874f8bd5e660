// SPDX-License-Identifier: MIT

#include <macaw/detail/base/endian.hpp>

#include "support/catch.hpp"

#include <array>
#include <cstddef>
#include <cstdint>

namespace {

using namespace macaw::detail;

static_assert(byte_swap(std::uint8_t{0x12}) == 0x12);
static_assert(byte_swap(std::uint16_t{0x1234}) == 0x3412);
static_assert(byte_swap(std::uint32_t{0x1234'5678}) == 0x7856'3412);
static_assert(byte_swap(std::uint64_t{0x0123'4567'89AB'CDEF}) == 0xEFCD'AB89'6745'2301);

}  // namespace

TEST_CASE("integers are stored with the lowest byte first, or the highest, wherever they stand") {
  for (std::size_t place = 0; place < 8; ++place) {
    std::array<std::byte, 16> bytes{};
    store_le(bytes.data() + place, std::uint32_t{0x0A0B'0C0D});
    CHECK(bytes[place] == std::byte{0x0D});
    CHECK(bytes[place + 3] == std::byte{0x0A});
    CHECK(bytes[place + 4] == std::byte{0});
    CHECK(load_le<std::uint32_t>(bytes.data() + place) == 0x0A0B'0C0D);
    CHECK(load_be<std::uint32_t>(bytes.data() + place) == 0x0D0C'0B0A);
    store_be(bytes.data() + place, std::uint16_t{0x1234});
    CHECK(bytes[place] == std::byte{0x12});
    CHECK(bytes[place + 1] == std::byte{0x34});
    CHECK(load_be<std::uint16_t>(bytes.data() + place) == 0x1234);
  }
}

TEST_CASE("integers of 8 bytes come back as they were stored") {
  std::array<std::byte, 8> bytes{};
  for (const std::uint64_t number : {std::uint64_t{0}, std::uint64_t{1}, ~std::uint64_t{0}, std::uint64_t{1} << 63}) {
    store_le(bytes.data(), number);
    CHECK(load_le<std::uint64_t>(bytes.data()) == number);
    store_be(bytes.data(), number);
    CHECK(load_be<std::uint64_t>(bytes.data()) == number);
  }
}
