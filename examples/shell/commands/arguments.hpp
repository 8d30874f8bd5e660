// SPDX-License-Identifier: MIT
//
// What stands behind a command's name: words and options.

#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace macaw_shell {

/// Splits a line at spaces. What stands in double quotes or parentheses belongs to one word; the quotes stay.
/// Errors: `usage_error` where a quote or a parenthesis is not closed.
[[nodiscard]] std::vector<std::string> split_words(std::string_view line);

/// Words and options (`--limit 10`, `--limit=10`, `--keys`), taken by the command one after another. Behind `--`
/// nothing is an option. All calls may raise `usage_error`.
class arguments {
 public:
  arguments() = default;
  explicit arguments(std::vector<std::string> words) : words_(std::move(words)) {}

  /// Takes an option without a value. Returns: whether it is there.
  [[nodiscard]] bool flag(std::string_view name);
  /// Takes an option with a value.
  [[nodiscard]] std::optional<std::string> option(std::string_view name);
  [[nodiscard]] std::optional<std::uint64_t> number_option(std::string_view name);

  /// Takes all that is left, options and words.
  [[nodiscard]] std::vector<std::string> take_rest() { return std::move(words_); }

  /// Says that all options were taken, and that so many words are left.
  void expect(std::size_t least, std::size_t most);
  /// The number of words left. Requires: `expect` was called.
  [[nodiscard]] std::size_t size() const noexcept { return words_.size(); }
  /// A word as it was written. Requires: `expect` was called, `index < size()`.
  [[nodiscard]] const std::string& word(std::size_t index) const { return words_.at(index); }
  /// A word without its quotes: a name, a path.
  [[nodiscard]] std::string text(std::size_t index) const;

 private:
  [[nodiscard]] std::size_t options_end() const noexcept;

  std::vector<std::string> words_;
};

/// A whole number without sign. Errors: `usage_error`.
[[nodiscard]] std::uint64_t parse_number(std::string_view text);

}  // namespace macaw_shell
