// SPDX-License-Identifier: MIT
//
// A loop over a table of a transaction that ends before the first step.

// error: deleted

#include <macaw/macaw.hpp>

#include <cstdint>
#include <string>

inline constexpr macaw::table<std::uint64_t, std::string> events{"events"};

std::size_t sum(macaw::database& db) {
  std::size_t bytes = 0;
  for (auto [id, text] : db.begin_read()[events]) bytes += text.size();
  return bytes;
}
