// SPDX-License-Identifier: MIT
//
// A closure that returns what dies with its transaction.

// error: the closure returns something that dies with its transaction

#include <macaw/macaw.hpp>

#include <cstdint>
#include <string>

inline constexpr macaw::table<std::uint64_t, std::string> events{"events"};

auto leak(macaw::database& db) {
  return db.read([](auto& txn) { return txn[events]; });
}
