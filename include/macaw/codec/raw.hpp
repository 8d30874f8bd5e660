// SPDX-License-Identifier: MIT
//
// Values stored as the bytes of their object. Layer 1.
//
// FROZEN: on disk. The object's bytes as the machine has them; so the byte order is part of the name:
// "raw(16)" on little-endian machines, "raw_be(16)" on others.

#pragma once

#include <macaw/bytes.hpp>
#include <macaw/codec/concepts.hpp>
#include <macaw/codec/name.hpp>
#include <macaw/macros.hpp>

#include <array>
#include <bit>
#include <cstddef>
#include <cstring>
#include <memory>
#include <optional>
#include <string_view>
#include <type_traits>

namespace macaw::inline MACAW_ABI {

namespace detail {

/// Whether bytes of ones become a `T` and come back.
template <class T>
[[nodiscard]] consteval bool ones_come_back() {
  std::array<std::byte, sizeof(T)> ones;
  ones.fill(std::byte{0xFF});
  return std::bit_cast<std::array<std::byte, sizeof(T)>>(std::bit_cast<T>(ones)) == ones;
}

/// Whether any bytes are a `T`, tried while compiling: through a `bool`, a pointer or a union ones do not come back.
/// What cannot be tried, a class without constexpr constructor, passes.
template <class T>
concept takes_any_bytes = !__is_literal_type(T) || requires {
  typename std::enable_if_t<ones_come_back<T>()>;
};

}  // namespace detail

/// Whether the bytes of a `T` are its value and any bytes are a value: no padding, no `bool`, no pointers, no unions,
/// no floating-point numbers (whose equal values have several representations).
template <class T>
concept raw_storable = std::is_trivially_copyable_v<T> && std::has_unique_object_representations_v<T> &&
                       std::is_object_v<T> && !std::is_array_v<T> &&
                       detail::takes_any_bytes<T>;

/// A value codec that copies objects byte by byte, for structs of integers: `table<K, macaw::raw<point>>`.
///
/// Requires: enumerations among the members take every value of their underlying type; the compiler checks the rest.
/// Reordering or retyping members without changing the size changes what stored rows mean.
template <class T>
struct raw {
  static_assert(
      raw_storable<T>,
      "macaw: raw<T> needs a trivially copyable T without padding, bool, floating-point numbers, pointers and "
      "unions: use struct_codec");
  using value_type = T;
  using view_type = T;
  using argument_type = const T&;

  static constexpr std::string_view name = std::endian::native == std::endian::big
                                               ? detail::composed_name<"raw_be", detail::number_name<sizeof(T)>>::value
                                               : detail::composed_name<"raw", detail::number_name<sizeof(T)>>::value;
  static constexpr std::size_t fixed_size = sizeof(T);

  [[nodiscard]] static bool reads(std::string_view stored) noexcept { return stored == name; }
  [[nodiscard]] static constexpr std::size_t size(const T&) noexcept { return sizeof(T); }
  static std::byte* encode(const T& argument, std::byte* out) noexcept {
    std::memcpy(out, std::addressof(argument), sizeof(T));
    return out + sizeof(T);
  }
  [[nodiscard]] static std::optional<T> decode(bytes_view in) noexcept {
    if (in.size() != sizeof(T)) return std::nullopt;
    std::array<std::byte, sizeof(T)> bytes;  // of any alignment; the cast makes the object
    std::memcpy(bytes.data(), in.data(), sizeof(T));
    return std::bit_cast<T>(bytes);
  }
  [[nodiscard]] static T own(const T& view) noexcept { return view; }
};

}  // namespace macaw::inline MACAW_ABI
