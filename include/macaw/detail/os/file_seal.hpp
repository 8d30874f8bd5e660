// SPDX-License-Identifier: MIT
//
// A number that a file carries until somebody changes the file. Layer 1.
//
// It stands in an extended attribute, beside what the system said of the file at that time: which one it is, how long,
// and when it was last written. It holds while all of that is as it was and the system has not been started since, so
// that whoever finds it sees what the sealing process saw, from the same cache.
//
//  1. Times of writing are those of the clock's last tick. Two writes within a tick would look alike, so a file that
//     was written a moment ago gets a time between ticks first, which no write leaves.
//  2. A copy is another file, or was made at another time. One that was written over the file, with its time of writing
//     put back, betrays itself by the time of its change, which nobody can set: that of a sealed file is the seal's.
//
// Where the system has no such attributes, times or numbers of starts there is never a seal.

#pragma once

#include <macaw/macros.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <optional>

#if defined(__linux__)
#include <fcntl.h>
#include <sys/stat.h>
#include <sys/xattr.h>
#include <time.h>
#include <unistd.h>
#endif

namespace macaw::inline MACAW_ABI::detail {

#if defined(__linux__) && defined(STATX_BTIME)

/// Seals of files by their descriptors.
class file_seal {
 public:
  /// Seals the file, or does nothing. Complexity: four system calls at most; asks nothing of the medium, though a file
  /// system that writes its journal may let it wait.
  static void set(int file, std::uint64_t number) noexcept {
    record made;
    if (!describe(file, made)) return;
    ::timespec now{};
    if (::clock_gettime(CLOCK_REALTIME, &now) != 0) return;
    if (made.written.seconds > now.tv_sec - 2) {
      const ::timespec times[] = {{0, UTIME_OMIT}, now};
      if (::futimens(file, times) != 0 || !describe(file, made)) return;
      if (made.written != instant{now.tv_sec, now.tv_nsec}) return;  // the file system's times are too coarse
    }
    if (::clock_gettime(CLOCK_REALTIME_COARSE, &now) != 0) return;
    made.sealed = {now.tv_sec, now.tv_nsec};
    made.number = number;
    static_cast<void>(::fsetxattr(file, attribute, &made, sizeof made, 0));
  }

  /// The number of the file's seal, if it holds. Complexity: two system calls.
  [[nodiscard]] static std::optional<std::uint64_t> find(int file) noexcept {
    record found;
    if (::fgetxattr(file, attribute, &found, sizeof found) != static_cast<::ssize_t>(sizeof found)) return {};
    record now;
    if (!describe(file, now)) return {};
    if (!now.changed.is_soon_after(found.sealed)) return {};
    now.number = found.number;
    now.sealed = found.sealed;
    now.changed = found.changed;
    if (std::memcmp(&found, &now, sizeof now) != 0) return {};
    return found.number;
  }

 private:
  static constexpr const char* attribute = "user.macaw.seal";
  static constexpr std::int64_t second = 1'000'000'000;   // in nanoseconds
  static constexpr std::int64_t delay_max = 100'000'000;  // from the clock's last tick to the sealing, in nanoseconds

  struct instant {
    std::int64_t seconds = 0;
    std::int64_t nanoseconds = 0;

    /// Whether it is `other`, or later by as much as sealing may take. `other` may be anything.
    [[nodiscard]] bool is_soon_after(const instant& other) const noexcept {
      if (other.seconds != seconds && other.seconds != seconds - 1) return false;
      if (other.nanoseconds < 0 || other.nanoseconds >= second) return false;
      const std::int64_t later = (seconds - other.seconds) * second + nanoseconds - other.nanoseconds;
      return later >= 0 && later <= delay_max;
    }
    friend bool operator==(const instant&, const instant&) = default;
  };

  /// The attribute. Only the system that wrote it reads it, so its bytes are as they are in memory.
  struct record {
    std::array<char, 40> start{};  ///< of the system: a random name
    std::uint64_t device = 0;
    std::uint64_t node = 0;
    std::uint64_t size = 0;
    instant born;
    instant written;
    instant changed;  ///< not known when the file is sealed, since that changes it
    instant sealed;
    std::uint64_t number = 0;
  };
  static_assert(sizeof(record) == 40 + 3 * 8 + 4 * 16 + 8, "no bytes between the members: they are compared as bytes");

  /// What the system says of the file now. Returns: whether it says all of it.
  [[nodiscard]] static bool describe(int file, record& into) noexcept {
    static const std::array<char, 40> start = start_of_system();
    struct ::statx status {};
    constexpr unsigned wanted = STATX_BTIME | STATX_CTIME | STATX_MTIME | STATX_INO | STATX_SIZE;
    if (start[0] == '\0' || ::statx(file, "", AT_EMPTY_PATH, wanted, &status) != 0) return false;
    if ((status.stx_mask & wanted) != wanted) return false;
    into = {};
    into.start = start;
    into.device = std::uint64_t{status.stx_dev_major} << 32 | status.stx_dev_minor;
    into.node = status.stx_ino;
    into.size = status.stx_size;
    into.born = {status.stx_btime.tv_sec, status.stx_btime.tv_nsec};
    into.written = {status.stx_mtime.tv_sec, status.stx_mtime.tv_nsec};
    into.changed = {status.stx_ctime.tv_sec, status.stx_ctime.tv_nsec};
    return true;
  }

  [[nodiscard]] static std::array<char, 40> start_of_system() noexcept {
    std::array<char, 40> name{};
    const int file = ::open("/proc/sys/kernel/random/boot_id", O_RDONLY | O_CLOEXEC);
    if (file < 0) return name;
    constexpr std::size_t size = 36;
    if (::read(file, name.data(), size) != static_cast<::ssize_t>(size)) name = {};
    ::close(file);
    return name;
  }
};

#else

class file_seal {
 public:
  static void set(int, std::uint64_t) noexcept {}
  [[nodiscard]] static std::optional<std::uint64_t> find(int) noexcept { return {}; }
};

#endif

}  // namespace macaw::inline MACAW_ABI::detail
