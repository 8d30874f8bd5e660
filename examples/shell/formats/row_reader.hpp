// SPDX-License-Identifier: MIT
//
// What every format of rows is read through. A reader finds tables and rows; what the tables are and what becomes of
// the rows is its caller's business.

#pragma once

#include "values/codec_type.hpp"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

namespace macaw_shell {

/// A table as the input, or the database, describes it. What is not said is empty.
struct table_section {
  std::string name;
  std::string key_codec;
  std::string value_codec;
  std::size_t key_width = 0;    ///< bytes of every key, 0 where they vary
  std::size_t value_width = 0;  ///< likewise
};

/// A table that rows go to, with its types taken apart.
struct target_table {
  std::string name;
  codec_type key;
  codec_type value;
};

/// A row as its table stores it.
struct input_row {
  const target_table* table = nullptr;  ///< one that the resolver gave
  std::vector<std::byte> key;
  std::vector<std::byte> value;
  std::uint64_t line = 0;  ///< where it began
};

/// Finds the table that a section of the input is meant for, or makes it. The result lives as long as the reader.
/// Raises std::runtime_error with a reason where there is none, which the reader gives its place.
using section_resolver = std::function<const target_table&(const table_section&)>;

/// Reads rows of one format.
class row_reader {
 public:
  row_reader() = default;
  row_reader(const row_reader&) = delete;
  row_reader& operator=(const row_reader&) = delete;
  virtual ~row_reader() = default;

  /// Moves to the next row. Returns: whether there is one; false at the end of the input.
  /// Errors: `input_error`; where only a row is wrong, the next call goes on behind it.
  [[nodiscard]] virtual bool next(input_row& row) = 0;
};

}  // namespace macaw_shell
