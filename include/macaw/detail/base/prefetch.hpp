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

/// Asks for what a search reads first of a page: its header, and the hints behind it.
MACAW_ALWAYS_INLINE void prefetch_page(const std::byte* page) noexcept {
  prefetch_line(page);
  prefetch_line(page + 64);
  prefetch_line(page + 128);
}

}  // namespace macaw::inline MACAW_ABI::detail
