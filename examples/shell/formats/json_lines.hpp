// SPDX-License-Identifier: MIT
//
// Rows as JSON, a line each.
//
//     {"table":"users","key_codec":"text","value_codec":"struct(text,u32)"}
//     {"table":"users","key":"ada","value":["Ada Lovelace",36]}
//
// A line with codecs begins a table; rows may come without. Keys and values are as values/value_json.hpp has them. Of
// codecs that are a program's own, the first line also says the widths: "key_width":8,"value_width":0.

#pragma once

#include "formats/line_reader.hpp"
#include "formats/row_reader.hpp"
#include "formats/row_writer.hpp"
#include "formats/text_output.hpp"

#include <macaw/bytes.hpp>

#include <nlohmann/json_fwd.hpp>

#include <map>
#include <string>

namespace macaw_shell {

class json_lines_reader final : public row_reader {
 public:
  /// Rows that name no table get the one that `resolve` gives them.
  json_lines_reader(line_reader& lines, section_resolver resolve) : lines_(lines), resolve_(std::move(resolve)) {}

  [[nodiscard]] bool next(input_row& row) override;

 private:
  [[nodiscard]] nlohmann::ordered_json parse_line() const;
  void refuse_other_members(const nlohmann::ordered_json& object, bool row) const;
  void begin_table(const nlohmann::ordered_json& object);
  const target_table& table_of(const table_section& section);
  void take_row(const nlohmann::ordered_json& object, input_row& row);

  line_reader& lines_;
  section_resolver resolve_;
  std::map<std::string, const target_table*> tables_;  // by the name that the input has for them
};

class json_lines_writer final : public row_writer {
 public:
  explicit json_lines_writer(text_output& out) : out_(out) {}

  void begin_table(const table_section& table) override;
  void row(macaw::bytes_view key, macaw::bytes_view value) override;
  void end_table() override {}

 private:
  text_output& out_;
  std::string beginning_;  // of each row
  codec_type key_;
  codec_type value_;
};

}  // namespace macaw_shell
