// SPDX-License-Identifier: MIT
//
// The system's calls on files, which can be told to fail, to be interrupted, and to do less than they were asked to.
// They stand in for the C library's in the whole program, and do what those do until they are told otherwise.

#pragma once

#include <cstddef>
#include <cstdint>

// On 64-bit Linux these are the very symbols that the headers name; the program's come before the C library's.
#if defined(__linux__) && defined(__x86_64__)
#define MACAW_TEST_HAVE_SYSTEM_CALLS 1
#endif

namespace macaw_test {

/// What is to go wrong.
struct system_call_fault {
  std::uint64_t call = 0;  ///< how many calls succeed before
  int code = 0;            ///< the errno of the failing one; 0: none fails
  bool persists = false;   ///< whether all later calls fail too
};

/// What goes wrong with calls from now on. Of one thread.
class system_call_faults {
 public:
  /// Sets the fault, and forgets that the one before has fired.
  void fail(const system_call_fault& fault) noexcept {
    fault_ = fault;
    counts_ = fault.code != 0;
    fired_ = false;
  }
  /// Every other call that may be is interrupted, and reads and writes are cut to so many bytes; 0: they are not.
  void disturb(bool interrupts, std::size_t size_max) noexcept {
    interrupts_ = interrupts;
    size_max_ = size_max;
  }
  void heal() noexcept {
    counts_ = false;
    disturb(false, 0);
  }
  [[nodiscard]] bool fired() const noexcept { return fired_; }
  /// Calls that were interrupted or cut short.
  [[nodiscard]] std::uint64_t disturbed() const noexcept { return disturbed_; }

  /// Whether the call about to be made fails: then errno says how.
  [[nodiscard]] bool strikes(bool interruptible) noexcept;
  /// How much of so many bytes a call may read or write.
  [[nodiscard]] std::size_t cut(std::size_t size) noexcept;
  /// Whether syncs need not be made: nothing is cut off here, so they would only take time.
  [[nodiscard]] bool skips_syncs() const noexcept { return counts_ || interrupts_ || size_max_ != 0; }

 private:
  system_call_fault fault_;
  bool counts_ = false;
  bool fired_ = false;
  bool interrupts_ = false;
  bool interrupted_ = false;
  std::size_t size_max_ = 0;
  std::uint64_t disturbed_ = 0;
};

/// Those of the program.
[[nodiscard]] system_call_faults& system_calls() noexcept;

}  // namespace macaw_test
