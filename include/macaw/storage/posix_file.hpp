// SPDX-License-Identifier: MIT
//
// An open file of a POSIX system: the model of `file` for files on a disk. Layer 2 (storage).
//
// What the system's differences come to:
//  1. Locks belong to the open file: open-file-description locks where they exist, flock elsewhere.
//     Plain fcntl locks are never used, since closing any other descriptor of the file loses them.
//  2. Uncached reads go through a descriptor of their own with O_DIRECT (Linux, FreeBSD) or F_NOCACHE
//     (macOS); where the file system refuses, the cached pages are dropped first, as far as they are
//     clean and the system heeds the advice. Nothing more can be known there.
//  3. Blocks are allocated by fallocate, which touches no content. Where the file system cannot, zeros
//     are written from the file's end on; holes before it stay, but this class makes none except
//     through `truncate` and writes past the end. File systems that never write in place (btrfs, ZFS)
//     may run out of space later all the same.
//  4. sync is fdatasync or fsync; F_FULLFSYNC on macOS. begin_sync is sync_file_range (Linux), elsewhere nothing.
//  5. Seals stand in extended attributes (Linux); elsewhere there are none.
//
// Thread safety: const members from any thread; changing members from one at a time. After fork() the
// child shares the locks and must leave the files alone.

#pragma once

#include <macaw/bytes.hpp>
#include <macaw/detail/base/file_range.hpp>
#include <macaw/detail/base/os_error.hpp>
#include <macaw/detail/memory/reserved_bytes.hpp>
#include <macaw/detail/os/file_seal.hpp>
#include <macaw/detail/os/posix.hpp>
#include <macaw/error.hpp>
#include <macaw/macros.hpp>
#include <macaw/storage/file_system.hpp>

#include <array>
#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

namespace macaw::inline MACAW_ABI {

/// An open file of `posix_files`.
class posix_file {
 public:
  /// Takes over an open descriptor; `path` is for messages.
  /// Errors: io where it is not a regular file.
  posix_file(detail::descriptor file, std::string path, open_mode mode);

  [[nodiscard]] std::uint64_t size() const;
  std::size_t read(std::uint64_t offset, std::span<std::byte> into) const;
  std::size_t read_uncached(std::uint64_t offset, std::span<std::byte> into) const;
  void write(std::uint64_t offset, std::span<const bytes_view> pieces);
  void allocate(std::uint64_t offset, std::uint64_t size);
  void truncate(std::uint64_t size);
  void sync(sync_scope scope);
  void begin_sync(std::uint64_t offset, std::uint64_t size) noexcept;
  void seal(std::uint64_t number) noexcept { detail::file_seal::set(file_.number(), number); }
  [[nodiscard]] std::optional<std::uint64_t> sealed() const noexcept { return detail::file_seal::find(file_.number()); }
  [[nodiscard]] bool try_lock(lock_mode mode);
  [[nodiscard]] file_identity identity() const noexcept { return identity_; }

  /// Whether another descriptor of this process names the same file: tells who was refused a lock why.
  /// Complexity: asks about every descriptor that the process may have.
  [[nodiscard]] bool open_elsewhere_in_process() const noexcept;

  /// The system's name for the open file: good while this object lives, and not to be closed.
  [[nodiscard]] int native_handle() const noexcept { return file_.number(); }
  /// The path it was opened by.
  [[nodiscard]] const std::string& path() const noexcept { return path_; }

 private:
  static constexpr std::size_t direct_alignment = 4096;
  static constexpr std::size_t direct_size_max = std::size_t{1} << 20;

  void require_writable() const {
    if (!writable_) detail::throw_opened_for_reading(path_);
  }
  [[noreturn]] void fail(std::string_view doing, detail::call_kind kind) const {
    detail::throw_errno(doing, path_, kind);
  }
  [[nodiscard]] detail::descriptor open_direct() const noexcept;
  [[nodiscard]] std::optional<std::size_t> read_direct(int number, std::uint64_t offset,
                                                       std::span<std::byte> into) const;
  void drop_cached(std::uint64_t offset, std::uint64_t end) const noexcept;
  void write_zeros(std::uint64_t from, std::uint64_t to);
#if !defined(F_OFD_SETLK)
  [[nodiscard]] int lock_by_flock(lock_mode mode) const noexcept {
    const int operation = mode == lock_mode::none ? LOCK_UN : mode == lock_mode::shared ? LOCK_SH : LOCK_EX;
    return detail::uninterrupted([&] { return ::flock(file_.number(), operation | LOCK_NB); });
  }
  lock_mode held_ = lock_mode::none;
#endif

  detail::descriptor file_;
  std::string path_;
  file_identity identity_;
  bool writable_;
};

static_assert(eager_file<posix_file> && sealable_file<posix_file>);

inline posix_file::posix_file(detail::descriptor file, std::string path, open_mode mode)
    : file_(std::move(file)), path_(std::move(path)), writable_(mode != open_mode::read_only) {
  struct ::stat status;
  if (::fstat(file_.number(), &status) != 0) fail("cannot look at", detail::call_kind::look);
  if (!S_ISREG(status.st_mode)) {
    detail::throw_os_error(errc::io, "not a regular file:", path_, std::errc::invalid_argument);
  }
  identity_ = {static_cast<std::uint64_t>(status.st_dev), static_cast<std::uint64_t>(status.st_ino)};
}

inline bool posix_file::open_elsewhere_in_process() const noexcept {
  constexpr long limit_max = 65536;
  const long granted = ::sysconf(_SC_OPEN_MAX);
  const long limit = granted >= 0 && granted < limit_max ? granted : limit_max;
  for (int number = 0; number < limit; ++number) {
    struct ::stat status;
    if (number == file_.number() || ::fstat(number, &status) != 0) continue;
    if (identity_ ==
        file_identity{static_cast<std::uint64_t>(status.st_dev), static_cast<std::uint64_t>(status.st_ino)}) {
      return true;
    }
  }
  return false;
}

inline std::uint64_t posix_file::size() const {
  struct ::stat status;
  if (::fstat(file_.number(), &status) != 0) fail("cannot look at", detail::call_kind::look);
  return static_cast<std::uint64_t>(status.st_size);
}

inline std::size_t posix_file::read(std::uint64_t offset, std::span<std::byte> into) const {
  if (offset > detail::file_size_max - into.size()) return 0;
  std::size_t done = 0;
  while (done < into.size()) {
    const ::ssize_t count = detail::uninterrupted([&] {
      return ::pread(file_.number(), into.data() + done, into.size() - done, static_cast<::off_t>(offset + done));
    });
    if (count < 0) fail("cannot read", detail::call_kind::look);
    if (count == 0) break;
    done += static_cast<std::size_t>(count);
  }
  return done;
}

inline std::size_t posix_file::read_uncached(std::uint64_t offset, std::span<std::byte> into) const {
  if (into.empty() || offset > detail::file_size_max - into.size() - direct_alignment) return 0;
  // A descriptor for each call keeps the file free of state that threads would share.
  if (const detail::descriptor direct = open_direct()) {
    if (const auto count = read_direct(direct.number(), offset, into)) return *count;
  }
  drop_cached(offset, offset + into.size());
  return read(offset, into);
}

inline detail::descriptor posix_file::open_direct() const noexcept {
#if defined(__linux__) && defined(O_DIRECT)
  std::array<char, 32> name;
  std::snprintf(name.data(), name.size(), "/proc/self/fd/%d", file_.number());
  return detail::descriptor(
      detail::uninterrupted([&] { return ::open(name.data(), O_RDONLY | O_DIRECT | O_CLOEXEC); }));
#else
#if defined(O_DIRECT)
  constexpr int flags = O_RDONLY | O_DIRECT | O_CLOEXEC;
#else
  constexpr int flags = O_RDONLY | O_CLOEXEC;
#endif
  detail::descriptor direct(detail::uninterrupted([&] { return ::open(path_.c_str(), flags); }));
  struct ::stat status;
  const bool is_same =
      direct && ::fstat(direct.number(), &status) == 0 &&
      identity_ == file_identity{static_cast<std::uint64_t>(status.st_dev), static_cast<std::uint64_t>(status.st_ino)};
  if (!is_same) return {};
#if defined(F_NOCACHE)
  if (::fcntl(direct.number(), F_NOCACHE, 1) != 0) return {};
#endif
  return direct;
#endif
}

/// Reads whole aligned blocks, into place if all of it is aligned, else through a buffer; nothing where the file system
/// refuses.
inline std::optional<std::size_t> posix_file::read_direct(int number, std::uint64_t offset,
                                                          std::span<std::byte> into) const {
  const std::uint64_t end = offset + into.size();
  std::uint64_t at = offset / direct_alignment * direct_alignment;
  const std::uint64_t span = (end - at + direct_alignment - 1) / direct_alignment * direct_alignment;
  const bool in_place =
      at == offset && span == into.size() && reinterpret_cast<std::uintptr_t>(into.data()) % direct_alignment == 0;
  const std::size_t step = span < direct_size_max ? static_cast<std::size_t>(span) : direct_size_max;
  const detail::reserved_bytes buffer = in_place ? detail::reserved_bytes() : detail::reserved_bytes(step);
  const std::uint64_t last = at + span;
  std::size_t done = 0;
  while (at < last) {
    const std::size_t wanted = last - at < step ? static_cast<std::size_t>(last - at) : step;
    std::byte* const target = in_place ? into.data() + (at - offset) : buffer.data();
    const ::ssize_t count =
        detail::uninterrupted([&] { return ::pread(number, target, wanted, static_cast<::off_t>(at)); });
    if (count < 0 && (errno == EINVAL || errno == EOPNOTSUPP || errno == ENOSYS)) return std::nullopt;
    if (count < 0) fail("cannot read", detail::call_kind::look);
    const std::uint64_t got = at + static_cast<std::uint64_t>(count);
    const std::uint64_t from = offset > at ? offset : at;
    const std::uint64_t to = end < got ? end : got;
    if (from < to) {
      const std::size_t size = static_cast<std::size_t>(to - from);
      if (!in_place) std::memcpy(into.data() + (from - offset), target + (from - at), size);
      done = static_cast<std::size_t>(to - offset);
    }
    if (count == 0) break;  // the end of the file
    if (got % direct_alignment != 0 && got >= size()) break;
    const std::uint64_t next = got / direct_alignment * direct_alignment;
    if (next == at) return std::nullopt;  // a call that was cut short cannot go on here
    at = next;
  }
  return done;
}

inline void posix_file::drop_cached(std::uint64_t offset, std::uint64_t end) const noexcept {
#if defined(POSIX_FADV_DONTNEED)
  constexpr std::uint64_t unit = 64U << 10;  // partial pages, of any size in use, would be kept
  const std::uint64_t from = offset / unit * unit;
  const std::uint64_t to = end > detail::file_size_max - unit ? end : (end + unit - 1) / unit * unit;
  ::posix_fadvise(file_.number(), static_cast<::off_t>(from), static_cast<::off_t>(to - from), POSIX_FADV_DONTNEED);
#else
  static_cast<void>(offset);
  static_cast<void>(end);
#endif
}

inline void posix_file::write(std::uint64_t offset, std::span<const bytes_view> pieces) {
  require_writable();
  static_cast<void>(detail::end_of(offset, pieces, path_));
  constexpr std::size_t call_size_max = std::size_t{1} << 30;  // some systems refuse 2 GiB in one call
  std::array<::iovec, 256> batch;                              // well below every IOV_MAX
  std::size_t first = 0;                                       // the piece to go on with
  std::size_t skipped = 0;                                     // bytes of it that are written
  for (;;) {
    int count = 0;
    std::size_t total = 0;
    for (std::size_t i = first; i < pieces.size() && count < 256 && total < call_size_max; ++i) {
      const bytes_view rest = i == first ? pieces[i].subspan(skipped) : pieces[i];
      const std::size_t taken = rest.size() < call_size_max - total ? rest.size() : call_size_max - total;
      if (taken != 0) batch[static_cast<std::size_t>(count++)] = {const_cast<std::byte*>(rest.data()), taken};
      total += taken;
    }
    if (count == 0) return;
    const ::ssize_t written = detail::uninterrupted(
        [&] { return ::pwritev(file_.number(), batch.data(), count, static_cast<::off_t>(offset)); });
    if (written == 0) errno = EIO;  // no progress on bytes that were asked for
    if (written <= 0) fail("cannot write", detail::call_kind::change);
    offset += static_cast<std::uint64_t>(written);
    std::size_t left = static_cast<std::size_t>(written);
    while (first < pieces.size() && left >= pieces[first].size() - skipped) {
      left -= pieces[first].size() - skipped;
      skipped = 0;
      ++first;
    }
    skipped += left;
  }
}

inline void posix_file::allocate(std::uint64_t offset, std::uint64_t size) {
  require_writable();
  const std::uint64_t end = detail::end_of(offset, size, path_);
  if (size == 0) return;
#if defined(__linux__)
  const int result = detail::uninterrupted(
      [&] { return ::fallocate(file_.number(), 0, static_cast<::off_t>(offset), static_cast<::off_t>(size)); });
  if (result == 0) return;
  if (errno != EOPNOTSUPP && errno != ENOSYS) fail("cannot allocate space for", detail::call_kind::change);
#endif
  const std::uint64_t old_size = this->size();
  if (end <= old_size) return;
#if defined(F_PREALLOCATE)
  ::fstore_t request{};
  request.fst_flags = F_ALLOCATEALL;
  request.fst_posmode = F_PEOFPOSMODE;
  request.fst_length = static_cast<::off_t>(end - old_size);
  if (::fcntl(file_.number(), F_PREALLOCATE, &request) == 0) return truncate(end);
  if (errno != ENOTSUP && errno != EINVAL) fail("cannot allocate space for", detail::call_kind::change);
#endif
  write_zeros(old_size, end);
}

inline void posix_file::write_zeros(std::uint64_t from, std::uint64_t to) {
  const detail::reserved_bytes zeros(direct_size_max);
  while (from < to) {
    const std::size_t size = to - from < zeros.size() ? static_cast<std::size_t>(to - from) : zeros.size();
    const std::array pieces{bytes_view(zeros.data(), size)};
    write(from, pieces);
    from += size;
  }
}

inline void posix_file::truncate(std::uint64_t size) {
  require_writable();
  const auto length = static_cast<::off_t>(detail::end_of(0, size, path_));
  if (detail::uninterrupted([&] { return ::ftruncate(file_.number(), length); }) != 0) {
    fail("cannot set the length of", detail::call_kind::change);
  }
}

inline void posix_file::sync(sync_scope scope) {
#if defined(__linux__)
  const bool is_synced = scope == sync_scope::data
                             ? detail::uninterrupted([&] { return ::fdatasync(file_.number()); }) == 0
                             : detail::sync_fully(file_.number());
#else
  static_cast<void>(scope);
  const bool is_synced = detail::sync_fully(file_.number());
#endif
  if (is_synced) return;
  // Media that cannot be written at all (ISO 9660, SquashFS) know no sync.
  if (errno == EINVAL && !writable_) errno = EROFS;
  fail("cannot sync", detail::call_kind::look);
}

inline void posix_file::begin_sync([[maybe_unused]] std::uint64_t offset,
                                   [[maybe_unused]] std::uint64_t size) noexcept {
#if defined(__linux__) && defined(SYNC_FILE_RANGE_WRITE)
  // A refusal changes nothing, and what the medium fails to write the next sync reports all the same.
  static_cast<void>(::sync_file_range(file_.number(), static_cast<::off_t>(offset), static_cast<::off_t>(size),
                                      SYNC_FILE_RANGE_WRITE));
#endif
}

inline bool posix_file::try_lock(lock_mode mode) {
  if (mode == lock_mode::exclusive) require_writable();
#if defined(F_OFD_SETLK)
  struct ::flock request {};
  request.l_type = static_cast<short>(mode == lock_mode::none     ? F_UNLCK
                                      : mode == lock_mode::shared ? F_RDLCK
                                                                  : F_WRLCK);
  request.l_whence = SEEK_SET;
  const int result = detail::uninterrupted([&] { return ::fcntl(file_.number(), F_OFD_SETLK, &request); });
  if (result != 0 && (errno == EAGAIN || errno == EACCES)) return false;
#else
  const int result = lock_by_flock(mode);
  if (result != 0 && errno == EWOULDBLOCK) {
    // flock has given the old lock up by then; nobody else can have taken more than we leave them.
    static_cast<void>(lock_by_flock(held_));
    return false;
  }
  if (result == 0) held_ = mode;
#endif
  if (result != 0) fail("cannot lock", detail::call_kind::look);
  return true;
}

}  // namespace macaw::inline MACAW_ABI
