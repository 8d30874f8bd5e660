// SPDX-License-Identifier: MIT
//
// The configuration of mapped databases. Layer 2 (storage). Needs Boost.Interprocess.

#pragma once

#include <macaw/checksum/xxh3.hpp>
#include <macaw/fwd.hpp>
#include <macaw/macros.hpp>
#include <macaw/storage/configs.hpp>
#include <macaw/storage/interprocess_files.hpp>
#include <macaw/storage/mmap_pager.hpp>

#include <cstddef>

namespace macaw::inline MACAW_ABI {

/// A database in a file that is mapped into memory: the fastest to read, since the system's page cache is the
/// only one. Asks for a local file system, and for a medium that returns what it returned before: bytes that
/// change under the mapping are not seen again by any check. Its files and those of `file_config` are the same.
template <std::size_t PageSize = 4096>
struct mmap_config {
  static constexpr std::size_t page_size = PageSize;
  using checksum = xxh3;
  using file_system = interprocess_files;
  template <class C>
  using pager = mmap_pager<C::page_size, typename C::file_system>;
};

static_assert(config<mmap_config<>>);

}  // namespace macaw::inline MACAW_ABI
