// SPDX-License-Identifier: MIT
//
// The commands of the program: each topic has a file with a function that adds its commands, `all_commands.cpp` calls
// them.

#pragma once

#include "base/failure.hpp"
#include "commands/arguments.hpp"
#include "commands/session.hpp"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace macaw_shell {

/// What Tab completes a command's words to.
enum class completion : std::uint8_t { nothing, key, table, command, path };

struct command {
  std::string_view name;
  std::string_view alias;     ///< another name, or nothing
  std::string_view group;     ///< the heading in `help`
  std::string_view synopsis;  ///< "put KEY VALUE [--table NAME]"
  std::string_view brief;     ///< one line, without a full stop
  std::string_view details;   ///< what `help NAME` says beyond: options, a line each; may be empty
  file_use use = file_use::reading;
  completion words = completion::nothing;
  exit_code (*run)(session& shell, arguments& words) = nullptr;
};

/// All commands, in the order of `help`.
[[nodiscard]] const std::vector<command>& all_commands();
/// The command of this name or alias, which may have a dot in front, or nullptr.
[[nodiscard]] const command* find_command(std::string_view name);

void add_data_commands(std::vector<command>& to);
void add_table_commands(std::vector<command>& to);
void add_transaction_commands(std::vector<command>& to);
void add_inspect_commands(std::vector<command>& to);
void add_keep_commands(std::vector<command>& to);
void add_format_commands(std::vector<command>& to);
void add_report_commands(std::vector<command>& to);
void add_shell_commands(std::vector<command>& to);

}  // namespace macaw_shell
