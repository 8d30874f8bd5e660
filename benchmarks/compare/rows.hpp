// SPDX-License-Identifier: MIT
//
// The rows that every engine stores: keys of 8 bytes spread over all values, and values of 8 bytes. All is
// computed from a row's number, so each engine sees the same data in the same order.

#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <numeric>
#include <random>
#include <span>
#include <utility>
#include <vector>

namespace macaw_benchmark {

/// A bijection that spreads numbers (the finaliser of SplitMix64).
[[nodiscard]] constexpr std::uint64_t mix(std::uint64_t x) noexcept {
  x += 0x9E3779B97F4A7C15;
  x = (x ^ (x >> 30)) * 0xBF58476D1CE4E5B9;
  x = (x ^ (x >> 27)) * 0x94D049BB133111EB;
  return x ^ (x >> 31);
}

/// What is compared with what an engine returned: it depends on every key and value, not on their order.
[[nodiscard]] constexpr std::uint64_t digest(std::uint64_t key, std::uint64_t value) noexcept {
  return key * 3 + value;
}

class row_set {
 public:
  explicit row_set(std::size_t count) : count_(count), visits_(count) {
    std::iota(visits_.begin(), visits_.end(), std::uint32_t{0});
    std::shuffle(visits_.begin(), visits_.end(), std::mt19937_64(1));
    sorted_.reserve(count);
    for (std::size_t i = 0; i < count; ++i) sorted_.emplace_back(key(i), value(i));
    std::sort(sorted_.begin(), sorted_.end());
  }

  [[nodiscard]] std::size_t size() const noexcept { return count_; }

  /// The key of row `i`: in order of the rows' numbers they come at random places.
  [[nodiscard]] static constexpr std::uint64_t key(std::size_t i) noexcept { return mix(i); }
  /// A key that no row has.
  [[nodiscard]] std::uint64_t absent_key(std::size_t i) const noexcept { return mix(i + count_); }
  /// The value that row `i` gets when it is put for the `generation`th time: always another one.
  [[nodiscard]] static constexpr std::uint64_t value(std::size_t i, std::uint64_t generation = 0) noexcept {
    return ~std::uint64_t{i} + (generation << 32);
  }

  /// The numbers of all rows, in a random order that is always the same.
  [[nodiscard]] std::span<const std::uint32_t> visits() const noexcept { return visits_; }
  /// Keys and first values in order of keys.
  [[nodiscard]] std::span<const std::pair<std::uint64_t, std::uint64_t>> sorted() const noexcept { return sorted_; }

 private:
  std::size_t count_;
  std::vector<std::uint32_t> visits_;
  std::vector<std::pair<std::uint64_t, std::uint64_t>> sorted_;
};

}  // namespace macaw_benchmark
