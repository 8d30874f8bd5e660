// SPDX-License-Identifier: MIT
//
// Declares what users name in their own headers. Layer 0 (vocabulary); reads no other header of the
// standard library than <cstddef>.
//
// The short names stand for the default configuration; `basic_...<Config>` for any. Functions that
// are generic over the configuration take `basic_write_txn<Config>&`, which deduces.

#pragma once

#include <macaw/macros.hpp>

#include <cstddef>

namespace macaw::inline MACAW_ABI {

template <std::size_t PageSize>
struct file_config;
template <std::size_t PageSize>
struct mmap_config;
template <std::size_t PageSize>
struct memory_config;

/// The configuration of `database`: a file read through a page cache, pages of 4 KiB.
using default_config = file_config<4096>;

template <class Config>
class basic_database;
template <class Config>
class basic_txn;
template <class Config>
class basic_read_txn;
template <class Config>
class basic_write_txn;
template <class Config>
class basic_savepoint;
template <class Config, class Key, class Value>
class basic_read_table;
template <class Config, class Key, class Value>
class basic_write_table;
template <class Config>
class basic_raw_read_table;
template <class Config>
class basic_raw_write_table;
template <class Key, class Value, class... Features>
class table;
class raw_table;

/// A database in a file, read through a page cache.
using database = basic_database<default_config>;
/// A database in a file that is mapped into memory; needs `<macaw/mmap.hpp>`.
using mmap_database = basic_database<mmap_config<4096>>;
/// A database in memory only.
using memory_database = basic_database<memory_config<4096>>;

/// Either kind of transaction, for functions that only read.
using txn = basic_txn<default_config>;
/// A snapshot.
using read_txn = basic_read_txn<default_config>;
/// A transaction that may change tables; nested ones have the same type.
using write_txn = basic_write_txn<default_config>;
/// A point of a write transaction to return to.
using savepoint = basic_savepoint<default_config>;
/// A table bound to a transaction, for reading.
template <class Key, class Value>
using read_table = basic_read_table<default_config, Key, Value>;
/// A table bound to a write transaction.
template <class Key, class Value>
using write_table = basic_write_table<default_config, Key, Value>;

}  // namespace macaw::inline MACAW_ABI
