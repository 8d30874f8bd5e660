// SPDX-License-Identifier: MIT
//
// A number that is no integer as an integer key.

// error: could not bind to
// error: no matching
// error: cannot convert
// error: could not convert
// error: no viable conversion

#include <macaw/macaw.hpp>

#include <cstdint>
#include <string>

inline constexpr macaw::table<std::uint64_t, std::string> events{"events"};

void add(macaw::write_txn& txn) { txn[events].put(3.5, "text"); }
