// SPDX-License-Identifier: MIT

#include <macaw/detail/base/file_range.hpp>

#include "support/catch.hpp"

#include <array>
#include <cstdint>

namespace {

using macaw::detail::end_of;
using macaw::detail::file_size_max;

template <class Call>
bool is_refused(Call call) {
  try {
    static_cast<void>(call());
  } catch (const macaw::error& error) {
    return error.kind() == macaw::errc::no_space && error.os_code() == std::errc::file_too_large;
  }
  return false;
}

TEST_CASE("a range ends where its size leads", "[file_range]") {
  CHECK(end_of(0, 0, "a") == 0);
  CHECK(end_of(10, 5, "a") == 15);
  CHECK(end_of(file_size_max, 0, "a") == file_size_max);
  CHECK(end_of(file_size_max - 1, 1, "a") == file_size_max);
  const std::array pieces{macaw::as_bytes("ab"), macaw::as_bytes(""), macaw::as_bytes("cde")};
  CHECK(end_of(10, pieces, "a") == 15);
}

TEST_CASE("a range that no file can hold is refused without overflow", "[file_range]") {
  constexpr std::uint64_t largest = ~std::uint64_t{0};
  CHECK(is_refused([] { return end_of(file_size_max, 1, "a"); }));
  CHECK(is_refused([] { return end_of(file_size_max + 1, 0, "a"); }));
  CHECK(is_refused([] { return end_of(largest, largest, "a"); }));
  CHECK(is_refused([] { return end_of(1, largest, "a"); }));
  const std::array pieces{macaw::as_bytes("ab"), macaw::as_bytes("cde")};
  CHECK(is_refused([&] { return end_of(file_size_max - 4, pieces, "a"); }));
}

}  // namespace
