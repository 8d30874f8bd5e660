// SPDX-License-Identifier: MIT
//
// Reading lines with libedit.

#include "base/interrupt.hpp"
#include "terminal/line_editor.hpp"

#include <fcntl.h>
#include <histedit.h>
#include <sys/select.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cwchar>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace macaw_shell {

namespace {

constexpr int history_lines = 1000;
constexpr std::size_t listed_max = 200;

struct end_editor {
  void operator()(EditLine* editor) const noexcept { el_end(editor); }
};
struct end_history {
  void operator()(History* lines) const noexcept { history_end(lines); }
};

/// Keeps Ctrl-C back but for where it is waited for, so that none is missed just before waiting.
class held_interrupts {
 public:
  held_interrupts() {
    sigset_t held;
    sigemptyset(&held);
    sigaddset(&held, SIGINT);
    sigprocmask(SIG_BLOCK, &held, &before_);
  }
  held_interrupts(const held_interrupts&) = delete;
  held_interrupts& operator=(const held_interrupts&) = delete;
  ~held_interrupts() { sigprocmask(SIG_SETMASK, &before_, nullptr); }

 private:
  sigset_t before_;
};

/// Waits for something to read. Returns: false where Ctrl-C came first, or an error.
bool wait_for_input() {
  sigset_t none;
  sigemptyset(&none);
  for (;;) {
    if (interrupted()) return false;
    fd_set wanted;
    FD_ZERO(&wanted);
    FD_SET(STDIN_FILENO, &wanted);
    if (pselect(STDIN_FILENO + 1, &wanted, nullptr, nullptr, nullptr, &none) >= 0) return true;
    if (errno != EINTR) return false;
  }
}

class edit_line_editor final : public line_editor {
 public:
  edit_line_editor(std::string file, completer complete)
      : file_(std::move(file)), complete_(std::move(complete)), history_(history_init()) {
    HistEvent event;
    history(history_.get(), &event, H_SETSIZE, history_lines);
    history(history_.get(), &event, H_SETUNIQUE, 1);
    if (!file_.empty()) history(history_.get(), &event, H_LOAD, file_.c_str());
    editor_.reset(el_init("macaw", stdin, screen(), stderr));
    EditLine* const editor = editor_.get();
    el_set(editor, EL_CLIENTDATA, this);
    el_set(editor, EL_PROMPT, &edit_line_editor::prompt_of);
    el_set(editor, EL_EDITOR, "emacs");
    el_set(editor, EL_HIST, &history, history_.get());
    el_set(editor, EL_GETCFN, &edit_line_editor::read_character);
    // The call for plain characters leaks copies of both strings.
    el_wset(editor, EL_ADDFN, L"macaw-complete", L"complete the word", &edit_line_editor::complete_word);
    el_set(editor, EL_BIND, "^I", "macaw-complete", nullptr);
    el_set(editor, EL_BIND, "^R", "em-inc-search-prev", nullptr);
    el_source(editor, nullptr);
  }

  ending read(const std::string& prompt, std::string& line) override {
    const held_interrupts held;
    prompt_ = prompt;
    line.clear();
    // Before the prompt shows: what is typed upon it, Ctrl-D above all, must not meet a terminal that keeps lines
    // itself.
    el_set(editor_.get(), EL_PREP_TERM, 1);
    int count = 0;
    const char* const text = el_gets(editor_.get(), &count);
    if (text == nullptr || count <= 0) {
      if (!interrupted()) return ending::end_of_input;
      std::fputs("^C\n", screen());
      el_reset(editor_.get());
      return ending::interrupted;
    }
    line.assign(text, static_cast<std::size_t>(count));
    const bool whole = line.ends_with('\n');
    while (line.ends_with('\n') || line.ends_with('\r')) line.pop_back();
    if (!line.empty() && line.front() != ' ' && line.front() != '\t') remember(line);
    return whole || !line.empty() ? ending::line : ending::end_of_input;
  }

 private:
  /// What is typed shows on the terminal, also where results go elsewhere.
  static std::FILE* screen() { return isatty(STDOUT_FILENO) != 0 ? stdout : stderr; }

  static edit_line_editor& self(EditLine* editor) {
    void* data = nullptr;
    el_get(editor, EL_CLIENTDATA, &data);
    return *static_cast<edit_line_editor*>(data);
  }

  static char* prompt_of(EditLine* editor) { return self(editor).prompt_.data(); }

  /// Reads a character of the locale. Ctrl-C ends the line: libedit itself would go on reading.
  static int read_character(EditLine*, wchar_t* to) {
    std::mbstate_t state{};
    for (;;) {
      char byte = 0;
      if (!wait_for_input()) return -1;
      const ssize_t got = ::read(STDIN_FILENO, &byte, 1);
      if (got <= 0) return got == 0 ? 0 : -1;
      const std::size_t used = std::mbrtowc(to, &byte, 1, &state);
      if (used == static_cast<std::size_t>(-2)) continue;
      if (used == static_cast<std::size_t>(-1)) {
        state = {};
        continue;  // no character of the locale: passed over
      }
      return 1;
    }
  }

  static unsigned char complete_word(EditLine* editor, int) {
    edit_line_editor& own = self(editor);
    const LineInfo* const line = el_line(editor);
    const std::string_view before(line->buffer, static_cast<std::size_t>(line->cursor - line->buffer));
    const completions found = own.complete_(before);
    if (found.words.empty()) return CC_REFRESH_BEEP;
    const std::string_view typed = before.substr(found.first);
    std::string common = found.words.front();
    for (const std::string& word : found.words) {
      const auto differ = std::mismatch(common.begin(), common.end(), word.begin(), word.end()).first;
      common.erase(differ, common.end());
    }
    while (!common.empty() && (static_cast<unsigned char>(common.back()) & 0xC0U) == 0x80 && found.words.size() > 1 &&
           common.size() < found.words.front().size()) {
      common.pop_back();  // not in the middle of a character
    }
    if (found.words.size() == 1) common += ' ';
    if (common.size() > typed.size() && std::string_view(common).starts_with(typed)) {
      return el_insertstr(editor, common.c_str() + typed.size()) == 0 ? CC_REFRESH : CC_ERROR;
    }
    list(found.words);
    return CC_REDISPLAY;
  }

  static void list(const std::vector<std::string>& words) {
    std::fputc('\n', screen());
    for (std::size_t i = 0; i < words.size() && i < listed_max; ++i) std::fprintf(screen(), "%s  ", words[i].c_str());
    if (words.size() > listed_max) std::fputs("...", screen());
    std::fputc('\n', screen());
  }

  void remember(const std::string& line) {
    HistEvent event;
    history(history_.get(), &event, H_ENTER, line.c_str());
    if (file_.empty()) return;
    // The file is made before libedit writes it, so that it never is anybody else's to read.
    const int made = ::open(file_.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
    if (made < 0) return;
    static_cast<void>(::fchmod(made, 0600));
    ::close(made);
    history(history_.get(), &event, H_SAVE, file_.c_str());
  }

  std::string file_;
  completer complete_;
  std::string prompt_;
  std::unique_ptr<History, end_history> history_;
  std::unique_ptr<EditLine, end_editor> editor_;
};

}  // namespace

std::unique_ptr<line_editor> make_line_editor(const std::string& history, completer complete) {
  return std::make_unique<edit_line_editor>(history, std::move(complete));
}

}  // namespace macaw_shell
