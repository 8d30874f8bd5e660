// SPDX-License-Identifier: MIT
//
// The smallest program on macaw: it only has to find the headers, link and run; and to compile with warnings
// as errors, although it has variables of its own before macaw's headers, named like some of theirs.

#include <cstddef>

[[maybe_unused]] static std::size_t count = 0;
[[maybe_unused]] static std::size_t page = 0;
[[maybe_unused]] static const char* key = nullptr;

#include <macaw/macaw.hpp>

#include <cstdint>
#include <string>

inline constexpr macaw::table<std::uint64_t, std::string> lines{"lines"};

int main() {
  auto db = macaw::memory_database::in_memory();
  db.put(lines, 1, "one");
  return db.get(lines, 1) == "one" ? 0 : 1;
}
