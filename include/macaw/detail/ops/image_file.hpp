// SPDX-License-Identifier: MIT
//
// A file image on its way to a name: written under a name of its own, checked as a database, renamed. Layer 7 (tools).
//
// Invariants:
//  1. What is found under the name is whole, checked and durable, or what was there before.
//  2. `<path>.part` is only renamed or removed by who has locked the file that it names. Between writing and checking
//     the lock is given up for a moment; that the name still names the same file is looked at afterwards.

#pragma once

#include <macaw/bytes.hpp>
#include <macaw/detail/txn/creation.hpp>
#include <macaw/detail/txn/engine.hpp>
#include <macaw/error.hpp>
#include <macaw/macros.hpp>
#include <macaw/ops/check.hpp>
#include <macaw/ops/progress.hpp>
#include <macaw/options.hpp>
#include <macaw/storage/file_system.hpp>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>

namespace macaw::inline MACAW_ABI::detail {

[[noreturn]] inline void throw_exists(std::string_view path) {
  throw error(errc::io, "'" + std::string(path) + "' exists: a copy goes to a new file",
              std::make_error_code(std::errc::file_exists));
}

[[noreturn]] inline void throw_locked_copy(std::string_view part) {
  throw error(errc::locked, "'" + std::string(part) + "' is another copy that is being made: wait for it");
}

/// Opens a file only to look at all of it. Errors: those of opening.
template <class Config>
[[nodiscard]] std::unique_ptr<engine<Config>> open_to_check(std::string_view path,
                                                            typename Config::file_system& files) {
  open_options options;
  options.read_only = true;
  options.cache_size = std::size_t{4} << 20;  // each page is read once
  return engine<Config>::open(path, options, files);
}

/// A file that is being made of an image.
template <class Config>
class image_file {
 public:
  using files_type = typename Config::file_system;

  /// Begins `<path>.part`. Errors: `io`, with the code of a file that exists, where `path` does and `replace` is not
  /// set; `locked` or `already_open` where somebody has it open, or makes another copy.
  image_file(files_type files, std::string_view path, bool replace)
      : files_(std::move(files)), path_(path), part_(path_ + ".part"), replace_(replace) {
    if (files_.exists(path_)) {
      if (!replace_) throw_exists(path_);
      replaced_.emplace(files_.open(path_, open_mode::read_write));
      if (!replaced_->try_lock(lock_mode::exclusive)) throw_locked(*replaced_, path_);
    }
    remove_remains(files_, part_);
    file_.emplace(files_.open(part_, open_mode::create_new));
    if (!file_->try_lock(lock_mode::exclusive) || !is_named(files_, part_, *file_)) throw_locked_copy(part_);
    identity_ = file_->identity();
    made_ = true;
  }
  image_file(const image_file&) = delete;
  image_file& operator=(const image_file&) = delete;
  ~image_file() {
    if (!made_) return;
    try {
      static_cast<void>(files_.remove(part_));
    } catch (...) {  // the next copy removes it
    }
  }

  /// Adds bytes at the end. Errors: `io`, `no_space`.
  void operator()(bytes_view bytes) {
    const bytes_view piece[] = {bytes};
    file_->write(size_, piece);
    size_ += bytes.size();
  }

  /// Makes durable what was written, checks it, and gives it its name. The last report of the progress comes before.
  /// Returns: the durable commit that the new file is of.
  /// Errors: `corrupt` where the check finds something; those of opening, `io`, `cancelled`. Nothing has changed under
  /// the name then, but where the very last step failed, that of making it durable.
  std::uint64_t publish(progress_meter& meter) {
    file_->sync(sync_scope::data_and_size);
    file_.reset();  // opening takes a lock of its own
    opened_ = open_to_check<Config>(part_, files_);
    if (opened_->home().pager->file().identity() != identity_) {
      made_ = false;
      throw_locked_copy(part_);
    }
    const check_report report = check_store_of(opened_->home(), meter);
    if (!report.ok()) {
      throw error(errc::corrupt, "the image is damaged: " + report.findings.front().to_text())
          .with_page(report.findings.front().page);
    }
    meter.finish();  // what has a name is not taken back
    if (replace_) {
      files_.rename(part_, path_);
    } else if (!files_.rename_new(part_, path_)) {
      throw_exists(path_);
    }
    made_ = false;
    files_.sync_directory(path_);
    return opened_->home().living.meta.d;
  }

 private:
  files_type files_;
  std::string path_;
  std::string part_;
  bool replace_;
  std::optional<typename files_type::file_type> replaced_;  // locked, so that nobody opens it meanwhile
  std::optional<typename files_type::file_type> file_;
  file_identity identity_{};
  std::uint64_t size_ = 0;
  bool made_ = false;
  std::unique_ptr<engine<Config>> opened_;  // locks the file while it is checked, named, or removed
};

}  // namespace macaw::inline MACAW_ABI::detail
