// SPDX-License-Identifier: MIT
//
// Proving that a whole database is sound, or saying everything that is wrong with it. Layer 5 (txn).
//
// Checked: every tree, by check_tree.hpp; that no page belongs to two of them; and that every page below the
// mark is exactly one of reachable, dropped since the last durable commit, a page of the log, waiting for
// readers, or free; that no frame in memory is leaked.
//
// Requires the writer's turn, or a database opened for reading: nothing may change meanwhile.

#pragma once

#include <macaw/detail/format/layout.hpp>
#include <macaw/detail/format/meta_page.hpp>
#include <macaw/detail/space/space_map.hpp>
#include <macaw/detail/tree/check_tree.hpp>
#include <macaw/detail/txn/catalog.hpp>
#include <macaw/detail/txn/level_copies.hpp>
#include <macaw/detail/txn/space_loading.hpp>
#include <macaw/detail/txn/store.hpp>
#include <macaw/error.hpp>
#include <macaw/ids.hpp>
#include <macaw/macros.hpp>

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace macaw::inline MACAW_ABI::detail {

/// What every page of a file is used for, each once.
class page_uses {
 public:
  enum class use : std::uint8_t { none, tree, dropped, log, pending, free };

  /// Errors: std::bad_alloc.
  page_uses(std::uint32_t first_page, std::uint32_t mark) : first_page_(first_page), uses_(mark - first_page) {}

  /// Notes what the pages are used for. Returns nullptr, or what contradicts it.
  [[nodiscard]] const char* note(page_run run, use as) noexcept {
    if (run.first < first_page_ || std::uint64_t{run.first} + run.pages > first_page_ + uses_.size()) {
      return "outside of the pages in use";
    }
    const char* finding = nullptr;
    for (std::uint32_t i = 0; i < run.pages; ++i) {
      use& at = uses_[run.first - first_page_ + i];
      if (at != use::none) finding = contradiction(at, as);
      at = as;
    }
    return finding;
  }

  /// Calls `visit(page_run)` for the pages that are used for nothing: they are lost.
  template <class Visit>
  void for_each_lost(Visit&& visit) const {
    for (std::size_t i = 0; i < uses_.size();) {
      const std::size_t start = i;
      while (i < uses_.size() && uses_[i] == use::none) ++i;
      if (i > start)
        visit(page_run{static_cast<std::uint32_t>(first_page_ + start), static_cast<std::uint32_t>(i - start)});
      while (i < uses_.size() && uses_[i] != use::none) ++i;
    }
  }

 private:
  [[nodiscard]] static const char* contradiction(use before, use now) noexcept {
    if (before == use::tree && now == use::tree) return "reachable twice";
    if (before == use::tree && now == use::free) return "reachable, and free in the space map";
    if (before == use::tree && now == use::pending) return "reachable, and waiting to be free";
    if (before == use::tree && now == use::log) return "reachable, and a page of the space map's log";
    if (before == use::tree && now == use::dropped) return "reachable, and dropped";
    return "used for two things by the space map";
  }

  std::uint32_t first_page_;
  std::vector<use> uses_;
};

/// Checks a database. `report(page_id, std::string_view what, std::span<const page_ref> path)` is called for
/// everything that is wrong, `advance(std::uint64_t pages)` now and then.
template <class Config, class Report, class Advance>
class store_checker {
 public:
  store_checker(store<Config>& home, Report& report, Advance& advance)
      : home_(home), report_(report), advance_(advance), uses_(first_page(), mark()), tables_(home.reading, pins_) {}

  /// Errors: those of the callbacks, std::bad_alloc.
  void run() {
    check_trees();
    if constexpr (store<Config>::has_files) {
      if (!home_.in_memory()) check_space();
    }
    if (home_.arena.live() != frames_ + home_.retired.size()) {
      report_(page_id{}, "pages in memory are lost", std::span<const page_ref>());
    }
  }

 private:
  [[nodiscard]] static std::uint32_t first_page() noexcept { return geometry<Config::page_size>::first_page; }
  [[nodiscard]] std::uint32_t mark() const noexcept {
    return home_.in_memory() ? first_page() : home_.living.meta.mark;
  }

  /// Trees of a damaged file may share pages: more are visited than there are, and the check of trees ends.
  struct overrun {};

  void check_trees() {
    try {
      check_all_trees();
    } catch (const overrun&) {
      report_(page_id{}, "the trees have more pages than the file: they share some", std::span<const page_ref>());
    }
  }

  void check_all_trees() {
    const tree_root& catalog = home_.newest.catalog;
    check_one(catalog, catalog_layout<Config::page_size>{}, "the catalog");
    const level_copies<Config> reader(home_.reading, pins_);
    try {
      for_each_record(reader, catalog, [this](std::string_view name, const catalog_record& record) {
        with_layout<Config::page_size>(record.key_width, record.value_width,
                                       [&](const auto& layout) { check_one(record.root, layout, name); });
      });
    } catch (const error& failure) {
      if (failure.kind() != errc::corrupt && failure.kind() != errc::io) throw;
      report_(failure.page(), failure.what(), std::span<const page_ref>());
    }
  }

  template <class Layout>
  void check_one(const tree_root& root, const Layout& layout, std::string_view name) {
    const auto report = [&](const tree_finding& finding) {
      const std::string what = "table '" + std::string(name) + "': " + std::string(finding.what);
      report_(finding.page.id, what, finding.path);
    };
    const auto visit = [&](const walked_page& page) {
      advance_(page.pages);
      if (is_frame(page.ref.id)) {
        ++frames_;
      } else {
        note({to_number(page.ref.id), page.pages}, page_uses::use::tree);
        visited_ += page.pages;
        if (visited_ > mark()) throw overrun{};
      }
    };
    check_tree(tables_, root, layout, report, visit);
  }

  void note(page_run run, page_uses::use as) {
    if (const char* finding = uses_.note(run, as)) report_(page_id{run.first}, finding, std::span<const page_ref>());
  }

  void check_space() {
    if (home_.space) return check_map(*home_.space);
    space_map map(first_page(), space_room_of(Config::page_size));
    try {
      restore_space_map(home_, map);
    } catch (const error& failure) {
      if (failure.kind() != errc::corrupt && failure.kind() != errc::io) throw;
      return report_(failure.page(), failure.what(), std::span<const page_ref>());
    }
    check_map(map);
  }

  void check_map(const space_map& map) {
    for (const dropped_run& run : home_.dropped) note({to_number(run.ref.id), run.pages}, page_uses::use::dropped);
    map.for_each_log_page([this](page_ref ref) { note({to_number(ref.id), 1}, page_uses::use::log); });
    map.for_each_pending([this](const pending_run& run) { note({run.first, run.pages}, page_uses::use::pending); });
    map.for_each_free([this](page_run run) { note(run, page_uses::use::free); });
    uses_.for_each_lost([this](page_run run) {
      const std::string what = "lost: neither reachable nor free, " + std::to_string(run.pages) + " pages from here on";
      report_(page_id{run.first}, what, std::span<const page_ref>());
    });
  }

  store<Config>& home_;
  Report& report_;
  Advance& advance_;
  page_uses uses_;
  mutable typename store<Config>::pins pins_;
  level_copies<Config> tables_;
  std::uint64_t frames_ = 0;
  std::uint64_t visited_ = 0;  // pages of the file
};

/// Checks a database, as `store_checker` says.
template <class Config, class Report, class Advance>
void check_store(store<Config>& home, Report&& report, Advance&& advance) {
  store_checker<Config, std::remove_reference_t<Report>, std::remove_reference_t<Advance>>(home, report, advance).run();
}

}  // namespace macaw::inline MACAW_ABI::detail
