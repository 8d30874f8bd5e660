// SPDX-License-Identifier: MIT
//
// The numbers of XXH3-64, and the steps that short and long inputs share. Layer 0.
// xxh3_lanes.hpp has the long inputs, checksum/xxh3.hpp the short ones and the public face.

#pragma once

#include <macaw/detail/base/endian.hpp>
#include <macaw/macros.hpp>

#include <array>
#include <cstddef>
#include <cstdint>

namespace macaw::inline MACAW_ABI::detail::xxh3_core {

inline constexpr std::uint64_t prime32_1 = 0x9E37'79B1U;
inline constexpr std::uint64_t prime32_2 = 0x85EB'CA77U;
inline constexpr std::uint64_t prime32_3 = 0xC2B2'AE3DU;
inline constexpr std::uint64_t prime64_1 = 0x9E37'79B1'85EB'CA87U;
inline constexpr std::uint64_t prime64_2 = 0xC2B2'AE3D'27D4'EB4FU;
inline constexpr std::uint64_t prime64_3 = 0x1656'67B1'9E37'79F9U;
inline constexpr std::uint64_t prime64_4 = 0x85EB'CA77'C2B2'AE63U;
inline constexpr std::uint64_t prime64_5 = 0x27D4'EB2F'1656'67C5U;

inline constexpr std::size_t stripe_size = 64;
inline constexpr std::size_t block_stripes = 16;
inline constexpr std::size_t block_size = stripe_size * block_stripes;
inline constexpr std::size_t secret_size = 192;

// clang-format off
alignas(64) inline constexpr std::array<std::uint8_t, secret_size> default_secret = {
    0xb8, 0xfe, 0x6c, 0x39, 0x23, 0xa4, 0x4b, 0xbe, 0x7c, 0x01, 0x81, 0x2c, 0xf7, 0x21, 0xad, 0x1c,
    0xde, 0xd4, 0x6d, 0xe9, 0x83, 0x90, 0x97, 0xdb, 0x72, 0x40, 0xa4, 0xa4, 0xb7, 0xb3, 0x67, 0x1f,
    0xcb, 0x79, 0xe6, 0x4e, 0xcc, 0xc0, 0xe5, 0x78, 0x82, 0x5a, 0xd0, 0x7d, 0xcc, 0xff, 0x72, 0x21,
    0xb8, 0x08, 0x46, 0x74, 0xf7, 0x43, 0x24, 0x8e, 0xe0, 0x35, 0x90, 0xe6, 0x81, 0x3a, 0x26, 0x4c,
    0x3c, 0x28, 0x52, 0xbb, 0x91, 0xc3, 0x00, 0xcb, 0x88, 0xd0, 0x65, 0x8b, 0x1b, 0x53, 0x2e, 0xa3,
    0x71, 0x64, 0x48, 0x97, 0xa2, 0x0d, 0xf9, 0x4e, 0x38, 0x19, 0xef, 0x46, 0xa9, 0xde, 0xac, 0xd8,
    0xa8, 0xfa, 0x76, 0x3f, 0xe3, 0x9c, 0x34, 0x3f, 0xf9, 0xdc, 0xbb, 0xc7, 0xc7, 0x0b, 0x4f, 0x1d,
    0x8a, 0x51, 0xe0, 0x4b, 0xcd, 0xb4, 0x59, 0x31, 0xc8, 0x9f, 0x7e, 0xc9, 0xd9, 0x78, 0x73, 0x64,
    0xea, 0xc5, 0xac, 0x83, 0x34, 0xd3, 0xeb, 0xc3, 0xc5, 0x81, 0xa0, 0xff, 0xfa, 0x13, 0x63, 0xeb,
    0x17, 0x0d, 0xdd, 0x51, 0xb7, 0xf0, 0xda, 0x49, 0xd3, 0x16, 0x55, 0x26, 0x29, 0xd4, 0x68, 0x9e,
    0x2b, 0x16, 0xbe, 0x58, 0x7d, 0x47, 0xa1, 0xfc, 0x8f, 0xf8, 0xb8, 0xd1, 0x7a, 0xd0, 0x31, 0xce,
    0x45, 0xcb, 0x3a, 0x8f, 0x95, 0x16, 0x04, 0x28, 0xaf, 0xd7, 0xfb, 0xca, 0xbb, 0x4b, 0x40, 0x7e,
};
// clang-format on

/// The default secret's byte at `offset`, as an address.
[[nodiscard]] inline const std::byte* secret_at(std::size_t offset) noexcept {
  return reinterpret_cast<const std::byte*>(default_secret.data()) + offset;
}

/// The secret of a seed.
struct secret {
  alignas(64) std::array<std::byte, secret_size> bytes;

  explicit secret(std::uint64_t seed) noexcept {
    for (std::size_t at = 0; at < secret_size; at += 16) {
      store_le(bytes.data() + at, load_le<std::uint64_t>(secret_at(at)) + seed);
      store_le(bytes.data() + at + 8, load_le<std::uint64_t>(secret_at(at + 8)) - seed);
    }
  }
};

/// As `multiply_fold`, where no integer has 128 bits.
[[nodiscard]] constexpr std::uint64_t multiply_fold_by_halves(std::uint64_t a, std::uint64_t b) noexcept {
  const std::uint64_t low_low = (a & 0xFFFF'FFFFU) * (b & 0xFFFF'FFFFU);
  const std::uint64_t high_low = (a >> 32) * (b & 0xFFFF'FFFFU);
  const std::uint64_t low_high = (a & 0xFFFF'FFFFU) * (b >> 32);
  const std::uint64_t cross = (low_low >> 32) + (high_low & 0xFFFF'FFFFU) + low_high;
  const std::uint64_t high = (high_low >> 32) + (cross >> 32) + (a >> 32) * (b >> 32);
  return ((cross << 32) | (low_low & 0xFFFF'FFFFU)) ^ high;
}

/// The low half exclusive-or the high half of a product of 64 bits each.
[[nodiscard]] MACAW_ALWAYS_INLINE std::uint64_t multiply_fold(std::uint64_t a, std::uint64_t b) noexcept {
#if defined(__SIZEOF_INT128__)
  __extension__ using product_type = unsigned __int128;
  const product_type product = static_cast<product_type>(a) * b;
  return static_cast<std::uint64_t>(product) ^ static_cast<std::uint64_t>(product >> 64);
#else
  return multiply_fold_by_halves(a, b);
#endif
}

/// Spreads every bit of a sum over all bits.
[[nodiscard]] constexpr std::uint64_t avalanche(std::uint64_t hash) noexcept {
  hash ^= hash >> 37;
  hash *= 0x1656'6791'9E37'79F9U;
  return hash ^ (hash >> 32);
}

}  // namespace macaw::inline MACAW_ABI::detail::xxh3_core
