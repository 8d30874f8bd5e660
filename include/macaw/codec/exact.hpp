// SPDX-License-Identifier: MIT
//
// Argument types for integers and truth values: nothing is converted that could lose or change it. Layer 1.

#pragma once

#include <macaw/error.hpp>
#include <macaw/macros.hpp>

#include <concepts>
#include <limits>
#include <string>
#include <type_traits>

namespace macaw::inline MACAW_ABI {

namespace detail {

template <class T>
concept integer = std::integral<T> && !std::same_as<std::remove_cv_t<T>, bool>;

template <integer To, integer From>
[[nodiscard]] constexpr bool fits(From value) noexcept {
  const To converted = static_cast<To>(value);
  if (static_cast<From>(converted) != value) return false;
  if constexpr (std::signed_integral<From> && !std::signed_integral<To>) {
    return value >= 0;
  } else if constexpr (!std::signed_integral<From> && std::signed_integral<To>) {
    return converted >= 0;
  } else {
    return true;
  }
}

/// Whether every value of `From` is a value of `To`.
template <integer To, integer From>
inline constexpr bool always_fits =
    fits<To>(std::numeric_limits<From>::min()) && fits<To>(std::numeric_limits<From>::max());

template <integer T>
using widest = std::conditional_t<std::signed_integral<T>, long long, unsigned long long>;

[[noreturn]] MACAW_NOINLINE inline void throw_out_of_range(const std::string& number, const std::string& least,
                                                           const std::string& most) {
  std::string message = "the number ";
  message.append(number).append(" does not fit: ").append(least).append(" to ").append(most).append(" do");
  throw error(errc::key_out_of_range, message);
}

template <integer To, integer From>
[[noreturn]] MACAW_NOINLINE void throw_out_of_range(From value) {
  throw_out_of_range(std::to_string(static_cast<widest<From>>(value)),
                     std::to_string(static_cast<widest<To>>(std::numeric_limits<To>::min())),
                     std::to_string(static_cast<widest<To>>(std::numeric_limits<To>::max())));
}

}  // namespace detail

/// An integer argument of type `T`, made from an integer of any type; floating-point numbers and `bool` do not compile.
template <detail::integer T>
class exact {
 public:
  /// Takes over a number of any integer type.
  ///
  /// Errors: `errc::key_out_of_range` where `T` has no such value.
  template <detail::integer From>
  constexpr exact(From value) noexcept(detail::always_fits<T, From>) : value_(static_cast<T>(value)) {
    if constexpr (!detail::always_fits<T, From>) {
      if (!detail::fits<T>(value)) [[unlikely]] {
        detail::throw_out_of_range<T>(value);
      }
    }
  }

  [[nodiscard]] constexpr T value() const noexcept { return value_; }
  constexpr operator T() const noexcept { return value_; }

 private:
  T value_;
};

/// A `bool` argument; numbers and pointers do not compile.
class exact_bool {
 public:
  template <std::same_as<bool> From>
  constexpr exact_bool(From value) noexcept : value_(value) {}

  [[nodiscard]] constexpr bool value() const noexcept { return value_; }
  constexpr operator bool() const noexcept { return value_; }

 private:
  bool value_;
};

}  // namespace macaw::inline MACAW_ABI
