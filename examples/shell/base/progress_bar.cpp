// SPDX-License-Identifier: MIT

#include "base/progress_bar.hpp"

#include "base/interrupt.hpp"
#include "base/numbers.hpp"

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <string>

namespace macaw_shell {

namespace {

constexpr std::int64_t quiet_ms = 500;
constexpr std::size_t bar_width = 30;

std::int64_t now_ms() {
  using namespace std::chrono;
  return duration_cast<milliseconds>(steady_clock::now().time_since_epoch()).count();
}

}  // namespace

progress_bar::progress_bar(const settings& how, std::string_view what, std::string_view units)
    : what_(what), units_(units), shown_(how.progress), started_ms_(now_ms()) {}

progress_bar::~progress_bar() { clear(); }

void progress_bar::clear() noexcept {
  if (drawn_ != 0) std::fprintf(stderr, "\r%*s\r", static_cast<int>(drawn_), "");
  drawn_ = 0;
}

bool progress_bar::operator()(const macaw::progress& state) {
  if (state.finished) {
    clear();  // what was found out is about to be shown
  } else if (shown_ && now_ms() - started_ms_ >= quiet_ms) {
    draw(state);
  }
  return !interrupted();
}

void progress_bar::draw(const macaw::progress& state) {
  const auto amount = [&](std::uint64_t units) {
    return units_ == "bytes" ? byte_size(units) : grouped(units) + " " + units_;
  };
  std::string line = what_ + " ";
  if (state.total != 0) {
    const std::uint64_t done = std::min(state.done, state.total);
    const double part = static_cast<double>(done) / static_cast<double>(state.total);
    const auto full = static_cast<std::size_t>(part * bar_width);
    line += '[' + std::string(full, '#') + std::string(bar_width - full, '.') + "] ";
    line += std::to_string(static_cast<int>(part * 100)) + "% of " + amount(state.total);
  } else {
    line += amount(state.done);
  }
  const std::size_t columns = line.size();
  if (columns < drawn_) line.append(drawn_ - columns, ' ');
  drawn_ = columns;
  std::fprintf(stderr, "\r%s", line.c_str());
}

}  // namespace macaw_shell
