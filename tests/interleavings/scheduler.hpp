// SPDX-License-Identifier: MIT
//
// Runs a few threads in every order of their atomic operations, one thread at a time.
//
// A unit compiled with -fsanitize=thread calls a function for each atomic operation. Linked with stand_ins.cpp instead
// of ThreadSanitizer, it calls functions that first ask which thread goes on. So the library's own code is what runs,
// and nothing in it knows.
//
// What is gone through: all orders in which a thread is interrupted, while it could go on, at most `preemptions` times.
// Atomic operations and mutexes are where threads may be interrupted; each operation takes effect at once, in one
// order that all threads see. With `delays`, so many plain and release stores may also, each, be held back until their
// thread does what drains a store buffer: a read-modify-write, a sequentially consistent store, a fence, a lock, or
// its end. Later stores of the thread then wait behind it. That is what x86 does to programs that rely on too little.
//
// Not gone through: loads that are early, and stores that overtake stores, as on ARM; a mutex being unlocked early.
//
// What is found beside what a scenario requires: memory used after it was freed, threads that wait for each other,
// threads that go on for ever.

#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>

namespace macaw_test {

/// What the threads of one run work on. Made anew for every run, and only before it and after it used by others.
class scenario {
 public:
  scenario() = default;
  scenario(const scenario&) = delete;
  scenario& operator=(const scenario&) = delete;
  virtual ~scenario() = default;

  /// What a thread does. It may only wait for mutexes.
  virtual void run(std::size_t thread) = 0;
  /// Looks at what is left when all threads have ended.
  virtual void finish() {}
};

/// What is to be gone through.
struct exploration_limits {
  std::size_t threads = 2;   ///< at most 8
  unsigned preemptions = 2;  ///< how often a thread is interrupted, in one run
  unsigned delays = 0;       ///< how many stores are held back, in one run
};

/// What was gone through.
struct exploration {
  std::uint64_t runs = 0;   ///< each in another order
  std::size_t longest = 0;  ///< the most points of one run at which another thread may go on
  std::string failure;      ///< the first thing that was wrong; nothing was tried after it
};

/// Says that something is wrong, unless `holds`. In threads of a scenario and in `finish`.
void require(bool holds, const char* what) noexcept;

/// A point at which another thread may go on, like an atomic operation.
void may_switch() noexcept;

/// Goes through all orders. `make()` makes the scenario of one run.
[[nodiscard]] exploration explore(const exploration_limits& limits,
                                  const std::function<std::unique_ptr<scenario>()>& make);

}  // namespace macaw_test
