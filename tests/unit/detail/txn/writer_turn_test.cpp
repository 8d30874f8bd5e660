// SPDX-License-Identifier: MIT

#include "support/catch.hpp"

#include <macaw/detail/txn/writer_turn.hpp>

#include <atomic>
#include <chrono>
#include <cstdint>
#include <thread>
#include <vector>

using namespace macaw;
using namespace macaw::detail;

namespace {
std::chrono::steady_clock::time_point soon() { return std::chrono::steady_clock::now() + std::chrono::milliseconds(1); }
}  // namespace

TEST_CASE("a turn is had by one, and can be given from another thread") {
  writer_turn turn;
  CHECK_FALSE(turn.taken());
  turn.take();
  CHECK(turn.taken());
  CHECK_FALSE(turn.try_take(soon()));
  std::thread([&turn] { turn.give(); }).join();
  CHECK_FALSE(turn.taken());
  CHECK(turn.try_take(soon()));
  turn.give();
}

TEST_CASE("waiting for oneself is an error, waiting for another is not") {
  writer_turn turn;
  turn.take();
  try {
    turn.take();
    FAIL("waited for itself");
  } catch (const error& failure) {
    CHECK(failure.kind() == errc::would_deadlock);
  }
  std::atomic<bool> had{false};
  std::thread other([&] {
    turn.take();
    had = true;
    turn.give();
  });
  turn.give();
  other.join();
  CHECK(had);
}

TEST_CASE("a turn is handed on until all who wait have had theirs") {
  writer_turn turn;
  std::uint64_t turns = 0;  // counted by whoever has the turn
  std::vector<std::thread> threads;
  for (int i = 0; i < 3; ++i) {
    threads.emplace_back([&] {
      for (int round = 0; round < 200; ++round) {
        turn.take();
        ++turns;
        std::this_thread::yield();  // so that others come to wait
        turn.give();
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  CHECK(turns == 600);
  CHECK_FALSE(turn.taken());
}

TEST_CASE("the thread that used the transaction last is the one that must not wait") {
  writer_turn turn;
  turn.take();
  std::thread([&turn] {
    turn.note_user();
    CHECK_THROWS_AS(turn.take(), error);
  }).join();
  turn.give();
}

TEST_CASE("a wait longer than the clock can count has a deadline all the same") {
  const auto now = std::chrono::steady_clock::now();
  CHECK(deadline_after(std::chrono::hours::max()) > now + std::chrono::hours(24) * 36500);
  CHECK(deadline_after(std::chrono::nanoseconds::max()) > now + std::chrono::hours(24) * 36500);
  CHECK(deadline_after(std::chrono::duration<double>(1e300)) > now + std::chrono::hours(24) * 36500);
  CHECK(deadline_after(std::chrono::hours(1)) >= now + std::chrono::hours(1));
  CHECK(deadline_after(std::chrono::hours(1)) < now + std::chrono::hours(2));
  CHECK(deadline_after(std::chrono::hours::min()) >= now);
  CHECK(deadline_after(std::chrono::hours::min()) < now + std::chrono::hours(1));
  writer_turn turn;
  CHECK(turn.try_take(deadline_after(std::chrono::hours::max())));
  std::thread other([&turn] {
    CHECK(turn.try_take(deadline_after(std::chrono::hours::max())));
    turn.give();
  });
  turn.give();
  other.join();
}
