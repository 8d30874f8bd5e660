// SPDX-License-Identifier: MIT
//
// All works of all engines, in the order in which they run, and what came of them.
//
// Invariants:
//  1. A round runs every work once, and a work runs on all engines one after another. So noise of the machine
//     hits all engines alike, and a ratio compares two runs that are close in time.

#pragma once

#include "measurement.hpp"
#include "rows.hpp"

#include <cstddef>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace macaw_benchmark {

/// How much is done.
struct scale {
  std::size_t rows;            ///< of the large table
  std::size_t small_rows;      ///< of tables that small transactions load
  std::size_t synced_commits;  ///< in one run
  std::size_t ages;            ///< transactions of one put that a database goes through before synced commits
  std::size_t rounds;

  [[nodiscard]] static scale of(std::size_t rows, std::size_t rounds) noexcept {
    const auto part = [&](std::size_t divisor) { return rows / divisor > 0 ? rows / divisor : 1; };
    return {rows, part(5), part(2000), part(5), rounds};
  }
};

/// The measurements of one engine doing one work: one for each round that ran.
using samples = std::map<std::size_t, measurement>;

class suite {
 public:
  suite(scale size, std::string directory) : size_(size), directory_(std::move(directory)), rows_(size.rows) {}

  [[nodiscard]] const scale& size() const noexcept { return size_; }
  [[nodiscard]] const row_set& rows() const noexcept { return rows_; }
  /// Where files go.
  [[nodiscard]] const std::string& directory() const noexcept { return directory_; }

  void add_engine(std::string_view name) { engines_.emplace_back(name); }
  void add(std::string_view work, std::string_view engine, std::function<measurement()> run);

  /// Registers every work of every round with Google Benchmark, by the name "work/engine/round".
  void enlist();

  [[nodiscard]] const std::vector<std::string>& works() const noexcept { return works_; }
  [[nodiscard]] const std::vector<std::string>& engines() const noexcept { return engines_; }
  /// What was measured: empty where nothing was.
  [[nodiscard]] const samples& results(const std::string& work, const std::string& engine) const;
  /// Runs in which an engine raised an error or returned wrong rows.
  [[nodiscard]] std::size_t failures() const noexcept { return failures_; }

 private:
  struct entry {
    std::function<measurement()> run;
    samples found;
  };

  void enlist(const std::string& work, const std::string& engine, entry& what, std::size_t round);

  scale size_;
  std::string directory_;
  row_set rows_;
  std::vector<std::string> works_;
  std::vector<std::string> engines_;
  std::map<std::string, std::map<std::string, entry>> entries_;  ///< by work and engine
  std::size_t failures_ = 0;
};

}  // namespace macaw_benchmark
