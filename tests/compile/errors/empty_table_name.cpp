// SPDX-License-Identifier: MIT
//
// A table without a name.

// error: constant expression
// error: consteval

#include <macaw/macaw.hpp>

#include <cstdint>
#include <string>

inline constexpr macaw::table<std::uint64_t, std::string> events{"events"};

inline constexpr macaw::table<std::uint64_t, std::string> nameless{""};
