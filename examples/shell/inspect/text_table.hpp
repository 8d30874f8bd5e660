// SPDX-License-Identifier: MIT
//
// Rows of cells in columns as wide as their widest.

#pragma once

#include "base/output.hpp"

#include <cstddef>
#include <string>
#include <vector>

namespace macaw_shell {

/// How many columns of a terminal a text takes: its characters, if it is UTF-8.
[[nodiscard]] std::size_t display_width(std::string_view text) noexcept;

class text_table {
 public:
  /// A name for each column; `right` has an 'r' where a column is aligned to the right, another letter elsewhere.
  text_table(std::vector<std::string> names, std::string right) : names_(std::move(names)), right_(std::move(right)) {}

  /// Requires: as many cells as there are columns.
  void add(std::vector<std::string> cells) { rows_.push_back(std::move(cells)); }
  /// Writes the names, faintly, and the rows. No column ends in spaces.
  void write(output& to) const;

 private:
  [[nodiscard]] std::string line(const std::vector<std::string>& cells, const std::vector<std::size_t>& widths) const;

  std::vector<std::string> names_;
  std::string right_;
  std::vector<std::vector<std::string>> rows_;
};

}  // namespace macaw_shell
