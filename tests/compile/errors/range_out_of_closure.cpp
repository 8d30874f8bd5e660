// SPDX-License-Identifier: MIT
// error: the closure returns something that dies with its transaction: return an owned value

#include <macaw/macaw.hpp>

#include <cstdint>
#include <string>

constexpr macaw::table<std::uint64_t, std::string> events{"events"};

auto f(macaw::database& db) {
  return db.read([](const auto& txn) { return txn[events].range(1, 2); });
}
