// SPDX-License-Identifier: MIT
//
// Calls of POSIX in the manner of this library: descriptors that close themselves, interrupted calls
// taken up again, errors raised with the name of the file. Layer 1.

#pragma once

#include <macaw/detail/base/os_error.hpp>
#include <macaw/error.hpp>
#include <macaw/macros.hpp>

#include <cerrno>
#include <cstddef>
#include <cstdio>
#include <optional>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>

#include <fcntl.h>
#include <unistd.h>

#if defined(__linux__)
#include <sys/syscall.h>
#endif

namespace macaw::inline MACAW_ABI::detail {

/// Owns a file descriptor; -1 is none.
class descriptor {
 public:
  descriptor() noexcept = default;
  explicit descriptor(int number) noexcept : number_(number) {}
  descriptor(descriptor&& other) noexcept : number_(std::exchange(other.number_, -1)) {}
  descriptor& operator=(descriptor&& other) noexcept {
    descriptor taken(std::move(other));
    std::swap(number_, taken.number_);
    return *this;
  }
  // Never taken up again when interrupted: the number may belong to another file by then.
  ~descriptor() {
    if (number_ >= 0) ::close(number_);
  }

  [[nodiscard]] int number() const noexcept { return number_; }
  explicit operator bool() const noexcept { return number_ >= 0; }

 private:
  int number_ = -1;
};

/// Calls again until the call is not interrupted by a signal.
template <class Call>
auto uninterrupted(Call call) noexcept -> decltype(call()) {
  for (;;) {
    const auto result = call();
    if (result != -1 || errno != EINTR) return result;
  }
}

/// Whether a call only looks or also changes something: a denied change is `errc::read_only`.
enum class call_kind { look, change };

[[nodiscard]] inline errc errc_of(int code, call_kind kind) noexcept {
  switch (code) {
    case ENOSPC:
    case EDQUOT:
    case EFBIG: return errc::no_space;
    case EROFS: return errc::read_only;
    case EACCES:
    case EPERM:
    case ETXTBSY: return kind == call_kind::change ? errc::read_only : errc::io;
    default: return errc::io;
  }
}

/// Raises what `errno` says about a file.
[[noreturn]] MACAW_NOINLINE inline void throw_errno(std::string_view doing, std::string_view path, call_kind kind) {
  const int code = errno;
  std::string what(doing);
  what.append(" '").append(path).append("'");
  if (code == EFBIG) what += " (the largest file size of the process or of the file system is reached)";
  if (code == EDQUOT) what += " (the user's quota is used up)";
  throw error(errc_of(code, kind), what, std::error_code(code, std::generic_category()));
}

/// A path as the system takes it. Errors: io for one with a zero byte, which would be cut there, and for an empty one,
/// which would become a name of our own where something is added to it.
[[nodiscard]] inline std::string system_path(std::string_view path) {
  if (path.find('\0') != std::string_view::npos) {
    throw_os_error(errc::io, "zero byte in path", path, std::errc::invalid_argument);
  }
  if (path.empty()) throw_os_error(errc::io, "empty path", path, std::errc::no_such_file_or_directory);
  return std::string(path);
}

/// The directory that holds a path.
[[nodiscard]] inline std::string parent_directory(std::string_view path) {
  while (path.size() > 1 && path.back() == '/') path.remove_suffix(1);
  const std::size_t slash = path.rfind('/');
  if (slash == std::string_view::npos) return ".";
  return slash == 0 ? "/" : std::string(path.substr(0, slash));
}

/// Renames unless `to` exists, in one step; nothing where the system or the file system cannot.
/// Returns: whether it was done, else see errno.
[[nodiscard]] inline std::optional<bool> rename_exclusively(const char* path, const char* to) noexcept {
#if defined(__linux__) && defined(SYS_renameat2)
  constexpr unsigned no_replace = 1;  // RENAME_NOREPLACE, which not every C library declares
  if (::syscall(SYS_renameat2, AT_FDCWD, path, AT_FDCWD, to, no_replace) == 0) return true;
  if (errno == ENOSYS || errno == EINVAL) return std::nullopt;
  return false;
#elif defined(RENAME_EXCL)
  if (::renamex_np(path, to, RENAME_EXCL) == 0) return true;
  if (errno == ENOTSUP) return std::nullopt;
  return false;
#else
  static_cast<void>(path);
  static_cast<void>(to);
  return std::nullopt;
#endif
}

/// Renames unless `to` exists, by way of a second name: a crash between the steps leaves both.
/// Returns: whether it was done, else see errno.
[[nodiscard]] inline bool link_and_unlink(const char* path, const char* to) noexcept {
  return ::link(path, to) == 0 && ::unlink(path) == 0;
}

/// Makes a file, or a directory's names, as durable as the system can.
[[nodiscard]] inline bool sync_fully(int number) noexcept {
#if defined(F_FULLFSYNC)
  // fsync of macOS leaves the data in the drive's cache; network volumes know only fsync.
  if (uninterrupted([&] { return ::fcntl(number, F_FULLFSYNC); }) == 0) return true;
  if (errno != ENOTSUP && errno != EINVAL && errno != ENOTTY) return false;
#endif
  return uninterrupted([&] { return ::fsync(number); }) == 0;
}

}  // namespace macaw::inline MACAW_ABI::detail
