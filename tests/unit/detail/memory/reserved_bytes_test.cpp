// SPDX-License-Identifier: MIT

#include <macaw/detail/memory/reserved_bytes.hpp>

#include "support/catch.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <utility>

namespace {

using macaw::detail::reserved_bytes;

bool is_zero(const reserved_bytes& bytes, std::size_t from, std::size_t to) {
  return std::all_of(bytes.data() + from, bytes.data() + to, [](std::byte byte) { return byte == std::byte{0}; });
}

TEST_CASE("a reservation is zero wherever it is looked at", "[reserved_bytes]") {
  const reserved_bytes bytes(std::size_t{1} << 36);
  CHECK(bytes.size() == std::size_t{1} << 36);
  CHECK(is_zero(bytes, 0, 10'000));
  CHECK(bytes.data()[bytes.size() - 1] == std::byte{0});
  bytes.data()[bytes.size() - 1] = std::byte{1};
}

TEST_CASE("clearing zeroes exactly its range", "[reserved_bytes]") {
  constexpr std::size_t size = 100'000;
  for (const std::size_t from : {0U, 1U, 4'095U, 4'096U, 5'000U, 16'384U}) {
    for (const std::size_t to : {16'384U, 16'385U, 20'480U, 50'001U, 99'999U, 100'000U}) {
      CAPTURE(from, to);
      reserved_bytes bytes(size);
      std::memset(bytes.data(), 1, size);
      bytes.clear(from, to);
      CHECK(is_zero(bytes, from, to));
      CHECK((from == 0 || bytes.data()[from - 1] == std::byte{1}));
      CHECK((to == size || bytes.data()[to] == std::byte{1}));
    }
  }
}

TEST_CASE("moving a reservation keeps its address", "[reserved_bytes]") {
  reserved_bytes a(100);
  std::byte* const address = a.data();
  reserved_bytes b(std::move(a));
  CHECK(b.data() == address);
  reserved_bytes c;
  c = std::move(b);
  CHECK(c.data() == address);
  CHECK(c.size() == 100);
  CHECK(b.size() == 0);
}

}  // namespace
