// SPDX-License-Identifier: MIT
//
// A shared library with a macaw of its own inside, that shows nothing of it. Built twice, with two names.

#include "embedding.hpp"

#include <macaw/macaw.hpp>

#include <cstdint>
#include <optional>
#include <string>

namespace {

inline constexpr macaw::table<std::uint64_t, std::string> rows{"rows"};

std::optional<macaw::database> held;

bool is_taken(const macaw::error& error) {
  return error.kind() == macaw::errc::already_open || error.kind() == macaw::errc::locked;
}

}  // namespace

extern "C" {

EMBEDDING_EXPORT int EMBEDDING_FUNCTION(open)(const char* path) {
  try {
    held.emplace(macaw::database::open(path));
    return embedding_done;
  } catch (const macaw::error& error) {
    return is_taken(error) ? embedding_taken : embedding_failed;
  }
}

EMBEDDING_EXPORT int EMBEDDING_FUNCTION(add)(std::uint64_t key) {
  try {
    held->put(rows, key, std::string("a row"));
    return embedding_done;
  } catch (const macaw::error&) {
    return embedding_failed;
  }
}

EMBEDDING_EXPORT std::uint64_t EMBEDDING_FUNCTION(size)() {
  return held->read([](const auto& txn) { return txn[rows].size(); });
}

EMBEDDING_EXPORT void EMBEDDING_FUNCTION(close)() { held.reset(); }
}
