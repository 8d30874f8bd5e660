// SPDX-License-Identifier: MIT
//
// The scenarios of the program, in groups, one a file, and the report that they make together.

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

/// Adds a group of scenarios to the program, where its file is part of it.
class group {
 public:
  group(const char* name, void (*explore)(report&)) : name_(name), explore_(explore), next_(first()) { first() = this; }
  group(const group&) = delete;
  group& operator=(const group&) = delete;

  /// Goes through the groups of this name, or all where it is empty.
  static void explore_all(std::string_view name, report& result) {
    for (const group* each = first(); each != nullptr; each = each->next_) {
      if (name.empty() || name == each->name_) each->explore_(result);
    }
  }

 private:
  [[nodiscard]] static const group*& first() {
    static const group* head = nullptr;
    return head;
  }

  const char* name_;
  void (*explore_)(report&);
  const group* next_;
};

}  // namespace macaw_test
