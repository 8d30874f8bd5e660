// SPDX-License-Identifier: MIT
//
// A change through a const transaction.

// error: no member named

#include <macaw/macaw.hpp>

#include <cstdint>
#include <string>

inline constexpr macaw::table<std::uint64_t, std::string> events{"events"};

void add(const macaw::write_txn& txn) { txn[events].put(7, "text"); }
