// SPDX-License-Identifier: MIT
//
// Tells the address sanitizer which bytes of a pool nobody may touch; nothing in other builds.
// Layer 0 (memory).

#pragma once

#include <macaw/macros.hpp>

#include <cstddef>

#if defined(__SANITIZE_ADDRESS__)
#include <sanitizer/asan_interface.h>
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#include <sanitizer/asan_interface.h>
#endif
#endif

namespace macaw::inline MACAW_ABI::detail {

/// From here on, touching the bytes is reported.
inline void poison_bytes([[maybe_unused]] const std::byte* bytes, [[maybe_unused]] std::size_t size) noexcept {
#if defined(ASAN_POISON_MEMORY_REGION)
  ASAN_POISON_MEMORY_REGION(bytes, size);
#endif
}

/// The bytes may be touched again.
inline void unpoison_bytes([[maybe_unused]] const std::byte* bytes, [[maybe_unused]] std::size_t size) noexcept {
#if defined(ASAN_UNPOISON_MEMORY_REGION)
  ASAN_UNPOISON_MEMORY_REGION(bytes, size);
#endif
}

}  // namespace macaw::inline MACAW_ABI::detail
