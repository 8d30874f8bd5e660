// SPDX-License-Identifier: MIT

#include "formats/dump_format.hpp"

#include "formats/hex.hpp"
#include "formats/input_error.hpp"

#include <charconv>
#include <stdexcept>
#include <system_error>
#include <utility>

namespace macaw_shell {
namespace {

bool is_printable(unsigned char c) { return c >= 0x20 && c < 0x7F; }

// Undoes what `print` does: \hh is a byte, \\ a backslash. Returns: nullptr, or what is wrong.
const char* append_from_print(std::vector<std::byte>& to, std::string_view text) {
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto c = static_cast<unsigned char>(text[i]);
    if (c < 0x20 || c == 0x7F) return "a control character: write it as \\hh";
    if (c != '\\') {
      to.push_back(static_cast<std::byte>(c));
    } else if (i + 1 < text.size() && text[i + 1] == '\\') {
      to.push_back(std::byte{'\\'});
      i += 1;
    } else if (i + 2 < text.size() && hex_digit(text[i + 1]) >= 0 && hex_digit(text[i + 2]) >= 0) {
      to.push_back(static_cast<std::byte>(hex_digit(text[i + 1]) * 16 + hex_digit(text[i + 2])));
      i += 2;
    } else {
      return "a backslash without two hexadecimal digits or another backslash behind it";
    }
  }
  return nullptr;
}

std::string unescaped(std::string_view name) {
  std::vector<std::byte> bytes;
  if (append_from_print(bytes, name) != nullptr) return std::string(name);
  return std::string(reinterpret_cast<const char*>(bytes.data()), bytes.size());
}

}  // namespace

// The line without a carriage return that another system has put at its end.
std::string_view dump_reader::content() {
  std::string_view line = lines_.line();
  if (line.ends_with('\r')) line.remove_suffix(1);
  return line;
}

void dump_reader::take_format(header& head, std::string_view value) {
  if (value != "print" && value != "bytevalue") {
    lines_.give_up("format '" + std::string(value) + "' is neither bytevalue nor print");
  }
  head.print = value == "print";
}

void dump_reader::take_widths(header& head, std::string_view value) {
  const char* const end = value.data() + value.size();
  const auto [comma, wrong_key] = std::from_chars(value.data(), end, head.section.key_width);
  if (wrong_key != std::errc() || comma == end || *comma != ',') lines_.give_up("expected macaw_widths=KEY,VALUE");
  const auto [last, wrong_value] = std::from_chars(comma + 1, end, head.section.value_width);
  if (wrong_value != std::errc() || last != end) lines_.give_up("expected macaw_widths=KEY,VALUE");
}

void dump_reader::take_header_line(header& head, std::string_view line) {
  const std::size_t equals = line.find('=');
  if (equals == std::string_view::npos) lines_.give_up("expected name=value, or HEADER=END");
  const std::string_view name = line.substr(0, equals);
  const std::string_view value = line.substr(equals + 1);
  if (name == "VERSION") lines_.give_up("a second VERSION in one header");
  if (name == "format") take_format(head, value);
  if (name == "type") head.type = value;
  if (name == "database" || name == "subdatabase") head.section.name = value;
  if (name == "duplicates" || name == "dupsort") head.duplicates = head.duplicates || value == "1";
  if (name == "keys") head.has_keys = value != "0";
  if (name == "mapsize" || name == "maxreaders") head.is_lmdb = true;
  if (name == "macaw_key") head.section.key_codec = value;
  if (name == "macaw_value") head.section.value_codec = value;
  if (name == "macaw_widths") take_widths(head, value);
}

// Reads a header. Returns: false where the input ends instead.
bool dump_reader::begin_section() {
  if (!lines_.next()) {
    if (lines_.number() == 0) lines_.give_up("the input is empty: expected VERSION=3");
    return false;
  }
  if (content() != "VERSION=3") {
    lines_.give_up(content().starts_with("VERSION=") ? "only version 3 of the format is known"
                                                     : "expected VERSION=3, which begins a dump");
  }
  header head;
  while (true) {
    if (!lines_.next()) lines_.give_up("the input ends within a header: HEADER=END is missing");
    if (content() == "HEADER=END") break;
    take_header_line(head, content());
  }
  if ((head.type != "btree" && head.type != "hash") || !head.has_keys) {
    lines_.give_up("a dump of type " + head.type + (head.has_keys ? "" : " without keys") +
                   ": only tables of keys and values can be loaded (btree, hash)");
  }
  // LMDB writes names as they are, Berkeley DB as it writes text.
  if (!head.is_lmdb) head.section.name = unescaped(head.section.name);
  try {
    table_ = &resolve_(head.section);
  } catch (const std::runtime_error& failure) {
    lines_.give_up(failure.what());
  }
  print_ = head.print;
  duplicates_ = head.duplicates;
  has_last_key_ = false;
  in_section_ = true;
  return true;
}

// Decodes the line. Returns: nullptr, or what is wrong with it.
const char* dump_reader::decode_line(std::vector<std::byte>& to) {
  std::string_view line = content();
  if (!line.starts_with(' ')) lines_.give_up("expected a line that begins with a space, or DATA=END");
  line.remove_prefix(1);
  to.clear();
  return print_ ? append_from_print(to, line) : append_from_hex(to, line);
}

void dump_reader::refuse_duplicate(const std::vector<std::byte>& key) {
  if (!duplicates_) return;
  const bool again = has_last_key_ && key == last_key_;
  last_key_ = key;
  has_last_key_ = true;
  if (again) lines_.fail("a second value of the same key, of which a table has one");
}

bool dump_reader::next(input_row& row) {
  while (true) {
    if (!in_section_ && !begin_section()) return false;
    if (!lines_.next()) lines_.give_up("the input ends within a table: DATA=END is missing");
    if (content() != "DATA=END") break;
    in_section_ = false;
  }
  row.table = table_;
  const std::uint64_t key_line = lines_.number();
  row.line = key_line;
  const char* const wrong_key = decode_line(row.key);
  if (!lines_.next() || content() == "DATA=END") {
    lines_.give_up("the key of line " + std::to_string(key_line) + " has no value");
  }
  const char* const wrong_value = decode_line(row.value);
  if (wrong_key != nullptr) throw input_error(lines_.name(), key_line, wrong_key, input_error::rest::readable);
  if (wrong_value != nullptr) lines_.fail(wrong_value);
  refuse_duplicate(row.key);
  return true;
}

void dump_writer::begin_table(const table_section& table) {
  text_ = "VERSION=3\nformat=";
  text_ += options_.print ? "print\n" : "bytevalue\n";
  const bool lmdb = options_.dialect == dump_dialect::lmdb;
  if (options_.names) {
    text_ += "database=";
    if (lmdb) {
      text_ += table.name;
    } else {
      append_print(macaw::as_bytes(table.name));
    }
    text_ += '\n';
  }
  text_ += "type=btree\n";
  if (lmdb) text_ += "mapsize=" + std::to_string(options_.map_size) + "\nmaxreaders=126\n";
  if (options_.types) {
    text_ += "macaw_key=" + table.key_codec + "\nmacaw_value=" + table.value_codec +
             "\nmacaw_widths=" + std::to_string(table.key_width) + ',' + std::to_string(table.value_width) + '\n';
  }
  text_ += "HEADER=END\n";
  out_.write(text_);
}

// Backslashes are written as bytes: versions of `mdb_load` differ in what they make of two of them.
void dump_writer::append_print(macaw::bytes_view bytes) {
  for (const std::byte byte : bytes) {
    const auto c = std::to_integer<unsigned char>(byte);
    if (is_printable(c) && c != '\\') {
      text_ += static_cast<char>(c);
    } else {
      text_ += '\\';
      append_hex(text_, byte);
    }
  }
}

void dump_writer::line(macaw::bytes_view bytes) {
  text_ = ' ';
  if (options_.print) {
    append_print(bytes);
  } else {
    append_hex(text_, bytes);
  }
  text_ += '\n';
  out_.write(text_);
}

void dump_writer::row(macaw::bytes_view key, macaw::bytes_view value) {
  line(key);
  line(value);
}

}  // namespace macaw_shell
