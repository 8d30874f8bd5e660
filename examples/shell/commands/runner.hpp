// SPDX-License-Identifier: MIT
//
// Running commands: one, a script of them, or those that somebody types.

#pragma once

#include "base/failure.hpp"
#include "commands/session.hpp"

#include <istream>
#include <string>
#include <string_view>
#include <vector>

namespace macaw_shell {

/// Where a command stands in a script; without a name where it does not.
struct script_place {
  std::string file;
  std::size_t line = 0;
};

/// Runs one command. A failure is reported on standard error. Returns: how it ended.
exit_code run_command(session& shell, std::vector<std::string> words, const script_place& place = {});

/// Runs a line: nothing for an empty one and for a remark, which begins with `#`.
exit_code run_line(session& shell, std::string_view line, const script_place& place = {});

/// Runs a script's lines until one fails. A key that is not there is no failure, but remembered.
/// Effects: rolls back a transaction that is still open in the end, and says so.
exit_code run_script(session& shell, std::istream& lines, const std::string& name);

/// Whether the last command asked for the end of the program.
[[nodiscard]] bool leaving() noexcept;
void leave() noexcept;

/// Reports on standard error, with the advice on a line of its own.
void report_failure(const session& shell, const failure& what, const script_place& place);

}  // namespace macaw_shell
