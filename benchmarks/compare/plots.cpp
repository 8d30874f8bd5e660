// SPDX-License-Identifier: MIT

#include "plots.hpp"

#include "text.hpp"

#include <algorithm>
#include <cmath>

namespace macaw_benchmark {

namespace {

/// A logarithmic axis from decade to decade, or between two ends.
class log_axis {
 public:
  log_axis(double low, double high, double from, double to)
      : low_(std::log10(low)), high_(std::log10(high)), from_(from), to_(to) {}

  [[nodiscard]] double at(double value) const {
    const double part = high_ > low_ ? (std::log10(value) - low_) / (high_ - low_) : 0.5;
    return from_ + std::clamp(part, 0.0, 1.0) * (to_ - from_);
  }

 private:
  double low_;
  double high_;
  double from_;
  double to_;
};

/// 1, 2, 5, 10, ... as far as they lie between two ends.
std::vector<double> ticks(double low, double high, bool decades_only) {
  std::vector<double> found;
  for (double decade = std::pow(10, std::floor(std::log10(low))); decade <= high; decade *= 10) {
    for (const double factor : {1.0, 2.0, 5.0}) {
      if (decades_only && factor != 1.0) continue;
      const double value = decade * factor;
      if (value >= low * 0.999 && value <= high * 1.001) found.push_back(value);
    }
  }
  return found;
}

std::string number_text(double value) {
  if (value >= 1e6) return print("%gM", value / 1e6);
  if (value >= 1e3) return print("%gk", value / 1e3);
  return print("%g", value);
}

std::string time_text(double value, std::string_view unit) {
  if (unit != "ns" || value < 1e3) return number_text(value) + (unit == "ns" ? " ns" : "");
  if (value < 1e6) return print("%g us", value / 1e3);
  if (value < 1e9) return print("%g ms", value / 1e6);
  return print("%g s", value / 1e9);
}

}  // namespace

std::string escaped(std::string_view text) {
  std::string result;
  for (const char c : text) {
    switch (c) {
      case '&': result += "&amp;"; break;
      case '<': result += "&lt;"; break;
      case '>': result += "&gt;"; break;
      case '"': result += "&quot;"; break;
      default: result += c;
    }
  }
  return result;
}

std::string ratio_chart(const std::vector<ratio_bar>& bars) {
  constexpr double left = 110;
  constexpr double width = 560;
  constexpr double row = 20;
  double low = 0.5;
  double high = 2;
  for (const ratio_bar& bar : bars) {
    low = std::min(low, bar.lowest);
    high = std::max(high, bar.highest);
  }
  const log_axis x(low, high, left, left + width - 70);
  const double bottom = row * static_cast<double>(bars.size()) + 4;
  std::string svg = print("<svg class=\"plot\" viewBox=\"0 0 %.0f %.0f\" role=\"img\">", left + width, bottom + 18);
  for (const double tick : ticks(low, high, high / low > 100)) {
    svg += print("<line class=\"%s\" x1=\"%.1f\" x2=\"%.1f\" y1=\"0\" y2=\"%.1f\"/>", tick == 1 ? "unity" : "grid",
                 x.at(tick), x.at(tick), bottom);
    svg += print("<text class=\"tick\" x=\"%.1f\" y=\"%.1f\" text-anchor=\"middle\">%g</text>", x.at(tick), bottom + 13,
                 tick);
  }
  double y = 2;
  for (const ratio_bar& bar : bars) {
    const double from = std::min(x.at(1), x.at(bar.median));
    const double to = std::max(x.at(1), x.at(bar.median));
    svg += print("<text class=\"name\" x=\"%.0f\" y=\"%.1f\" text-anchor=\"end\">%s</text>", left - 8, y + 13,
                 escaped(bar.label).c_str());
    svg += print("<rect class=\"c%zu\" x=\"%.1f\" y=\"%.1f\" width=\"%.1f\" height=\"14\" rx=\"2\"/>", bar.colour, from,
                 y + 2, std::max(to - from, 1.0));
    svg += print("<path class=\"whisker\" d=\"M%.1f %.1fH%.1f\"/>", x.at(bar.lowest), y + 9, x.at(bar.highest));
    svg += print("<text class=\"amount\" x=\"%.1f\" y=\"%.1f\">%.2f</text>", std::max(to, x.at(bar.highest)) + 6,
                 y + 13, bar.median);
    y += row;
  }
  return svg + "</svg>";
}

std::string line_chart(const std::vector<line>& lines, std::string_view unit) {
  constexpr double left = 62;
  constexpr double right = 470;
  constexpr double top = 8;
  constexpr double bottom = 250;
  double low_x = INFINITY, high_x = 0, low_y = INFINITY, high_y = 0;
  for (const line& each : lines) {
    for (const auto& [x, y] : each.points) {
      low_x = std::min(low_x, x), high_x = std::max(high_x, x);
      low_y = std::min(low_y, y), high_y = std::max(high_y, y);
    }
  }
  const log_axis x(low_x, high_x, left, right);
  const log_axis y(low_y * 0.8, high_y * 1.25, bottom, top);
  std::string svg = print("<svg class=\"plot\" viewBox=\"0 0 580 %.0f\" role=\"img\">", bottom + 24);
  for (const double tick : ticks(low_x, high_x, true)) {
    svg += print("<line class=\"grid\" x1=\"%.1f\" x2=\"%.1f\" y1=\"%.0f\" y2=\"%.0f\"/>", x.at(tick), x.at(tick), top,
                 bottom);
    svg += print("<text class=\"tick\" x=\"%.1f\" y=\"%.0f\" text-anchor=\"middle\">%s</text>", x.at(tick), bottom + 15,
                 number_text(tick).c_str());
  }
  for (const double tick : ticks(low_y * 0.8, high_y * 1.25, high_y / low_y > 200)) {
    svg += print("<line class=\"grid\" x1=\"%.0f\" x2=\"%.0f\" y1=\"%.1f\" y2=\"%.1f\"/>", left, right, y.at(tick),
                 y.at(tick));
    svg += print("<text class=\"tick\" x=\"%.0f\" y=\"%.1f\" text-anchor=\"end\">%s</text>", left - 6, y.at(tick) + 4,
                 time_text(tick, unit).c_str());
  }
  // Labels stand beside the last points, pushed apart where these are close.
  std::vector<std::pair<double, const line*>> labels;
  for (const line& each : lines) {
    std::string points;
    for (const auto& [at_x, at_y] : each.points) {
      points += print("%.1f,%.1f ", x.at(at_x), y.at(at_y));
      svg += print("<circle class=\"c%zu\" cx=\"%.1f\" cy=\"%.1f\" r=\"3\"/>", each.colour, x.at(at_x), y.at(at_y));
    }
    svg += print("<polyline class=\"l%zu\" points=\"%s\"/>", each.colour, points.c_str());
    if (!each.points.empty()) labels.emplace_back(y.at(each.points.back().second), &each);
  }
  std::sort(labels.begin(), labels.end(), [](const auto& a, const auto& b) { return a.first < b.first; });
  const double height = 13;
  double free = top;
  for (std::size_t i = 0; i < labels.size(); ++i) {
    const auto& [wanted, each] = labels[i];
    const double rest = height * static_cast<double>(labels.size() - 1 - i);  // what is to stand below it
    const double at = std::max(std::min(wanted, bottom - rest), free);
    free = at + height;
    svg += print("<text class=\"name t%zu\" x=\"%.0f\" y=\"%.1f\">%s</text>", each->colour, right + 8, at + 4,
                 escaped(each->label).c_str());
  }
  return svg + "</svg>";
}

}  // namespace macaw_benchmark
