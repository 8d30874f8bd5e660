// SPDX-License-Identifier: MIT
//
// Randomness of the operating system's, for the identity of a new file. Layer 0.

#pragma once

#include <macaw/detail/base/os_error.hpp>
#include <macaw/macros.hpp>

#include <cerrno>
#include <cstddef>
#include <span>

#if defined(__APPLE__)
#include <sys/random.h>
#endif
#include <unistd.h>

namespace macaw::inline MACAW_ABI::detail {

/// Fills at most 256 bytes. Errors: `io` where the system has no randomness to give.
inline void fill_random(std::span<std::byte> bytes) {
  MACAW_ASSERT(bytes.size() <= 256);
  if (::getentropy(bytes.data(), bytes.size()) != 0) {
    throw_os_error(errc::io, "cannot draw an identity from", "getentropy", static_cast<std::errc>(errno));
  }
}

}  // namespace macaw::inline MACAW_ABI::detail
