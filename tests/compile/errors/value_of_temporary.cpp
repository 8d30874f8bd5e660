// SPDX-License-Identifier: MIT
// error: deleted

#include <macaw/macaw.hpp>

#include <cstdint>
#include <string>

constexpr macaw::table<std::uint64_t, std::string> events{"events"};

auto f(const macaw::read_txn& txn) { return (*txn[events].begin()).value(); }
