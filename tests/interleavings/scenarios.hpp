// SPDX-License-Identifier: MIT
//
// The scenarios of the program, by file, and the report that they make together.

#pragma once

#include "interleavings/scheduler.hpp"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string_view>

namespace macaw_test {

/// Runs explorations, prints what each went through, and remembers whether all ended as they were to.
class report {
 public:
  using maker = std::function<std::unique_ptr<scenario>()>;

  /// Of the scenarios whose names contain `chosen`, with so many more interruptions than usual.
  report(std::string_view chosen, unsigned more) : chosen_(chosen), more_(more) {}

  /// Nothing may be wrong in any order.
  void expect_sound(const char* what, const exploration_limits& limits, const maker& make);
  /// Something is wrong, and must be found.
  void expect_found(const char* what, const exploration_limits& limits, const maker& make);

  [[nodiscard]] bool failed() const noexcept { return failed_; }
  [[nodiscard]] std::uint64_t runs() const noexcept { return runs_; }

 private:
  [[nodiscard]] bool wanted(std::string_view what) const { return what.find(chosen_) != std::string_view::npos; }
  exploration print(const char* what, exploration_limits limits, const maker& make);

  std::string_view chosen_;
  unsigned more_;
  bool failed_ = false;
  std::uint64_t runs_ = 0;
};

void try_readers(report& result);
void try_pages(report& result);
void try_databases(report& result);

}  // namespace macaw_test
