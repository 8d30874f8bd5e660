// SPDX-License-Identifier: MIT

#include <macaw/detail/memory/piece_buffer.hpp>

#include "support/allocations.hpp"
#include "support/catch.hpp"

#include <cstddef>
#include <new>
#include <utility>

using macaw::detail::piece_buffer;

TEST_CASE("a piece buffer grows to the largest piece, and is used again for smaller ones") {
  piece_buffer buffer;
  CHECK(buffer.ensure(0).empty());
  const auto first = buffer.ensure(100);
  CHECK(first.size() == 100);
  CHECK(buffer.capacity() == 100);
  const auto smaller = buffer.ensure(10);
  CHECK(smaller.size() == 10);
  CHECK(smaller.data() == first.data());
  CHECK(buffer.ensure(101).size() == 101);
  CHECK(buffer.capacity() == 101);
}

TEST_CASE("moving a piece buffer keeps the bytes in place and leaves an empty one") {
  piece_buffer from;
  const std::byte* const bytes = from.ensure(50).data();
  piece_buffer to(std::move(from));
  CHECK(to.ensure(50).data() == bytes);
  CHECK(from.capacity() == 0);  // NOLINT: what is left of it is promised
  from = std::move(to);
  CHECK(from.ensure(50).data() == bytes);
  CHECK(to.capacity() == 0);  // NOLINT
}

TEST_CASE("where memory fails a piece buffer is as before") {
  piece_buffer buffer;
  const std::byte* const bytes = buffer.ensure(50).data();
  {
    const macaw_test::failing_allocation failing(1);
    CHECK_THROWS_AS(buffer.ensure(51), std::bad_alloc);
  }
  CHECK(buffer.capacity() == 50);
  CHECK(buffer.ensure(50).data() == bytes);
}
