// SPDX-License-Identifier: MIT

#include "options.hpp"

#include "base/failure.hpp"
#include "commands/arguments.hpp"

#include <macaw/detail/format/geometry.hpp>

#include <unistd.h>

#include <cstdlib>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace macaw_shell {

namespace {

bool wants_color(const std::string& when, int descriptor) {
  if (when == "always") return true;
  if (when == "never") return false;
  if (when != "auto") throw usage_error("--color takes always, never or auto");
  const char* const terminal = std::getenv("TERM");
  const bool dumb = terminal == nullptr || std::string_view(terminal) == "dumb";
  return isatty(descriptor) != 0 && !dumb && std::getenv("NO_COLOR") == nullptr;
}

pager_choice parse_pager(const std::string& name) {
  if (name == "file") return pager_choice::file;
  if (name == "mmap") return pager_choice::mmap;
  throw usage_error("--pager takes file or mmap");
}

std::size_t parse_page_size(std::uint64_t size) {
  if (!macaw::detail::valid_page_size(size)) throw usage_error("--page-size takes a power of two from 512 to 65536");
  return size;
}

/// Takes the options that may stand before the file or behind the command.
void take_common(program_options& options, arguments& words) {
  if (words.flag("--readonly")) options.store.read_only = true;
  if (const auto pager = words.option("--pager")) options.store.pager = parse_pager(*pager);
  if (const auto size = words.number_option("--page-size")) options.store.page_size = parse_page_size(*size);
  if (words.flag("--json")) options.how.json = true;
  if (words.flag("--hex")) options.how.hex = true;
  if (words.flag("--quiet")) options.how.quiet = true;
  const std::string when = words.option("--color").value_or("auto");
  options.how.for_people = isatty(STDOUT_FILENO) != 0;
  options.how.color = wants_color(when, STDOUT_FILENO);
  options.how.color_errors = wants_color(when, STDERR_FILENO);
  options.how.progress = !options.how.quiet && isatty(STDERR_FILENO) != 0;
}

/// Takes `--table` where it stands around the file; behind the command it is the command's.
void take_table(program_options& options, std::vector<std::string>& words) {
  while (!words.empty() && words.front().starts_with("--") && words.front() != "--") {
    const std::string word = words.front();
    words.erase(words.begin());
    if (word.starts_with("--table=")) {
      options.table = word.substr(8);
    } else if (word == "--table" && !words.empty()) {
      options.table = words.front();
      words.erase(words.begin());
    } else {
      throw usage_error("there is no option " + word + ", or its value is missing; 'macaw --help' lists them");
    }
  }
}

/// Behind the command's name `--help` is the command's.
bool asks_for_help(const std::vector<std::string>& words) {
  for (std::size_t i = 0; i < words.size() && i < 2; ++i) {
    if (words[i] == "--help" || words[i] == "-h") return true;
  }
  return false;
}

}  // namespace

program_options parse_options(std::vector<std::string> words) {
  program_options options;
  if (asks_for_help(words)) {
    options.help = true;
    return options;
  }
  arguments rest(std::move(words));
  take_common(options, rest);
  options.version = rest.flag("--version");
  if (options.version) return options;
  std::vector<std::string> left = rest.take_rest();
  take_table(options, left);
  if (!left.empty() && left.front() == "--") left.erase(left.begin());
  if (left.empty()) throw usage_error("a database file is missing; 'macaw --help' says more");
  options.path = left.front();
  left.erase(left.begin());
  take_table(options, left);
  options.command = std::move(left);
  return options;
}

std::string usage_text() {
  return "usage: macaw [OPTIONS] FILE                      commands that you type, or a script on standard input\n"
         "       macaw [OPTIONS] FILE COMMAND [WORDS...]   one command; 'macaw FILE help' lists them\n"
         "\n"
         "  --readonly          change nothing; others may read at the same time\n"
         "  --json              show rows and reports as JSON, one text a line\n"
         "  --hex               show keys and values as hexadecimal digits of what is stored\n"
         "  --quiet             no remarks and no progress\n"
         "  --color WHEN        always, never or auto (on a terminal)\n"
         "  --pager file|mmap   read through a cache, or map the file into memory\n"
         "  --page-size BYTES   of a file that is made: a power of two from 512 to 65536 (4096)\n"
         "  --table NAME        work with this table\n"
         "  --version           print the version\n"
         "  --help              print this\n"
         "\n"
         "The program ends with 0: done; 1: not found, or a check found something; 2: the file is damaged, or none "
         "that\n"
         "it can read; 3: wrong usage; 4: the system failed, or another program has the file; 130: interrupted.\n";
}

}  // namespace macaw_shell
