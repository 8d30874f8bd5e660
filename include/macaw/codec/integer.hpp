// SPDX-License-Identifier: MIT
//
// Codecs of integers and `bool`. Layer 1.
//
// FROZEN: on disk. Keys are big-endian with the sign bit flipped for signed types, values little-endian;
// both have the width of the type. Names: "u8" to "u64", "i8" to "i64", "bool" (one byte, 0 or 1). `char`
// is an "i8" or a "u8", as the platform has it; `char8_t`, `char16_t`, `char32_t` are "u8", "u16", "u32".
// `wchar_t` has no codec: its width differs between platforms.

#pragma once

#include <macaw/bytes.hpp>
#include <macaw/codec/codec.hpp>
#include <macaw/codec/component.hpp>
#include <macaw/codec/exact.hpp>
#include <macaw/detail/base/endian.hpp>
#include <macaw/macros.hpp>

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>
#include <type_traits>

namespace macaw::inline MACAW_ABI {

namespace detail {

/// The unsigned integer of `Width` bytes.
template <std::size_t Width>
using unsigned_of_width = std::conditional_t<
    Width == 1, std::uint8_t,
    std::conditional_t<Width == 2, std::uint16_t, std::conditional_t<Width == 4, std::uint32_t, std::uint64_t>>>;

template <class T>
concept storable_integer = integer<T> && sizeof(T) <= 8 && !std::same_as<std::remove_cv_t<T>, wchar_t>;

template <storable_integer T>
[[nodiscard]] consteval std::string_view integer_name() noexcept {
  constexpr bool is_signed = std::signed_integral<T>;
  switch (sizeof(T)) {
    case 1: return is_signed ? "i8" : "u8";
    case 2: return is_signed ? "i16" : "u16";
    case 4: return is_signed ? "i32" : "u32";
    default: return is_signed ? "i64" : "u64";
  }
}

/// What the two roles of integers have in common.
template <storable_integer T>
struct integer_role {
  using value_type = T;
  using view_type = T;
  using argument_type = exact<T>;
  using bits = unsigned_of_width<sizeof(T)>;

  static constexpr std::string_view name = integer_name<T>();
  static constexpr std::size_t fixed_size = sizeof(T);

  [[nodiscard]] static constexpr std::size_t size(argument_type) noexcept { return fixed_size; }
  [[nodiscard]] static constexpr T own(T view) noexcept { return view; }
};

}  // namespace detail

/// Integers as keys: big-endian, the sign bit flipped.
template <detail::storable_integer T>
struct integer_key : detail::integer_role<T>, detail::fixed_component<integer_key<T>> {
  using bits = typename detail::integer_role<T>::bits;
  static constexpr bool is_ordered = true;
  static constexpr bits sign_flip = std::signed_integral<T> ? static_cast<bits>(bits{1} << (sizeof(T) * 8 - 1)) : 0;

  static std::byte* encode(exact<T> argument, std::byte* out) noexcept {
    detail::store_be(out, static_cast<bits>(static_cast<bits>(argument.value()) ^ sign_flip));
    return out + sizeof(T);
  }
  [[nodiscard]] static std::optional<T> decode(bytes_view in) noexcept {
    if (in.size() != sizeof(T)) return std::nullopt;
    return static_cast<T>(static_cast<bits>(detail::load_be<bits>(in.data()) ^ sign_flip));
  }
};

/// Integers as values: little-endian.
template <detail::storable_integer T>
struct integer_value : detail::integer_role<T> {
  using bits = typename detail::integer_role<T>::bits;

  [[nodiscard]] static bool reads(std::string_view stored) noexcept { return stored == integer_value::name; }

  static std::byte* encode(exact<T> argument, std::byte* out) noexcept {
    detail::store_le(out, static_cast<bits>(argument.value()));
    return out + sizeof(T);
  }
  [[nodiscard]] static std::optional<T> decode(bytes_view in) noexcept {
    if (in.size() != sizeof(T)) return std::nullopt;
    return static_cast<T>(detail::load_le<bits>(in.data()));
  }
};

template <detail::storable_integer T>
struct codec<T> {
  using key = integer_key<T>;
  using value = integer_value<T>;
};

/// Truth values, false before true; no byte but 0 and 1 is one.
struct bool_codec : detail::fixed_component<bool_codec> {
  using value_type = bool;
  using view_type = bool;
  using argument_type = exact_bool;

  static constexpr std::string_view name = "bool";
  static constexpr std::size_t fixed_size = 1;
  static constexpr bool is_ordered = true;

  [[nodiscard]] static bool reads(std::string_view stored) noexcept { return stored == name; }
  [[nodiscard]] static constexpr std::size_t size(exact_bool) noexcept { return 1; }
  static std::byte* encode(exact_bool argument, std::byte* out) noexcept {
    *out = argument.value() ? std::byte{1} : std::byte{0};
    return out + 1;
  }
  [[nodiscard]] static std::optional<bool> decode(bytes_view in) noexcept {
    if (in.size() != 1 || in[0] > std::byte{1}) return std::nullopt;
    return in[0] == std::byte{1};
  }
  [[nodiscard]] static constexpr bool own(bool view) noexcept { return view; }
};

template <>
struct codec<bool> {
  using key = bool_codec;
  using value = bool_codec;
};

}  // namespace macaw::inline MACAW_ABI
