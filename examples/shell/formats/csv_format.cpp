// SPDX-License-Identifier: MIT

#include "formats/csv_format.hpp"

#include "formats/hex.hpp"
#include "formats/input_error.hpp"
#include "values/value_text.hpp"

#include <algorithm>
#include <stdexcept>
#include <utility>
#include <variant>

namespace macaw_shell {

namespace {

constexpr std::string_view hex_mark = "b:";

bool is_text(const codec_type& type) { return type.kind == codec_kind::text || type.kind == codec_kind::bytes; }

void append_cell(std::string& line, std::string_view cell) {
  if (!line.empty()) line += ',';
  append_csv_field(line, cell);
}

[[noreturn]] void throw_no_encoding(const codec_type& type) {
  throw std::runtime_error("a row has bytes that are no " + type.name + ": CSV cannot hold them, JSON lines can");
}

// What a field has that a row ends before.
value default_of(const codec_type& type) {
  switch (type.kind) {
    case codec_kind::boolean: return {false};
    case codec_kind::unsigned_integer: return {std::uint64_t{0}};
    case codec_kind::signed_integer: return {std::int64_t{0}};
    case codec_kind::floating: return {floating_bits{0, type.width}};
    case codec_kind::text: return {text_bytes{}};
    case codec_kind::bytes: return {plain_bytes{}};
    case codec_kind::raw: return {plain_bytes(type.width)};
    case codec_kind::enumeration:
    case codec_kind::descending: return default_of(type.parts.front());
    case codec_kind::array: return {value_list(type.count, default_of(type.parts.front()))};
    case codec_kind::variant: return {alternative{0, {default_of(type.parts.front())}}};
    case codec_kind::tuple: {
      value_list fields;
      for (const codec_type& part : type.parts) fields.push_back(default_of(part));
      return {std::move(fields)};
    }
    case codec_kind::unknown:
    case codec_kind::empty:
    case codec_kind::optional: break;
  }
  return {nothing{}};
}

}  // namespace

std::string csv_cell(const codec_type& type, codec_role role, macaw::bytes_view encoded) {
  if (!is_text(type)) return show(type, role, encoded);
  const std::string_view text = macaw::as_text(encoded);
  const bool plain = is_utf8(text) && text.find('\0') == std::string_view::npos && !text.starts_with(hex_mark);
  return plain ? std::string(text) : std::string(hex_mark) + hex_text(encoded);
}

std::vector<std::byte> from_csv_cell(const codec_type& type, codec_role role, const std::string& cell) {
  if (!is_text(type)) return encode_text(type, role, cell);
  std::vector<std::byte> bytes;
  if (!cell.starts_with(hex_mark)) {
    const macaw::bytes_view text = macaw::as_bytes(cell);
    bytes.assign(text.begin(), text.end());
  } else if (const char* const wrong = append_from_hex(bytes, std::string_view(cell).substr(hex_mark.size()))) {
    throw std::runtime_error(std::string("behind b: there is ") + wrong);
  }
  return bytes;
}

csv_part::csv_part(std::string_view name, codec_type type, codec_role role)
    : name_(name), type_(std::move(type)), role_(role) {
  if (!divided()) columns_.push_back(name_);
  for (std::size_t i = 0; divided() && i < type_.parts.size(); ++i)
    columns_.push_back(name_ + '.' + std::to_string(i + 1));
}

void csv_part::append_cells(std::string& line, macaw::bytes_view encoded) const {
  if (!divided()) return append_cell(line, csv_cell(type_, role_, encoded));
  const std::optional<value> decoded = decode(type_, role_, encoded);
  if (!decoded || !std::holds_alternative<value_list>(decoded->is)) throw_no_encoding(type_);
  const auto& fields = std::get<value_list>(decoded->is);
  for (std::size_t i = 0; i < type_.parts.size(); ++i) {
    const codec_type& part = type_.parts[i];
    const std::vector<std::byte> field = encode(part, role_, i < fields.size() ? fields[i] : default_of(part));
    append_cell(line, csv_cell(part, role_, field));
  }
}

std::vector<std::byte> csv_part::encode_cells(const std::vector<const std::string*>& cells) const {
  value_list fields;
  for (std::size_t i = 0; i < cells.size(); ++i) {
    try {
      if (!divided()) return from_csv_cell(type_, role_, *cells[i]);
      const codec_type& part = type_.parts[i];
      std::optional<value> field = decode(part, role_, from_csv_cell(part, role_, *cells[i]));
      if (!field) throw std::runtime_error("it is no " + part.name);
      fields.push_back(std::move(*field));
    } catch (const std::runtime_error& failure) {
      throw std::runtime_error(columns_[i] + ": " + failure.what());
    }
  }
  return encode(type_, role_, {std::move(fields)});
}

void csv_reader::find_columns(const csv_part& part, const std::vector<std::string>& names,
                              std::vector<std::size_t>& places) {
  for (const std::string& column : part.columns()) {
    const auto found = std::find(names.begin(), names.end(), column);
    if (found == names.end()) {
      lines_.give_up("there is no column '" + column + "' (the table's codecs are " + table_->key.name + " and " +
                     table_->value.name + ")");
    }
    places.push_back(static_cast<std::size_t>(found - names.begin()));
  }
}

void csv_reader::refuse_other_columns(const std::vector<std::string>& names) const {
  for (std::size_t i = 0; i < names.size(); ++i) {
    const bool ours = std::find(key_places_.begin(), key_places_.end(), i) != key_places_.end() ||
                      std::find(value_places_.begin(), value_places_.end(), i) != value_places_.end();
    if (!ours && names[i] != "-") {
      lines_.give_up("column '" + names[i] +
                     "' is none of the table's; name columns with --columns, '-' for one to pass over");
    }
  }
}

void csv_reader::begin() {
  std::vector<std::string> names = options_.columns;
  if (options_.header || names.empty()) {
    if (!records_.next()) lines_.give_up("the input is empty: expected the names of the columns");
    if (names.empty()) names = records_.fields();
  }
  try {
    table_ = &resolve_({});
  } catch (const std::runtime_error& failure) {
    lines_.give_up(failure.what());
  }
  key_ = csv_part("key", table_->key, codec_role::key);
  value_ = csv_part("value", table_->value, codec_role::value);
  find_columns(key_, names, key_places_);
  find_columns(value_, names, value_places_);
  refuse_other_columns(names);
  column_count_ = names.size();
}

std::vector<std::byte> csv_reader::encode_part(const csv_part& part, const std::vector<std::size_t>& places) {
  std::vector<const std::string*> cells;
  for (const std::size_t place : places) cells.push_back(&records_.fields()[place]);
  try {
    return part.encode_cells(cells);
  } catch (const std::runtime_error& failure) {
    records_.fail(failure.what());
  }
}

bool csv_reader::next(input_row& row) {
  if (table_ == nullptr) begin();
  if (!records_.next()) return false;
  const std::size_t count = records_.fields().size();
  if (count != column_count_) {
    records_.fail("the record has " + std::to_string(count) + " fields, not " + std::to_string(column_count_));
  }
  row.table = table_;
  row.line = records_.first_line();
  row.key = encode_part(key_, key_places_);
  row.value = encode_part(value_, value_places_);
  return true;
}

void csv_writer::begin_table(const table_section& table) {
  key_ = csv_part("key", parse_codec(table.key_codec), codec_role::key);
  value_ = csv_part("value", parse_codec(table.value_codec), codec_role::value);
  line_.clear();
  for (const csv_part* part : {&key_, &value_}) {
    for (const std::string& column : part->columns()) append_cell(line_, column);
  }
  out_.write(line_ + "\r\n");
}

void csv_writer::row(macaw::bytes_view key, macaw::bytes_view value) {
  line_.clear();
  key_.append_cells(line_, key);
  value_.append_cells(line_, value);
  out_.write(line_ + "\r\n");
}

}  // namespace macaw_shell
