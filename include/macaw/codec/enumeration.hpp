// SPDX-License-Identifier: MIT
//
// Codecs of enumerations. Layer 1.
//
// FROZEN: on disk. An enumeration is stored as its underlying integer; names: "enum(u8)". A compiler
// cannot list enumerators, so every value of the underlying type is taken unless they are listed by
// `enum_codec`, whose name is the same: listing them later, or adding one, needs no conversion.

#pragma once

#include <macaw/bytes.hpp>
#include <macaw/codec/codec.hpp>
#include <macaw/codec/component.hpp>
#include <macaw/codec/integer.hpp>
#include <macaw/codec/name.hpp>
#include <macaw/error.hpp>
#include <macaw/macros.hpp>

#include <cstddef>
#include <optional>
#include <string_view>
#include <type_traits>

namespace macaw::inline MACAW_ABI {

namespace detail {

template <class E>
concept enumeration = std::is_enum_v<E>;

/// An enumeration whose values are all values of its underlying type.
template <class E>
concept open_enumeration = enumeration<E> && requires {
  E{std::underlying_type_t<E>{}};
};

/// An argument that is one of the enumerators listed.
template <enumeration E, E... Enumerators>
class listed_enumerator {
 public:
  /// Errors: `errc::key_out_of_range` where `value` is none of those listed.
  constexpr listed_enumerator(E value) : value_(value) {
    if (!((value == Enumerators) || ...))
      throw_error(errc::key_out_of_range, "the enumerator is not one of those listed");
  }
  [[nodiscard]] constexpr E value() const noexcept { return value_; }
  constexpr operator E() const noexcept { return value_; }

 private:
  E value_;
};

/// One role of an enumeration, over the codec of its underlying integer; no enumerators: all values are taken.
template <class Integer, enumeration E, E... Enumerators>
struct enum_role {
  using value_type = E;
  using view_type = E;
  using argument_type = std::conditional_t<sizeof...(Enumerators) == 0, E, listed_enumerator<E, Enumerators...>>;
  using underlying = std::underlying_type_t<E>;

  static constexpr std::string_view name = composed_name<"enum", Integer>::value;
  static constexpr std::size_t fixed_size = Integer::fixed_size;

  [[nodiscard]] static constexpr std::size_t size(argument_type) noexcept { return fixed_size; }
  static std::byte* encode(argument_type argument, std::byte* out) noexcept {
    return Integer::encode(static_cast<underlying>(static_cast<E>(argument)), out);
  }
  [[nodiscard]] static std::optional<E> decode(bytes_view in) noexcept {
    const auto number = Integer::decode(in);
    if (!number) return std::nullopt;
    if constexpr (sizeof...(Enumerators) != 0) {
      if (!((*number == static_cast<underlying>(Enumerators)) || ...)) return std::nullopt;
    }
    return static_cast<E>(*number);
  }
  [[nodiscard]] static constexpr E own(E view) noexcept { return view; }
};

template <enumeration E, E... Enumerators>
struct enum_key : enum_role<key_codec_for<std::underlying_type_t<E>>, E, Enumerators...>,
                  fixed_component<enum_key<E, Enumerators...>> {
  static constexpr bool is_ordered = true;
};

template <enumeration E, E... Enumerators>
struct enum_value : enum_role<value_codec_for<std::underlying_type_t<E>>, E, Enumerators...> {
  [[nodiscard]] static bool reads(std::string_view stored) noexcept { return stored == enum_value::name; }
};

}  // namespace detail

/// Both codecs of an enumeration that has the enumerators listed and no other values.
///
///   template <> struct macaw::codec<color> : macaw::enum_codec<color::red, color::green> {};
template <auto First, decltype(First)... Others>
  requires detail::enumeration<decltype(First)>
struct enum_codec {
  using key = detail::enum_key<decltype(First), First, Others...>;
  using value = detail::enum_value<decltype(First), First, Others...>;
};

/// An enumeration of any values; one without a fixed underlying type needs `enum_codec`.
template <detail::open_enumeration E>
struct codec<E> {
  using key = detail::enum_key<E>;
  using value = detail::enum_value<E>;
};

}  // namespace macaw::inline MACAW_ABI
