// SPDX-License-Identifier: MIT
//
// Counts the calls of `operator new`, and fails a chosen one. A program that uses this header gets the
// global operators of allocations.cpp. Counters are of the thread.

#pragma once

#include <cstddef>
#include <cstdint>

namespace macaw_test {

/// Whether this build counts and fails allocations: Clang's ThreadSanitizer insists on its own operators.
#if defined(__has_feature)
#if __has_feature(thread_sanitizer)
inline constexpr bool allocations_are_counted = false;
#else
inline constexpr bool allocations_are_counted = true;
#endif
#else
inline constexpr bool allocations_are_counted = true;
#endif

struct allocation_state {
  std::uint64_t count = 0;          ///< calls so far
  std::uint64_t until_failure = 0;  ///< the call that fails, counted from now; 0: none
  bool persists = false;            ///< whether all later calls fail too
  bool failed = false;              ///< whether a call was made to fail
};

/// The state of this thread.
[[nodiscard]] allocation_state& allocation() noexcept;

/// Makes the `nth` allocation of this thread from now on fail, or that one and all later ones, as long as the object
/// lives.
class failing_allocation {
 public:
  explicit failing_allocation(std::uint64_t nth, bool persists = false) noexcept {
    allocation().failed = false;
    allocation().persists = persists;
    allocation().until_failure = nth;
  }
  failing_allocation(const failing_allocation&) = delete;
  failing_allocation& operator=(const failing_allocation&) = delete;
  ~failing_allocation() { allocation().until_failure = 0; }

  [[nodiscard]] bool fired() const noexcept { return allocation().failed; }
};

/// Calls of `operator new` that `f` makes in this thread.
template <class F>
[[nodiscard]] std::uint64_t allocations_of(F&& f) {
  const std::uint64_t before = allocation().count;
  f();
  return allocation().count - before;
}

}  // namespace macaw_test
