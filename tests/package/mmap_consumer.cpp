// SPDX-License-Identifier: MIT
//
// As consumer.cpp, with the mapped pager.

#include <macaw/macaw.hpp>
#include <macaw/mmap.hpp>

#include <cstdint>
#include <string>

inline constexpr macaw::table<std::uint64_t, std::string> lines{"lines"};

int main() {
  auto db = macaw::mmap_database::in_memory();
  db.put(lines, 1, "one");
  return db.get(lines, 1) == "one" ? 0 : 1;
}
