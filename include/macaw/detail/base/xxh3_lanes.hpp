// SPDX-License-Identifier: MIT
//
// The long-input half of XXH3-64: eight lanes of 64 bits that eat stripes of 64 bytes. Layer 0.
//
// Invariants:
//  1. A block is 16 stripes, and after each the lanes are scrambled. Stripe n of a block is keyed with
//     the secret from byte 8n on.
//  2. All kinds of lanes give the same values, bit by bit; the tests compare all that the target has.

#pragma once

#include <macaw/detail/base/endian.hpp>
#include <macaw/detail/base/xxh3_core.hpp>
#include <macaw/macros.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>

#if defined(MACAW_SIMD_AVX2) || defined(MACAW_SIMD_AVX512)
#include <immintrin.h>
#endif

namespace macaw::inline MACAW_ABI::detail::xxh3_core {

using lane_values = std::array<std::uint64_t, 8>;

alignas(64) inline constexpr lane_values initial_lanes = {prime32_3, prime64_1, prime64_2, prime64_3,
                                                          prime64_4, prime32_2, prime64_5, prime32_1};

/// Lanes in plain integers.
class scalar_lanes {
 public:
  scalar_lanes() noexcept : lane_(initial_lanes) {}

  /// Eats the stripe at `from`, keyed with the 64 bytes at `key`.
  void accumulate(const std::byte* from, const std::byte* key) noexcept {
    for (std::size_t i = 0; i < 8; ++i) {
      const std::uint64_t data = load_le<std::uint64_t>(from + i * 8);
      const std::uint64_t keyed = data ^ load_le<std::uint64_t>(key + i * 8);
      lane_[i ^ 1] += data;
      lane_[i] += (keyed & 0xFFFF'FFFFU) * (keyed >> 32);
    }
  }
  /// Ends a block.
  void scramble(const std::byte* key) noexcept {
    for (std::size_t i = 0; i < 8; ++i) {
      const std::uint64_t shifted = lane_[i] ^ (lane_[i] >> 47);
      lane_[i] = (shifted ^ load_le<std::uint64_t>(key + i * 8)) * prime32_1;
    }
  }
  [[nodiscard]] const lane_values& values() const noexcept { return lane_; }

 private:
  lane_values lane_;
};

#if defined(__x86_64__) && defined(__SSE2__)

/// Lanes in registers of 128 bits. Every x86-64 has them, so they are part of no ABI name. Written in the compilers'
/// own vectors, which GCC and Clang share: <emmintrin.h> would be 3,500 lines in every user's unit.
class sse2_lanes {
 public:
  sse2_lanes() noexcept {
    for (std::size_t i = 0; i < 4; ++i) part_[i] = load(initial_lanes.data() + 2 * i);
  }
  MACAW_ALWAYS_INLINE void accumulate(const std::byte* from, const std::byte* key) noexcept {
    for (std::size_t i = 0; i < 4; ++i) {
      const pair data = load(from + 16 * i);
      const pair keyed = data ^ load(key + 16 * i);
      const pair swapped = {data[1], data[0]};
      part_[i] += swapped + multiply_low(keyed, keyed >> 32);
    }
  }
  MACAW_ALWAYS_INLINE void scramble(const std::byte* key) noexcept {
    const pair prime = {prime32_1, prime32_1};
    for (std::size_t i = 0; i < 4; ++i) {
      const pair keyed = part_[i] ^ (part_[i] >> 47) ^ load(key + 16 * i);
      part_[i] = multiply_low(keyed, prime) + (multiply_low(keyed >> 32, prime) << 32);
    }
  }
  [[nodiscard]] lane_values values() const noexcept {
    lane_values values;
    static_assert(sizeof(values) == sizeof(part_));
    std::memcpy(values.data(), part_, sizeof(part_));
    return values;
  }

 private:
  using pair = std::uint64_t __attribute__((vector_size(16)));

  static MACAW_ALWAYS_INLINE pair load(const void* from) noexcept {
    pair loaded;
    std::memcpy(&loaded, from, sizeof(loaded));
    return loaded;
  }
  /// The products of the low halves: one instruction, which Clang finds by itself.
  static MACAW_ALWAYS_INLINE pair multiply_low(pair a, pair b) noexcept {
#if defined(__clang__)
    return (a & 0xFFFF'FFFFU) * (b & 0xFFFF'FFFFU);
#else
    using quad = int __attribute__((vector_size(16)));
    return reinterpret_cast<pair>(__builtin_ia32_pmuludq128(reinterpret_cast<quad>(a), reinterpret_cast<quad>(b)));
#endif
  }

  pair part_[4];
};

#endif

#if defined(MACAW_SIMD_AVX2) || defined(MACAW_SIMD_AVX512)

/// Lanes in two registers of 256 bits.
class avx2_lanes {
 public:
  avx2_lanes() noexcept : part_{load(initial_lanes.data()), load(initial_lanes.data() + 4)} {}

  MACAW_ALWAYS_INLINE void accumulate(const std::byte* from, const std::byte* key) noexcept {
    for (std::size_t i = 0; i < 2; ++i) {
      const __m256i data = load(from + 32 * i);
      const __m256i keyed = _mm256_xor_si256(data, load(key + 32 * i));
      const __m256i product = _mm256_mul_epu32(keyed, _mm256_srli_epi64(keyed, 32));
      part_[i] = _mm256_add_epi64(part_[i], _mm256_add_epi64(product, _mm256_shuffle_epi32(data, 0b01'00'11'10)));
    }
  }
  MACAW_ALWAYS_INLINE void scramble(const std::byte* key) noexcept {
    const __m256i prime = _mm256_set1_epi64x(static_cast<long long>(prime32_1));
    for (std::size_t i = 0; i < 2; ++i) {
      const __m256i shifted = _mm256_xor_si256(part_[i], _mm256_srli_epi64(part_[i], 47));
      const __m256i keyed = _mm256_xor_si256(shifted, load(key + 32 * i));
      const __m256i high = _mm256_slli_epi64(_mm256_mul_epu32(_mm256_srli_epi64(keyed, 32), prime), 32);
      part_[i] = _mm256_add_epi64(_mm256_mul_epu32(keyed, prime), high);
    }
  }
  [[nodiscard]] lane_values values() const noexcept {
    lane_values values;
    for (std::size_t i = 0; i < 2; ++i) {
      _mm256_storeu_si256(static_cast<__m256i*>(static_cast<void*>(values.data() + 4 * i)), part_[i]);
    }
    return values;
  }

 private:
  static __m256i load(const void* from) noexcept { return _mm256_loadu_si256(static_cast<const __m256i*>(from)); }

  __m256i part_[2];
};

#endif

#if defined(MACAW_SIMD_AVX512)

/// Lanes in one register of 512 bits. The masks select everything: without them GCC 12 warns about its own header.
class avx512_lanes {
 public:
  avx512_lanes() noexcept : all_(_mm512_load_si512(initial_lanes.data())) {}

  MACAW_ALWAYS_INLINE void accumulate(const std::byte* from, const std::byte* key) noexcept {
    const __m512i data = _mm512_loadu_si512(from);
    const __m512i keyed = _mm512_xor_si512(data, _mm512_loadu_si512(key));
    const __m512i product = _mm512_maskz_mul_epu32(0xFF, keyed, _mm512_maskz_srli_epi64(0xFF, keyed, 32));
    const __m512i swapped = _mm512_maskz_shuffle_epi32(0xFFFF, data, _MM_PERM_BADC);
    all_ = _mm512_add_epi64(all_, _mm512_add_epi64(product, swapped));
  }
  MACAW_ALWAYS_INLINE void scramble(const std::byte* key) noexcept {
    const __m512i prime = _mm512_set1_epi64(static_cast<long long>(prime32_1));
    const __m512i shifted = _mm512_xor_si512(all_, _mm512_maskz_srli_epi64(0xFF, all_, 47));
    const __m512i keyed = _mm512_xor_si512(shifted, _mm512_loadu_si512(key));
    const __m512i high = _mm512_maskz_mul_epu32(0xFF, _mm512_maskz_srli_epi64(0xFF, keyed, 32), prime);
    all_ = _mm512_add_epi64(_mm512_maskz_mul_epu32(0xFF, keyed, prime), _mm512_maskz_slli_epi64(0xFF, high, 32));
  }
  [[nodiscard]] lane_values values() const noexcept {
    lane_values values;
    _mm512_storeu_si512(values.data(), all_);
    return values;
  }

 private:
  __m512i all_;
};

using native_lanes = avx512_lanes;
#elif defined(MACAW_SIMD_AVX2)
using native_lanes = avx2_lanes;
#elif defined(__x86_64__) && defined(__SSE2__)
using native_lanes = sse2_lanes;
#else
using native_lanes = scalar_lanes;
#endif

/// Eats the first `count` stripes of a block.
template <class Lanes>
MACAW_ALWAYS_INLINE void accumulate_stripes(Lanes& lanes, const std::byte* from, std::size_t count,
                                            const secret& key) noexcept {
  for (std::size_t n = 0; n < count; ++n) lanes.accumulate(from + n * stripe_size, key.bytes.data() + n * 8);
}

/// Eats a whole block that is not the last.
template <class Lanes>
MACAW_ALWAYS_INLINE void accumulate_block(Lanes& lanes, const std::byte* from, const secret& key) noexcept {
  accumulate_stripes(lanes, from, block_stripes, key);
  lanes.scramble(key.bytes.data() + secret_size - stripe_size);
}

/// Eats `count` bytes of the last block, the last stripe of which may reach back before `from`, and gives
/// the hash of `size` bytes in all.
template <class Lanes>
[[nodiscard]] MACAW_ALWAYS_INLINE std::uint64_t finish(Lanes lanes, const std::byte* from, std::size_t count,
                                                       std::uint64_t size, const secret& key) noexcept {
  accumulate_stripes(lanes, from, (count - 1) / stripe_size, key);
  lanes.accumulate(from + count - stripe_size, key.bytes.data() + secret_size - stripe_size - 7);
  const auto& value = lanes.values();
  std::uint64_t sum = size * prime64_1;
  for (std::size_t i = 0; i < 4; ++i) {
    const std::byte* const word = key.bytes.data() + 11 + 16 * i;
    sum +=
        multiply_fold(value[2 * i] ^ load_le<std::uint64_t>(word), value[2 * i + 1] ^ load_le<std::uint64_t>(word + 8));
  }
  return avalanche(sum);
}

/// The hash of more than 240 bytes.
template <class Lanes = native_lanes>
[[nodiscard]] std::uint64_t hash_long(const std::byte* from, std::size_t size, std::uint64_t seed) noexcept {
  const secret key(seed);
  Lanes lanes;
  const std::size_t blocks = (size - 1) / block_size;
  for (std::size_t i = 0; i < blocks; ++i) accumulate_block(lanes, from + i * block_size, key);
  return finish(lanes, from + blocks * block_size, size - blocks * block_size, size, key);
}

}  // namespace macaw::inline MACAW_ABI::detail::xxh3_core
