// SPDX-License-Identifier: MIT
//
// What tools reach behind the handle of a database. Layer 7 (tools).

#pragma once

#include <macaw/database.hpp>
#include <macaw/detail/ops/raw_pages.hpp>
#include <macaw/detail/txn/engine.hpp>
#include <macaw/detail/txn/store.hpp>
#include <macaw/macros.hpp>

#include <utility>

namespace macaw::inline MACAW_ABI {

template <class Config>
struct database_access<basic_database<Config>> {
  /// Errors: `txn_ended` where the database was closed.
  [[nodiscard]] static detail::engine<Config>& engine(const basic_database<Config>& db) { return db.engine(); }
};

namespace detail {

/// The engine of an open database. Errors: `txn_ended`.
template <class Config>
[[nodiscard]] engine<Config>& engine_of(const basic_database<Config>& db) {
  return database_access<basic_database<Config>>::engine(db);
}

/// The file of an open database, or null where it is in memory.
template <class Config>
[[nodiscard]] const typename Config::file_system::file_type* file_of(const store<Config>& home) noexcept {
  if constexpr (store<Config>::has_files) {
    if (!home.in_memory()) return &std::as_const(*home.pager).file();
  }
  return nullptr;
}

/// A reader of the pages of an open database.
/// Requires: a snapshot that was begun before: its pages are there, and of commits that have been.
template <class Config>
[[nodiscard]] raw_pages<Config> raw_pages_of(const store<Config>& home) noexcept {
  raw_origin origin;
  if constexpr (store<Config>::has_files) {
    if (!home.in_memory()) {
      origin.identity = home.reading.origin();
      origin.page_end = home.pager->page_count();
    }
  }
  return {file_of(home), &home.arena, origin};
}

}  // namespace detail

}  // namespace macaw::inline MACAW_ABI
