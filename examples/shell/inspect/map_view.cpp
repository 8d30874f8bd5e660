// SPDX-License-Identifier: MIT

#include "base/numbers.hpp"
#include "inspect/views.hpp"

#include <nlohmann/json.hpp>

#include <array>
#include <string>
#include <string_view>
#include <utility>

namespace macaw_shell {

namespace {

using json = nlohmann::ordered_json;

struct symbol {
  char letter;
  color in;
};

constexpr std::array<symbol, page_use_count> symbols = {{
    {'M', color::magenta},  // meta
    {'C', color::magenta},  // catalog
    {'B', color::yellow},   // branch
    {'L', color::green},    // leaf
    {'V', color::blue},     // large
    {'S', color::cyan},     // space log
    {'W', color::cyan},     // waiting
    {'.', color::dim},      // free
    {'_', color::dim},      // slack
    {'!', color::red},      // lost
}};

const symbol& symbol_of(page_use use) { return symbols[static_cast<std::size_t>(use)]; }

// A letter is small where some of the cell's pages are free.
char letter_of(const page_map_cell& cell) {
  const char letter = symbol_of(cell.dominant()).letter;
  const bool whole = cell.used() == 0 || cell.used() == cell.pages();
  return whole || letter < 'A' || letter > 'Z' ? letter : static_cast<char>(letter - 'A' + 'a');
}

json counts_json(const page_map_cell& cell) {
  json counts = json::object();
  for (std::size_t i = 0; i < page_use_count; ++i) {
    if (cell.counts[i] != 0) counts[std::string(name_of(static_cast<page_use>(i)))] = cell.counts[i];
  }
  return counts;
}

json json_of(const page_map& map, std::size_t page_size) {
  json cells = json::array();
  for (std::size_t i = 0; i < map.cells().size(); ++i) {
    const page_map_cell& cell = map.cells()[i];
    json row = {{"first", i * map.pages_per_cell()}, {"counts", counts_json(cell)}};
    if (cell.birth_greatest != 0) row["births"] = {cell.birth_least, cell.birth_greatest};
    cells.push_back(std::move(row));
  }
  return {{"page_size", page_size},
          {"pages", map.page_count()},
          {"pages_per_cell", map.pages_per_cell()},
          {"counts", counts_json(map.total())},
          {"cells", std::move(cells)}};
}

void show_legend(const page_map& map, std::size_t page_size, const view_target& to) {
  const page_map_cell total = map.total();
  for (std::size_t i = 0; i < page_use_count; ++i) {
    if (total.counts[i] == 0) continue;
    const auto use = static_cast<page_use>(i);
    std::string line = "  " + to.out.paint(std::string(1, symbols[i].letter), symbols[i].in) + "  ";
    line += std::string(title_of(use)) + std::string(20 - title_of(use).size(), ' ');
    const std::string pages = grouped(total.counts[i]);
    line += std::string(pages.size() < 11 ? 11 - pages.size() : 0, ' ') + pages + "  ";
    const std::string size = byte_size(total.counts[i] * page_size);
    line += std::string(size.size() < 9 ? 9 - size.size() : 0, ' ') + size + "  ";
    line += percent(static_cast<double>(total.counts[i]) / static_cast<double>(map.page_count()));
    to.out.line(line);
  }
}

}  // namespace

void show_map(const page_map& map, std::size_t page_size, std::size_t columns, const view_target& to) {
  if (to.how.json) return to.out.json(json_of(map, page_size));
  const std::uint64_t per_cell = map.pages_per_cell();
  to.out.line(per_cell == 1 ? "a letter is a page"
                            : "a letter is " + grouped(per_cell) + " pages, small where some of them are free");
  const std::size_t number_width = grouped(map.page_count()).size();
  for (std::size_t first = 0; first < map.cells().size(); first += columns) {
    const std::string number = grouped(first * per_cell);
    std::string line = to.out.paint(std::string(number_width - number.size(), ' ') + number, color::dim) + "  ";
    for (std::size_t i = first; i < std::min(first + columns, map.cells().size()); ++i) {
      const page_map_cell& cell = map.cells()[i];
      line += to.out.paint(std::string(1, letter_of(cell)), symbol_of(cell.dominant()).in);
    }
    to.out.line(line);
  }
  to.out.line("");
  show_legend(map, page_size, to);
}

}  // namespace macaw_shell
