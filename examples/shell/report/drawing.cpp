// SPDX-License-Identifier: MIT

#include "report/drawing.hpp"

#include "base/numbers.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace macaw_shell {
namespace {

// Appends ` name="value"`.
void attribute(std::string& to, std::string_view name, std::string_view value) {
  to += ' ';
  to += name;
  to += "=\"";
  to += value;
  to += '"';
}

struct box {
  double x, y, width, height;
};

// Appends a rectangle up to where its title or end would follow.
void open_rectangle(std::string& to, std::string_view classes, const box& at) {
  to += "<rect";
  attribute(to, "class", classes);
  attribute(to, "x", decimal(at.x));
  attribute(to, "y", decimal(at.y));
  attribute(to, "width", decimal(at.width));
  attribute(to, "height", decimal(at.height));
}

void close_rectangle(std::string& to, std::string_view title) {
  to += "><title>";
  to += title;  // made of numbers and fixed words
  to += "</title></rect>";
}

void label(std::string& to, double x, double y, std::string_view anchor, std::string_view text) {
  to += "<text";
  attribute(to, "x", decimal(x));
  attribute(to, "y", decimal(y));
  attribute(to, "text-anchor", anchor);
  to += '>';
  to += text;
  to += "</text>";
}

void rule(std::string& to, double left, double right, double y) {
  to += "<path class=\"rule\"";
  attribute(to, "d", "M" + decimal(left) + ' ' + decimal(y) + 'H' + decimal(right));
  to += "/>";
}

std::string open_drawing(std::string_view classes, double width, double height, std::string_view style = {}) {
  std::string text = "<svg";
  attribute(text, "class", classes);
  attribute(text, "viewBox", "0 0 " + decimal(width) + ' ' + decimal(height));
  if (!style.empty()) attribute(text, "style", style);
  text += " role=\"img\">";
  return text;
}

std::string cell_place(const page_map& map, std::size_t index) {
  const std::uint64_t first = index * map.pages_per_cell();
  const std::uint64_t last = std::min(first + map.pages_per_cell(), map.page_count()) - 1;
  return first == last ? "page " + grouped(first) : "pages " + grouped(first) + " to " + grouped(last);
}

std::string kinds_title(const page_map& map, std::size_t index) {
  const page_map_cell& cell = map.cells()[index];
  std::string text = cell_place(map, index);
  char separator = ':';
  for (std::size_t i = 0; i < page_use_count; ++i) {
    if (cell.counts[i] == 0) continue;
    text += separator;
    text += ' ';
    const auto use = static_cast<page_use>(i);
    text += map.pages_per_cell() == 1 ? std::string(title_of_one(use))
                                      : grouped(cell.counts[i]) + ' ' + std::string(title_of(use));
    separator = ',';
  }
  return text;
}

std::string ages_title(const page_map& map, std::size_t index) {
  const page_map_cell& cell = map.cells()[index];
  std::string text = cell_place(map, index);
  if (cell.birth_greatest == 0) return text + ": no age";
  if (cell.birth_least == cell.birth_greatest) return text + ": commit " + grouped(cell.birth_least);
  return text + ": commits " + grouped(cell.birth_least) + " to " + grouped(cell.birth_greatest);
}

// Calls draw(index, box) for all cells, in rows, and gives the drawing around them.
template <class Draw>
std::string draw_cells(const page_map& map, Draw&& draw) {
  constexpr double side = 10;
  const std::size_t count = map.cells().size();
  const auto wished = static_cast<std::size_t>(std::ceil(std::sqrt(static_cast<double>(count) * 1.7)));
  const std::size_t columns = std::clamp<std::size_t>(wished, 8, 96);
  const std::size_t rows = (count + columns - 1) / columns;
  const double gap = columns > 60 ? 0.8 : 1.2;
  const std::string style = "max-width:" + std::to_string(columns * 34) + "px";  // few pages are not drawn huge
  std::string text = open_drawing("map", static_cast<double>(columns) * side, static_cast<double>(rows) * side, style);
  for (std::size_t i = 0; i < count; ++i) {
    const double x = static_cast<double>(i % columns) * side;
    const double y = static_cast<double>(i / columns) * side;
    draw(text, i, box{x + gap / 2, y + gap / 2, side - gap, side - gap});
  }
  return text + "</svg>";
}

// The paler a cell, the more of it is free.
double opacity_of(const page_map_cell& cell) {
  const double used = static_cast<double>(cell.used()) / static_cast<double>(std::max<std::uint64_t>(cell.pages(), 1));
  return std::round((0.25 + 0.75 * used) * 20) / 20;
}

std::uint64_t greatest_of(const std::uint64_t* begin, const std::uint64_t* end) {
  return begin == end ? 0 : *std::max_element(begin, end);
}

// A round number not below, of which a scale shows the half too.
std::uint64_t scale_top(std::uint64_t greatest) {
  std::uint64_t power = 1;
  while (power < greatest / 10) power *= 10;
  for (const std::uint64_t factor : {2U, 4U, 6U, 8U, 10U, 12U, 16U, 20U}) {
    if (power * factor >= greatest) return power * factor;
  }
  return greatest;
}

// The frame that charts with columns share.
struct chart {
  static constexpr double width = 520, height = 210, left = 46, bottom = 26, top = 12;

  std::uint64_t greatest;

  [[nodiscard]] double y(double value) const {
    return height - bottom - value / static_cast<double>(greatest) * (height - bottom - top);
  }
  [[nodiscard]] std::string frame() const {
    std::string text = open_drawing("chart", width, height);
    for (const std::uint64_t mark : {std::uint64_t{0}, greatest / 2, greatest}) {
      rule(text, left, width, y(static_cast<double>(mark)));
      label(text, left - 8, y(static_cast<double>(mark)) + 4, "end", grouped(mark));
    }
    return text;
  }
  // The place of column i of n, of which the part from `from` to `to` is wanted.
  [[nodiscard]] box column(std::size_t i, std::size_t n, std::uint64_t from, std::uint64_t to) const {
    const double step = (width - left) / static_cast<double>(n);
    const double gap = std::min(3.0, step * 0.18);
    const double high = y(static_cast<double>(to));
    const double low = y(static_cast<double>(from));
    // What is there is seen, be it ever so little.
    const double size = to > from ? std::max(low - high, 1.2) : 0;
    return {left + static_cast<double>(i) * step + gap / 2, low - size, step - gap, size};
  }
};

}  // namespace

std::size_t age_step(std::uint64_t birth, std::uint64_t oldest, std::uint64_t newest) noexcept {
  if (newest <= oldest || birth >= newest) return 0;
  const double part = static_cast<double>(newest - birth) / static_cast<double>(newest - oldest);
  return std::min(static_cast<std::size_t>(part * static_cast<double>(age_step_count)), age_step_count - 1);
}

std::string draw_kinds(const page_map& map) {
  return draw_cells(map, [&](std::string& text, std::size_t i, const box& at) {
    const page_map_cell& cell = map.cells()[i];
    if (cell.used() != 0 && cell.used() != cell.pages()) {
      open_rectangle(text, "free", at);
      text += "/>";
    }
    open_rectangle(text, name_of(cell.dominant()), at);
    if (cell.used() != 0 && cell.used() != cell.pages()) attribute(text, "fill-opacity", decimal(opacity_of(cell)));
    close_rectangle(text, kinds_title(map, i));
  });
}

std::string draw_ages(const page_map& map) {
  const page_map_cell total = map.total();
  return draw_cells(map, [&](std::string& text, std::size_t i, const box& at) {
    const page_map_cell& cell = map.cells()[i];
    const std::string step =
        "age-" + std::to_string(age_step(cell.birth_greatest, total.birth_least, total.birth_greatest));
    open_rectangle(text, cell.birth_greatest == 0 ? name_of(cell.used() != 0 ? page_use::free : cell.dominant()) : step,
                   at);
    close_rectangle(text, ages_title(map, i));
  });
}

std::string draw_bar(const std::vector<std::pair<std::string_view, std::uint64_t>>& parts, std::uint64_t whole) {
  std::string text = "<div class=\"bar\">";
  for (const auto& [kind, number] : parts) {
    if (number == 0 || whole == 0) continue;
    text += "<i";
    attribute(text, "class", kind);
    attribute(text, "style", "width:" + decimal(100 * static_cast<double>(number) / static_cast<double>(whole)) + '%');
    text += "></i>";
  }
  return text + "</div>";
}

std::string draw_fill(const fill_histogram& leaves, const fill_histogram& branches) {
  std::array<std::uint64_t, fill_histogram::bin_count> sums{};
  for (std::size_t i = 0; i < sums.size(); ++i) sums[i] = leaves.bins[i] + branches.bins[i];
  const chart area{scale_top(std::max<std::uint64_t>(greatest_of(sums.data(), sums.data() + sums.size()), 1))};
  std::string text = area.frame();
  for (std::size_t i = 0; i < sums.size(); ++i) {
    const std::string range = std::to_string(i * 5) + " to " + std::to_string(i * 5 + 5) + "% full: ";
    if (leaves.bins[i] != 0) {
      open_rectangle(text, "leaf hit", area.column(i, sums.size(), 0, leaves.bins[i]));
      close_rectangle(text, range + (leaves.bins[i] == 1 ? "1 leaf" : grouped(leaves.bins[i]) + " leaves"));
    }
    if (branches.bins[i] != 0) {
      open_rectangle(text, "branch hit", area.column(i, sums.size(), leaves.bins[i], sums[i]));
      close_rectangle(text, range + counted(branches.bins[i], "branch"));
    }
  }
  for (int mark = 0; mark <= 100; mark += 25) {
    const double x = chart::left + (chart::width - chart::left) * mark / 100;
    label(text, x, chart::height - 8, mark == 0 ? "start" : mark == 100 ? "end" : "middle", std::to_string(mark) + '%');
  }
  return text + "</svg>";
}

std::string draw_births(const birth_histogram& births, std::uint64_t oldest, std::uint64_t newest) {
  const auto& bins = births.bins();
  const chart area{scale_top(std::max<std::uint64_t>(greatest_of(bins.data(), bins.data() + bins.size()), 1))};
  std::string text = area.frame();
  const std::uint64_t width = births.commits_per_bin();
  for (std::size_t i = 0; i < bins.size(); ++i) {
    if (bins[i] == 0) continue;
    const std::uint64_t first = i * width + 1;
    const std::size_t step = age_step(first + width - 1, oldest, newest);
    open_rectangle(text, "hit age-" + std::to_string(step), area.column(i, bins.size(), 0, bins[i]));
    close_rectangle(text, (width == 1 ? "commit " + grouped(first)
                                      : "commits " + grouped(first) + " to " + grouped(first + width - 1)) +
                              ": " + counted(bins[i], "page"));
  }
  if (!bins.empty()) {
    label(text, chart::left, chart::height - 8, "start", "commit 1");
    label(text, chart::width, chart::height - 8, "end", "now");
  }
  return text + "</svg>";
}

std::string draw_level(const level_picture& level, std::string_view kind) {
  constexpr double width = 1000, height = 20;
  std::string text = "<svg class=\"level\" preserveAspectRatio=\"none\" viewBox=\"0 0 1000 20\" role=\"img\">";
  const auto pages = static_cast<double>(std::max<std::uint64_t>(level.page_count(), 1));
  std::uint64_t first = 0;
  for (const level_picture::column& column : level.columns()) {
    const double x = static_cast<double>(first) / pages * width;
    const double size = static_cast<double>(column.pages) / pages * width;
    const double gap = level.page_count() == level.columns().size() ? std::min(1.5, size * 0.15) : 0;
    open_rectangle(text, kind, {x, 0, size - gap, height});
    attribute(text, "fill-opacity", decimal(0.12 + 0.88 * column.fill()));
    close_rectangle(text, (column.pages == 1 ? "1 page, " : grouped(column.pages) + " pages, on average ") +
                              percent(column.fill()) + " full");
    first += column.pages;
  }
  return text + "</svg>";
}

}  // namespace macaw_shell
