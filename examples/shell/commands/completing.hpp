// SPDX-License-Identifier: MIT
//
// What Tab offers: commands, then tables, keys, commands or files, as the command says.

#pragma once

#include "commands/session.hpp"
#include "terminal/line_editor.hpp"

#include <string_view>

namespace macaw_shell {

/// What the word at the end of the line may become. Finds nothing where anything fails.
[[nodiscard]] completions complete_line(session& shell, std::string_view line) noexcept;

}  // namespace macaw_shell
