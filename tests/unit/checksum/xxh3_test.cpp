// SPDX-License-Identifier: MIT

#include "support/catch.hpp"
#include "support/random.hpp"

#include <macaw/checksum/xxh3.hpp>

#include <cstddef>
#include <cstdint>
#include <random>
#include <string>
#include <vector>

#if __has_include(<xxhash.h>)
// GCC 12 warns about its own AVX-512 header, once inlined into libxxhash's code.
#if defined(__GNUC__) && !defined(__clang__)
#pragma GCC diagnostic ignored "-Wmaybe-uninitialized"
#pragma GCC diagnostic ignored "-Wuninitialized"
#endif
#define XXH_INLINE_ALL
#include <xxhash.h>
#define HAS_XXHASH 1
#endif

namespace {

using macaw::bytes_view;

std::vector<std::byte> sample(std::size_t size) {
  std::vector<std::byte> bytes(size);
  for (std::size_t i = 0; i < size; ++i) bytes[i] = static_cast<std::byte>((i * 2654435761U) >> 24 & 0xFF);
  return bytes;
}

struct known_hash {
  std::size_t size;
  std::uint64_t seed;
  std::uint64_t hash;
};

// Computed with libxxhash 0.8.1 over the first bytes of sample().
constexpr known_hash known_hashes[] = {
    {0, 0x0U, 0x2D06800538D394C2U},    {0, 0x9E3779B185EBCA8DU, 0xA8A6B918B2F0364AU},
    {1, 0x0U, 0xC44BDFF4074EECDBU},    {1, 0x9E3779B185EBCA8DU, 0x032BE332DD766EF8U},
    {3, 0x0U, 0xE14090F554A5EA90U},    {3, 0x9E3779B185EBCA8DU, 0x072C000D5CFE809FU},
    {4, 0x0U, 0x2E8D078A566E9749U},    {4, 0x9E3779B185EBCA8DU, 0xC78FC70884112819U},
    {8, 0x0U, 0xCD1C7F88482FCAEFU},    {8, 0x9E3779B185EBCA8DU, 0x9520070AA2040B1AU},
    {9, 0x0U, 0xBFE43DEF699FA9E3U},    {9, 0x9E3779B185EBCA8DU, 0x7F17F269596B1A97U},
    {16, 0x0U, 0x81E9EB8634460BB9U},   {16, 0x9E3779B185EBCA8DU, 0xD7B6171D7F2E801EU},
    {17, 0x0U, 0x9998430FD0A655BEU},   {17, 0x9E3779B185EBCA8DU, 0x2645C71C33424F39U},
    {128, 0x0U, 0x75ECA5C5D5594884U},  {128, 0x9E3779B185EBCA8DU, 0x04F7AF0E8418CE34U},
    {129, 0x0U, 0xA05DA42E7A4E4667U},  {129, 0x9E3779B185EBCA8DU, 0xFA404B1CFB446AFCU},
    {240, 0x0U, 0x5EB2467C8C9E3969U},  {240, 0x9E3779B185EBCA8DU, 0xEE3C616DF5BB8FE1U},
    {241, 0x0U, 0x2D431E984C441F15U},  {241, 0x9E3779B185EBCA8DU, 0x81AADBEFF92A6C78U},
    {1024, 0x0U, 0xE99DEF1145F12936U}, {1024, 0x9E3779B185EBCA8DU, 0xCB6920288F6922A8U},
    {1025, 0x0U, 0x83CBA9B371E4E7F4U}, {1025, 0x9E3779B185EBCA8DU, 0xA9876E3FB1823C61U},
    {4096, 0x0U, 0x9BF67F8DEFF876AEU}, {4096, 0x9E3779B185EBCA8DU, 0x333718F6422FD0D0U},
    {5000, 0x0U, 0xB9DAEDE5F99F736EU}, {5000, 0x9E3779B185EBCA8DU, 0xC0236E379E79AE6FU},
};

TEST_CASE("xxh3 gives the known hashes", "[checksum]") {
  const auto bytes = sample(5000);
  for (const known_hash& known : known_hashes) {
    CAPTURE(known.size, known.seed);
    const bytes_view input(bytes.data(), known.size);
    CHECK(macaw::xxh3::compute(input, known.seed) == known.hash);
    macaw::xxh3_stream stream(known.seed);
    stream.update(input);
    CHECK(stream.digest() == known.hash);
  }
}

#if defined(HAS_XXHASH)
TEST_CASE("xxh3 agrees with libxxhash for every size to 4200 and at any alignment", "[checksum]") {
  const std::uint64_t seed_of_test = macaw_test::seed();
  CAPTURE(seed_of_test);
  std::mt19937_64 random(seed_of_test);
  std::vector<std::byte> bytes(70'000);
  for (std::byte& byte : bytes) byte = static_cast<std::byte>(random() & 0xFF);
  const auto agree = [&](std::size_t offset, std::size_t size, std::uint64_t seed) {
    const bytes_view input(bytes.data() + offset, size);
    return macaw::xxh3::compute(input, seed) == XXH3_64bits_withSeed(input.data(), size, seed);
  };
  for (std::size_t size = 0; size <= 4'200; ++size) {
    CAPTURE(size);
    REQUIRE(agree(size % 64, size, 0));
    REQUIRE(agree(size * 7 % 64, size, random()));
  }
  for (const std::size_t size : {8'192U, 16'384U, 65'535U, 65'536U}) {
    CAPTURE(size);
    REQUIRE(agree(0, size, random()));
  }
}
#endif

TEST_CASE("xxh3_stream gives the hash of the whole, however it is cut", "[checksum]") {
  const std::uint64_t seed_of_test = macaw_test::seed();
  CAPTURE(seed_of_test);
  std::mt19937_64 random(seed_of_test);
  const auto bytes = sample(20'000);
  for (int run = 0; run < 500; ++run) {
    const std::size_t size = run % 2 == 0 ? random() % 600 : random() % bytes.size();
    const std::size_t piece_max = 1 + random() % (run % 3 == 0 ? 40 : 3'000);
    const std::uint64_t seed = random();
    CAPTURE(run, size, piece_max);
    macaw::xxh3_stream stream(seed);
    for (std::size_t at = 0; at < size;) {
      const std::size_t taken = std::min<std::size_t>(random() % (piece_max + 1), size - at);
      stream.update({bytes.data() + at, taken});
      at += taken;
      if (run % 5 == 0) REQUIRE(stream.digest() == macaw::xxh3::compute({bytes.data(), at}, seed));
    }
    REQUIRE(stream.digest() == macaw::xxh3::compute({bytes.data(), size}, seed));
  }
}

TEST_CASE("xxh3_stream cut at every place near the ends of blocks gives the hash of the whole", "[checksum]") {
  const auto bytes = sample(2'200);
  for (const std::size_t size : {240U, 241U, 1'023U, 1'024U, 1'025U, 1'088U, 2'048U, 2'049U, 2'112U}) {
    const std::uint64_t whole = macaw::xxh3::compute({bytes.data(), size}, 7);
    for (std::size_t cut = 0; cut <= size; ++cut) {
      CAPTURE(size, cut);
      macaw::xxh3_stream stream(7);
      stream.update({bytes.data(), cut});
      stream.update({bytes.data() + cut, size - cut});
      REQUIRE(stream.digest() == whole);
    }
  }
}

TEST_CASE("xxh3 changes with every bit of a page and of the seed", "[checksum]") {
  auto bytes = sample(512);
  const std::uint64_t hash = macaw::xxh3::compute(bytes, 42);
  for (std::size_t bit = 0; bit < bytes.size() * 8; ++bit) {
    bytes[bit / 8] ^= static_cast<std::byte>(1U << bit % 8);
    REQUIRE(macaw::xxh3::compute(bytes, 42) != hash);
    bytes[bit / 8] ^= static_cast<std::byte>(1U << bit % 8);
  }
  for (int bit = 0; bit < 64; ++bit) REQUIRE(macaw::xxh3::compute(bytes, 42 ^ (std::uint64_t{1} << bit)) != hash);
}

}  // namespace
