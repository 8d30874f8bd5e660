// SPDX-License-Identifier: MIT
//
// A null pointer as text.

// error: could not bind to
// error: deleted
// error: no matching
// error: cannot convert
// error: could not convert
// error: no viable conversion

#include <macaw/macaw.hpp>

#include <cstdint>
#include <string>

inline constexpr macaw::table<std::uint64_t, std::string> events{"events"};

void add(macaw::write_txn& txn) { txn[events].put(7, nullptr); }
