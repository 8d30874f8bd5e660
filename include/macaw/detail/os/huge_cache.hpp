// SPDX-License-Identifier: MIT
//
// Room in the system's cache of a file that is about to be written, in pieces of the size of a huge page. Layer 1.
//
// What is written in small pieces is cached in small pieces, and mapped in small pieces: each is touched, translated
// and by some hypervisors admitted by itself. A file system that knows large pieces keeps those that are there.

#pragma once

#include <macaw/macros.hpp>

#include <cstddef>
#include <cstdint>

#if defined(__linux__)
#include <sys/mman.h>
#endif

namespace macaw::inline MACAW_ABI::detail {

/// Brings a part of a file into the system's cache, as large pieces where the system has them; or does nothing. Bytes
/// that were never written cost memory and no medium. Requires: the part lies within the file.
inline void cache_hugely([[maybe_unused]] int file, [[maybe_unused]] std::uint64_t offset,
                         [[maybe_unused]] std::uint64_t size) noexcept {
#if defined(__linux__) && defined(MADV_HUGEPAGE)
  constexpr std::uint64_t piece = std::uint64_t{2} << 20;
  constexpr int populate_read = 22;  // MADV_POPULATE_READ, of Linux 5.14
  const std::uint64_t begin = offset / piece * piece;
  const auto length = static_cast<std::size_t>(offset + size - begin);
  if (length < piece) return;
  // By a mapping of its own: that of the readers is not to ask for so much whenever something is missing.
  void* const at = ::mmap(nullptr, length, PROT_READ, MAP_SHARED, file, static_cast<::off_t>(begin));
  if (at == MAP_FAILED) return;
  if (::madvise(at, length, MADV_HUGEPAGE) == 0) static_cast<void>(::madvise(at, length, populate_read));
  ::munmap(at, length);
#endif
}

}  // namespace macaw::inline MACAW_ABI::detail
