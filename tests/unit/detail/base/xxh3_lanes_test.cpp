// SPDX-License-Identifier: MIT

#include <macaw/detail/base/xxh3_lanes.hpp>

#include "support/catch.hpp"

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <vector>

namespace {

using namespace macaw::detail::xxh3_core;

std::vector<std::byte> sample(std::size_t size) {
  std::vector<std::byte> bytes(size);
  for (std::size_t i = 0; i < size; ++i) bytes[i] = static_cast<std::byte>((i * 2654435761U) >> 24 & 0xFF);
  return bytes;
}

TEST_CASE("all kinds of lanes that the target has give the same hashes", "[checksum]") {
  const auto bytes = sample(5'000);
  for (std::size_t size = 241; size < 5'000; size += size % 64 == 0 ? 1 : size % 7 + 1) {
    CAPTURE(size);
    const std::uint64_t hash = hash_long<scalar_lanes>(bytes.data(), size, size);
    REQUIRE(hash_long<native_lanes>(bytes.data(), size, size) == hash);
#if defined(__x86_64__)
    REQUIRE(hash_long<sse2_lanes>(bytes.data(), size, size) == hash);
#endif
#if defined(MACAW_SIMD_AVX2) || defined(MACAW_SIMD_AVX512)
    REQUIRE(hash_long<avx2_lanes>(bytes.data(), size, size) == hash);
#endif
  }
}

TEST_CASE("a block that is followed by more is eaten in one piece or stripe by stripe", "[checksum]") {
  const auto bytes = sample(block_size);
  const secret key(7);
  scalar_lanes whole;
  accumulate_block(whole, bytes.data(), key);
  native_lanes single;
  for (std::size_t n = 0; n < block_stripes; ++n) {
    single.accumulate(bytes.data() + n * stripe_size, key.bytes.data() + n * 8);
  }
  single.scramble(key.bytes.data() + secret_size - stripe_size);
  CHECK(whole.values() == single.values());
}

}  // namespace
