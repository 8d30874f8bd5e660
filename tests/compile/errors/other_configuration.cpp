// SPDX-License-Identifier: MIT
//
// A transaction of one configuration for a function of another.

// error: cannot bind
// error: invalid initialization
// error: no matching
// error: could not bind
// error: cannot convert

#include <macaw/macaw.hpp>

#include <cstdint>
#include <string>

inline constexpr macaw::table<std::uint64_t, std::string> events{"events"};

void add(macaw::write_txn& txn);

void run(macaw::memory_database& db) {
  auto txn = db.begin_write();
  add(txn);
}
