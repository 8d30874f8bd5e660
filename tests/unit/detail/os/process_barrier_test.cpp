// SPDX-License-Identifier: MIT

#include <macaw/detail/os/process_barrier.hpp>

#include <atomic>
#include <thread>

#include "support/catch.hpp"

using macaw::detail::process_barrier;

TEST_CASE("A fence of the process that the system has can be run as often as wanted", "[os]") {
  const process_barrier barrier;
  if (!barrier.is_available()) return;
  for (int i = 0; i < 100; ++i) CHECK(barrier.run());
}

TEST_CASE("Two threads of which one fences for both see at least one of their stores", "[os]") {
  // Dekker's protocol: without a fence between its store and its load each might miss the other's store.
  const process_barrier barrier;
  if (!barrier.is_available()) return;
  constexpr int rounds = 3'000;
  std::atomic<int> often{0}, seldom{0}, started{0}, done{0};
  int seen_by_often = 0;
  std::thread other([&] {
    for (int round = 1; round <= rounds; ++round) {
      while (started.load() != round) std::this_thread::yield();
      often.store(round, std::memory_order_relaxed);
      process_barrier::light();
      seen_by_often = seldom.load(std::memory_order_relaxed);
      done.store(round);
    }
  });
  int missed = 0;
  for (int round = 1; round <= rounds; ++round) {
    started.store(round);
    seldom.store(round, std::memory_order_relaxed);
    static_cast<void>(barrier.run());
    const int seen_by_seldom = often.load(std::memory_order_relaxed);
    while (done.load() != round) std::this_thread::yield();
    missed += seen_by_often != round && seen_by_seldom != round ? 1 : 0;
  }
  other.join();
  CHECK(missed == 0);
}
