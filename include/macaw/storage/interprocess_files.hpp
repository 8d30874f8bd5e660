// SPDX-License-Identifier: MIT
//
// POSIX files that can be mapped, by Boost.Interprocess. Layer 2 (storage). The only header of macaw's
// that needs Boost; nothing of Boost is used for locking.
//
// Invariants:
//  1. A mapping is made from the open descriptor: the path is not opened again, so it cannot have come
//     to name another file, and no lock is touched.
//  2. Mappings are read-only and shared: a stray pointer cannot damage the file, and what is written
//     shows at once, since the system has one page cache.
//  3. A mapping keeps the system's open file alive, and with it the lock: close mappings first.

#pragma once

#include <macaw/bytes.hpp>
#include <macaw/detail/memory/huge_cache.hpp>
#include <macaw/error.hpp>
#include <macaw/macros.hpp>
#include <macaw/storage/file_system.hpp>
#include <macaw/storage/posix_files.hpp>

#include <boost/interprocess/exceptions.hpp>
#include <boost/interprocess/mapped_region.hpp>

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>

namespace macaw::inline MACAW_ABI {

/// An open file of `interprocess_files`.
class interprocess_file : private posix_file {
 public:
  /// Bytes of a file that stay where they are.
  class mapping {
   public:
    [[nodiscard]] bytes_view bytes() const noexcept {
      return {static_cast<const std::byte*>(region_.get_address()), region_.get_size()};
    }

   private:
    friend interprocess_file;
    explicit mapping(boost::interprocess::mapped_region region) noexcept : region_(std::move(region)) {}

    boost::interprocess::mapped_region region_;
  };

  explicit interprocess_file(posix_file file) noexcept : posix_file(std::move(file)) {}

  using posix_file::allocate;
  using posix_file::begin_sync;
  using posix_file::identity;
  using posix_file::native_handle;
  using posix_file::open_elsewhere_in_process;
  using posix_file::path;
  using posix_file::read;
  using posix_file::read_uncached;
  using posix_file::seal;
  using posix_file::sealed;
  using posix_file::size;
  using posix_file::sync;
  using posix_file::truncate;
  using posix_file::try_lock;
  using posix_file::write;

  [[nodiscard]] mapping map(std::uint64_t size) const;
  void warm(std::uint64_t offset, std::uint64_t size) noexcept { detail::cache_hugely(native_handle(), offset, size); }

 private:
  // What mapped_region takes for a file.
  struct open_file {
    int number;

    [[nodiscard]] boost::interprocess::mapping_handle_t get_mapping_handle() const noexcept {
      boost::interprocess::mapping_handle_t handle{};
      handle.handle = number;
      return handle;
    }
  };
};

static_assert(mappable_file<interprocess_file> && eager_file<interprocess_file> && sealable_file<interprocess_file> &&
              warmable_file<interprocess_file>);

/// The files of the system, mappable.
class interprocess_files {
 public:
  using file_type = interprocess_file;

  interprocess_files() noexcept = default;
  /// New files get these rights, as in chmod, less the process's umask.
  explicit interprocess_files(mode_t rights) noexcept : files_(rights) {}

  [[nodiscard]] interprocess_file open(std::string_view path, open_mode mode) {
    return interprocess_file(files_.open(path, mode));
  }
  [[nodiscard]] bool exists(std::string_view path) { return files_.exists(path); }
  void rename(std::string_view path, std::string_view to) { files_.rename(path, to); }
  [[nodiscard]] bool rename_new(std::string_view path, std::string_view to) { return files_.rename_new(path, to); }
  bool remove(std::string_view path) { return files_.remove(path); }
  void sync_directory(std::string_view path) { files_.sync_directory(path); }

 private:
  posix_files files_;
};

static_assert(file_system<interprocess_files>);

inline interprocess_file::mapping interprocess_file::map(std::uint64_t size) const {
  namespace ipc = boost::interprocess;
  if (size > static_cast<std::size_t>(-1)) {
    throw error(errc::io, "cannot map " + std::to_string(size) + " bytes of '" + path() + "'",
                std::make_error_code(std::errc::not_enough_memory));
  }
  try {
    return mapping(ipc::mapped_region(open_file{native_handle()}, ipc::read_only, 0, static_cast<std::size_t>(size)));
  } catch (const ipc::interprocess_exception& failure) {
    throw error(errc::io, "cannot map " + std::to_string(size) + " bytes of '" + path() + "'",
                std::error_code(failure.get_native_error(), std::generic_category()));
  }
}

}  // namespace macaw::inline MACAW_ABI
