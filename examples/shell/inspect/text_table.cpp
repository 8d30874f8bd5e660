// SPDX-License-Identifier: MIT

#include "inspect/text_table.hpp"

#include <algorithm>
#include <string_view>

namespace macaw_shell {

std::size_t display_width(std::string_view text) noexcept {
  return static_cast<std::size_t>(
      std::count_if(text.begin(), text.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U; }));
}

std::string text_table::line(const std::vector<std::string>& cells, const std::vector<std::size_t>& widths) const {
  std::string text;
  for (std::size_t i = 0; i < cells.size(); ++i) {
    const std::string room(widths[i] - display_width(cells[i]), ' ');
    if (i != 0) text += "  ";
    text += right_[i] == 'r' ? room + cells[i] : cells[i] + room;
  }
  text.erase(text.find_last_not_of(' ') + 1);
  return text;
}

void text_table::write(output& to) const {
  std::vector<std::size_t> widths;
  for (const std::string& name : names_) widths.push_back(display_width(name));
  for (const auto& row : rows_) {
    for (std::size_t i = 0; i < row.size(); ++i) widths[i] = std::max(widths[i], display_width(row[i]));
  }
  to.line(to.paint(line(names_, widths), color::dim));
  for (const auto& row : rows_) to.line(line(row, widths));
}

}  // namespace macaw_shell
