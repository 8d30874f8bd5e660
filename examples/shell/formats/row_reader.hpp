// SPDX-License-Identifier: MIT
//
// What every format of rows is read through. A reader finds tables and rows; what the tables are and what becomes of
// the rows is its caller's business.

#pragma once

#include <macaw/bytes.hpp>

#include <cstddef>
#include <functional>
#include <string>
#include <vector>

namespace macaw_shell {

/// The codecs of a table, by the names that the catalog knows.
struct codec_names {
  std::string key;
  std::string value;

  friend bool operator==(const codec_names&, const codec_names&) = default;
};

/// What input says of a table whose rows follow. What it does not say is empty.
struct table_section {
  std::string name;
  codec_names codecs;
};

/// A row as its table stores it, and which table that is.
struct input_row {
  std::string table;
  std::vector<std::byte> key;
  std::vector<std::byte> value;
};

/// Finds out, or decides, what a table's name and codecs are; makes the table where there is none. May raise
/// std::runtime_error with a reason, which a reader gives its place.
using section_resolver = std::function<table_section(const table_section&)>;

class line_reader;

/// Reads rows of one format from lines.
class row_reader {
 public:
  virtual ~row_reader() = default;

  /// Moves to the next row. Returns: whether there is one; false at the end of the input.
  /// Errors: `input_error`; where only a row is wrong, the next call goes on behind it.
  [[nodiscard]] virtual bool next(input_row& row) = 0;
};

}  // namespace macaw_shell
