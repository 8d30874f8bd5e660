// SPDX-License-Identifier: MIT
//
// CRC-32C (Castagnoli), for those who want a checksum that other systems know and whose powers of
// detection are proven: every burst up to 32 bits, every change of up to 5 bits in a 4 KiB page.
// Layer 0 (policy axis). XXH3 is faster and has 64 bits; this has the information of 32.
//
// Invariants:
//  1. For one seed and one size the 64-bit result is a bijection of the 32-bit CRC, so nothing that
//     the CRC detects is lost.
//  2. The processor's instruction and the tables give the same CRC.

#pragma once

#include <macaw/bytes.hpp>
#include <macaw/checksum/concept.hpp>
#include <macaw/detail/base/endian.hpp>
#include <macaw/detail/base/when_used.hpp>
#include <macaw/macros.hpp>

#include <array>
#include <cstddef>
#include <cstdint>

#if defined(MACAW_SIMD_AVX2) || defined(MACAW_SIMD_AVX512)
#include <immintrin.h>
#endif

namespace macaw::inline MACAW_ABI {
namespace detail {

/// Table k holds what a byte does to the CRC when k more bytes follow it.
using crc32c_tables = std::array<std::array<std::uint32_t, 256>, 8>;

template <class When>
[[nodiscard]] constexpr crc32c_tables make_crc32c_tables() noexcept {
  crc32c_tables tables{};
  for (std::uint32_t byte = 0; byte < 256; ++byte) {
    std::uint32_t crc = byte;
    for (int bit = 0; bit < 8; ++bit) crc = (crc >> 1) ^ ((crc & 1) != 0 ? 0x82F6'3B78U : 0);
    tables[0][byte] = crc;
  }
  for (std::size_t k = 1; k < 8; ++k) {
    for (std::size_t byte = 0; byte < 256; ++byte) {
      const std::uint32_t before = tables[k - 1][byte];
      tables[k][byte] = (before >> 8) ^ tables[0][before & 0xFF];
    }
  }
  return tables;
}

template <class When = when_used>
inline constexpr crc32c_tables crc32c_table = make_crc32c_tables<When>();

/// The CRC register after eight more bytes, by table.
template <class When = when_used>
[[nodiscard]] std::uint32_t crc32c_word(std::uint32_t crc, std::uint64_t word) noexcept {
  word ^= crc;
  std::uint32_t next = 0;
  for (std::size_t k = 0; k < 8; ++k) next ^= crc32c_table<When>[7 - k][(word >> (8 * k)) & 0xFF];
  return next;
}

/// The CRC register after one more byte, by table.
template <class When = when_used>
[[nodiscard]] std::uint32_t crc32c_byte(std::uint32_t crc, std::byte byte) noexcept {
  return (crc >> 8) ^ crc32c_table<When>[0][(crc ^ std::to_integer<std::uint32_t>(byte)) & 0xFF];
}

/// The CRC-32C as RFC 3720 defines it, by table.
template <class When = when_used>
[[nodiscard]] std::uint32_t crc32c_by_table(bytes_view bytes) noexcept {
  std::uint32_t crc = 0xFFFF'FFFFU;
  std::size_t at = 0;
  for (; at + 8 <= bytes.size(); at += 8) crc = crc32c_word<When>(crc, load_le<std::uint64_t>(bytes.data() + at));
  for (; at < bytes.size(); ++at) crc = crc32c_byte<When>(crc, bytes[at]);
  return ~crc;
}

/// The CRC-32C as RFC 3720 defines it, the fastest way that the target has.
// The processor's instruction is used where AVX2 is: a level of its own would need an ABI name of its own.
template <class When = when_used>
[[nodiscard]] std::uint32_t crc32c_of(bytes_view bytes) noexcept {
#if (defined(MACAW_SIMD_AVX2) || defined(MACAW_SIMD_AVX512)) && defined(__SSE4_2__) && defined(__x86_64__)
  std::uint64_t crc = 0xFFFF'FFFFU;
  std::size_t at = 0;
  for (; at + 8 <= bytes.size(); at += 8) crc = _mm_crc32_u64(crc, load_le<std::uint64_t>(bytes.data() + at));
  auto last = static_cast<std::uint32_t>(crc);
  for (; at < bytes.size(); ++at) last = _mm_crc32_u8(last, std::to_integer<unsigned char>(bytes[at]));
  return ~last;
#else
  return crc32c_by_table<When>(bytes);
#endif
}

}  // namespace detail

/// CRC-32C, with size and seed mixed in to 64 bits.
struct crc32c {
  static constexpr std::uint32_t id = 2;  // FROZEN: on disk

  /// `spread(spread(seed) ^ (low half of the size << 32 | CRC))`: `spread` is a bijection.
  template <class When = detail::when_used>
  [[nodiscard]] static std::uint64_t compute(bytes_view bytes, std::uint64_t seed) noexcept {
    const std::uint64_t size = static_cast<std::uint32_t>(bytes.size());
    return spread(spread(seed) ^ (size << 32 | detail::crc32c_of<When>(bytes)));
  }

 private:
  // The finaliser of SplitMix64.
  [[nodiscard]] static constexpr std::uint64_t spread(std::uint64_t value) noexcept {
    value += 0x9E37'79B9'7F4A'7C15U;
    value = (value ^ (value >> 30)) * 0xBF58'476D'1CE4'E5B9U;
    value = (value ^ (value >> 27)) * 0x94D0'49BB'1331'11EBU;
    return value ^ (value >> 31);
  }
};

static_assert(checksum<crc32c>);

}  // namespace macaw::inline MACAW_ABI
