// SPDX-License-Identifier: MIT
//
// Reading lines without an editor, where libedit was not there to build with.

#include "base/interrupt.hpp"
#include "terminal/line_editor.hpp"

#include <unistd.h>

#include <cstdio>
#include <memory>
#include <string>
#include <utility>

namespace macaw_shell {

namespace {

class plain_line_editor final : public line_editor {
 public:
  ending read(const std::string& prompt, std::string& line) override {
    std::FILE* const screen = isatty(STDOUT_FILENO) != 0 ? stdout : stderr;
    std::fputs(prompt.c_str(), screen);
    std::fflush(screen);
    line.clear();
    for (;;) {
      const int c = std::fgetc(stdin);
      if (c == '\n') return ending::line;
      if (c != EOF) {
        line += static_cast<char>(c);
        continue;
      }
      const bool pressed = interrupted();
      std::clearerr(stdin);
      if (pressed) return ending::interrupted;
      return line.empty() ? ending::end_of_input : ending::line;
    }
  }
};

}  // namespace

std::unique_ptr<line_editor> make_line_editor(const std::string&, completer) {
  return std::make_unique<plain_line_editor>();
}

}  // namespace macaw_shell
