// SPDX-License-Identifier: MIT
//
// Text as it comes from the file system: which files there are, what they hold, and its words.

#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace text_index {

/// A file that was found.
struct found_file {
  std::string path;
  std::uint64_t size = 0;
  std::int64_t modified = 0;
};

/// The regular files at and below the paths, in order of their paths, each once.
std::vector<found_file> find_files(const std::vector<std::string>& paths);

/// Reads a file that holds text. Returns false for one that cannot be read or holds bytes of zero.
bool read_text(const std::string& path, std::string& text);

/// The longest word that is kept; what is longer is cut.
inline constexpr std::size_t word_size_max = 64;

/// Calls `visit(std::string_view)` for every line, without its end.
template <class Visit>
void for_each_line(std::string_view text, Visit&& visit) {
  while (!text.empty()) {
    const std::size_t end = text.find('\n');
    visit(text.substr(0, end));
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
  }
}

/// Calls `visit(std::string_view)` for every word of a line: letters, digits and underscores, beginning with no
/// digit. Letters are made small.
template <class Visit>
void for_each_word(std::string_view line, std::string& word, Visit&& visit) {
  const auto is_letter = [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; };
  const auto is_digit = [](char c) { return c >= '0' && c <= '9'; };
  for (std::size_t at = 0; at < line.size();) {
    if (!is_letter(line[at])) {
      const bool number = is_digit(line[at++]);
      while (number && at < line.size() && (is_letter(line[at]) || is_digit(line[at]))) ++at;
      continue;
    }
    word.clear();
    for (; at < line.size() && (is_letter(line[at]) || is_digit(line[at])); ++at) {
      const char c = line[at];
      if (word.size() < word_size_max) word += c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    }
    visit(std::string_view(word));
  }
}

}  // namespace text_index
