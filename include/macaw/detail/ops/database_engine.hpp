// SPDX-License-Identifier: MIT
//
// What tools reach behind the handle of a database. Layer 7 (tools).

#pragma once

#include <macaw/database.hpp>
#include <macaw/detail/txn/engine.hpp>
#include <macaw/macros.hpp>

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

}  // namespace detail

}  // namespace macaw::inline MACAW_ABI
