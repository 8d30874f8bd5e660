// SPDX-License-Identifier: MIT

#include "formats/json_lines.hpp"

#include "formats/input_error.hpp"
#include "values/value_json.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
#include <stdexcept>
#include <string_view>
#include <utility>

namespace macaw_shell {

namespace {

using json = nlohmann::ordered_json;

constexpr std::array<std::string_view, 5> section_members = {"table", "key_codec", "value_codec", "key_width",
                                                             "value_width"};
constexpr std::array<std::string_view, 3> row_members = {"table", "key", "value"};

// Names are bytes; JSON has text.
const codec_type& name_type() {
  static const codec_type type = parse_codec("text");
  return type;
}

std::string text_of(const json& from) {
  const auto bytes = encode_json(name_type(), codec_role::value, from);
  return std::string(reinterpret_cast<const char*>(bytes.data()), bytes.size());
}

json json_of(std::string_view name) { return to_json(name_type(), codec_role::value, macaw::as_bytes(name)); }

std::string dumped(const json& value) { return value.dump(-1, ' ', false, json::error_handler_t::replace); }

// What the parser says, without its own numbering of lines.
std::string_view reason_of(const json::parse_error& error) {
  const std::string_view what = error.what();
  const std::size_t column = what.find("column ");
  return column == std::string_view::npos ? what : what.substr(column);
}

}  // namespace

json json_lines_reader::parse_line() const {
  try {
    json parsed = json::parse(lines_.line());
    if (!parsed.is_object()) lines_.fail("expected a JSON object");
    return parsed;
  } catch (const json::parse_error& error) {
    lines_.fail("not JSON: " + std::string(reason_of(error)));
  }
}

void json_lines_reader::refuse_other_members(const json& object, bool row) const {
  for (const auto& [name, member] : object.items()) {
    const bool known = row ? std::find(row_members.begin(), row_members.end(), name) != row_members.end()
                           : std::find(section_members.begin(), section_members.end(), name) != section_members.end();
    if (!known) lines_.fail("unknown member \"" + name + "\"");
  }
}

const target_table& json_lines_reader::table_of(const table_section& section) {
  const auto found = tables_.find(section.name);
  if (found != tables_.end() && section.key_codec.empty()) return *found->second;
  try {
    const target_table& table = resolve_(section);
    tables_[section.name] = &table;
    return table;
  } catch (const std::runtime_error& failure) {
    lines_.give_up(failure.what());
  }
}

void json_lines_reader::begin_table(const json& object) {
  refuse_other_members(object, false);
  table_section section;
  try {
    if (object.contains("table")) section.name = text_of(object.at("table"));
    section.key_codec = object.at("key_codec").get<std::string>();
    section.value_codec = object.at("value_codec").get<std::string>();
    section.key_width = object.value("key_width", std::size_t{0});
    section.value_width = object.value("value_width", std::size_t{0});
  } catch (const std::exception&) {
    lines_.give_up("a table is described as {\"table\":NAME,\"key_codec\":NAME,\"value_codec\":NAME}");
  }
  static_cast<void>(table_of(section));
}

void json_lines_reader::take_row(const json& object, input_row& row) {
  refuse_other_members(object, true);
  if (!object.contains("key") || !object.contains("value")) lines_.fail("expected the members \"key\" and \"value\"");
  row.line = lines_.number();
  const char* member = "table";
  try {
    const std::string name = object.contains("table") ? text_of(object.at("table")) : std::string();
    const target_table& table = table_of({name, {}, {}, 0, 0});
    row.table = &table;
    member = "key";
    row.key = encode_json(table.key, codec_role::key, object.at("key"));
    member = "value";
    row.value = encode_json(table.value, codec_role::value, object.at("value"));
  } catch (const input_error&) {
    throw;
  } catch (const std::runtime_error& failure) {
    lines_.fail(std::string(member) + ": " + failure.what());
  }
}

bool json_lines_reader::next(input_row& row) {
  while (lines_.next()) {
    if (lines_.line().find_first_not_of(" \t\r") == std::string_view::npos) continue;
    const json object = parse_line();
    if (!object.contains("key_codec") && !object.contains("value_codec")) {
      take_row(object, row);
      return true;
    }
    begin_table(object);
  }
  return false;
}

void json_lines_writer::begin_table(const table_section& table) {
  key_ = parse_codec(table.key_codec);
  value_ = parse_codec(table.value_codec);
  json head = {{"table", json_of(table.name)}, {"key_codec", table.key_codec}, {"value_codec", table.value_codec}};
  if (!key_.known() || !value_.known()) {
    head["key_width"] = table.key_width;
    head["value_width"] = table.value_width;
  }
  out_.write(dumped(head) + '\n');
  beginning_ = "{\"table\":" + dumped(json_of(table.name)) + ",\"key\":";
}

void json_lines_writer::row(macaw::bytes_view key, macaw::bytes_view value) {
  out_.write(beginning_);
  out_.write(dumped(to_json(key_, codec_role::key, key)));
  out_.write(",\"value\":");
  out_.write(dumped(to_json(value_, codec_role::value, value)));
  out_.write("}\n");
}

}  // namespace macaw_shell
