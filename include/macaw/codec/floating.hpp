// SPDX-License-Identifier: MIT
//
// Codecs of floating-point numbers. Layer 1.
//
// FROZEN: on disk. Values are the IEEE 754 bits, little-endian. Keys are the bits moved into a total order,
// big-endian: -inf first, then the negative numbers, -0.0, +0.0 (two keys), the positive numbers, +inf,
// and last all NaNs. The move is a bijection: every bit pattern, payloads and signs of NaNs too, comes
// back as it was, and every string of 4 or 8 bytes is a key. Names: "f32", "f64".

#pragma once

#include <macaw/bytes.hpp>
#include <macaw/codec/codec.hpp>
#include <macaw/codec/component.hpp>
#include <macaw/codec/integer.hpp>
#include <macaw/detail/base/endian.hpp>
#include <macaw/macros.hpp>

#include <bit>
#include <concepts>
#include <cstddef>
#include <limits>
#include <optional>
#include <string_view>

namespace macaw::inline MACAW_ABI {

namespace detail {

template <class T>
concept storable_floating = std::same_as<T, float> || std::same_as<T, double>;

/// What the two roles of floating-point numbers have in common.
template <storable_floating T>
struct floating_role {
  static_assert(std::numeric_limits<T>::is_iec559, "macaw stores IEEE 754 numbers");
  using value_type = T;
  using view_type = T;
  using argument_type = T;
  using bits = unsigned_of_width<sizeof(T)>;

  static constexpr std::string_view name = sizeof(T) == 4 ? "f32" : "f64";
  static constexpr std::size_t fixed_size = sizeof(T);

  [[nodiscard]] static constexpr std::size_t size(T) noexcept { return fixed_size; }
  [[nodiscard]] static constexpr T own(T view) noexcept { return view; }
};

}  // namespace detail

/// Floating-point numbers as keys, in a total order with NaN last.
template <detail::storable_floating T>
struct floating_key : detail::floating_role<T>, detail::fixed_component<floating_key<T>> {
  using bits = typename detail::floating_role<T>::bits;
  static constexpr bool is_ordered = true;

  static std::byte* encode(T argument, std::byte* out) noexcept {
    detail::store_be(out, to_rank(std::bit_cast<bits>(argument)));
    return out + sizeof(T);
  }
  [[nodiscard]] static std::optional<T> decode(bytes_view in) noexcept {
    if (in.size() != sizeof(T)) return std::nullopt;
    return std::bit_cast<T>(from_rank(detail::load_be<bits>(in.data())));
  }

 private:
  static constexpr bits sign_bit = static_cast<bits>(bits{1} << (sizeof(T) * 8 - 1));
  // NaNs with the sign bit set would come first; there are as many as mantissas other than zero, and
  // counting from behind them wraps them round to the end.
  static constexpr bits negative_nans = static_cast<bits>((bits{1} << (std::numeric_limits<T>::digits - 1)) - 1);

  static constexpr bits to_rank(bits pattern) noexcept {
    const bits ascending = (pattern & sign_bit) != 0 ? static_cast<bits>(~pattern) : (pattern | sign_bit);
    return static_cast<bits>(ascending - negative_nans);
  }
  static constexpr bits from_rank(bits rank) noexcept {
    const bits ascending = static_cast<bits>(rank + negative_nans);
    return (ascending & sign_bit) != 0 ? (ascending ^ sign_bit) : static_cast<bits>(~ascending);
  }
};

/// Floating-point numbers as values: their bits.
template <detail::storable_floating T>
struct floating_value : detail::floating_role<T> {
  using bits = typename detail::floating_role<T>::bits;

  [[nodiscard]] static bool reads(std::string_view stored) noexcept { return stored == floating_value::name; }

  static std::byte* encode(T argument, std::byte* out) noexcept {
    detail::store_le(out, std::bit_cast<bits>(argument));
    return out + sizeof(T);
  }
  [[nodiscard]] static std::optional<T> decode(bytes_view in) noexcept {
    if (in.size() != sizeof(T)) return std::nullopt;
    return std::bit_cast<T>(detail::load_le<bits>(in.data()));
  }
};

template <detail::storable_floating T>
struct codec<T> {
  using key = floating_key<T>;
  using value = floating_value<T>;
};

}  // namespace macaw::inline MACAW_ABI
