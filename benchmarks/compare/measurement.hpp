// SPDX-License-Identifier: MIT
//
// What one run of a work found, and the clocks that find it.
//
// What only computes is measured in processor time of the process, in the kernel and of an engine's own threads
// too, so that other programs on the machine count for little; what waits for the medium, or for several threads of
// ours, in time that passes.

#pragma once

#include <time.h>

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <stdexcept>
#include <string>
#include <vector>

namespace macaw_benchmark {

/// Less is better, whatever the unit.
enum class unit { nanoseconds, bytes, share };

/// Counts from its making on.
template <class Clock>
class stopwatch {
 public:
  /// Nanoseconds for each of so many operations.
  [[nodiscard]] double per(std::size_t operations) const {
    const std::chrono::duration<double, std::nano> passed = Clock::now() - began_;
    return passed.count() / static_cast<double>(operations);
  }

 private:
  typename Clock::time_point began_ = Clock::now();
};

/// The processor time of this process.
struct processor_clock {
  using duration = std::chrono::nanoseconds;
  using rep = duration::rep;
  using period = duration::period;
  using time_point = std::chrono::time_point<processor_clock>;
  static constexpr bool is_steady = true;

  [[nodiscard]] static time_point now() noexcept {
    timespec time{};
    ::clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
    return time_point(std::chrono::seconds(time.tv_sec) + std::chrono::nanoseconds(time.tv_nsec));
  }
};

using computing = stopwatch<processor_clock>;
using waiting = stopwatch<std::chrono::steady_clock>;

/// What is measured of works that can be done again lasts as long as this at least: where there are few rows, what
/// happens once in a while would decide.
inline constexpr double least_time = 10e6;  // nanoseconds

/// What was done again and again, and how long it took.
struct repetition {
  double time = 0;  ///< nanoseconds for each operation
  std::size_t times = 0;
};

/// Does `operations` at once until enough time has passed.
template <class Clock = computing, class Pass>
[[nodiscard]] repetition repeat(std::size_t operations, Pass&& pass) {
  const Clock clock;
  for (std::size_t times = 1;; ++times) {
    pass();
    if (const double passed = clock.per(1); passed >= least_time) {
      return {passed / static_cast<double>(operations * times), times};
    }
  }
}

/// The middle one of some amounts.
[[nodiscard]] inline double middle_of(std::vector<double> amounts) {
  const auto middle = amounts.begin() + static_cast<std::ptrdiff_t>(amounts.size() / 2);
  std::nth_element(amounts.begin(), middle, amounts.end());
  return *middle;
}

/// An engine that did not do what it was asked for has no figure.
inline void expect_equal(std::uint64_t found, std::uint64_t expected, const char* what) {
  if (found == expected) return;
  throw std::runtime_error(std::string(what) + ": found " + std::to_string(found) + ", expected " +
                           std::to_string(expected));
}

}  // namespace macaw_benchmark
