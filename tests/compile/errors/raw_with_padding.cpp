// SPDX-License-Identifier: MIT
//
// Raw bytes of a type that has bytes without meaning.

// error: raw
// error: padding
// error: unique_object_representations
// error: constraint

#include <macaw/macaw.hpp>

#include <cstdint>
#include <string>

inline constexpr macaw::table<std::uint64_t, std::string> events{"events"};

struct padded {
  char a;
  int b;
};

inline constexpr macaw::table<std::uint64_t, macaw::raw<padded>> rows{"rows"};

void add(macaw::write_txn& txn) { txn[rows].put(1, padded{}); }
