// SPDX-License-Identifier: MIT
//
// How long operations report how far they are, and how they are stopped. Layer 0 (vocabulary).
//
// A callback is any function of `const progress&` that returns `bool`; false stops the operation with
// `errc::cancelled`. It is called at most every 50 ms, and once at the end.

#pragma once

#include <macaw/error.hpp>
#include <macaw/macros.hpp>

#include <concepts>
#include <cstdint>
#include <memory>
#include <mutex>  // std::chrono
#include <type_traits>

namespace macaw::inline MACAW_ABI {

/// How far a long operation is.
struct progress {
  std::uint64_t done = 0;   ///< units of work done, mostly pages
  std::uint64_t total = 0;  ///< units in all, as far as known; 0 where nobody knows
  bool finished = false;    ///< the last call
};

namespace detail {

template <class F>
concept progress_function = requires(F& f, const progress& state) {
  { f(state) } -> std::convertible_to<bool>;
};

}  // namespace detail

/// A borrowed callback, or none. Lives no longer than the call that it is passed to.
class progress_callback {
 public:
  progress_callback() = default;

  template <class F>
    requires(!std::same_as<std::remove_cvref_t<F>, progress_callback> && detail::progress_function<F>)
  progress_callback(F&& callback)
  noexcept  // NOLINT: implicit, so that a lambda may be passed
      : object_(const_cast<void*>(static_cast<const volatile void*>(std::addressof(callback)))),
        call_([](void* object, const progress& state) -> bool {
          return (*static_cast<std::remove_reference_t<F>*>(object))(state);
        }) {}

  [[nodiscard]] explicit operator bool() const noexcept { return call_ != nullptr; }

  /// Returns: whether to go on.
  [[nodiscard]] bool operator()(const progress& state) const { return call_ == nullptr || call_(object_, state); }

 private:
  void* object_ = nullptr;
  bool (*call_)(void*, const progress&) = nullptr;
};

namespace detail {

/// Counts work and calls back now and then.
class progress_meter {
 public:
  using clock = std::chrono::steady_clock;
  static constexpr std::chrono::milliseconds interval{50};

  explicit progress_meter(progress_callback callback, std::uint64_t total = 0)
      : callback_(callback), next_(clock::now() + interval) {
    state_.total = total;
  }

  /// Errors: `cancelled`, and what the callback throws.
  void advance(std::uint64_t units = 1) {
    state_.done += units;
    if (!callback_ || ++unchecked_ < 64) return;
    unchecked_ = 0;
    const auto now = clock::now();
    if (now < next_) return;
    next_ = now + interval;
    report();
  }

  /// The last report. Errors: as `advance`.
  void finish() {
    state_.finished = true;
    if (state_.total == 0) state_.total = state_.done;
    report();
  }

  [[nodiscard]] std::uint64_t done() const noexcept { return state_.done; }

 private:
  void report() {
    if (!callback_(state_)) throw_error(errc::cancelled, "the progress callback asked to stop");
  }

  progress_callback callback_;
  progress state_;
  std::uint32_t unchecked_ = 0;  // the clock is asked once in 64 units
  clock::time_point next_;
};

}  // namespace detail

}  // namespace macaw::inline MACAW_ABI
