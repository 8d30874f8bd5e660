// SPDX-License-Identifier: MIT
//
// Looking into a database: its pages, one by one or all that a state reaches, its meta pages, its free space.
// Layer 7 (tools).
//
// An inspector looks at an open database, or at a file that need not be fit to be opened. It reads the file itself and
// proves what it reads every time; nothing that it finds wrong is an error, and it ends on every input.

#pragma once

#include <macaw/database.hpp>
#include <macaw/detail/ops/database_engine.hpp>
#include <macaw/detail/ops/inspect_meta.hpp>
#include <macaw/detail/ops/inspect_page.hpp>
#include <macaw/detail/ops/inspect_space.hpp>
#include <macaw/detail/ops/raw_pages.hpp>
#include <macaw/detail/ops/walk_pages.hpp>
#include <macaw/detail/txn/engine.hpp>
#include <macaw/detail/txn/snapshot.hpp>
#include <macaw/error.hpp>
#include <macaw/ids.hpp>
#include <macaw/macros.hpp>
#include <macaw/ops/page_info.hpp>
#include <macaw/ops/progress.hpp>
#include <macaw/storage/file_system.hpp>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace macaw::inline MACAW_ABI {

/// Looks into a database of a configuration. Every call may raise `io` and bad_alloc.
///
/// Thread safety: one thread at a time uses an inspector; any thread may.
template <class Config>
class basic_inspector {
 public:
  using files_type = typename Config::file_system;

  /// Looks at the state of an open database that is newest now, which stays as long as the inspector does.
  ///
  /// Requires: the inspector ends before the database. Pages that its state does not reach may be written while they
  /// are looked at, and then show as damaged.
  /// Errors: `txn_ended` where the database was closed.
  explicit basic_inspector(const basic_database<Config>& db)
      : engine_(&detail::engine_of(db)), snapshot_(engine_->begin_read()) {
    root_ = snapshot_->state().catalog;
    origin_ = detail::raw_pages_of(engine_->home()).origin();
  }

  /// Looks at a file without opening it as a database: nothing is written, and no damage is refused.
  ///
  /// Effects: takes a shared lock. The state that is looked at is the one that opening would show; where opening
  /// would refuse the file, the newest that a meta page names.
  /// Errors: `locked`, `already_open` where the file is open for writing; `wrong_page_size`, `unsupported_version`,
  /// `unsupported_feature` where it is of another configuration; `io`.
  [[nodiscard]] static basic_inspector open(std::string_view path, files_type files = {}) {
    auto file = files.open(path, open_mode::read_only);
    if (!file.try_lock(lock_mode::shared)) detail::throw_locked(file, path);
    basic_inspector made;
    const detail::found_metas found = detail::find_metas<Config>(file, path);
    made.origin_ = detail::origin_of<Config>(file, found);
    made.root_ = detail::root_to_walk(found);
    made.refusal_ = found.refusal;
    made.path_ = path;
    made.file_.emplace(std::move(file));
    return made;
  }

  /// Both meta pages, and which of them lives. Nothing is found in a database in memory.
  /// Complexity: reads at most 4 MiB and the metas.
  [[nodiscard]] inspected_metas metas() const {
    return file() == nullptr ? inspected_metas{} : detail::inspect_metas<Config>(*file(), path_);
  }

  /// A page of the file, decoded, with the first `entries_max` of its entries; nothing where the file has no such page.
  /// Complexity: reads the page; of one that is damaged or lies in a large value, up to a piece in addition.
  [[nodiscard]] std::optional<inspected_page> page(page_id page, std::size_t entries_max = SIZE_MAX) const {
    if (file() == nullptr || to_number(page) >= pages_now()) return std::nullopt;
    return detail::inspect_page<Config>(reader(), *file(), page, entries_max);
  }

  /// Calls `visit(const visited_page&)` for every page that the state reaches: the catalog's first, then table by
  /// table in order of names; a page before those below it.
  ///
  /// Returns: what was seen, and everything that is wrong; for a file also why opening would refuse it. A damaged page
  /// is visited, what is below it is not.
  /// Errors: `cancelled`, and what `visit` raises.
  /// Complexity: reads every page once, pieces of large values too; 8 to 32 bytes of memory a page.
  template <class Visit>
  walk_report walk(Visit&& visit, progress_callback callback = {}) const {
    walk_report report = detail::walk_pages<Config>(reader(), root_, visit, callback);
    if (!refusal_.empty()) report.findings.insert(report.findings.begin(), {page_id{}, refusal_, {}});
    return report;
  }

  /// What is free, what waits for readers, and where the space map stands. Of a file that is not open, as its living
  /// meta page has it; nothing waits there. Nothing is found in a database in memory.
  ///
  /// Effects: of an open database, takes the writer's turn for a moment.
  /// Errors: `would_deadlock` where this thread has a write transaction; `corrupt` where the map does not read.
  [[nodiscard]] space_report space() const {
    if (engine_ != nullptr) return detail::inspect_space(engine_->home());
    return detail::inspect_space(reader(), detail::find_metas<Config>(*file(), path_));
  }

  /// Pages of the file, behind the mark too; 0 for a database in memory.
  [[nodiscard]] std::uint32_t file_pages() const { return file() == nullptr ? 0 : pages_now(); }

 private:
  using file_type = typename files_type::file_type;

  basic_inspector() = default;

  [[nodiscard]] const file_type* file() const noexcept {
    if (file_) return &*file_;
    return engine_ == nullptr ? nullptr : detail::file_of(engine_->home());
  }
  [[nodiscard]] std::uint32_t pages_now() const { return detail::whole_pages<Config::page_size>(file()->size()); }

  [[nodiscard]] detail::raw_pages<Config> reader() const {
    return {file(), engine_ == nullptr ? nullptr : &engine_->home().arena, origin_};
  }

  detail::engine<Config>* engine_ = nullptr;
  std::optional<detail::snapshot<Config>> snapshot_;
  std::optional<file_type> file_;
  detail::raw_origin origin_;
  detail::tree_root root_;
  std::string refusal_;
  std::string path_ = "the file";  // for messages
};

/// An inspector of `database`.
using inspector = basic_inspector<default_config>;

}  // namespace macaw::inline MACAW_ABI
