// SPDX-License-Identifier: MIT

#include "files.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <filesystem>
#include <system_error>
#include <vector>

namespace macaw_benchmark {

namespace {

class open_file {
 public:
  open_file(const std::string& path, int flags) : path_(path), file_(::open(path.c_str(), flags, 0600)) {
    require(file_ >= 0);
  }
  open_file(const open_file&) = delete;
  open_file& operator=(const open_file&) = delete;
  ~open_file() { ::close(file_); }

  [[nodiscard]] int get() const noexcept { return file_; }
  [[nodiscard]] struct stat status() const {
    struct stat found {};
    require(::fstat(file_, &found) == 0);
    return found;
  }
  void require(bool done) const {
    if (!done) throw std::system_error(errno, std::generic_category(), path_);
  }

 private:
  std::string path_;
  int file_;
};

void copy_part(const open_file& from, const open_file& to, off_t first, off_t end) {
  std::vector<char> piece(std::size_t{1} << 20);
  while (first < end) {
    const auto wanted = std::min(piece.size(), static_cast<std::size_t>(end - first));
    const ssize_t got = ::pread(from.get(), piece.data(), wanted, first);
    from.require(got >= 0);
    if (got == 0) return;
    to.require(::pwrite(to.get(), piece.data(), static_cast<std::size_t>(got), first) == got);
    first += got;
  }
}

void copy_durably(const std::string& from_path, const std::string& to_path) {
  const open_file from(from_path, O_RDONLY);
  const open_file to(to_path, O_WRONLY | O_CREAT | O_TRUNC);
  const off_t size = from.status().st_size;
  to.require(::ftruncate(to.get(), size) == 0);
  off_t data = 0;
  while ((data = ::lseek(from.get(), data, SEEK_DATA)) >= 0) {
    const off_t hole = ::lseek(from.get(), data, SEEK_HOLE);
    from.require(hole >= 0);
    copy_part(from, to, data, hole);
    data = hole;
  }
  from.require(errno == ENXIO);  // no data from there on
  to.require(::fsync(to.get()) == 0);
}

}  // namespace

std::uint64_t files_size(const std::string& directory) {
  constexpr std::uint64_t block = 512;  // what st_blocks counts
  std::uint64_t bytes = 0;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(directory)) {
    if (!entry.is_regular_file()) continue;
    bytes += static_cast<std::uint64_t>(open_file(entry.path().string(), O_RDONLY).status().st_blocks) * block;
  }
  return bytes;
}

void copy_files(const std::string& from, const std::string& to) {
  for (const auto& entry : std::filesystem::recursive_directory_iterator(from)) {
    const std::filesystem::path target = to / entry.path().lexically_relative(from);
    if (entry.is_directory()) {
      std::filesystem::create_directories(target);
    } else {
      copy_durably(entry.path().string(), target.string());
    }
  }
}

void settle_files(const std::string& directory) {
#if defined(__linux__)
  const open_file opened(directory, O_RDONLY | O_DIRECTORY);
  opened.require(::syncfs(opened.get()) == 0);
#else
  static_cast<void>(directory);
  ::sync();
#endif
}

}  // namespace macaw_benchmark
