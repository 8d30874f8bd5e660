// SPDX-License-Identifier: MIT
// error: (this key is too large for the page size|does not fit four times into a page)

#include <macaw/macaw.hpp>

#include <cstdint>
#include <string>

constexpr macaw::table<std::uint64_t, std::string> events{"events"};

constexpr macaw::table<std::array<std::byte, 2000>, int> wide{"wide"};
void f(macaw::write_txn& txn) { txn[wide].put({}, 1); }
