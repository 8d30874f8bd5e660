// SPDX-License-Identifier: MIT

#include <macaw/checksum/crc32c.hpp>

#include "support/catch.hpp"

#include <cstddef>
#include <cstdint>
#include <set>
#include <string_view>
#include <vector>

namespace {

using macaw::bytes_view;

std::vector<std::byte> sample(std::size_t size) {
  std::vector<std::byte> bytes(size);
  for (std::size_t i = 0; i < size; ++i) bytes[i] = static_cast<std::byte>((i * 2654435761U) >> 24 & 0xFF);
  return bytes;
}

// Bit by bit, straight from the definition.
std::uint32_t crc32c_by_definition(bytes_view bytes) {
  std::uint32_t crc = 0xFFFF'FFFFU;
  for (const std::byte byte : bytes) {
    crc ^= std::to_integer<std::uint32_t>(byte);
    for (int bit = 0; bit < 8; ++bit) crc = (crc >> 1) ^ ((crc & 1) != 0 ? 0x82F6'3B78U : 0);
  }
  return ~crc;
}

TEST_CASE("crc32c gives the values of RFC 3720", "[checksum]") {
  using macaw::detail::crc32c_of;
  CHECK(crc32c_of(macaw::as_bytes("123456789")) == 0xE306'9283U);
  CHECK(crc32c_of({}) == 0U);
  std::vector<std::byte> bytes(32, std::byte{0});
  CHECK(crc32c_of(bytes) == 0x8A91'36AAU);
  bytes.assign(32, std::byte{0xFF});
  CHECK(crc32c_of(bytes) == 0x62A8'AB43U);
  for (std::size_t i = 0; i < 32; ++i) bytes[i] = static_cast<std::byte>(i);
  CHECK(crc32c_of(bytes) == 0x46DD'794EU);
  for (std::size_t i = 0; i < 32; ++i) bytes[i] = static_cast<std::byte>(31 - i);
  CHECK(crc32c_of(bytes) == 0x113F'DB5CU);
}

TEST_CASE("crc32c is the same by instruction, by table and by definition", "[checksum]") {
  const auto bytes = sample(5'000);
  for (std::size_t size = 0; size < 300; ++size) {
    CAPTURE(size);
    const bytes_view input(bytes.data() + size % 9, size);
    const std::uint32_t expected = crc32c_by_definition(input);
    REQUIRE(macaw::detail::crc32c_by_table(input) == expected);
    REQUIRE(macaw::detail::crc32c_of(input) == expected);
  }
  CHECK(macaw::detail::crc32c_of(bytes) == crc32c_by_definition(bytes));
}

TEST_CASE("the 64 bits of crc32c never change", "[checksum]") {
  CHECK(macaw::crc32c::compute(macaw::as_bytes("123456789"), 0) == 0x9BF2'232C'BFD8'C6AEU);
  CHECK(macaw::crc32c::compute({}, 1) == 0x5E41'AB08'7439'611EU);
}

TEST_CASE("crc32c changes with every bit of a page, with its size and with the seed", "[checksum]") {
  auto bytes = sample(512);
  const std::uint64_t hash = macaw::crc32c::compute(bytes, 42);
  for (std::size_t bit = 0; bit < bytes.size() * 8; ++bit) {
    bytes[bit / 8] ^= static_cast<std::byte>(1U << bit % 8);
    REQUIRE(macaw::crc32c::compute(bytes, 42) != hash);
    bytes[bit / 8] ^= static_cast<std::byte>(1U << bit % 8);
  }
  for (int bit = 0; bit < 64; ++bit) REQUIRE(macaw::crc32c::compute(bytes, 42 ^ (std::uint64_t{1} << bit)) != hash);
  std::set<std::uint64_t> hashes;
  const std::vector<std::byte> zeros(1'000);
  for (std::size_t size = 0; size <= zeros.size(); ++size)
    hashes.insert(macaw::crc32c::compute({zeros.data(), size}, 1));
  CHECK(hashes.size() == 1'001);
}

}  // namespace
