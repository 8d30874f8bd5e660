// SPDX-License-Identifier: MIT

#include "formats/csv_records.hpp"

#include "formats/input_error.hpp"

#include <utility>

namespace macaw_shell {

void csv_records::fail(std::string_view reason) const {
  throw input_error(lines_.name(), first_line_, reason, input_error::rest::readable);
}

bool csv_records::next_line() {
  if (!lines_.next()) return false;
  rest_ = lines_.line();
  return true;
}

// Takes a field up to the comma or the end of the line.
void csv_records::take_plain_field(std::string& field) {
  field = rest_.substr(0, rest_.find(','));
  rest_.remove_prefix(field.size());
  if (field.find('"') != std::string::npos) {
    lines_.fail("a quote within a field that is not in quotes: put the field in quotes, and double those within");
  }
}

// Takes a field from behind its quote to behind the one that closes it, over lines where need be.
void csv_records::take_quoted_field(std::string& field) {
  field.clear();
  while (true) {
    const std::size_t quote = rest_.find('"');
    if (quote == std::string_view::npos) {
      field += rest_;
      if (lines_.ended()) field += '\n';
      if (field.size() > lines_.line_size_max()) {
        lines_.give_up("a field is longer than " + std::to_string(lines_.line_size_max()) +
                       " bytes: is a quote missing?");
      }
      if (!next_line())
        lines_.give_up("a quoted field that began on line " + std::to_string(first_line_) + " does not end");
      continue;
    }
    field += rest_.substr(0, quote);
    rest_.remove_prefix(quote + 1);
    if (!rest_.starts_with('"')) return;
    field += '"';
    rest_.remove_prefix(1);
  }
}

bool csv_records::next() {
  do {
    if (!next_line()) return false;
    if (lines_.number() == 1 && rest_.starts_with("\xEF\xBB\xBF")) rest_.remove_prefix(3);  // a byte order mark
  } while (rest_.empty() || rest_ == "\r");
  first_line_ = lines_.number();
  fields_.clear();
  while (true) {
    if (fields_.size() == field_count_max) lines_.give_up("more than " + std::to_string(field_count_max) + " fields");
    std::string& field = fields_.emplace_back();
    const bool quoted = rest_.starts_with('"');
    if (quoted) {
      rest_.remove_prefix(1);
      take_quoted_field(field);
    } else {
      take_plain_field(field);
    }
    if (rest_.starts_with(',')) {
      rest_.remove_prefix(1);
      continue;
    }
    if (!quoted && field.ends_with('\r')) field.pop_back();
    if (quoted && !rest_.empty() && rest_ != "\r") lines_.fail("text behind the quote that closes a field");
    return true;
  }
}

void append_csv_field(std::string& to, std::string_view field) {
  const bool plain =
      field.find_first_of(",\"\r\n") == std::string_view::npos && !field.starts_with(' ') && !field.ends_with(' ');
  if (plain && !field.empty()) {
    to += field;
    return;
  }
  to += '"';
  for (const char c : field) {
    if (c == '"') to += '"';
    to += c;
  }
  to += '"';
}

}  // namespace macaw_shell
