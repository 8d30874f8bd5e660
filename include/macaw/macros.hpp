// SPDX-License-Identifier: MIT
//
// All macros of the library, and the name of its ABI. Layer 0 (vocabulary).
//
// Everything lives in `namespace macaw { inline namespace MACAW_ABI { ... } }`. The inline name carries
// the version, whether checks are compiled in, and the SIMD level, because each of them changes the
// code of inline functions: units built with different flags then fail to link with a telling name,
// instead of silently mixing.

#pragma once

#include <macaw/version.hpp>

/// Define MACAW_CHECKS as 1 or 0 to compile assertions about the caller's conduct in or out.
/// The default follows NDEBUG. Checks of bytes that come from a file are always on.
#if !defined(MACAW_CHECKS)
#if defined(NDEBUG)
#define MACAW_CHECKS 0
#else
#define MACAW_CHECKS 1
#endif
#endif

/// Define MACAW_SCALAR to keep the SIMD kernels out, whatever the target offers.
#if !defined(MACAW_SCALAR) && defined(__AVX512F__) && defined(__AVX512BW__) && defined(__AVX512VL__)
#define MACAW_SIMD_AVX512 1
#define MACAW_SIMD_NAME avx512
#elif !defined(MACAW_SCALAR) && defined(__AVX2__)
#define MACAW_SIMD_AVX2 1
#define MACAW_SIMD_NAME avx2
#else
#define MACAW_SIMD_NAME scalar
#endif

#define MACAW_JOIN_(a, b, c, d, e) v##a##_##b##_##c##_checks##d##_##e
#define MACAW_JOIN(a, b, c, d, e) MACAW_JOIN_(a, b, c, d, e)
#define MACAW_ABI \
  MACAW_JOIN(MACAW_VERSION_MAJOR, MACAW_VERSION_MINOR, MACAW_VERSION_PATCH, MACAW_CHECKS, MACAW_SIMD_NAME)

/// Asserts a promise of the caller's or an invariant of ours; never used on bytes from a file.
#if MACAW_CHECKS
#define MACAW_ASSERT(condition) \
  (static_cast<bool>(condition) ? void() : ::macaw::detail::assertion_failed(#condition, __FILE__, __LINE__))
#else
#define MACAW_ASSERT(condition) (static_cast<void>(sizeof(static_cast<bool>(condition))))
#endif

// Where nothing is optimised, inlining makes neither the program nor its compilation faster.
#if defined(__GNUC__) && defined(__OPTIMIZE__)
#define MACAW_ALWAYS_INLINE inline __attribute__((always_inline))
/// The same for a lambda, behind its parameters.
#define MACAW_INLINE_CALL __attribute__((always_inline))
#else
#define MACAW_ALWAYS_INLINE inline
#define MACAW_INLINE_CALL
#endif

// What happens seldom stands apart and is compiled for size; what happens now and then only stands apart.
#if defined(__GNUC__)
#define MACAW_NOINLINE __attribute__((noinline, cold))
#define MACAW_APART __attribute__((noinline))
#else
#define MACAW_NOINLINE
#define MACAW_APART
#endif

#if defined(__SANITIZE_THREAD__)
#define MACAW_THREAD_SANITIZER 1
#elif defined(__has_feature)
#if __has_feature(thread_sanitizer)
#define MACAW_THREAD_SANITIZER 1
#endif
#endif

#include <cstdio>
#include <cstdlib>

namespace macaw {
inline namespace MACAW_ABI {
namespace detail {

/// Prints where a check failed and aborts.
[[noreturn]] inline void assertion_failed(const char* condition, const char* file, int line) noexcept {
  std::fprintf(stderr, "macaw: check failed: %s (%s:%d)\n", condition, file, line);
  std::abort();
}

}  // namespace detail
}  // namespace MACAW_ABI
}  // namespace macaw
