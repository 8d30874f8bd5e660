// SPDX-License-Identifier: MIT

#include <macaw/detail/os/condition.hpp>

#include "support/catch.hpp"

#include <chrono>
#include <mutex>
#include <thread>

using macaw::detail::condition;
using std::chrono::steady_clock;

TEST_CASE("who waits is woken by who notifies") {
  std::mutex mutex;
  condition told;
  condition heard;
  int turns = 0;
  std::thread other([&] {
    std::unique_lock lock(mutex);
    for (int i = 0; i < 1000; ++i) {
      while (turns % 2 == 0) told.wait(lock);
      ++turns;
      heard.notify_one();
    }
  });
  {
    std::unique_lock lock(mutex);
    for (int i = 0; i < 1000; ++i) {
      ++turns;
      told.notify_one();
      while (turns % 2 == 1) heard.wait_until(lock, steady_clock::now() + std::chrono::hours(24));
    }
  }
  other.join();
  CHECK(turns == 2000);
}

TEST_CASE("waiting ends at the deadline, not before it, and holds the lock") {
  std::mutex mutex;
  condition never;
  std::unique_lock lock(mutex);
  const auto deadline = steady_clock::now() + std::chrono::milliseconds(20);
  while (never.wait_until(lock, deadline)) CHECK(steady_clock::now() < deadline + std::chrono::hours(1));
  CHECK(steady_clock::now() >= deadline);
  CHECK(lock.owns_lock());
  CHECK_FALSE(never.wait_until(lock, steady_clock::now() - std::chrono::hours(1)));
  CHECK_FALSE(never.wait_until(lock, steady_clock::time_point::min()));
}

TEST_CASE("a deadline at the end of time is one") {
  std::mutex mutex;
  condition told;
  bool done = false;
  std::thread other([&] {
    const std::lock_guard lock(mutex);
    done = true;
    told.notify_one();
  });
  std::unique_lock lock(mutex);
  while (!done) CHECK(told.wait_until(lock, steady_clock::time_point::max()));
  lock.unlock();
  other.join();
}
