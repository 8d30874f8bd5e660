// SPDX-License-Identifier: MIT

#include "commands/runner.hpp"

#include "base/interrupt.hpp"
#include "commands/command.hpp"

#include <cstdio>
#include <exception>
#include <istream>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace macaw_shell {

namespace {

bool asked_to_leave = false;

/// Shows things another way for the length of a command.
class command_settings {
 public:
  command_settings(session& shell, arguments& words) : shell_(shell), before_(shell.how()) {
    settings& how = shell.how();
    if (words.flag("--json")) how.json = true;
    if (words.flag("--hex")) how.hex = true;
    if (words.flag("--quiet")) how.quiet = true;
    if (how.quiet) how.progress = false;
  }
  command_settings(const command_settings&) = delete;
  command_settings& operator=(const command_settings&) = delete;
  ~command_settings() { shell_.how() = before_; }

  /// What was set for this command stays: it was its purpose.
  void keep() noexcept { before_ = shell_.how(); }

 private:
  session& shell_;
  settings before_;
};

exit_code run_found(session& shell, const command& found, std::vector<std::string> words) {
  arguments rest(std::move(words));
  if (rest.flag("--help")) {
    const command* const help = find_command("help");
    arguments name({std::string(found.name)});
    return help->run(shell, name);
  }
  command_settings how(shell, rest);
  shell.prepare(found.use);
  const exit_code code = found.run(shell, rest);
  shell.out().flush();
  if (found.name == ".mode") how.keep();
  return code;
}

const command& require_command(const std::string& name) {
  const command* const found = find_command(name);
  if (found == nullptr) throw usage_error("there is no command '" + name + "'; 'help' lists them");
  return *found;
}

std::string_view synopsis_of(const std::string& name) {
  const command* const found = find_command(name);
  return found == nullptr ? std::string_view() : found->synopsis;
}

}  // namespace

bool leaving() noexcept { return asked_to_leave; }

void leave() noexcept { asked_to_leave = true; }

void report_failure(const session& shell, const failure& what, const script_place& place) {
  const settings& how = const_cast<session&>(shell).how();
  std::fflush(stdout);
  std::string text = place.file.empty() ? "macaw: " : place.file + ":" + std::to_string(place.line) + ": ";
  if (how.color_errors) text = "\x1b[31m" + text + "\x1b[0m";
  text += what.what + "\n";
  if (!what.advice.empty()) text += "  " + what.advice + "\n";
  std::fputs(text.c_str(), stderr);
}

exit_code run_command(session& shell, std::vector<std::string> words, const script_place& place) {
  if (words.empty()) return exit_code::ok;
  const std::string name = words.front();
  words.erase(words.begin());
  exit_code code = exit_code::ok;
  try {
    code = run_found(shell, require_command(name), std::move(words));
  } catch (...) {
    failure what = explain(std::current_exception());
    if (what.code == exit_code::usage && what.advice.empty() && !synopsis_of(name).empty()) {
      what.advice = "usage: " + std::string(synopsis_of(name));
    }
    code = what.code;
    if (code != exit_code::not_found || !shell.how().quiet) report_failure(shell, what, place);
  }
  shell.end_command();
  return code;
}

exit_code run_line(session& shell, std::string_view line, const script_place& place) {
  const std::size_t first = line.find_first_not_of(" \t\r");
  if (first == std::string_view::npos || line[first] == '#') return exit_code::ok;
  std::vector<std::string> words;
  try {
    words = split_words(line);
  } catch (...) {
    const failure what = explain(std::current_exception());
    report_failure(shell, what, place);
    return what.code;
  }
  return run_command(shell, std::move(words), place);
}

exit_code run_script(session& shell, std::istream& lines, const std::string& name) {
  exit_code result = exit_code::ok;
  script_place place{name, 0};
  const std::size_t depth = shell.depth();
  for (std::string line; !leaving() && std::getline(lines, line);) {
    ++place.line;
    const exit_code code = interrupted() ? exit_code::interrupted : run_line(shell, line, place);
    if (code == exit_code::not_found) {
      result = code;
    } else if (code != exit_code::ok) {
      result = code;
      break;
    }
  }
  if (shell.depth() <= depth) return result;
  while (shell.depth() > depth) shell.rollback();
  report_failure(shell, {exit_code::usage, "the script ended in an open transaction: it was rolled back", {}}, place);
  return result == exit_code::ok || result == exit_code::not_found ? exit_code::usage : result;
}

}  // namespace macaw_shell
