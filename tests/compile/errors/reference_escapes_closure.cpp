// SPDX-License-Identifier: MIT
//
// A closure that returns a reference.

// error: the closure returns something that dies with its transaction

#include <macaw/macaw.hpp>

#include <cstdint>
#include <string>

inline constexpr macaw::table<std::uint64_t, std::string> events{"events"};

const std::string& leak(macaw::database& db, const std::string& text) {
  return db.read([&](auto&) -> const std::string& { return text; });
}
