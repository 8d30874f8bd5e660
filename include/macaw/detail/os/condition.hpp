// SPDX-License-Identifier: MIT
//
// A condition variable. Layer 0 (vocabulary).
//
// Why not that of std: since C++20 <condition_variable> brings threads, stop tokens and semaphores into every unit,
// for the two ways of waiting that are wanted here.
//
// Thread safety: as std::condition_variable.

#pragma once

#include <macaw/macros.hpp>

#include <ctime>
#include <mutex>  // declares std::chrono, without the calendars and streams of <chrono>

#include <pthread.h>

namespace macaw::inline MACAW_ABI::detail {

class condition {
 public:
  condition() noexcept {
    ::pthread_condattr_t attributes;
    ::pthread_condattr_init(&attributes);
#if !defined(__APPLE__)
    ::pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
#endif
    ::pthread_cond_init(&condition_, &attributes);
    ::pthread_condattr_destroy(&attributes);
  }
  condition(const condition&) = delete;
  condition& operator=(const condition&) = delete;
  ~condition() { ::pthread_cond_destroy(&condition_); }

  void notify_one() noexcept { ::pthread_cond_signal(&condition_); }

  /// Waits until somebody notifies, or for no reason. Requires: the lock is held; it is again afterwards.
  void wait(std::unique_lock<std::mutex>& lock) noexcept {
    ::pthread_cond_wait(&condition_, lock.mutex()->native_handle());
  }

  /// As `wait`, no longer than to `deadline`. Returns: whether that is still to come.
  bool wait_until(std::unique_lock<std::mutex>& lock, std::chrono::steady_clock::time_point deadline) noexcept {
    const auto now = std::chrono::steady_clock::now();
    if (deadline <= now) return false;
    // Some deadlines are beyond what the system's time can say: those are waited for by the hour.
    const std::chrono::nanoseconds hour = std::chrono::hours(1);
    const bool is_soon = deadline < now + hour;
    wait_for(lock.mutex()->native_handle(), is_soon ? std::chrono::nanoseconds(deadline - now) : hour);
    return std::chrono::steady_clock::now() < deadline;
  }

 private:
  void wait_for(::pthread_mutex_t* mutex, std::chrono::nanoseconds time) noexcept {
    constexpr long second = 1'000'000'000;
    const auto count = static_cast<long>(time.count());
#if defined(__APPLE__)
    const ::timespec left{count / second, count % second};
    ::pthread_cond_timedwait_relative_np(&condition_, mutex, &left);
#else
    ::timespec end;
    ::clock_gettime(CLOCK_MONOTONIC, &end);
    const long nanoseconds = end.tv_nsec + count % second;
    end.tv_sec += count / second + nanoseconds / second;
    end.tv_nsec = nanoseconds % second;
    ::pthread_cond_timedwait(&condition_, mutex, &end);
#endif
  }

  ::pthread_cond_t condition_;
};

}  // namespace macaw::inline MACAW_ABI::detail
