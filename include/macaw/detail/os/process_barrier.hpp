// SPDX-License-Identifier: MIT
//
// A fence on all threads of the process at once. Layer 1.
//
// Where one side of a protocol runs for every row and the other seldom, only the latter needs to pay: it makes the
// system run a fence on each thread, and the former does with the order that its compiler keeps. Source: asymmetric
// fences, as in userspace RCU and in Linux's membarrier(2).

#pragma once

#include <macaw/macros.hpp>

#if defined(__linux__)
#include <sys/syscall.h>
#include <unistd.h>
#endif

namespace macaw::inline MACAW_ABI::detail {

/// Fences of the whole process, where the system has them.
class process_barrier {
 public:
  /// Asks the system. Complexity: a system call.
  process_barrier() noexcept : is_available_(request(register_expedited)) {}

  /// Whether `run` may be called.
  [[nodiscard]] bool is_available() const noexcept { return is_available_; }

  /// Every thread has run a fence when it returns. Requires: `is_available()`.
  /// Returns: whether it was done; a system that grants it does not refuse it later, but may be made to.
  /// Complexity: a system call, which interrupts the processors that run threads of this process.
  [[nodiscard]] bool run() const noexcept { return request(expedited); }

  /// Keeps the compiler from moving accesses over it: what is left of a fence to those whose other side runs `run`.
  MACAW_ALWAYS_INLINE static void light() noexcept {
#if defined(__GNUC__)
    asm volatile("" : : : "memory");
#endif
  }

 private:
  // Of <linux/membarrier.h>, which not every C library brings.
  static constexpr int expedited = 1 << 3;
  static constexpr int register_expedited = 1 << 4;

  [[nodiscard]] static bool request([[maybe_unused]] int command) noexcept {
#if defined(__linux__) && defined(SYS_membarrier) && defined(__GNUC__)
    return ::syscall(SYS_membarrier, command, 0, 0) == 0;
#else
    return false;
#endif
  }

  bool is_available_;
};

}  // namespace macaw::inline MACAW_ABI::detail
