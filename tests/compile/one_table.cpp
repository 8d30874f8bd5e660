// SPDX-License-Identifier: MIT
//
// A unit with one table: what it reads and how long it takes is what every user pays for each unit.

#include <macaw/macaw.hpp>

#include <cstdint>
#include <string>

inline constexpr macaw::table<std::uint64_t, std::string> lines{"lines"};

void add(macaw::write_txn& txn) { txn[lines].put(1, "one"); }
