// SPDX-License-Identifier: MIT
//
// What one run of a work found, and the clock that finds it.

#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <stdexcept>
#include <string>

namespace macaw_benchmark {

/// Less is better, whatever the unit.
enum class unit { nanoseconds_per_operation, bytes_per_row };

struct measurement {
  double amount = 0;
  macaw_benchmark::unit unit = unit::nanoseconds_per_operation;
};

class stopwatch {
 public:
  [[nodiscard]] measurement per(std::size_t operations) const {
    const std::chrono::duration<double, std::nano> passed = std::chrono::steady_clock::now() - began_;
    return {passed.count() / static_cast<double>(operations)};
  }

 private:
  std::chrono::steady_clock::time_point began_ = std::chrono::steady_clock::now();
};

/// An engine that did not do what it was asked for has no figure.
inline void expect_equal(std::uint64_t found, std::uint64_t expected, const char* what) {
  if (found == expected) return;
  throw std::runtime_error(std::string(what) + ": found " + std::to_string(found) + ", expected " +
                           std::to_string(expected));
}

}  // namespace macaw_benchmark
