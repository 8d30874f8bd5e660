// SPDX-License-Identifier: MIT

#include <macaw/detail/api/small_bytes.hpp>

#include "support/allocations.hpp"
#include "support/catch.hpp"

#include <cstddef>
#include <string>
#include <type_traits>
#include <utility>

namespace {

using bytes = macaw::detail::small_bytes<8>;
using macaw::as_bytes;
using macaw::as_text;

static_assert(std::is_nothrow_move_constructible_v<bytes> && std::is_nothrow_move_assignable_v<bytes>);

}  // namespace

TEST_CASE("short bytes need no allocation, long ones do") {
  if (!macaw_test::allocations_are_counted) return;
  CHECK(macaw_test::allocations_of([] { static_cast<void>(bytes(as_bytes("12345678"))); }) == 0);
  CHECK(macaw_test::allocations_of([] { static_cast<void>(bytes(as_bytes("123456789"))); }) == 1);
}

TEST_CASE("bytes of one size stand in place, and are nothing else") {
  using fixed = macaw::detail::fixed_bytes<8>;
  static_assert(sizeof(fixed) == 8 && std::is_trivially_copyable_v<fixed> && fixed::size() == 8);
  fixed buffer;
  std::byte* const out = buffer.resize(8);
  CHECK(out == buffer.data());
  for (std::size_t i = 0; i < 8; ++i) out[i] = static_cast<std::byte>('a' + i);
  CHECK(as_text(buffer.view()) == "abcdefgh");
}

TEST_CASE("bytes are copied and moved, short or long") {
  for (const std::string text : {"", "short", "a good deal longer than eight bytes"}) {
    CAPTURE(text);
    const bytes original(as_bytes(text));
    bytes copy = original;
    CHECK(as_text(copy.view()) == text);
    bytes moved = std::move(copy);
    CHECK(as_text(moved.view()) == text);
    bytes assigned;
    assigned = moved;
    CHECK(as_text(assigned.view()) == text);
    assigned = std::move(moved);
    CHECK(as_text(assigned.view()) == text);
    const bytes& itself = assigned;
    assigned = itself;
    CHECK(as_text(assigned.view()) == text);
    CHECK(assigned.empty() == text.empty());
  }
}

TEST_CASE("long bytes become short ones, and are assigned a part of themselves") {
  bytes buffer(as_bytes("a good deal longer than eight bytes"));
  buffer.assign(buffer.view().first(12));
  CHECK(as_text(buffer.view()) == "a good deal ");
  buffer.assign(as_bytes("x"));
  CHECK(as_text(buffer.view()) == "x");
  buffer.assign(as_bytes("abc"));
  buffer.shorten(2);
  CHECK(as_text(buffer.view()) == "ab");
}
