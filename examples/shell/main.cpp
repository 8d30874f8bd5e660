// SPDX-License-Identifier: MIT
//
// macaw: a shell for database files.

#include "base/failure.hpp"
#include "base/interrupt.hpp"
#include "commands/completing.hpp"
#include "commands/runner.hpp"
#include "commands/session.hpp"
#include "options.hpp"
#include "terminal/line_editor.hpp"

#include <macaw/version.hpp>

#include <langinfo.h>
#include <unistd.h>

#include <clocale>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <iostream>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace {

using namespace macaw_shell;

const std::string version = std::to_string(MACAW_VERSION_MAJOR) + "." + std::to_string(MACAW_VERSION_MINOR) + "." +
                            std::to_string(MACAW_VERSION_PATCH);

std::string history_path() {
  if (const char* const chosen = std::getenv("MACAW_HISTORY")) return chosen;
  const char* const home = std::getenv("HOME");
  return home == nullptr || *home == '\0' ? std::string() : std::string(home) + "/.macaw_history";
}

/// Opens the file, making it where there is none. A damaged one can be looked at all the same.
/// Returns: whether to go on, and else how the program ends.
bool open_for_typing(session& shell, exit_code& code) {
  try {
    shell.prepare(shell.options().read_only ? file_use::reading : file_use::writing);
    shell.database();
    return true;
  } catch (...) {
    const failure what = explain(std::current_exception());
    report_failure(shell, what, {});
    code = what.code;
    shell.end_command();
    return code == exit_code::corrupt;
  }
}

exit_code run_typed(session& shell) {
  exit_code code = exit_code::ok;
  if (!open_for_typing(shell, code)) return code;
  shell.out().remark("macaw " + version + ", " + shell.path() + "; 'help' lists the commands, Ctrl-D ends");
  shell.out().flush();
  const std::unique_ptr<line_editor> editor =
      make_line_editor(history_path(), [&](std::string_view line) { return complete_line(shell, line); });
  code = exit_code::ok;
  for (std::string line; !leaving();) {
    forget_interrupt();
    switch (editor->read(shell.prompt(), line)) {
      case line_editor::ending::line: code = run_line(shell, line); break;
      case line_editor::ending::interrupted: code = exit_code::interrupted; break;
      case line_editor::ending::end_of_input:
        std::fputs("\n", stdout);
        leave();
        break;
    }
  }
  if (shell.in_transaction()) {
    shell.abandon();
    report_failure(shell, {exit_code::ok, "the open transaction was rolled back", {}}, {});
  }
  return exit_code::ok;
}

exit_code run(session& shell, const program_options& options) {
  if (!options.command.empty()) {
    shell.expect_one_command();
    return run_command(shell, options.command);
  }
  if (isatty(STDIN_FILENO) != 0) return run_typed(shell);
  return run_script(shell, std::cin, "<stdin>");
}

exit_code run_program(std::vector<std::string> words) {
  const program_options options = parse_options(std::move(words));
  if (options.help || options.version) {
    std::fputs((options.help ? usage_text() : "macaw " + version + "\n").c_str(), stdout);
    return exit_code::ok;
  }
  catch_interrupts();
  session shell(options.path, options.store, options.how);
  if (options.table) shell.use(*options.table);
  exit_code code = run(shell, options);
  try {
    shell.out().flush();
    shell.close();
  } catch (...) {
    const failure what = explain(std::current_exception());
    report_failure(shell, what, {});
    code = what.code;
  }
  return code;
}

/// Texts are UTF-8, also where the locale says nothing of it.
void use_utf8() {
  std::setlocale(LC_CTYPE, "");
  if (std::string_view(nl_langinfo(CODESET)) != "UTF-8") std::setlocale(LC_CTYPE, "C.UTF-8");
}

}  // namespace

int main(int argc, char** argv) {
  use_utf8();
  try {
    return static_cast<int>(run_program({argv + 1, argv + argc}));
  } catch (...) {
    const failure what = explain(std::current_exception());
    std::fprintf(stderr, "macaw: %s\n", what.what.c_str());
    return static_cast<int>(what.code);
  }
}
