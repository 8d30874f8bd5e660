// SPDX-License-Identifier: MIT
//
// Plots as SVG elements for a page that has the classes and colours of report.cpp.

#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace macaw_benchmark {

/// Text as HTML shows it.
[[nodiscard]] std::string escaped(std::string_view text);

/// A bar of a chart: how many times better than the yardstick.
struct ratio_bar {
  std::string label;  ///< the engine
  std::size_t colour = 0;
  double median = 0;
  double lowest = 0;
  double highest = 0;
};

/// Bars on a logarithmic axis around 1, with whiskers from the lowest to the highest.
[[nodiscard]] std::string ratio_chart(const std::vector<ratio_bar>& bars);

struct line {
  std::string label;
  std::size_t colour = 0;
  std::vector<std::pair<double, double>> points;  ///< ascending by the first
};

/// Lines over two logarithmic axes. Requires: a point, and all positive.
[[nodiscard]] std::string line_chart(const std::vector<line>& lines, std::string_view unit);

}  // namespace macaw_benchmark
