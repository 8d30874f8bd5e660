// SPDX-License-Identifier: MIT
//
// A type that nobody has said how to encode.

// error: codec

#include <macaw/macaw.hpp>

#include <cstdint>
#include <string>

inline constexpr macaw::table<std::uint64_t, std::string> events{"events"};

struct stranger {
  std::string name;
};

inline constexpr macaw::table<std::uint64_t, stranger> rows{"rows"};

void add(macaw::write_txn& txn) { txn[rows].put(1, stranger{}); }
