// SPDX-License-Identifier: MIT
//
// What a database is made of: the concept `config`, and the configurations that need nothing but the
// standard library and the system. Layer 2 (storage). `mmap_config` stands in mmap_config.hpp.
//
// A configuration is a class, so that a new one extends another by inheritance:
//
//     struct my_config : macaw::file_config<16384> {
//       using checksum = macaw::crc32c;
//     };

#pragma once

#include <macaw/checksum/concept.hpp>
#include <macaw/checksum/xxh3.hpp>
#include <macaw/detail/format/geometry.hpp>
#include <macaw/fwd.hpp>
#include <macaw/macros.hpp>
#include <macaw/storage/file_pager.hpp>
#include <macaw/storage/file_system.hpp>
#include <macaw/storage/memory_pager.hpp>
#include <macaw/storage/pager.hpp>
#include <macaw/storage/posix_files.hpp>

#include <concepts>
#include <cstddef>

namespace macaw::inline MACAW_ABI {

/// Whether a configuration's pager is made of an open file and a cache size, or has no file at all.
template <class Pager, class File>
concept pager_of_file = (durable_pager<Pager> && std::same_as<typename Pager::file_type, File> &&
                         std::constructible_from<Pager, File, std::size_t>) ||
                        (pager<Pager> && !durable_pager<Pager> && std::default_initializable<Pager>);

/// The policies of a database.
///
///     C::page_size           a power of two from 512 to 65,536; kept in the file
///     C::checksum            guards pages; its id is kept in the file
///     C::file_system         where files are; unused where the pager has none
///     C::template pager<C>   where committed pages live; an alias template of the configuration, so that one that
///                            inherits and changes the page size or the file system gets a pager for those
template <class C>
concept config = detail::valid_page_size(C::page_size) && checksum<typename C::checksum> &&
                 file_system<typename C::file_system> && pager_of_file < typename C::template pager<C>,
typename C::file_system::file_type > &&C::template pager<C>::page_size == C::page_size;

/// A database in a file, read through a page cache: the default. Works on every file system and bounds memory.
template <std::size_t PageSize = 4096>
struct file_config {
  static constexpr std::size_t page_size = PageSize;
  using checksum = xxh3;
  using file_system = posix_files;
  template <class C>
  using pager = file_pager<C::page_size, typename C::file_system>;
};

/// A database in memory: all commits are deferred, and nothing is ever written.
template <std::size_t PageSize = 4096>
struct memory_config {
  static constexpr std::size_t page_size = PageSize;
  using checksum = xxh3;
  using file_system = posix_files;  // never asked: a database in memory has no files
  template <class C>
  using pager = memory_pager<C::page_size>;
};

}  // namespace macaw::inline MACAW_ABI
