// SPDX-License-Identifier: MIT
//
// What one run of a work found, and the clocks that find it.
//
// What only computes is measured in processor time of the process, in the kernel and of an engine's own threads
// too, so that other programs on the machine count for little; what waits for the medium, or for several threads of
// ours, in time that passes.

#pragma once

#include <time.h>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <stdexcept>
#include <string>

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

/// An engine that did not do what it was asked for has no figure.
inline void expect_equal(std::uint64_t found, std::uint64_t expected, const char* what) {
  if (found == expected) return;
  throw std::runtime_error(std::string(what) + ": found " + std::to_string(found) + ", expected " +
                           std::to_string(expected));
}

}  // namespace macaw_benchmark
