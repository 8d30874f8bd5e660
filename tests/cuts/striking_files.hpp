// SPDX-License-Identifier: MIT
//
// A file system whose process meets its end at a chosen effect: before it, in the middle of a write, or after it.
// Pages that were written are pushed out to the device at random before that, so that a cut leaves them out of order.

#pragma once

#include "cuts/end_plan.hpp"

#include <macaw/bytes.hpp>
#include <macaw/storage/file_system.hpp>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <random>
#include <span>
#include <string_view>
#include <utility>
#include <vector>

#include <fcntl.h>

namespace macaw_test {

/// The effects of all files of one file system.
class effect_counter {
 public:
  explicit effect_counter(end_plan plan) : plan_(std::move(plan)), random_(plan_.seed) {}

  /// Makes an effect, of which `half()` is a part.
  template <class Do, class Half>
  void run(Do&& whole, Half&& half) {
    if (effects_++ != plan_.effect) return whole();
    if (plan_.place == end_place::within) half();
    if (plan_.place == end_place::after) whole();
    plan_.end();
  }
  template <class Do>
  void run(Do&& whole) {
    run(std::forward<Do>(whole), [] {});
  }

  /// Pushes some of these bytes of an open file out to the device.
  void push(int file, std::uint64_t offset, std::uint64_t size) {
    if (plan_.pushed_of_16 == 0) return;
#if defined(__linux__)
    constexpr unsigned now = SYNC_FILE_RANGE_WAIT_BEFORE | SYNC_FILE_RANGE_WRITE | SYNC_FILE_RANGE_WAIT_AFTER;
    for (std::uint64_t block = offset / block_size; block * block_size < offset + size; ++block) {
      if (random_() % 16 >= plan_.pushed_of_16) continue;
      static_cast<void>(::sync_file_range(file, static_cast<::off_t>(block * block_size), block_size, now));
    }
#else
    static_cast<void>(file), static_cast<void>(offset), static_cast<void>(size);
#endif
  }

 private:
  static constexpr std::uint64_t block_size = 4096;

  end_plan plan_;
  std::mt19937_64 random_;
  std::uint64_t effects_ = 0;
};

/// The mapping of a file that has one.
template <class F>
struct striking_mapping {};
template <macaw::mappable_file F>
struct striking_mapping<F> {
  using mapping = typename F::mapping;
};

template <macaw::file F>
class striking_file : public striking_mapping<F> {
 public:
  striking_file(F file, std::shared_ptr<effect_counter> effects)
      : file_(std::move(file)), effects_(std::move(effects)) {}

  [[nodiscard]] std::uint64_t size() const { return file_.size(); }
  std::size_t read(std::uint64_t offset, std::span<std::byte> into) const { return file_.read(offset, into); }
  std::size_t read_uncached(std::uint64_t offset, std::span<std::byte> into) const {
    return file_.read_uncached(offset, into);
  }
  void write(std::uint64_t offset, std::span<const macaw::bytes_view> pieces) {
    std::uint64_t size = 0;
    for (const macaw::bytes_view piece : pieces) size += piece.size();
    effects_->run(
        [&] {
          file_.write(offset, pieces);
          effects_->push(file_.native_handle(), offset, size);
        },
        [&] { write_first(offset, pieces, size / 2); });
  }
  void allocate(std::uint64_t offset, std::uint64_t size) {
    effects_->run([&] { file_.allocate(offset, size); });
  }
  void truncate(std::uint64_t size) {
    effects_->run([&] { file_.truncate(size); });
  }
  void sync(macaw::sync_scope scope) {
    effects_->run([&] { file_.sync(scope); });
  }
  void begin_sync(std::uint64_t offset, std::uint64_t size) noexcept { file_.begin_sync(offset, size); }
  void warm(std::uint64_t offset, std::uint64_t size) noexcept requires macaw::warmable_file<F> {
    file_.warm(offset, size);
  }
  void seal(std::uint64_t number) noexcept { file_.seal(number); }
  [[nodiscard]] std::optional<std::uint64_t> sealed() const noexcept { return file_.sealed(); }
  [[nodiscard]] bool try_lock(macaw::lock_mode mode) { return file_.try_lock(mode); }
  [[nodiscard]] macaw::file_identity identity() const noexcept { return file_.identity(); }
  [[nodiscard]] int native_handle() const noexcept { return file_.native_handle(); }
  [[nodiscard]] bool open_elsewhere_in_process() const noexcept { return file_.open_elsewhere_in_process(); }
  [[nodiscard]] auto map(std::uint64_t size) const requires macaw::mappable_file<F> { return file_.map(size); }

 private:
  void write_first(std::uint64_t offset, std::span<const macaw::bytes_view> pieces, std::uint64_t size) {
    std::vector<macaw::bytes_view> first;
    for (const macaw::bytes_view piece : pieces) {
      first.push_back(piece.first(static_cast<std::size_t>(size < piece.size() ? size : piece.size())));
      size -= first.back().size();
    }
    file_.write(offset, first);
  }

  F file_;
  std::shared_ptr<effect_counter> effects_;
};

template <macaw::file_system S>
class striking_files {
 public:
  using file_type = striking_file<typename S::file_type>;

  striking_files() : striking_files(end_plan()) {}
  explicit striking_files(end_plan plan) : effects_(std::make_shared<effect_counter>(std::move(plan))) {}

  [[nodiscard]] file_type open(std::string_view path, macaw::open_mode mode) {
    return {files_.open(path, mode), effects_};
  }
  [[nodiscard]] bool exists(std::string_view path) { return files_.exists(path); }
  void rename(std::string_view path, std::string_view to) {
    effects_->run([&] { files_.rename(path, to); });
  }
  [[nodiscard]] bool rename_new(std::string_view path, std::string_view to) {
    bool done = false;
    effects_->run([&] { done = files_.rename_new(path, to); });
    return done;
  }
  bool remove(std::string_view path) {
    bool done = false;
    effects_->run([&] { done = files_.remove(path); });
    return done;
  }
  void sync_directory(std::string_view path) {
    effects_->run([&] { files_.sync_directory(path); });
  }

 private:
  S files_;
  std::shared_ptr<effect_counter> effects_;
};

}  // namespace macaw_test
