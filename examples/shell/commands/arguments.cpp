// SPDX-License-Identifier: MIT

#include "commands/arguments.hpp"

#include "base/failure.hpp"
#include "values/value_text.hpp"

#include <algorithm>
#include <charconv>
#include <string>
#include <string_view>
#include <system_error>
#include <vector>

namespace macaw_shell {

namespace {

bool is_space(char c) noexcept { return c == ' ' || c == '\t' || c == '\r' || c == '\n'; }

/// Where the quoted text ends that begins at `at`: behind its closing quote.
std::size_t skip_quoted(std::string_view line, std::size_t at) {
  for (++at; at < line.size(); ++at) {
    if (line[at] == '\\') {
      ++at;
    } else if (line[at] == '"') {
      return at + 1;
    }
  }
  throw usage_error("a double quote is not closed");
}

/// Where the word ends that begins at `at`.
std::size_t skip_word(std::string_view line, std::size_t at) {
  std::size_t depth = 0;
  const std::size_t first = at;
  while (at < line.size()) {
    const char c = line[at];
    // A quote opens a quoted text where a value begins; elsewhere it is a character like others.
    const char before = at == first ? ' ' : line[at - 1];
    if (c == '"' && (is_space(before) || before == '(' || before == ',' || before == ':' || before == '=')) {
      at = skip_quoted(line, at);
      continue;
    }
    if (depth == 0 && is_space(c)) break;
    const bool begins_list = at == first || depth > 0 || before == '=' || before == ':';
    if (c == '(' && begins_list) ++depth;
    if (c == ')' && depth > 0) --depth;
    ++at;
  }
  if (depth > 0) throw usage_error("a parenthesis is not closed; text with parentheses goes in double quotes");
  return at;
}

}  // namespace

std::vector<std::string> split_words(std::string_view line) {
  std::vector<std::string> words;
  for (std::size_t at = 0;;) {
    while (at < line.size() && is_space(line[at])) ++at;
    if (at == line.size()) return words;
    const std::size_t end = skip_word(line, at);
    words.emplace_back(line.substr(at, end - at));
    at = end;
  }
}

std::size_t arguments::options_end() const noexcept {
  return static_cast<std::size_t>(std::find(words_.begin(), words_.end(), "--") - words_.begin());
}

bool arguments::flag(std::string_view name) {
  const auto end = words_.begin() + static_cast<std::ptrdiff_t>(options_end());
  const auto found = std::find(words_.begin(), end, name);
  if (found == end) return false;
  words_.erase(found);
  return true;
}

std::optional<std::string> arguments::option(std::string_view name) {
  const std::size_t end = options_end();
  for (std::size_t i = 0; i < end; ++i) {
    const std::string& word = words_[i];
    if (!word.starts_with(name)) continue;
    const auto at = words_.begin() + static_cast<std::ptrdiff_t>(i);
    if (word.size() > name.size() && word[name.size()] == '=') {
      std::string value = word.substr(name.size() + 1);
      words_.erase(at);
      return value;
    }
    if (word.size() != name.size()) continue;
    if (i + 1 >= end) throw usage_error("the option " + std::string(name) + " needs a value");
    std::string value = words_[i + 1];
    words_.erase(at, at + 2);
    return value;
  }
  return std::nullopt;
}

std::optional<std::uint64_t> arguments::number_option(std::string_view name) {
  const std::optional<std::string> text = option(name);
  if (!text) return std::nullopt;
  return parse_number(*text);
}

void arguments::expect(std::size_t least, std::size_t most) {
  const std::size_t end = options_end();
  for (std::size_t i = 0; i < end; ++i) {
    if (words_[i].starts_with("--")) {
      throw usage_error("there is no option " + words_[i] + " here; words that begin with -- go behind a word --");
    }
  }
  if (end < words_.size()) words_.erase(words_.begin() + static_cast<std::ptrdiff_t>(end));
  if (words_.size() < least) throw usage_error("a word is missing");
  if (words_.size() > most)
    throw usage_error("'" + words_[most] + "' is too much; values with spaces go in double quotes");
}

std::string arguments::text(std::size_t index) const { return unquote(word(index)); }

std::uint64_t parse_number(std::string_view text) {
  std::uint64_t number = 0;
  const auto [end, status] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (status != std::errc() || end != text.data() + text.size()) {
    throw usage_error("'" + std::string(text) + "' is not a whole number");
  }
  return number;
}

}  // namespace macaw_shell
