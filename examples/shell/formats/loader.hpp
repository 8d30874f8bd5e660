// SPDX-License-Identifier: MIT
//
// Brings rows from a reader into a database: in batches, each a transaction, or all in one.

#pragma once

#include "base/progress_bar.hpp"
#include "commands/session.hpp"
#include "formats/input_error.hpp"
#include "formats/line_reader.hpp"
#include "formats/row_reader.hpp"

#include <cstddef>
#include <cstdint>
#include <exception>
#include <map>
#include <memory>
#include <string>

namespace macaw_shell {

struct load_options {
  std::string table;            ///< where all rows go; empty: where the input says
  std::string default_table;    ///< where rows go that name no table
  bool all_or_nothing = false;  ///< one transaction
  bool keep_going = false;      ///< report rows that are wrong, and pass over them
  bool keep_existing = false;   ///< a key that is there already is wrong
  std::uint64_t batch_rows = 100'000;
  std::uint64_t input_size = 0;  ///< bytes, as far as known
};

struct load_report {
  std::uint64_t rows = 0;     ///< loaded
  std::uint64_t fresh = 0;    ///< of these, with keys that were not there
  std::uint64_t skipped = 0;  ///< rows that were wrong
  std::size_t tables = 0;     ///< tables that rows, or descriptions, were there for
};

class loader {
 public:
  loader(session& shell, line_reader& lines, load_options chosen)
      : shell_(shell), lines_(lines), options_(std::move(chosen)) {}

  /// The table for a section of the input; it is made where there is none.
  /// Errors: std::runtime_error where it is made for other types, or cannot be made.
  const target_table& resolve(const table_section& section);

  /// Loads all rows. Where something is wrong, what came before stays, unless all or nothing was asked for.
  /// Errors: `input_failure`; what changing and committing raise; `interrupted_error`.
  load_report run(row_reader& rows);

 private:
  bool load_batch(row_reader& rows, progress_bar& bar, std::exception_ptr& wrong);
  void put(const input_row& row);
  void require_encodings(const input_row& row) const;
  void refuse(const input_row& row, const std::string& reason) const;
  void report(const input_error& error);
  [[nodiscard]] std::string name_for(const table_section& section);
  std::unique_ptr<target_table> make_table(const std::string& name, const table_section& section);

  session& shell_;
  line_reader& lines_;
  load_options options_;
  transaction* open_ = nullptr;  // the one that is being filled
  std::map<std::string, std::unique_ptr<target_table>> targets_;
  bool named_ = false;  // a section has named its table, and all rows go to one of another name
  std::string named_as_;
  load_report report_;
};

}  // namespace macaw_shell
