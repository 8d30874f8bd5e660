// SPDX-License-Identifier: MIT
//
// Counting the heads of a sorted column that are less than a key: the only search there is in a page.
// Layer 1 (format).
//
// One interface, three kernels: AVX-512 and AVX2 count many heads at once, the portable one halves without
// branches and then counts the last 16 in two rounds of loads that do not wait for each other (halving to the
// end takes twice as long, a binary search with branches mispredicts).
// Columns are little-endian and need no alignment. No kernel reads outside `count` heads. On a column that
// is not sorted the result means nothing, but never exceeds `count`.

#pragma once

#include <macaw/detail/base/endian.hpp>
#include <macaw/macros.hpp>

#include <bit>
#include <concepts>
#include <cstddef>
#include <cstdint>

#if defined(MACAW_SIMD_AVX512) || defined(MACAW_SIMD_AVX2)
#include <immintrin.h>
#endif

namespace macaw::inline MACAW_ABI::detail {

/// Samples of a column that stand before it (hints.hpp).
inline constexpr std::uint32_t hint_count = 16;  // FROZEN: on disk

namespace scalar_search {

/// How many of `Size` heads are less, in two rounds of loads that do not wait for each other: the last head
/// of each of four groups, then the others of the group that is left.
template <std::uint32_t Size, std::unsigned_integral Head>
[[nodiscard]] MACAW_ALWAYS_INLINE std::uint32_t count_less_in(const std::byte* column, Head key) noexcept {
  constexpr std::uint32_t group = Size / 4;
  const auto less = [&](std::uint32_t index) noexcept {
    return static_cast<std::uint32_t>(load_le<Head>(column + index * sizeof(Head)) < key);
  };
  const std::uint32_t after =
      group * (less(group - 1) + less(2 * group - 1) + less(3 * group - 1) + less(4 * group - 1));
  constexpr std::uint32_t last = Size - (group - 1);
  const std::uint32_t base = after < last ? after : last;
  std::uint32_t total = base;
  for (std::uint32_t i = 0; i + 1 < group; ++i) total += less(base + i);
  return total;
}

/// Halves a column of at least `Size` heads until `Size` of them hold what is in question. What else these
/// hold is known to be less, or not to be.
template <std::uint32_t Size, std::unsigned_integral Head>
[[nodiscard]] MACAW_ALWAYS_INLINE std::uint32_t count_less_down_to(const std::byte* column, std::uint32_t count,
                                                                   Head key) noexcept {
  std::uint32_t base = 0;
  for (std::uint32_t size = count; size > Size;) {
    const std::uint32_t half = size / 2;
    const bool less = load_le<Head>(column + (base + half - 1) * sizeof(Head)) < key;
    base += half & (0U - static_cast<std::uint32_t>(less));
    size -= half;
  }
  base = base < count - Size ? base : count - Size;
  return base + count_less_in<Size, Head>(column + base * sizeof(Head), key);
}

/// The portable kernel.
template <std::unsigned_integral Head>
[[nodiscard]] MACAW_ALWAYS_INLINE std::uint32_t count_less(const std::byte* column, std::uint32_t count,
                                                           Head key) noexcept {
  if (count >= 16) return count_less_down_to<16>(column, count, key);
  if (count >= 8) return count_less_down_to<8>(column, count, key);
  if (count >= 4) return count_less_down_to<4>(column, count, key);
  std::uint32_t total = 0;
  for (std::uint32_t i = 0; i < count; ++i) total += load_le<Head>(column + i * sizeof(Head)) < key ? 1U : 0U;
  return total;
}

}  // namespace scalar_search

#if defined(MACAW_SIMD_AVX512)

namespace simd_search {

template <class Head>
inline constexpr std::uint32_t lanes = 64 / sizeof(Head);

/// The lanes among the first `count` of one vector that are less than the key, as bits.
template <class Head>
[[nodiscard]] MACAW_ALWAYS_INLINE std::uint32_t count_vector(const std::byte* from, std::uint32_t count,
                                                             Head key) noexcept {
  const std::uint64_t all = ~std::uint64_t{0} >> (64 - lanes<Head>);
  const std::uint64_t mask = count >= lanes<Head> ? all : (std::uint64_t{1} << count) - 1;
  if constexpr (sizeof(Head) == 8) {
    const auto taken = static_cast<__mmask8>(mask);
    const __m512i heads = _mm512_maskz_loadu_epi64(taken, from);
    const __m512i keys = _mm512_set1_epi64(static_cast<long long>(key));
    return static_cast<std::uint32_t>(
        std::popcount(static_cast<unsigned>(_mm512_mask_cmplt_epu64_mask(taken, heads, keys))));
  } else if constexpr (sizeof(Head) == 4) {
    const auto taken = static_cast<__mmask16>(mask);
    const __m512i heads = _mm512_maskz_loadu_epi32(taken, from);
    const __m512i keys = _mm512_set1_epi32(static_cast<int>(key));
    return static_cast<std::uint32_t>(
        std::popcount(static_cast<unsigned>(_mm512_mask_cmplt_epu32_mask(taken, heads, keys))));
  } else if constexpr (sizeof(Head) == 2) {
    const auto taken = static_cast<__mmask32>(mask);
    const __m512i heads = _mm512_maskz_loadu_epi16(taken, from);
    const __m512i keys = _mm512_set1_epi16(static_cast<short>(key));
    return static_cast<std::uint32_t>(
        std::popcount(static_cast<std::uint32_t>(_mm512_mask_cmplt_epu16_mask(taken, heads, keys))));
  } else {
    const auto taken = static_cast<__mmask64>(mask);
    const __m512i heads = _mm512_maskz_loadu_epi8(taken, from);
    const __m512i keys = _mm512_set1_epi8(static_cast<char>(key));
    return static_cast<std::uint32_t>(
        std::popcount(static_cast<std::uint64_t>(_mm512_mask_cmplt_epu8_mask(taken, heads, keys))));
  }
}

}  // namespace simd_search

#elif defined(MACAW_SIMD_AVX2)

namespace simd_search {

template <class Head>
inline constexpr std::uint32_t lanes = 32 / sizeof(Head);

/// How many of the first `count` heads of one vector are less than the key. AVX2 compares signed numbers
/// only, so the top bits are flipped.
template <class Head>
[[nodiscard]] MACAW_ALWAYS_INLINE std::uint32_t count_vector(const std::byte* from, std::uint32_t count,
                                                             Head key) noexcept {
  if constexpr (sizeof(Head) == 8) {
    const __m256i flip = _mm256_set1_epi64x(static_cast<long long>(0x8000'0000'0000'0000U));
    const __m256i place = _mm256_set_epi64x(3, 2, 1, 0);
    const __m256i taken = _mm256_cmpgt_epi64(_mm256_set1_epi64x(count), place);
    const __m256i heads = _mm256_maskload_epi64(reinterpret_cast<const long long*>(from), taken);
    const __m256i keys = _mm256_xor_si256(_mm256_set1_epi64x(static_cast<long long>(key)), flip);
    const __m256i less = _mm256_and_si256(_mm256_cmpgt_epi64(keys, _mm256_xor_si256(heads, flip)), taken);
    return static_cast<std::uint32_t>(
        std::popcount(static_cast<unsigned>(_mm256_movemask_pd(_mm256_castsi256_pd(less)))));
  } else if constexpr (sizeof(Head) == 4) {
    const __m256i flip = _mm256_set1_epi32(static_cast<int>(0x8000'0000U));
    const __m256i place = _mm256_set_epi32(7, 6, 5, 4, 3, 2, 1, 0);
    const __m256i taken = _mm256_cmpgt_epi32(_mm256_set1_epi32(static_cast<int>(count)), place);
    const __m256i heads = _mm256_maskload_epi32(reinterpret_cast<const int*>(from), taken);
    const __m256i keys = _mm256_xor_si256(_mm256_set1_epi32(static_cast<int>(key)), flip);
    const __m256i less = _mm256_and_si256(_mm256_cmpgt_epi32(keys, _mm256_xor_si256(heads, flip)), taken);
    return static_cast<std::uint32_t>(
        std::popcount(static_cast<unsigned>(_mm256_movemask_ps(_mm256_castsi256_ps(less)))));
  } else {
    return scalar_search::count_less(from, count < lanes<Head> ? count : lanes<Head>, key);
  }
}

}  // namespace simd_search

#endif

/// How many of the `count` heads of a sorted column are less than `key`.
template <std::unsigned_integral Head>
[[nodiscard]] MACAW_ALWAYS_INLINE std::uint32_t count_less(const std::byte* column, std::uint32_t count,
                                                           Head key) noexcept {
#if defined(MACAW_SIMD_AVX512) || defined(MACAW_SIMD_AVX2)
  constexpr std::uint32_t lanes = simd_search::lanes<Head>;
  std::uint32_t base = 0;
  while (count > 8 * lanes) [[unlikely]] {
      const std::uint32_t half = count / 2;
      const bool less = load_le<Head>(column + (base + half - 1) * sizeof(Head)) < key;
      base += half & (0U - static_cast<std::uint32_t>(less));
      count -= half;
    }
  column += base * sizeof(Head);
  std::uint32_t total = 0;
  for (std::uint32_t i = 0; i < count; i += lanes) {
    total += simd_search::count_vector<Head>(column + i * sizeof(Head), count - i, key);
  }
  return base + total;
#else
  return scalar_search::count_less(column, count, key);
#endif
}

/// How many of the `hint_count` hints at `hints` are less than `key`.
template <std::unsigned_integral Head>
[[nodiscard]] MACAW_ALWAYS_INLINE std::uint32_t count_less_hints(const std::byte* hints, Head key) noexcept {
#if defined(MACAW_SIMD_AVX512) || defined(MACAW_SIMD_AVX2)
  constexpr std::uint32_t lanes = simd_search::lanes<Head>;
  if constexpr (lanes >= hint_count) {
    return simd_search::count_vector<Head>(hints, hint_count, key);
  } else {
    std::uint32_t total = 0;
    for (std::uint32_t i = 0; i < hint_count; i += lanes) {
      total += simd_search::count_vector<Head>(hints + i * sizeof(Head), lanes, key);
    }
    return total;
  }
#else
  return scalar_search::count_less_in<hint_count>(hints, key);
#endif
}

}  // namespace macaw::inline MACAW_ABI::detail
