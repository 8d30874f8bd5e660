// SPDX-License-Identifier: MIT
//
// `codec<T>`: which encodings belong to a type, and how a table finds them. Layer 1.
//
// A table's `Key` and `Value` may each be a type with a codec, a codec itself, or a class that carries
// both roles as member types. There is one way to give a type its codec, and no argument-dependent lookup:
//
//   template <> struct macaw::codec<shop::user> : macaw::struct_codec<&shop::user::name, &shop::user::age> {};

#pragma once

#include <macaw/codec/concepts.hpp>
#include <macaw/macros.hpp>

#include <type_traits>

namespace macaw::inline MACAW_ABI {

/// The codecs of `T`: member types `key` and `value`, either of which may be missing. Specialise it for own types.
template <class T>
struct codec {};

namespace detail {

template <class T>
inline constexpr bool always_false = false;

template <class T>
struct no_codec;  // never defined; keeps the compiler's message to the one of the static_assert

template <class T>
consteval auto select_key_codec() {
  if constexpr (key_codec<T>) {
    return std::type_identity<T>{};
  } else if constexpr (requires { requires key_codec<typename T::key>; }) {
    return std::type_identity<typename T::key>{};
  } else if constexpr (requires { typename codec<T>::key; }) {
    static_assert(key_codec<typename codec<T>::key>, "macaw: codec<T>::key is not a key_codec");
    return std::type_identity<typename codec<T>::key>{};
  } else {
    static_assert(always_false<T>, "macaw: T has no key codec: include its header, or specialise macaw::codec<T>");
    return std::type_identity<no_codec<T>>{};
  }
}

template <class T>
consteval auto select_value_codec() {
  if constexpr (value_codec<T>) {
    return std::type_identity<T>{};
  } else if constexpr (requires { requires value_codec<typename T::value>; }) {
    return std::type_identity<typename T::value>{};
  } else if constexpr (requires { typename codec<T>::value; }) {
    static_assert(value_codec<typename codec<T>::value>, "macaw: codec<T>::value is not a value_codec");
    return std::type_identity<typename codec<T>::value>{};
  } else {
    static_assert(always_false<T>, "macaw: T has no value codec: include its header, or specialise macaw::codec<T>");
    return std::type_identity<no_codec<T>>{};
  }
}

}  // namespace detail

/// The key codec that a table uses for `T`: `T` itself, its member type `key`, or `codec<T>::key`.
template <class T>
using key_codec_for = typename decltype(detail::select_key_codec<T>())::type;

/// The value codec that a table uses for `T`: `T` itself, its member type `value`, or `codec<T>::value`.
template <class T>
using value_codec_for = typename decltype(detail::select_value_codec<T>())::type;

}  // namespace macaw::inline MACAW_ABI
