// SPDX-License-Identifier: MIT
//
// A borrowed view out of an object that is gone at the end of the line.

// error: deleted

#include <macaw/macaw.hpp>

#include <cstdint>
#include <string>

inline constexpr macaw::table<std::uint64_t, std::string> events{"events"};

std::string_view first(macaw::read_txn& txn) { return *txn[events].view(7); }
