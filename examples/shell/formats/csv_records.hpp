// SPDX-License-Identifier: MIT
//
// Records of comma-separated values as RFC 4180 has them: fields in double quotes may hold commas, line ends and
// doubled quotes. Lines may end with CR LF or LF alone.

#pragma once

#include "formats/line_reader.hpp"

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace macaw_shell {

/// Takes records from lines.
class csv_records {
 public:
  static constexpr std::size_t field_count_max = 4096;

  explicit csv_records(line_reader& lines) : lines_(lines) {}

  /// Moves to the next record. Returns: whether there is one. Empty lines are no records.
  /// Errors: `input_error`.
  [[nodiscard]] bool next();

  /// The fields of the record. Invalidates: `next` does.
  [[nodiscard]] const std::vector<std::string>& fields() const noexcept { return fields_; }
  /// The line on which the record began.
  [[nodiscard]] std::uint64_t first_line() const noexcept { return first_line_; }

  /// Errors: `input_error` at the record's first line, always: the record is wrong, not what follows.
  [[noreturn]] void fail(std::string_view reason) const;

 private:
  bool next_line();
  void take_plain_field(std::string& field);
  void take_quoted_field(std::string& field);

  line_reader& lines_;
  std::string_view rest_;  // of the line
  std::vector<std::string> fields_;
  std::uint64_t first_line_ = 0;
};

/// Appends a field, in quotes where it needs some.
void append_csv_field(std::string& to, std::string_view field);

}  // namespace macaw_shell
