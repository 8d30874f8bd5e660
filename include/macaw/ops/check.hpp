// SPDX-License-Identifier: MIT
//
// Checking a whole database. Layer 7 (tools).
//
// Every page is exactly one of reserved, reachable once, a page of the space map's log, free, or waiting for readers;
// every page's checksum, structure, shape, key order and bounds; counts in branches and in the catalog. All
// violations are reported, each with the pages that led there; a check ends on every input.

#pragma once

#include <macaw/database.hpp>
#include <macaw/detail/txn/check_store.hpp>
#include <macaw/detail/txn/writer_turn.hpp>
#include <macaw/ids.hpp>
#include <macaw/macros.hpp>
#include <macaw/ops/progress.hpp>

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace macaw::inline MACAW_ABI {

/// Something wrong with a database.
struct check_finding {
  page_id page{};             ///< the page concerned; 0 where none is
  std::string what;           ///< what is wrong with it
  std::vector<page_id> path;  ///< the pages that lead to it, the root first

  /// One line: the pages that lead there, the page, and what is wrong.
  [[nodiscard]] std::string to_text() const {
    std::string text;
    for (const page_id above : path) text += std::to_string(to_number(above)) + " > ";
    return text + "page " + std::to_string(to_number(page)) + ": " + what;
  }
};

/// What a check has found.
struct check_report {
  std::vector<check_finding> findings;
  std::uint64_t pages = 0;  ///< pages visited, in the file and in memory

  /// Whether nothing is wrong.
  [[nodiscard]] bool ok() const noexcept { return findings.empty(); }
};

namespace detail {

/// Checks a database whose engine is at hand. Requires: the writer's turn, or a database opened for reading.
/// Errors: `cancelled`, `io`, std::bad_alloc.
template <class Config>
[[nodiscard]] check_report check_store_of(store<Config>& home, progress_meter& meter) {
  check_report report;
  check_store<Config>(
      home,
      [&](page_id page, std::string_view what, std::span<const page_ref> path) {
        check_finding finding{page, std::string(what), {}};
        for (const page_ref& above : path) finding.path.push_back(above.id);
        report.findings.push_back(std::move(finding));
      },
      [&](std::uint64_t pages) {
        report.pages += pages;
        meter.advance(pages);
      });
  return report;
}

}  // namespace detail

template <class Config>
struct database_check<basic_database<Config>> {
  /// Holds the writer's turn meanwhile.
  [[nodiscard]] static check_report run(const basic_database<Config>& db, progress_callback callback) {
    detail::store<Config>& home = db.engine().home();
    const detail::writer_turn_guard turn(home.turn);  // no transaction: a map that does not read is a finding
    detail::progress_meter meter(callback, std::uint64_t{home.living.meta.mark} + home.arena.live());
    check_report report = detail::check_store_of(home, meter);
    meter.finish();
    return report;
  }
};

/// Checks everything that a database says of itself.
///
/// Effects: writes nothing. Waits for the writer's turn, and holds it; readers go on.
/// Returns: every violation.
/// Errors: `would_deadlock` where this thread has a write transaction; `cancelled`; `io`; bad_alloc. Damage is no
/// error but a finding, and so is a page that cannot be read: the others are looked at, too.
/// Complexity: reads every page once; memory of a byte for each page of the file.
template <class Config>
[[nodiscard]] check_report check(const basic_database<Config>& db, progress_callback callback = {}) {
  return database_check<basic_database<Config>>::run(db, callback);
}

}  // namespace macaw::inline MACAW_ABI
