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

/// The lanes of a vector that are less than the key, as bits.
template <class Head>
[[nodiscard]] MACAW_ALWAYS_INLINE std::uint64_t less_lanes(__m512i heads, Head key) noexcept {
  if constexpr (sizeof(Head) == 8) {
    return _mm512_cmplt_epu64_mask(heads, _mm512_set1_epi64(static_cast<long long>(key)));
  } else if constexpr (sizeof(Head) == 4) {
    return _mm512_cmplt_epu32_mask(heads, _mm512_set1_epi32(static_cast<int>(key)));
  } else if constexpr (sizeof(Head) == 2) {
    return _mm512_cmplt_epu16_mask(heads, _mm512_set1_epi16(static_cast<short>(key)));
  } else {
    return _mm512_cmplt_epu8_mask(heads, _mm512_set1_epi8(static_cast<char>(key)));
  }
}

/// The first lanes of a vector, zeros in place of the others: nothing behind them is read.
template <class Head>
[[nodiscard]] MACAW_ALWAYS_INLINE __m512i load_lanes(const std::byte* from, std::uint64_t taken) noexcept {
  if constexpr (sizeof(Head) == 8) {
    return _mm512_maskz_loadu_epi64(static_cast<__mmask8>(taken), from);
  } else if constexpr (sizeof(Head) == 4) {
    return _mm512_maskz_loadu_epi32(static_cast<__mmask16>(taken), from);
  } else if constexpr (sizeof(Head) == 2) {
    return _mm512_maskz_loadu_epi16(static_cast<__mmask32>(taken), from);
  } else {
    return _mm512_maskz_loadu_epi8(static_cast<__mmask64>(taken), from);
  }
}

/// How many heads of a whole vector are less than the key.
template <class Head>
[[nodiscard]] MACAW_ALWAYS_INLINE std::uint32_t count_vector(const std::byte* from, Head key) noexcept {
  return static_cast<std::uint32_t>(std::popcount(less_lanes<Head>(_mm512_loadu_si512(from), key)));
}

/// How many of the first `count` heads of a vector are. Requires: `count` less than `lanes`.
template <class Head>
[[nodiscard]] MACAW_ALWAYS_INLINE std::uint32_t count_part(const std::byte* from, std::uint32_t count,
                                                           Head key) noexcept {
  const std::uint64_t taken = (std::uint64_t{1} << count) - 1;
  return static_cast<std::uint32_t>(std::popcount(less_lanes<Head>(load_lanes<Head>(from, taken), key) & taken));
}

}  // namespace simd_search

#elif defined(MACAW_SIMD_AVX2)

namespace simd_search {

template <class Head>
inline constexpr std::uint32_t lanes = 32 / sizeof(Head);

/// The heads of a vector that are less than the key, as bits; those of 8 and 4 bytes. AVX2 compares signed numbers
/// only, so the top bits are flipped.
template <class Head>
[[nodiscard]] MACAW_ALWAYS_INLINE unsigned less_lanes(__m256i heads, Head key) noexcept {
  if constexpr (sizeof(Head) == 8) {
    const __m256i flip = _mm256_set1_epi64x(static_cast<long long>(0x8000'0000'0000'0000U));
    const __m256i keys = _mm256_set1_epi64x(static_cast<long long>(key ^ 0x8000'0000'0000'0000U));
    const __m256i less = _mm256_cmpgt_epi64(keys, _mm256_xor_si256(heads, flip));
    return static_cast<unsigned>(_mm256_movemask_pd(_mm256_castsi256_pd(less)));
  } else {
    const __m256i flip = _mm256_set1_epi32(static_cast<int>(0x8000'0000U));
    const __m256i keys = _mm256_set1_epi32(static_cast<int>(key ^ 0x8000'0000U));
    const __m256i less = _mm256_cmpgt_epi32(keys, _mm256_xor_si256(heads, flip));
    return static_cast<unsigned>(_mm256_movemask_ps(_mm256_castsi256_ps(less)));
  }
}

/// How many heads of a whole vector are less than the key.
template <class Head>
[[nodiscard]] MACAW_ALWAYS_INLINE std::uint32_t count_vector(const std::byte* from, Head key) noexcept {
  if constexpr (sizeof(Head) >= 4) {
    const __m256i heads = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(from));
    return static_cast<std::uint32_t>(std::popcount(less_lanes<Head>(heads, key)));
  } else {
    return scalar_search::count_less(from, lanes<Head>, key);
  }
}

/// How many of the first `count` heads of a vector are; nothing behind them is read. Requires: `count` less than
/// `lanes`.
template <class Head>
[[nodiscard]] MACAW_ALWAYS_INLINE std::uint32_t count_part(const std::byte* from, std::uint32_t count,
                                                           Head key) noexcept {
  const unsigned taken = (1U << count) - 1;
  if constexpr (sizeof(Head) == 8) {
    const __m256i mask = _mm256_cmpgt_epi64(_mm256_set1_epi64x(count), _mm256_set_epi64x(3, 2, 1, 0));
    const __m256i heads = _mm256_maskload_epi64(reinterpret_cast<const long long*>(from), mask);
    return static_cast<std::uint32_t>(std::popcount(less_lanes<Head>(heads, key) & taken));
  } else if constexpr (sizeof(Head) == 4) {
    const __m256i mask =
        _mm256_cmpgt_epi32(_mm256_set1_epi32(static_cast<int>(count)), _mm256_set_epi32(7, 6, 5, 4, 3, 2, 1, 0));
    const __m256i heads = _mm256_maskload_epi32(reinterpret_cast<const int*>(from), mask);
    return static_cast<std::uint32_t>(std::popcount(less_lanes<Head>(heads, key) & taken));
  } else {
    return scalar_search::count_less(from, count, key);
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
  std::uint32_t total = base;
  for (; count >= lanes; count -= lanes, column += lanes * sizeof(Head)) {
    total += simd_search::count_vector<Head>(column, key);
  }
  return total + simd_search::count_part<Head>(column, count, key);
#else
  return scalar_search::count_less(column, count, key);
#endif
}

/// The same for heads that fill whole cache lines: where `count` is a constant, nothing is left to decide.
template <std::unsigned_integral Head>
[[nodiscard]] MACAW_ALWAYS_INLINE std::uint32_t count_less_lines(const std::byte* column, std::uint32_t count,
                                                                 Head key) noexcept {
  MACAW_ASSERT(count % (64 / sizeof(Head)) == 0);
#if defined(MACAW_SIMD_AVX512) || defined(MACAW_SIMD_AVX2)
  constexpr std::uint32_t lanes = simd_search::lanes<Head>;
  std::uint32_t total = 0;
  for (std::uint32_t i = 0; i < count; i += lanes) {
    total += simd_search::count_vector<Head>(column + i * sizeof(Head), key);
  }
  return total;
#else
  return scalar_search::count_less(column, count, key);
#endif
}

/// How many of the `hint_count` hints at `hints` are less than `key`.
template <std::unsigned_integral Head>
[[nodiscard]] MACAW_ALWAYS_INLINE std::uint32_t count_less_hints(const std::byte* hints, Head key) noexcept {
#if defined(MACAW_SIMD_AVX512) || defined(MACAW_SIMD_AVX2)
  constexpr std::uint32_t lanes = simd_search::lanes<Head>;
  if constexpr (lanes > hint_count) {
    return simd_search::count_part<Head>(hints, hint_count, key);
  } else {
    std::uint32_t total = 0;
    for (std::uint32_t i = 0; i < hint_count; i += lanes) {
      total += simd_search::count_vector<Head>(hints + i * sizeof(Head), key);
    }
    return total;
  }
#else
  return scalar_search::count_less_in<hint_count>(hints, key);
#endif
}

}  // namespace macaw::inline MACAW_ABI::detail
