// SPDX-License-Identifier: MIT

#include <macaw/detail/api/staged_value.hpp>

#include <macaw/codec/standard.hpp>

#include "support/allocations.hpp"
#include "support/catch.hpp"

#include <cstdint>
#include <string>

namespace {

using text = macaw::value_codec_for<std::string>;
using staged = macaw::detail::staged_value<text>;

}  // namespace

TEST_CASE("a value is staged where it outlives its source") {
  macaw::detail::piece_buffer scratch;
  for (const std::size_t size : {0U, 5U, 256U, 257U, 100'000U}) {
    std::string source(size, 'x');
    const staged value(source, scratch);
    source.assign(size, 'y');
    CHECK(macaw::as_text(value.view()) == std::string(size, 'x'));
  }
}

TEST_CASE("memory for values is kept, unless it is unusually much") {
  macaw::detail::piece_buffer scratch;
  const std::string usual(1000, 'x');
  static_cast<void>(staged(usual, scratch));
  CHECK(scratch.capacity() == 1000);
  if (macaw_test::allocations_are_counted) {
    CHECK(macaw_test::allocations_of([&] { static_cast<void>(staged(usual, scratch)); }) == 0);
  }
  static_cast<void>(staged(std::string(std::size_t{2} << 20, 'x'), scratch));
  CHECK(scratch.capacity() == 0);
}
