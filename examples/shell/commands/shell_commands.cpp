// SPDX-License-Identifier: MIT
//
// help, source, .mode, quit.

#include "base/failure.hpp"
#include "commands/command.hpp"
#include "commands/runner.hpp"
#include "commands/session.hpp"

#include <algorithm>
#include <cerrno>
#include <cstddef>
#include <fstream>
#include <string>
#include <string_view>
#include <system_error>
#include <vector>

namespace macaw_shell {

namespace {

constexpr std::string_view values_help =
    "How keys and values are written; what is shown can be written:\n"
    "  alice  \"two words\\n\"  text or bytes; in quotes \\n \\t \\r \\\" \\\\ and \\xHH for any byte\n"
    "  42  -1  0x2a           integers, in tables that have some\n"
    "  3.14  nan  inf         floating-point numbers, likewise\n"
    "  true  false            truth values\n"
    "  b:00ff                 bytes; in tables of other types, a key or value as it is stored\n"
    "  null                   no value in an optional; no bytes\n"
    "  (tree, 3)              tuples, structs and arrays\n"
    "  i:42  u:42  f:3.14     numbers where the type leaves a choice: in tables of type any, or of bytes,\n"
    "                         where they become the 8 bytes that tables of i64, u64 and f64 have\n"
    "  @1:42                  an alternative of a variant by its number\n";

void list_commands(session& shell) {
  std::size_t width = 0;
  for (const command& each : all_commands()) width = std::max(width, each.name.size());
  std::string_view group;
  for (const command& each : all_commands()) {
    if (each.group != group) {
      group = each.group;
      shell.out().line(shell.out().paint(group, color::bold));
    }
    std::string line = "  " + std::string(each.name) + std::string(width - each.name.size() + 2, ' ');
    shell.out().line(line.append(each.brief));
  }
  shell.out().line("'help COMMAND' says more, 'help values' how keys and values are written.");
}

void describe_command(session& shell, const command& each) {
  output& out = shell.out();
  out.line(out.paint(each.synopsis, color::bold));
  std::string brief(each.brief);
  brief.front() =
      static_cast<char>(brief.front() >= 'a' && brief.front() <= 'z' ? brief.front() - 'a' + 'A' : brief.front());
  out.line(brief + ".");
  if (!each.alias.empty()) out.line("Also called " + std::string(each.alias) + ".");
  out.write(each.details);
}

exit_code run_help(session& shell, arguments& words) {
  words.expect(0, 1);
  if (words.size() == 0) {
    list_commands(shell);
  } else if (words.word(0) == "values") {
    shell.out().write(values_help);
  } else if (const command* const found = find_command(words.word(0))) {
    describe_command(shell, *found);
  } else {
    throw usage_error("there is no command '" + words.word(0) + "'");
  }
  return exit_code::ok;
}

exit_code run_source(session& shell, arguments& words) {
  words.expect(1, 1);
  const std::string path = words.text(0);
  static std::size_t depth = 0;
  if (depth == 16) throw usage_error("scripts call one another too deeply");
  std::ifstream file(path);
  if (!file) throw std::system_error(errno, std::generic_category(), "cannot read '" + path + "'");
  ++depth;
  exit_code code = exit_code::io;
  try {
    code = run_script(shell, file, path);
  } catch (...) {
    --depth;
    throw;
  }
  --depth;
  return code;
}

exit_code run_mode(session& shell, arguments& words) {
  words.expect(0, 1);
  settings& how = shell.how();
  if (words.size() == 1) {
    const std::string& mode = words.word(0);
    if (mode != "text" && mode != "json" && mode != "hex") throw usage_error("'" + mode + "' is not text, json or hex");
    how.json = mode == "json";
    how.hex = mode == "hex";
    return exit_code::ok;
  }
  shell.out().line(how.json ? "json" : how.hex ? "hex" : "text");
  return exit_code::ok;
}

exit_code run_quit(session&, arguments& words) {
  words.expect(0, 0);
  leave();
  return exit_code::ok;
}

}  // namespace

void add_shell_commands(std::vector<command>& to) {
  constexpr std::string_view group = "Shell";
  to.push_back({"help", ".help", group, "help [COMMAND | values]", "list the commands, or describe one", "",
                file_use::none, completion::command, run_help});
  to.push_back({"source", "", group, "source FILE", "run the commands in a file",
                "Ends at the first that fails; a transaction that the file leaves open is rolled back.\n",
                file_use::none, completion::path, run_source});
  to.push_back({".mode", "", group, ".mode [text | json | hex]", "show rows as text, as JSON, or as digits",
                "A single command takes --json and --hex.\n", file_use::none, completion::nothing, run_mode});
  to.push_back({"quit", "exit", group, "quit", "end the program; what is not committed is rolled back", "",
                file_use::none, completion::nothing, run_quit});
}

}  // namespace macaw_shell
