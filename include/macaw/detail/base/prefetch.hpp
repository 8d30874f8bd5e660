// SPDX-License-Identifier: MIT
//
// Asking for memory before it is needed. Layer 0 (vocabulary).

#pragma once

#include <macaw/macros.hpp>

#include <cstddef>

namespace macaw::inline MACAW_ABI::detail {

/// Asks for the cache line at `address`, which need not be readable.
MACAW_ALWAYS_INLINE void prefetch_line(const std::byte* address) noexcept {
#if defined(__GNUC__)
  __builtin_prefetch(address);
  // GCC takes a function that only prefetches for one without effects, and drops calls of it: not of this one.
  asm volatile("" : : "r"(address));
#else
  static_cast<void>(address);
#endif
}

/// What a search reads first of a page: its header, and the hints behind it.
inline constexpr std::size_t page_front_size = 192;

/// Asks for the first `size` bytes of a page.
MACAW_ALWAYS_INLINE void prefetch_page(const std::byte* page, std::size_t size) noexcept {
  for (std::size_t at = 0; at < size; at += 64) prefetch_line(page + at);
}

/// Asks for the beginning of every page of memory in bytes that will be read from end to end. A processor fetches ahead
/// within a page by itself, but does not go on to the next one before it is touched.
inline void prefetch_bytes(const std::byte* bytes, std::size_t size) noexcept {
  constexpr std::size_t distance = 4096;
  constexpr std::size_t ahead_max = std::size_t{128} << 10;  // what lies further comes while the rest is read
  const std::size_t end = size < ahead_max ? size : ahead_max;
  for (std::size_t at = 0; at < end; at += distance) prefetch_line(bytes + at);
}

}  // namespace macaw::inline MACAW_ABI::detail
