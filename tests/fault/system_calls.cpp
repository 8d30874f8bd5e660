// SPDX-License-Identifier: MIT

#include "fault/system_calls.hpp"

#include <array>
#include <cerrno>
#include <cstdarg>
#include <cstddef>

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/types.h>
#include <sys/uio.h>
#include <unistd.h>

namespace macaw_test {

bool system_call_faults::strikes(bool interruptible) noexcept {
  if (interrupts_ && interruptible) {
    interrupted_ = !interrupted_;
    if (interrupted_) {
      ++disturbed_;
      errno = EINTR;
      return true;
    }
  }
  if (!counts_) return false;
  if (fault_.call != 0) {
    --fault_.call;
    return false;
  }
  fired_ = true;
  counts_ = fault_.persists;
  errno = fault_.code;
  return true;
}

std::size_t system_call_faults::cut(std::size_t size) noexcept {
  if (size_max_ == 0 || size <= size_max_) return size;
  ++disturbed_;
  return size_max_;
}

system_call_faults& system_calls() noexcept {
  static system_call_faults faults;
  return faults;
}

}  // namespace macaw_test

#if defined(MACAW_TEST_HAVE_SYSTEM_CALLS)

using macaw_test::system_calls;

extern "C" {

int open(const char* path, int flags, ...) {
  std::va_list rest;
  va_start(rest, flags);
  const mode_t rights = (flags & O_CREAT) != 0 ? va_arg(rest, mode_t) : 0;
  va_end(rest);
  if (system_calls().strikes(true)) return -1;
  return static_cast<int>(::syscall(SYS_openat, AT_FDCWD, path, flags, rights));
}

int fstat(int file, struct stat* status) noexcept {
  if (system_calls().strikes(false)) return -1;
  return static_cast<int>(::syscall(SYS_fstat, file, status));
}

int stat(const char* path, struct stat* status) noexcept {
  if (system_calls().strikes(false)) return -1;
  return static_cast<int>(::syscall(SYS_stat, path, status));
}

ssize_t pread(int file, void* into, size_t size, off_t offset) {
  if (system_calls().strikes(true)) return -1;
  return ::syscall(SYS_pread64, file, into, system_calls().cut(size), offset);
}

ssize_t pwritev(int file, const iovec* pieces, int count, off_t offset) {
  if (system_calls().strikes(true)) return -1;
  std::array<iovec, 256> first;
  size_t size = 0;
  for (int i = 0; i < count; ++i) size += pieces[i].iov_len;
  size_t left = system_calls().cut(size);
  int taken = 0;
  for (; taken < count && left > 0; ++taken) {
    const iovec& piece = pieces[taken];
    first[static_cast<size_t>(taken)] = {piece.iov_base, piece.iov_len < left ? piece.iov_len : left};
    left -= first[static_cast<size_t>(taken)].iov_len;
  }
  return ::syscall(SYS_pwritev, file, first.data(), taken, offset, 0);
}

int fallocate(int file, int mode, off_t offset, off_t size) {
  if (system_calls().strikes(true)) return -1;
  return static_cast<int>(::syscall(SYS_fallocate, file, mode, offset, size));
}

int ftruncate(int file, off_t size) noexcept {
  if (system_calls().strikes(true)) return -1;
  return static_cast<int>(::syscall(SYS_ftruncate, file, size));
}

int fsync(int file) {
  if (system_calls().strikes(true)) return -1;
  if (system_calls().skips_syncs()) return 0;
  return static_cast<int>(::syscall(SYS_fsync, file));
}

int fdatasync(int file) {
  if (system_calls().strikes(true)) return -1;
  if (system_calls().skips_syncs()) return 0;
  return static_cast<int>(::syscall(SYS_fdatasync, file));
}

int unlink(const char* path) noexcept {
  if (system_calls().strikes(false)) return -1;
  return static_cast<int>(::syscall(SYS_unlink, path));
}

}  // extern "C"

#endif
