// SPDX-License-Identifier: MIT
//
// Room in the system's cache of a file that is about to be written, in pieces of the size of a huge page. Layer 0
// (memory).
//
// What is written in small pieces is cached in small pieces, and mapped in small pieces: each is touched, translated
// and by some hypervisors admitted by itself. A file system that knows large pieces keeps those that are there.

#pragma once

#include <macaw/detail/memory/huge_pages.hpp>
#include <macaw/macros.hpp>

#include <cstddef>
#include <cstdint>
#include <cstdio>

#if defined(__linux__)
#include <sys/mman.h>
#include <sys/utsname.h>
#endif

namespace macaw::inline MACAW_ABI::detail {

#if defined(__linux__) && defined(MADV_HUGEPAGE)

/// Whether the system caches files in large pieces without writing all of one back for a change in it: Linux since
/// 6.16, where ext4 has such pieces too; before 6.6 those of XFS were written as a whole.
[[nodiscard]] inline bool has_large_pieces() noexcept {
  static const bool has = [] {
    ::utsname name{};
    int major = 0;
    int minor = 0;
    if (::uname(&name) != 0 || std::sscanf(name.release, "%d.%d", &major, &minor) != 2) return false;
    return major > 6 || (major == 6 && minor >= 16);
  }();
  return has;
}

/// Brings the large pieces that lie within a part of a file into the system's cache, as such where it has them; or does
/// nothing. Bytes that were never written cost memory and no medium. Requires: the part lies within the file.
inline void cache_hugely(int file, std::uint64_t offset, std::uint64_t size) noexcept {
  constexpr std::uint64_t piece = huge_page_size;
  constexpr int populate_read = 22;  // MADV_POPULATE_READ, of Linux 5.14
  if (size < piece || !has_large_pieces()) return;
  const std::uint64_t begin = (offset + piece - 1) / piece * piece;
  const std::uint64_t end = (offset + size) / piece * piece;
  if (begin >= end) return;
  const auto length = static_cast<std::size_t>(end - begin);
  // By a mapping of its own: that of the readers is not to ask for so much whenever something is missing.
  void* const at = ::mmap(nullptr, length, PROT_READ, MAP_SHARED, file, static_cast<::off_t>(begin));
  if (at == MAP_FAILED) return;
  if (::madvise(at, length, MADV_HUGEPAGE) == 0) static_cast<void>(::madvise(at, length, populate_read));
  ::munmap(at, length);
}

#else

inline void cache_hugely(int, std::uint64_t, std::uint64_t) noexcept {}

#endif

}  // namespace macaw::inline MACAW_ABI::detail
