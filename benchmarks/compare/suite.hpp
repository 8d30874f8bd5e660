// SPDX-License-Identifier: MIT
//
// All works of all engines over one number of rows, in the order in which they run, and what came of them.
//
// Invariants:
//  1. A round runs every work once, and a work runs on all engines one after another. So noise of the machine
//     hits all engines alike, and a ratio compares two runs that are close in time.

#pragma once

#include "measurement.hpp"
#include "yardsticks.hpp"

#include <cstddef>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace macaw_benchmark {

/// How much is done.
struct scale {
  std::size_t rows = 1'000'000;     ///< of the large table of numbers
  std::size_t text_rows = 500'000;  ///< of 24-byte keys and 150-byte values
  std::size_t rounds = 5;

  [[nodiscard]] std::size_t small_rows() const noexcept { return part(rows, 5); }  ///< that small transactions load
  [[nodiscard]] std::size_t synced_commits() const noexcept { return part(rows, 2000); }  ///< in one run
  [[nodiscard]] std::size_t ages() const noexcept { return part(rows, 5); }      ///< small transactions before these
  [[nodiscard]] std::size_t records() const noexcept { return part(rows, 20); }  ///< of 1 KiB
  [[nodiscard]] std::size_t large_values() const noexcept { return part(rows, 500); }  ///< of 64 KiB

 private:
  [[nodiscard]] static std::size_t part(std::size_t of, std::size_t divisor) noexcept {
    return of / divisor > 0 ? of / divisor : 1;
  }
};

/// What runs: engines by name, works by parts of their names (none: all).
struct selection {
  std::vector<std::string> engines;
  std::vector<std::string> works;

  [[nodiscard]] bool has_engine(std::string_view name) const;
  [[nodiscard]] bool has_work(std::string_view name) const;
};

/// The amounts of one engine doing one work: one for each round that ran.
using samples = std::map<std::size_t, double>;

/// A work, and what was found.
struct work {
  std::string name;
  macaw_benchmark::unit unit = unit::nanoseconds;
  double bound = 0;  ///< the amount that the machine allows, by its yardsticks; 0: unknown
  std::map<std::string, samples, std::less<>> found;                   ///< by engine
  std::map<std::string, std::function<double()>, std::less<>> runs{};  ///< by engine
};

class suite {
 public:
  suite(scale size, std::string directory, yardsticks machine, selection wanted)
      : size_(size), directory_(std::move(directory)), machine_(machine), wanted_(std::move(wanted)) {}

  [[nodiscard]] const scale& size() const noexcept { return size_; }
  [[nodiscard]] const yardsticks& machine() const noexcept { return machine_; }
  [[nodiscard]] const selection& wanted() const noexcept { return wanted_; }
  /// Where files go.
  [[nodiscard]] const std::string& directory() const noexcept { return directory_; }

  /// Adds an engine's way to do a work, unless either is not wanted.
  void add(std::string_view engine, std::string_view work, unit in, double bound, std::function<double()> run);

  /// Runs everything in all rounds, and tells what it does on standard error.
  void run();
  /// Lets go of the stores; what was found stays.
  void forget_runs() noexcept;

  [[nodiscard]] const std::vector<work>& works() const noexcept { return works_; }
  [[nodiscard]] const std::vector<std::string>& engines() const noexcept { return engines_; }
  /// Runs in which an engine raised an error or returned wrong rows.
  [[nodiscard]] std::size_t failures() const noexcept { return failures_; }

 private:
  void run(work& what, const std::string& engine, std::size_t round);

  scale size_;
  std::string directory_;
  yardsticks machine_;
  selection wanted_;
  std::vector<work> works_;
  std::vector<std::string> engines_;
  std::size_t failures_ = 0;
};

}  // namespace macaw_benchmark
