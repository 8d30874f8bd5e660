// SPDX-License-Identifier: MIT
//
// A transaction that is begun and dropped at once.

// error: nodiscard
// error: unused-result
// error: ignoring return value

#include <macaw/macaw.hpp>

#include <cstdint>
#include <string>

inline constexpr macaw::table<std::uint64_t, std::string> events{"events"};

void run(macaw::database& db) { db.begin_write(); }
