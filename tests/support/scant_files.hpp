// SPDX-License-Identifier: MIT
//
// Files in memory that grant little: a largest size, no mapping past the end, reads that fail on
// demand. For tests of what pagers do when they are refused.

#pragma once

#include <macaw/bytes.hpp>
#include <macaw/error.hpp>
#include <macaw/storage/file_system.hpp>
#include <macaw/storage/memory_files.hpp>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string_view>
#include <utility>

namespace macaw_test {

using namespace macaw;

/// What the files of one `scant_files` grant.
struct scant_limits {
  std::uint64_t size_max = ~std::uint64_t{0};
  std::uint64_t map_past_end_max = ~std::uint64_t{0};
  bool reads_fail = false;
  bool truncates_fail = false;
  std::uint64_t allocations = 0;
  std::uint64_t maps = 0;
  std::uint64_t warmed = 0;      ///< bytes, in all
  std::uint64_t warmed_end = 0;  ///< of the last call
};

class scant_file : public memory_file {
 public:
  scant_file(memory_file&& file, std::shared_ptr<scant_limits> limits)
      : memory_file(std::move(file)), limits_(std::move(limits)) {}

  std::size_t read(std::uint64_t offset, std::span<std::byte> into) const {
    if (limits_->reads_fail) throw error(errc::io, "cannot read");
    return memory_file::read(offset, into);
  }
  void allocate(std::uint64_t offset, std::uint64_t size) {
    if (offset + size > limits_->size_max) throw error(errc::no_space, "cannot allocate");
    ++limits_->allocations;
    memory_file::allocate(offset, size);
  }
  void truncate(std::uint64_t size) {
    if (limits_->truncates_fail) throw error(errc::io, "cannot truncate");
    memory_file::truncate(size);
  }
  void warm(std::uint64_t offset, std::uint64_t size) noexcept {
    limits_->warmed += size;
    limits_->warmed_end = offset + size;
  }
  [[nodiscard]] mapping map(std::uint64_t size) const {
    const std::uint64_t end = memory_file::size();
    if (size > end && size - end > limits_->map_past_end_max) throw error(errc::io, "cannot map past the end");
    ++limits_->maps;
    return memory_file::map(size);
  }

 private:
  std::shared_ptr<scant_limits> limits_;
};

class scant_files {
 public:
  using file_type = scant_file;

  [[nodiscard]] scant_limits& limits() { return *limits_; }
  [[nodiscard]] scant_file open(std::string_view path, open_mode mode) { return {files_.open(path, mode), limits_}; }
  [[nodiscard]] bool exists(std::string_view path) { return files_.exists(path); }
  void rename(std::string_view path, std::string_view to) { files_.rename(path, to); }
  [[nodiscard]] bool rename_new(std::string_view path, std::string_view to) { return files_.rename_new(path, to); }
  bool remove(std::string_view path) { return files_.remove(path); }
  void sync_directory(std::string_view path) { files_.sync_directory(path); }

 private:
  memory_files files_;
  std::shared_ptr<scant_limits> limits_ = std::make_shared<scant_limits>();
};

static_assert(file_system<scant_files> && mappable_file<scant_file> && warmable_file<scant_file>);

}  // namespace macaw_test
