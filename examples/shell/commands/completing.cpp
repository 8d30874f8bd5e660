// SPDX-License-Identifier: MIT

#include "commands/completing.hpp"

#include "commands/command.hpp"
#include "commands/row_selection.hpp"
#include "values/value_text.hpp"

#include <macaw/raw_table.hpp>

#include <algorithm>
#include <cstddef>
#include <filesystem>
#include <string>
#include <string_view>
#include <system_error>
#include <vector>

namespace macaw_shell {

namespace {

constexpr std::size_t keys_max = 100;

void add_if_begins(std::vector<std::string>& to, std::string_view word, std::string_view begun) {
  if (word.starts_with(begun)) to.emplace_back(word);
}

void add_commands(std::vector<std::string>& to, std::string_view begun) {
  for (const command& each : all_commands()) {
    add_if_begins(to, each.name, begun);
    if (!each.alias.empty() && !begun.empty()) add_if_begins(to, each.alias, begun);
  }
}

std::string as_word(const std::string& name) {
  return name.find_first_of(" \"()") == std::string::npos ? name : quote(name);
}

void add_tables(session& shell, std::vector<std::string>& to, std::string_view begun) {
  for (const std::string& name : shell.reading().tables()) add_if_begins(to, as_word(name), begun);
}

/// The options that a command's description names.
void add_options(const command& chosen, std::vector<std::string>& to, std::string_view begun) {
  for (const std::string_view text :
       {chosen.synopsis, chosen.details, std::string_view("--table --json --hex --help")}) {
    for (std::size_t at = 0; (at = text.find("--", at)) != std::string_view::npos;) {
      const std::size_t end = std::min(text.find_first_not_of("abcdefghijklmnopqrstuvwxyz-", at), text.size());
      const std::string option(text.substr(at, end - at));
      if (option.size() > 2 && option.starts_with(begun) && std::find(to.begin(), to.end(), option) == to.end()) {
        to.push_back(option);
      }
      at = end;
    }
  }
}

/// The bytes that the keys meant begin with, where what is typed says it.
std::optional<std::vector<std::byte>> begun_key(const typed_table& table, std::string_view begun) {
  if (begun.empty()) return std::vector<std::byte>();
  if (table.key.kind != codec_kind::text && table.key.kind != codec_kind::bytes) return std::nullopt;
  std::string word(begun);
  if (word.front() == '"') word += '"';
  return encode_prefix(table.key, word);
}

void add_keys(session& shell, std::vector<std::string>& to, std::string_view line, std::string_view begun) {
  std::string name = shell.table_in_use();
  arguments words(split_words(line.substr(0, line.size() - begun.size())));
  if (const auto chosen = words.option("--table")) name = unquote(*chosen);
  const typed_table table = shell.find_table(name);
  const std::optional<std::vector<std::byte>> prefix = begun_key(table, begun);
  if (!table.exists || !prefix) return;
  const std::optional<std::vector<std::byte>> end = end_of_prefix(*prefix);
  macaw::raw_range range;
  range.lower = *prefix;
  if (end) range.upper = *end;
  shell.reading().scan(name, range, macaw::walk_order::ascending, [&](macaw::bytes_view key, macaw::bytes_view) {
    add_if_begins(to, show(table.key, codec_role::key, key), begun);
    return to.size() < keys_max;
  });
}

void add_paths(std::vector<std::string>& to, std::string_view begun) {
  const std::filesystem::path typed(begun);
  const std::filesystem::path directory = typed.has_parent_path() ? typed.parent_path() : ".";
  std::error_code ignored;
  for (const auto& entry : std::filesystem::directory_iterator(directory, ignored)) {
    std::filesystem::path found =
        typed.has_parent_path() ? typed.parent_path() / entry.path().filename() : entry.path().filename();
    std::string text = found.string();
    if (entry.is_directory(ignored)) text += '/';
    add_if_begins(to, text, begun);
  }
  std::sort(to.begin(), to.end());
}

completions complete(session& shell, std::string_view line) {
  completions found;
  const std::size_t space = line.find_last_of(" \t");
  const std::size_t quoted = line.find_last_of('"');
  found.first = space == std::string_view::npos ? 0 : space + 1;
  // Inside of quotes a space belongs to the word.
  if (std::count(line.begin(), line.end(), '"') % 2 == 1) found.first = quoted;
  const std::string_view begun = line.substr(found.first);
  const std::vector<std::string> before = split_words(line.substr(0, found.first));
  if (before.empty()) {
    add_commands(found.words, begun);
    return found;
  }
  const command* const chosen = find_command(before.front());
  if (chosen == nullptr) return found;
  if (before.back() == "--table") {
    add_tables(shell, found.words, begun);
    return found;
  }
  if (begun.starts_with("--")) {
    add_options(*chosen, found.words, begun);
    return found;
  }
  switch (chosen->words) {
    case completion::command: add_commands(found.words, begun); break;
    case completion::table: add_tables(shell, found.words, begun); break;
    case completion::key: add_keys(shell, found.words, line, begun); break;
    case completion::path: add_paths(found.words, begun); break;
    case completion::nothing: break;
  }
  return found;
}

}  // namespace

completions complete_line(session& shell, std::string_view line) noexcept {
  try {
    completions found =
        shell.is_open() || line.find(' ') == std::string_view::npos ? complete(shell, line) : completions();
    shell.end_command();
    return found;
  } catch (...) {
    shell.end_command();
    return {};
  }
}

}  // namespace macaw_shell
