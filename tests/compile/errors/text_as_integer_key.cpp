// SPDX-License-Identifier: MIT
//
// A key of the wrong type.

// error: could not bind to
// error: cannot convert
// error: no matching function
// error: no viable conversion

#include <macaw/macaw.hpp>

#include <cstdint>
#include <string>

inline constexpr macaw::table<std::uint64_t, std::string> events{"events"};

void add(macaw::write_txn& txn) { txn[events].put("seven", "text"); }
