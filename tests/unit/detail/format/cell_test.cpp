// SPDX-License-Identifier: MIT

#include <macaw/detail/format/cell.hpp>

#include <vector>

#include "support/catch.hpp"

using namespace macaw::detail;

TEST_CASE("integers of variable length come back, in as many bytes as foretold") {
  std::byte bytes[4];
  for (std::size_t value = 0; value < varint_limit; value += value < 70000 ? 1 : 997) {
    const std::byte* const end = store_varint(bytes, value);
    REQUIRE(static_cast<std::size_t>(end - bytes) == varint_size(value));
    const std::byte* from = bytes;
    REQUIRE(load_varint(from) == value);
    REQUIRE(from == end);
    std::size_t read = 0;
    from = bytes;
    REQUIRE(read_varint(from, end, read));
    REQUIRE(read == value);
    from = bytes;
    REQUIRE_FALSE(read_varint(from, end - 1, read));
  }
}

TEST_CASE("an integer in more bytes than it needs or of more than three bytes is refused") {
  const auto refused = [](std::vector<unsigned char> bytes) {
    const auto* from = reinterpret_cast<const std::byte*>(bytes.data());
    std::size_t value = 0;
    return !read_varint(from, from + bytes.size(), value);
  };
  CHECK(refused({}));
  CHECK(refused({0x80}));
  CHECK(refused({0x80, 0x00}));
  CHECK(refused({0xFF, 0x80, 0x00}));
  CHECK(refused({0x80, 0x80, 0x80}));
  CHECK(refused({0x80, 0x80, 0x80, 0x01}));
  CHECK_FALSE(refused({0x80, 0x01}));
}

TEST_CASE("a value word's size does not depend on its tag") {
  for (std::size_t size = 0; size < 70000; ++size) {
    REQUIRE(stored_value_size(size) == size + varint_size(value_word(size, value_tag::inlined)));
    REQUIRE(stored_value_size(size) == size + varint_size(value_word(size, value_tag::tree)));
  }
}
