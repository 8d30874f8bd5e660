// SPDX-License-Identifier: MIT
//
// What every format of rows is written through.

#pragma once

#include "formats/row_reader.hpp"

#include <macaw/bytes.hpp>

namespace macaw_shell {

/// Writes tables, one after another: `begin_table`, any number of rows, `end_table`. All calls raise what writing
/// raises.
class row_writer {
 public:
  row_writer() = default;
  row_writer(const row_writer&) = delete;
  row_writer& operator=(const row_writer&) = delete;
  virtual ~row_writer() = default;

  virtual void begin_table(const table_section& table) = 0;
  /// Errors: std::runtime_error where the format cannot hold the row.
  virtual void row(macaw::bytes_view key, macaw::bytes_view value) = 0;
  virtual void end_table() = 0;
};

}  // namespace macaw_shell
