// SPDX-License-Identifier: MIT

#include <macaw/detail/base/xxh3_core.hpp>

#include "support/catch.hpp"

#include <cstddef>
#include <cstdint>
#include <cstring>

namespace {

using namespace macaw::detail::xxh3_core;

TEST_CASE("multiply_fold folds the whole product of 128 bits", "[checksum]") {
  CHECK(multiply_fold(0, 5) == 0);
  CHECK(multiply_fold(3, 5) == 15);
  CHECK(multiply_fold(std::uint64_t{1} << 63, 2) == 1);
  CHECK(multiply_fold(~std::uint64_t{0}, ~std::uint64_t{0}) == ~std::uint64_t{0});  // high ...FE, low 1
  CHECK(multiply_fold(0x1234'5678'9ABC'DEF0U, 0xFEDC'BA98'7654'3210U) == 0x3172'28F4'8165'BB22U);
}

TEST_CASE("multiply_fold is the same with and without integers of 128 bits", "[checksum]") {
  std::uint64_t a = 1;
  std::uint64_t b = 2;
  for (int i = 0; i < 10'000; ++i) {
    a = a * 6364136223846793005U + 1442695040888963407U;
    b = avalanche(b + a);
    REQUIRE(multiply_fold(a, b) == multiply_fold_by_halves(a, b));
  }
  CHECK(multiply_fold_by_halves(~std::uint64_t{0}, ~std::uint64_t{0}) == ~std::uint64_t{0});
}

TEST_CASE("the secret of seed 0 is the default one", "[checksum]") {
  const secret key(0);
  CHECK(std::memcmp(key.bytes.data(), default_secret.data(), secret_size) == 0);
  const secret other(1);
  CHECK(std::memcmp(other.bytes.data(), default_secret.data(), secret_size) != 0);
}

TEST_CASE("avalanche is a bijection that moves high bits down", "[checksum]") {
  CHECK(avalanche(0) == 0);
  for (int bit = 0; bit < 64; ++bit) CHECK((avalanche(std::uint64_t{1} << bit) & 0xFFFF'FFFFU) != 0);
}

}  // namespace
