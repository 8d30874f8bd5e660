// SPDX-License-Identifier: MIT
//
// A change in a transaction that only reads.

// error: no member named

#include <macaw/macaw.hpp>

#include <cstdint>
#include <string>

inline constexpr macaw::table<std::uint64_t, std::string> events{"events"};

void add(macaw::read_txn& txn) { txn[events].put(7, "text"); }
