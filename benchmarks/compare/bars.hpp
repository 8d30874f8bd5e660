// SPDX-License-Identifier: MIT
//
// The ratios that macaw is to reach, and whether it does. A bar is reached where three quarters of the rounds are.

#pragma once

#include "ratios.hpp"
#include "suite.hpp"

#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace macaw_benchmark {

struct bar {
  std::string_view work;
  std::array<std::string_view, 2> engines;  ///< one or two
  std::string_view to;                      ///< the engine that it is a ratio to
  double at_least;
};

inline constexpr bar bars[] = {
    {"ascending load, synced", {"file", "mmap"}, "lmdb", 3},
    {"random load, transactions of 1", {"file", "mmap"}, "lmdb", 6},
    {"random load, transactions of 10,000", {"file", "mmap"}, "lmdb", 2},
    {"random load, transactions of 10,000", {"memory"}, "absl::btree_map", 0.7},
    {"random erase", {"file", "mmap"}, "lmdb", 2},
    {"erase of half of the keys", {"file", "mmap"}, "lmdb", 100},
    {"random get", {"file"}, "lmdb", 2},
    {"random get", {"mmap"}, "lmdb", 2.5},
    {"random get", {"memory"}, "absl::btree_map", 1},
    {"missing get", {"file", "mmap"}, "lmdb", 2.5},
    {"get of 16 keys at once, per key", {"file", "mmap"}, "lmdb", 5},
    {"full scan, per row", {"file", "mmap"}, "lmdb", 3},
    {"full scan, per row", {"memory"}, "absl::btree_map", 2},
    {"range of 100 rows", {"file", "mmap"}, "lmdb", 3},
    {"begin and end of a read transaction", {"file", "mmap"}, "lmdb", 3},
    {"gets on two threads, share of one", {"file", "mmap"}, "lmdb", 0.95},
    {"file after random load, per row", {"file", "mmap"}, "lmdb", 1.25},
    {"open to first get", {"file", "mmap"}, "lmdb", 1},
    {"synced transaction of 1 put", {"file", "mmap"}, "lmdb", 1.5},
    {"synced transaction of 10 puts", {"file", "mmap"}, "lmdb", 1.5},
    {"synced transaction of 100 puts", {"file", "mmap"}, "lmdb", 1.8},
    {"synced transaction of 1000 puts", {"file", "mmap"}, "lmdb", 2},
    {"random get, texts", {"file", "mmap"}, "lmdb", 2},
    {"random load, 1 KiB values", {"file", "mmap"}, "lmdb", 1.2},
    {"random get, 1 KiB values", {"file", "mmap"}, "lmdb", 1.2},
    {"random load, 64 KiB values", {"file", "mmap"}, "lmdb", 1.2},
    {"random get, 64 KiB values", {"file", "mmap"}, "lmdb", 1.2},
};

/// A bar of one engine.
struct bar_result {
  const bar& of;
  std::string_view engine;
  std::optional<spread> ratio;  ///< nothing where one of the two engines has not run

  [[nodiscard]] bool reached() const noexcept { return ratio && ratio->lower_quartile >= of.at_least; }
};

[[nodiscard]] std::vector<bar_result> judge_bars(const suite& results);

/// The bars of all works and engines that were wanted, as a table in Markdown.
[[nodiscard]] std::string bar_table(const suite& results);

}  // namespace macaw_benchmark
