// SPDX-License-Identifier: MIT
//
// Lines that somebody types: with editing, history and completion where libedit was there to build with, else plain.

#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace macaw_shell {

/// What the word that ends at the cursor may become.
struct completions {
  std::size_t first = 0;           ///< where the word begins in the line
  std::vector<std::string> words;  ///< whole words
};
/// Is given the line up to the cursor.
using completer = std::function<completions(std::string_view line)>;

class line_editor {
 public:
  line_editor() = default;
  line_editor(const line_editor&) = delete;
  line_editor& operator=(const line_editor&) = delete;
  virtual ~line_editor() = default;

  /// How reading a line may end.
  enum class ending { line, interrupted, end_of_input };

  /// Shows the prompt and reads a line, without its end.
  virtual ending read(const std::string& prompt, std::string& line) = 0;
};

/// `history`: a file that keeps lines between runs, readable by its owner only; none where empty.
[[nodiscard]] std::unique_ptr<line_editor> make_line_editor(const std::string& history, completer complete);

}  // namespace macaw_shell
