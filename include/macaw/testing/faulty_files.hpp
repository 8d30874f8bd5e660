// SPDX-License-Identifier: MIT
//
// A file system that fails when told to: every call is counted, and the n-th fails with a chosen error,
// once or from then on; or the disk is short. It wraps any other file system. Layer 7 (testing).
//
//     macaw::testing::faulty_files files{macaw::memory_files{}};
//     for (std::uint64_t n = 0;; ++n) {
//       files.faults().fail({.call = n});
//       ... run something, expect macaw::error or success ...
//       if (!files.faults().fired()) break;  // there are no more than n calls
//     }
//
// Thread safety: every member from any thread, as far as the wrapped file system goes.

#pragma once

#include <macaw/bytes.hpp>
#include <macaw/detail/base/file_range.hpp>
#include <macaw/detail/base/os_error.hpp>
#include <macaw/error.hpp>
#include <macaw/macros.hpp>
#include <macaw/storage/file_system.hpp>

#include <array>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>
#include <vector>

namespace macaw::inline MACAW_ABI::testing {

/// The calls that can fail.
enum class file_call : std::uint8_t {
  open,
  exists,
  rename,
  rename_new,
  remove,
  sync_directory,
  size,
  read,
  read_uncached,
  write,
  allocate,
  truncate,
  sync,
  try_lock,
  map,
};
inline constexpr std::size_t file_call_count = 15;

/// What is to go wrong.
struct file_fault {
  std::uint64_t call = 0;            ///< how many calls succeed before, counted from when the fault is set
  errc kind = errc::io;              ///< the error raised
  bool persists = false;             ///< whether every later call fails as well
  std::optional<file_call> of = {};  ///< count and fail only calls of this kind
  bool writes_half = false;          ///< whether a failing write has put half of its bytes down
};

/// The faults of a file system and all its files.
class file_faults {
 public:
  /// Sets the fault, in place of the one before, and forgets that that one has fired.
  void fail(const file_fault& fault) {
    const std::lock_guard lock(mutex_);
    fault_ = fault;
    fired_ = false;
  }
  /// From now on nothing fails but for lack of room.
  void heal() {
    const std::lock_guard lock(mutex_);
    fault_.reset();
  }
  /// Whether the fault last set has made a call fail.
  [[nodiscard]] bool fired() const {
    const std::lock_guard lock(mutex_);
    return fired_;
  }
  /// Calls made so far, failed ones included.
  [[nodiscard]] std::uint64_t calls() const {
    const std::lock_guard lock(mutex_);
    std::uint64_t sum = 0;
    for (const std::uint64_t count : calls_) sum += count;
    return sum;
  }
  /// Calls of one kind made so far.
  [[nodiscard]] std::uint64_t calls(file_call of) const {
    const std::lock_guard lock(mutex_);
    return calls_[static_cast<std::size_t>(of)];
  }
  /// Files may grow by this many bytes in all; truncating and removing gives room back.
  void set_capacity(std::optional<std::uint64_t> bytes) {
    const std::lock_guard lock(mutex_);
    capacity_ = bytes;
  }
  /// Whether the disk was ever too short for a call.
  [[nodiscard]] bool ran_full() const {
    const std::lock_guard lock(mutex_);
    return ran_full_;
  }

 private:
  template <file_system S>
  friend class faulty_files;
  template <file F>
  friend class faulty_file;

  /// Counts a call; gives the fault that it is to fail with.
  [[nodiscard]] std::optional<file_fault> count(file_call of) {
    const std::lock_guard lock(mutex_);
    ++calls_[static_cast<std::size_t>(of)];
    if (!fault_ || (fault_->of && *fault_->of != of)) return std::nullopt;
    if (fault_->call != 0) {
      --fault_->call;
      return std::nullopt;
    }
    fired_ = true;
    const file_fault due = *fault_;
    if (!due.persists) fault_.reset();
    return due;
  }

  [[noreturn]] static void raise(const file_fault& fault, std::string_view path) {
    const std::errc reason = fault.kind == errc::no_space    ? std::errc::no_space_on_device
                             : fault.kind == errc::read_only ? std::errc::read_only_file_system
                                                             : std::errc::io_error;
    detail::throw_os_error(fault.kind, "injected fault:", path, reason);
  }

  void check(file_call of, std::string_view path) {
    if (const auto fault = count(of)) raise(*fault, path);
  }

  /// Takes room for a file to grow from one length to another; gives the length that there is room for.
  [[nodiscard]] std::uint64_t take_room(std::uint64_t from, std::uint64_t to) {
    const std::lock_guard lock(mutex_);
    const std::uint64_t room = !capacity_ ? to - from : *capacity_ > used_ ? *capacity_ - used_ : 0;
    const std::uint64_t taken = to - from < room ? to - from : room;
    ran_full_ = ran_full_ || taken < to - from;
    used_ += taken;
    return from + taken;
  }
  void give_room(std::uint64_t size) {
    const std::lock_guard lock(mutex_);
    used_ -= size < used_ ? size : used_;
  }
  [[noreturn]] static void raise_full(std::string_view path) {
    detail::throw_os_error(errc::no_space, "the disk is full:", path, std::errc::no_space_on_device);
  }

  mutable std::mutex mutex_;
  std::optional<file_fault> fault_;
  bool fired_ = false;
  bool ran_full_ = false;
  std::array<std::uint64_t, file_call_count> calls_{};
  std::optional<std::uint64_t> capacity_;
  std::uint64_t used_ = 0;
};

/// The mapping of a wrapped file that has one.
template <class F>
struct faulty_mapping {};
template <mappable_file F>
struct faulty_mapping<F> {
  using mapping = typename F::mapping;
};

/// An open file of `faulty_files`.
template <file F>
class faulty_file : public faulty_mapping<F> {
 public:
  faulty_file(F file, std::shared_ptr<file_faults> faults, std::string path)
      : file_(std::move(file)), faults_(std::move(faults)), path_(std::move(path)) {}

  [[nodiscard]] std::uint64_t size() const {
    faults_->check(file_call::size, path_);
    return file_.size();
  }
  std::size_t read(std::uint64_t offset, std::span<std::byte> into) const {
    faults_->check(file_call::read, path_);
    return file_.read(offset, into);
  }
  std::size_t read_uncached(std::uint64_t offset, std::span<std::byte> into) const {
    faults_->check(file_call::read_uncached, path_);
    return file_.read_uncached(offset, into);
  }
  void write(std::uint64_t offset, std::span<const bytes_view> pieces) {
    std::uint64_t size = 0;
    for (const bytes_view piece : pieces) size += piece.size();
    if (const auto fault = faults_->count(file_call::write)) {
      if (fault->writes_half) write_first(offset, pieces, size / 2);
      file_faults::raise(*fault, path_);
    }
    if (offset > detail::file_size_max || size > detail::file_size_max - offset) return file_.write(offset, pieces);
    const std::uint64_t room =
        grow(offset + size, [&](std::uint64_t end) { write_first(offset, pieces, end > offset ? end - offset : 0); });
    if (room < offset + size) file_faults::raise_full(path_);
  }
  void allocate(std::uint64_t offset, std::uint64_t size) {
    faults_->check(file_call::allocate, path_);
    if (size == 0 || size > detail::file_size_max || offset > detail::file_size_max - size) {
      return file_.allocate(offset, size);
    }
    grow_whole(offset + size, [&] { file_.allocate(offset, size); });
  }
  void truncate(std::uint64_t size) {
    faults_->check(file_call::truncate, path_);
    const std::uint64_t before = file_.size();
    if (size > detail::file_size_max || size <= before) {
      file_.truncate(size);
      faults_->give_room(before - size);
    } else {
      grow_whole(size, [&] { file_.truncate(size); });
    }
  }
  void sync(sync_scope scope) {
    faults_->check(file_call::sync, path_);
    file_.sync(scope);
  }
  [[nodiscard]] bool try_lock(lock_mode mode) {
    if (mode != lock_mode::none) faults_->check(file_call::try_lock, path_);
    return file_.try_lock(mode);
  }
  [[nodiscard]] file_identity identity() const noexcept { return file_.identity(); }
  [[nodiscard]] bool open_elsewhere_in_process() const noexcept requires requires(const F& f) {
    f.open_elsewhere_in_process();
  }
  { return file_.open_elsewhere_in_process(); }
  [[nodiscard]] auto map(std::uint64_t size) const requires mappable_file<F> {
    faults_->check(file_call::map, path_);
    return file_.map(size);
  }

 private:
  /// Makes a change that needs the length `end` with as much of it as there is room for; gives that length.
  template <class Change>
  std::uint64_t grow(std::uint64_t end, Change change) {
    const std::uint64_t before = file_.size();
    const std::uint64_t room = end > before ? faults_->take_room(before, end) : end;
    try {
      change(room);
    } catch (...) {
      if (end > before) faults_->give_room(room - before);
      throw;
    }
    return room;
  }
  /// Makes a change that needs the length `end`, or raises that the disk is full.
  template <class Change>
  void grow_whole(std::uint64_t end, Change change) {
    grow(end, [&](std::uint64_t room) {
      if (room < end) file_faults::raise_full(path_);
      change();
    });
  }
  void write_first(std::uint64_t offset, std::span<const bytes_view> pieces, std::uint64_t size) {
    std::vector<bytes_view> first;
    for (const bytes_view piece : pieces) {
      first.push_back(piece.first(static_cast<std::size_t>(size < piece.size() ? size : piece.size())));
      size -= first.back().size();
    }
    file_.write(offset, first);
  }

  F file_;
  std::shared_ptr<file_faults> faults_;
  std::string path_;
};

/// A file system that fails when told to.
template <file_system S>
class faulty_files {
 public:
  using file_type = faulty_file<typename S::file_type>;

  faulty_files() requires std::default_initializable<S> : faulty_files(S()) {}
  explicit faulty_files(S files) : files_(std::move(files)), faults_(std::make_shared<file_faults>()) {}

  /// What goes wrong here, shared by all copies and files.
  [[nodiscard]] file_faults& faults() const noexcept { return *faults_; }
  /// The wrapped file system, where nothing goes wrong.
  [[nodiscard]] S& wrapped() noexcept { return files_; }

  [[nodiscard]] file_type open(std::string_view path, open_mode mode) {
    faults_->check(file_call::open, path);
    return {files_.open(path, mode), faults_, std::string(path)};
  }
  [[nodiscard]] bool exists(std::string_view path) {
    faults_->check(file_call::exists, path);
    return files_.exists(path);
  }
  void rename(std::string_view path, std::string_view to) {
    faults_->check(file_call::rename, path);
    const std::uint64_t replaced = path == to ? 0 : size_of(to);
    files_.rename(path, to);
    faults_->give_room(replaced);
  }
  [[nodiscard]] bool rename_new(std::string_view path, std::string_view to) {
    faults_->check(file_call::rename_new, path);
    return files_.rename_new(path, to);
  }
  bool remove(std::string_view path) {
    faults_->check(file_call::remove, path);
    const std::uint64_t removed = size_of(path);
    const bool was_there = files_.remove(path);
    faults_->give_room(removed);
    return was_there;
  }
  void sync_directory(std::string_view path) {
    faults_->check(file_call::sync_directory, path);
    files_.sync_directory(path);
  }

 private:
  [[nodiscard]] std::uint64_t size_of(std::string_view path) {
    return files_.exists(path) ? files_.open(path, open_mode::read_only).size() : 0;
  }

  S files_;
  std::shared_ptr<file_faults> faults_;
};

}  // namespace macaw::inline MACAW_ABI::testing
