// SPDX-License-Identifier: MIT
//
// The files of a POSIX system by their names: the model of `file_system` for files on a disk. Layer 2 (storage).
//
// Directories that cannot be synced (some network file systems say EINVAL) are taken as synced.
//
// Thread safety: as posix_file.hpp.

#pragma once

#include <macaw/detail/base/os_error.hpp>
#include <macaw/detail/os/posix.hpp>
#include <macaw/macros.hpp>
#include <macaw/storage/file_system.hpp>
#include <macaw/storage/posix_file.hpp>

#include <cerrno>
#include <cstdio>
#include <string>
#include <string_view>
#include <utility>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace macaw::inline MACAW_ABI {

/// The files of the system. It has no state but the rights that new files get.
class posix_files {
 public:
  using file_type = posix_file;

  posix_files() noexcept = default;
  /// New files get these rights, as in chmod, less the process's umask.
  explicit posix_files(mode_t rights) noexcept : rights_(rights) {}

  [[nodiscard]] posix_file open(std::string_view path, open_mode mode);
  [[nodiscard]] bool exists(std::string_view path);
  void rename(std::string_view path, std::string_view to);
  [[nodiscard]] bool rename_new(std::string_view path, std::string_view to);
  bool remove(std::string_view path);
  void sync_directory(std::string_view path);

 private:
  mode_t rights_ = 0666;
};

static_assert(file_system<posix_files>);

inline posix_file posix_files::open(std::string_view path, open_mode mode) {
  std::string name = detail::system_path(path);
  const int flags = mode == open_mode::read_only    ? O_RDONLY
                    : mode == open_mode::read_write ? O_RDWR
                                                    : O_RDWR | O_CREAT | O_EXCL;
  // Not blocking: so a pipe that nobody writes to is refused, not waited for. Regular files know no difference.
  constexpr int further = O_CLOEXEC | O_NOCTTY | O_NONBLOCK;
  detail::descriptor file(detail::uninterrupted([&] { return ::open(name.c_str(), flags | further, rights_); }));
  if (!file) {
    detail::throw_errno(mode == open_mode::create_new ? "cannot create" : "cannot open", path,
                        mode == open_mode::read_only ? detail::call_kind::look : detail::call_kind::change);
  }
  return {std::move(file), std::move(name), mode};
}

inline bool posix_files::exists(std::string_view path) {
  struct ::stat status;
  if (::stat(detail::system_path(path).c_str(), &status) == 0) return true;
  if (errno == ENOENT || errno == ENOTDIR) return false;
  detail::throw_errno("cannot look at", path, detail::call_kind::look);
}

inline void posix_files::rename(std::string_view path, std::string_view to) {
  if (::rename(detail::system_path(path).c_str(), detail::system_path(to).c_str()) == 0) return;
  detail::throw_errno("cannot rename", path, detail::call_kind::change);
}

inline bool posix_files::rename_new(std::string_view path, std::string_view to) {
  const std::string from = detail::system_path(path);
  const std::string name = detail::system_path(to);
  const auto done = detail::rename_exclusively(from.c_str(), name.c_str());
  if (done.has_value() ? *done : detail::link_and_unlink(from.c_str(), name.c_str())) return true;
  if (errno == EEXIST) return false;
  detail::throw_errno("cannot rename", path, detail::call_kind::change);
}

inline bool posix_files::remove(std::string_view path) {
  if (::unlink(detail::system_path(path).c_str()) == 0) return true;
  if (errno == ENOENT) return false;
  detail::throw_errno("cannot remove", path, detail::call_kind::change);
}

inline void posix_files::sync_directory(std::string_view path) {
  const std::string name = detail::parent_directory(detail::system_path(path));
  const detail::descriptor directory(
      detail::uninterrupted([&] { return ::open(name.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC); }));
  if (!directory) detail::throw_errno("cannot open the directory", name, detail::call_kind::look);
  if (!detail::sync_fully(directory.number()) && errno != EINVAL) {
    detail::throw_errno("cannot sync the directory", name, detail::call_kind::look);
  }
}

}  // namespace macaw::inline MACAW_ABI
