// SPDX-License-Identifier: MIT
//
// What the program is asked to do.

#pragma once

#include "base/settings.hpp"
#include "store/store.hpp"

#include <optional>
#include <string>
#include <vector>

namespace macaw_shell {

struct program_options {
  std::string path;
  store_options store;
  settings how;
  std::optional<std::string> table;
  std::vector<std::string> command;  ///< empty: commands are read from standard input
  bool help = false;
  bool version = false;
};

/// Errors: `usage_error`.
[[nodiscard]] program_options parse_options(std::vector<std::string> words);

/// What `--help` says.
[[nodiscard]] std::string usage_text();

}  // namespace macaw_shell
