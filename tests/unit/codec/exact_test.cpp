// SPDX-License-Identifier: MIT

#include <macaw/codec/exact.hpp>

#include "support/catch.hpp"

#include <concepts>
#include <cstdint>
#include <limits>
#include <string>
#include <type_traits>

namespace {

using macaw::exact;
using macaw::exact_bool;

enum plain_enum { enumerator };
enum class scoped_enum : int {};

// What compiles, and what must not.
static_assert(std::convertible_to<int, exact<std::uint64_t>>);
static_assert(std::convertible_to<std::uint64_t, exact<std::int8_t>>);
static_assert(std::convertible_to<char, exact<int>>);
static_assert(!std::constructible_from<exact<std::uint64_t>, double>);
static_assert(!std::constructible_from<exact<std::uint64_t>, float>);
static_assert(!std::constructible_from<exact<int>, bool>);
static_assert(!std::constructible_from<exact<int>, const bool&>);
static_assert(!std::constructible_from<exact<int>, const char*>);
static_assert(!std::constructible_from<exact<int>, std::nullptr_t>);
static_assert(!std::constructible_from<exact<int>, std::string>);
static_assert(!std::constructible_from<exact<int>, plain_enum>);
static_assert(!std::constructible_from<exact<int>, scoped_enum>);
static_assert(!std::default_initializable<exact<int>>);

static_assert(std::convertible_to<bool, exact_bool>);
static_assert(!std::constructible_from<exact_bool, int>);
static_assert(!std::constructible_from<exact_bool, double>);
static_assert(!std::constructible_from<exact_bool, const char*>);
static_assert(!std::constructible_from<exact_bool, std::nullptr_t>);

// Where nothing can go wrong, nothing throws.
static_assert(std::is_nothrow_constructible_v<exact<std::uint64_t>, std::uint8_t>);
static_assert(std::is_nothrow_constructible_v<exact<std::int64_t>, std::uint32_t>);
static_assert(!std::is_nothrow_constructible_v<exact<std::uint64_t>, int>);
static_assert(!std::is_nothrow_constructible_v<exact<std::int64_t>, std::uint64_t>);
static_assert(exact<std::uint8_t>(255).value() == 255);

template <class To, class From>
bool takes(From value) {
  try {
    const exact<To> taken = value;
    return static_cast<From>(taken.value()) == value;
  } catch (const macaw::error& failure) {
    REQUIRE(failure.kind() == macaw::errc::key_out_of_range);
    return false;
  }
}

}  // namespace

TEST_CASE("an exact integer takes what the type has and raises for what it has not") {
  CHECK(takes<std::uint8_t>(255));
  CHECK_FALSE(takes<std::uint8_t>(256));
  CHECK_FALSE(takes<std::uint8_t>(-1));
  CHECK(takes<std::int8_t>(127));
  CHECK_FALSE(takes<std::int8_t>(128U));
  CHECK(takes<std::int8_t>(-128L));
  CHECK_FALSE(takes<std::int8_t>(-129L));
  CHECK_FALSE(takes<std::uint64_t>(-1));
  CHECK_FALSE(takes<std::uint64_t>(std::numeric_limits<std::int64_t>::min()));
  CHECK(takes<std::uint64_t>(std::numeric_limits<std::uint64_t>::max()));
  CHECK(takes<std::int64_t>(std::uint64_t{0x7FFF'FFFF'FFFF'FFFF}));
  CHECK_FALSE(takes<std::int64_t>(std::uint64_t{0x8000'0000'0000'0000}));
  CHECK_FALSE(takes<std::uint32_t>(std::uint64_t{0x1'0000'0000}));
  CHECK_FALSE(takes<std::int32_t>(std::uint32_t{0x8000'0000}));
}

TEST_CASE("the message names the number and the limits") {
  try {
    const exact<std::int8_t> taken = -129;
    FAIL("took " << int(taken));
  } catch (const macaw::error& failure) {
    CHECK(std::string(failure.what()).find("-129") != std::string::npos);
    CHECK(std::string(failure.what()).find("-128 to 127") != std::string::npos);
  }
}
