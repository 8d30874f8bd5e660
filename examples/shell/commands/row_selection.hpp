// SPDX-License-Identifier: MIT
//
// The options that many commands have: the table, and a range of its keys.

#pragma once

#include "commands/arguments.hpp"
#include "commands/session.hpp"

#include <macaw/bytes.hpp>
#include <macaw/raw_table.hpp>

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

namespace macaw_shell {

/// The table given with `--table`, or the one in use.
class table_choice {
 public:
  explicit table_choice(arguments& words) : word_(words.option("--table")) {}

  [[nodiscard]] std::string name(session& shell) const;
  /// As above, where the command's only word may be the table, too. Errors: `usage_error` where there are two.
  [[nodiscard]] std::string name(session& shell, const arguments& words) const;

 private:
  std::optional<std::string> word_;
};

/// The rows between `--from` (included) and `--to` (excluded) whose keys begin with `--prefix`.
class row_selection {
 public:
  /// Takes the options' words; what they mean depends on the table's type.
  explicit row_selection(arguments& words)
      : prefix_(words.option("--prefix")), from_(words.option("--from")), to_(words.option("--to")) {}

  /// Whether an option was given.
  [[nodiscard]] bool limited() const noexcept { return prefix_ || from_ || to_; }
  /// The range, good as long as the selection lives. Errors: `usage_error`.
  [[nodiscard]] macaw::raw_range range_in(const typed_table& table);

 private:
  void raise_lower(std::vector<std::byte> key);
  void reduce_upper(std::vector<std::byte> key);

  std::optional<std::string> prefix_;
  std::optional<std::string> from_;
  std::optional<std::string> to_;
  std::optional<std::vector<std::byte>> lower_;
  std::optional<std::vector<std::byte>> upper_;
};

/// The least string above all that begin with these bytes, or nothing where there is none.
[[nodiscard]] std::optional<std::vector<std::byte>> end_of_prefix(std::vector<std::byte> prefix);

}  // namespace macaw_shell
