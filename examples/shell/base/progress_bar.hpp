// SPDX-License-Identifier: MIT
//
// How far something long is, on standard error.

#pragma once

#include "base/settings.hpp"

#include <macaw/ops/progress.hpp>

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace macaw_shell {

/// A line that is drawn again and again, from half a second on, and goes away with the last report. Pass it as a
/// progress callback; Ctrl-C then cancels the operation.
class progress_bar {
 public:
  /// `what`: the work, "checking"; `units`: what is counted, "pages".
  progress_bar(const settings& how, std::string_view what, std::string_view units);
  progress_bar(const progress_bar&) = delete;
  progress_bar& operator=(const progress_bar&) = delete;
  ~progress_bar();

  /// Returns: whether to go on.
  bool operator()(const macaw::progress& state);

 private:
  void draw(const macaw::progress& state);
  void clear() noexcept;

  std::string what_;
  std::string units_;
  bool shown_;
  std::int64_t started_ms_;
  std::size_t drawn_ = 0;  // columns of the line that stands there
};

}  // namespace macaw_shell
