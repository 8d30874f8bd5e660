// SPDX-License-Identifier: MIT
//
// Databases for tests, one for each way of keeping pages: in memory only, a cached file, a mapped file, and a
// file's type without a file. Pages are small, so that few rows make tall trees; files live in memory.

#pragma once

#include <macaw/macaw.hpp>
#include <macaw/storage/memory_files.hpp>
#include <macaw/storage/mmap_pager.hpp>

#include <cstddef>
#include <cstdint>
#include <random>
#include <string>
#include <tuple>

namespace macaw_test {

struct small_memory : macaw::memory_config<512> {};

struct small_file : macaw::file_config<512> {
  using file_system = macaw::memory_files;
};

struct small_mmap : macaw::file_config<1024> {
  using file_system = macaw::memory_files;
  template <class C>
  using pager = macaw::mmap_pager<C::page_size, typename C::file_system>;
};

/// A database of a configuration, and the file system that its file lives in.
template <class Config>
class database_home {
 public:
  using config = Config;
  using database = macaw::basic_database<Config>;

  static constexpr bool has_files = !std::is_same_v<Config, small_memory>;

  /// Opens the file, making it the first time; in memory only where the configuration has no files.
  [[nodiscard]] database open(const macaw::open_options& options = {}) {
    if constexpr (has_files) {
      return database::open("test.macaw", options, files);
    } else {
      return database::in_memory(options);
    }
  }

  macaw::memory_files files;
};

/// A file's type without a file.
class file_type_in_memory {
 public:
  using config = small_file;
  using database = macaw::basic_database<small_file>;
  static constexpr bool has_files = false;

  [[nodiscard]] database open(const macaw::open_options& options = {}) { return database::in_memory(options); }
};

using all_homes =
    std::tuple<database_home<small_memory>, database_home<small_file>, database_home<small_mmap>, file_type_in_memory>;
using file_homes = std::tuple<database_home<small_file>, database_home<small_mmap>>;

/// The kind of the error that `f()` raises, or 0 where it raises none.
template <class F>
[[nodiscard]] macaw::errc error_of(F&& f) {
  try {
    static_cast<void>(f());
  } catch (const macaw::error& error) {
    return error.kind();
  }
  return macaw::errc{};
}

}  // namespace macaw_test
