// SPDX-License-Identifier: MIT
//
// A database on its way to a name: filled under a name of its own, then renamed. Layer 7 (tools).
//
// Invariant: what is found under the name is whole and durable. Only who has `<path>.part` locked renames or removes
// it, so two copies at once cannot take it from each other.

#pragma once

#include <macaw/detail/ops/image_file.hpp>
#include <macaw/detail/txn/creation.hpp>
#include <macaw/detail/txn/engine.hpp>
#include <macaw/macros.hpp>
#include <macaw/options.hpp>
#include <macaw/storage/file_system.hpp>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

namespace macaw::inline MACAW_ABI::detail {

template <class Config>
class new_database {
 public:
  using files_type = typename Config::file_system;

  /// Begins an empty database. Errors: `io`, with the code of a file that exists, where `path` does; `locked` or
  /// `already_open` where another one is being made; those of opening.
  new_database(files_type files, std::string_view path)
      : files_(std::move(files)), path_(path), part_(path_ + ".part") {
    if (files_.exists(path_)) throw_exists(path_);
    remove_remains(files_, part_);
    open_options options;
    options.cache_size = std::size_t{1} << 20;  // what is written is not read again
    options.dirty_size = std::size_t{64} << 20;
    engine_ = engine<Config>::open(part_, options, files_);
    if (engine_->home().living.meta.d != first_durable) throw_locked_copy(part_);
    made_ = true;
  }
  new_database(const new_database&) = delete;
  new_database& operator=(const new_database&) = delete;
  ~new_database() {
    if (!made_) return;
    try {
      static_cast<void>(files_.remove(part_));
    } catch (...) {  // the next one removes it
    }
  }

  [[nodiscard]] engine<Config>& database() noexcept { return *engine_; }

  /// Gives the database, whose transactions have ended, its name. Returns: the bytes of its file.
  /// Errors: `io`, with the code of a file that exists, where `path` does by now. Nothing is at `path` after an error,
  /// but the whole database where the very last step failed, that of making its name durable.
  std::uint64_t publish() {
    // Blocks come in steps, the last one larger than its use.
    auto& pager = *engine_->home().pager;
    pager.shrink(engine_->home().living.meta.mark);
    pager.sync(sync_scope::data_and_size);
    const std::uint64_t size = engine_->stats().file_size;
    if (!files_.rename_new(part_, path_)) throw_exists(path_);
    made_ = false;
    files_.sync_directory(path_);
    engine_->close();
    return size;
  }

 private:
  files_type files_;
  std::string path_;
  std::string part_;
  bool made_ = false;
  std::unique_ptr<engine<Config>> engine_;  // the last member: the lock goes after the name
};

}  // namespace macaw::inline MACAW_ABI::detail
