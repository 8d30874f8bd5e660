// SPDX-License-Identifier: MIT
//
// Rows of one table as comma-separated values, RFC 4180.
//
//     key,value.1,value.2
//     ada,Ada Lovelace,36
//
// The first record names the columns: `key` and `value`, or `value.1`, `value.2` and so on for the fields of tuples and
// structs, of keys likewise. A text is its bytes; what is not UTF-8, and what begins with "b:", is "b:" and hexadecimal
// digits. All else is as people write it (values/value_text.hpp).

#pragma once

#include "formats/csv_records.hpp"
#include "formats/line_reader.hpp"
#include "formats/row_reader.hpp"
#include "formats/row_writer.hpp"
#include "formats/text_output.hpp"
#include "values/codec_type.hpp"
#include "values/value.hpp"

#include <macaw/bytes.hpp>

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace macaw_shell {

/// One field of a key or value as a cell, and back.
[[nodiscard]] std::string csv_cell(const codec_type& type, codec_role role, macaw::bytes_view encoded);
/// Errors: std::runtime_error.
[[nodiscard]] std::vector<std::byte> from_csv_cell(const codec_type& type, codec_role role, const std::string& cell);

/// A key or value, as one column or one for each of its fields.
class csv_part {
 public:
  csv_part() = default;
  csv_part(std::string_view name, codec_type type, codec_role role);

  /// The columns, in order.
  [[nodiscard]] const std::vector<std::string>& columns() const noexcept { return columns_; }

  /// Appends the cells, each behind a comma but for the first of the line.
  /// Errors: std::runtime_error where the bytes are no encoding of the type.
  void append_cells(std::string& line, macaw::bytes_view encoded) const;
  /// The encoding that cells stand for, one for each column. Errors: std::runtime_error.
  [[nodiscard]] std::vector<std::byte> encode_cells(const std::vector<const std::string*>& cells) const;

 private:
  [[nodiscard]] bool divided() const noexcept { return !type_.parts.empty() && type_.kind == codec_kind::tuple; }

  std::string name_;
  codec_type type_;
  codec_role role_ = codec_role::value;
  std::vector<std::string> columns_;
};

class csv_reader final : public row_reader {
 public:
  struct options {
    bool header = true;                ///< whether the first record names columns, or is to be passed over
    std::vector<std::string> columns;  ///< their names, in place of the first record's; "-": passed over
  };

  /// Rows go to the table that `resolve` gives for a section without a name.
  csv_reader(line_reader& lines, section_resolver resolve, options chosen)
      : lines_(lines), records_(lines), resolve_(std::move(resolve)), options_(std::move(chosen)) {}

  [[nodiscard]] bool next(input_row& row) override;

 private:
  void begin();
  void find_columns(const csv_part& part, const std::vector<std::string>& names, std::vector<std::size_t>& places);
  void refuse_other_columns(const std::vector<std::string>& names) const;
  [[nodiscard]] std::vector<std::byte> encode_part(const csv_part& part, const std::vector<std::size_t>& places);

  line_reader& lines_;
  csv_records records_;
  section_resolver resolve_;
  options options_;
  const target_table* table_ = nullptr;
  std::size_t column_count_ = 0;
  csv_part key_;
  csv_part value_;
  std::vector<std::size_t> key_places_;  // which fields of a record are the part's columns
  std::vector<std::size_t> value_places_;
};

class csv_writer final : public row_writer {
 public:
  explicit csv_writer(text_output& out) : out_(out) {}

  void begin_table(const table_section& table) override;
  void row(macaw::bytes_view key, macaw::bytes_view value) override;
  void end_table() override {}

 private:
  text_output& out_;
  csv_part key_;
  csv_part value_;
  std::string line_;
};

}  // namespace macaw_shell
