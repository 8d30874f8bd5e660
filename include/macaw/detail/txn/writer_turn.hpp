// SPDX-License-Identifier: MIT
//
// Whose turn it is to write: one write transaction at a time. Layer 5 (txn).
//
// A turn belongs to a transaction, not to a thread, since transactions may be handed to other threads;
// so this is no mutex. The thread that last used the transaction is remembered, because waiting for
// oneself would hang: that is an error instead.

#pragma once

#include <macaw/detail/os/condition.hpp>
#include <macaw/error.hpp>
#include <macaw/macros.hpp>

#include <atomic>
#include <mutex>  // declares std::chrono, without the calendars and streams of <chrono>

namespace macaw::inline MACAW_ABI::detail {

/// When a wait of this length ends that begins now. One that the clock cannot count ends in more than a century.
template <class Rep, class Period>
[[nodiscard]] std::chrono::steady_clock::time_point deadline_after(const std::chrono::duration<Rep, Period>& wait) {
  using clock = std::chrono::steady_clock;
  using seconds = std::chrono::duration<double>;  // no length overflows it
  const clock::time_point now = clock::now();
  const clock::duration longest = (clock::time_point::max() - now) / 2;
  if (seconds(wait) >= seconds(longest)) return now + longest;
  if (seconds(wait) <= seconds::zero()) return now;
  return now + std::chrono::duration_cast<clock::duration>(wait);
}

class writer_turn {
 public:
  /// Waits for the turn. Errors: `would_deadlock` where the calling thread holds it itself.
  void take() {
    std::unique_lock lock(mutex_);
    if (taken_ && user_.load(std::memory_order_relaxed) == this_thread()) {
      throw_error(errc::would_deadlock, "this thread has a write transaction open: end it before beginning another");
    }
    while (taken_) given_.wait(lock);
    taken_ = true;
    note_user();
  }

  /// Waits no longer than to `deadline`. Returns whether the turn was had.
  [[nodiscard]] bool try_take(std::chrono::steady_clock::time_point deadline) {
    std::unique_lock lock(mutex_);
    while (taken_) {
      if (!given_.wait_until(lock, deadline) && taken_) return false;
    }
    taken_ = true;
    note_user();
    return true;
  }

  /// Ends the turn. Any thread may.
  void give() noexcept {
    {
      const std::lock_guard lock(mutex_);
      taken_ = false;
    }
    given_.notify_one();
  }

  [[nodiscard]] bool taken() const noexcept {
    const std::lock_guard lock(mutex_);
    return taken_;
  }

  /// Remembers the calling thread as the one that uses the transaction.
  void note_user() noexcept { user_.store(this_thread(), std::memory_order_relaxed); }

 private:
  /// What tells the threads that are alive apart.
  [[nodiscard]] static const void* this_thread() noexcept {
    static thread_local const char mark = 0;
    return &mark;
  }

  mutable std::mutex mutex_;
  condition given_;
  bool taken_ = false;
  std::atomic<const void*> user_{nullptr};
};

/// Has the turn while it lives, for what is no transaction.
class writer_turn_guard {
 public:
  /// Errors: as `writer_turn::take`.
  explicit writer_turn_guard(writer_turn& turn) : turn_(turn) { turn.take(); }
  writer_turn_guard(const writer_turn_guard&) = delete;
  writer_turn_guard& operator=(const writer_turn_guard&) = delete;
  ~writer_turn_guard() { turn_.give(); }

 private:
  writer_turn& turn_;
};

}  // namespace macaw::inline MACAW_ABI::detail
