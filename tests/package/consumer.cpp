// SPDX-License-Identifier: MIT
//
// The smallest program on macaw: it only has to find the headers, link and run.

#include <macaw/macaw.hpp>

#include <cstdint>
#include <string>

inline constexpr macaw::table<std::uint64_t, std::string> lines{"lines"};

int main() {
  auto db = macaw::memory_database::in_memory();
  db.put(lines, 1, "one");
  return db.get(lines, 1) == "one" ? 0 : 1;
}
