// SPDX-License-Identifier: MIT
//
// A write transaction cannot be in two places.

// error: deleted

#include <macaw/macaw.hpp>

#include <cstdint>
#include <string>

inline constexpr macaw::table<std::uint64_t, std::string> events{"events"};

macaw::write_txn copy(macaw::write_txn& txn) { return txn; }
