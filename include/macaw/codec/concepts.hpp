// SPDX-License-Identifier: MIT
//
// The codec concepts: how typed keys and values become bytes and come back. Layer 1.
//
// A codec is a class of static members; nothing is ever instantiated. The laws that a compiler cannot
// see are below; tests/conformance/codec_conformance.hpp turns each of them into a case.
//
// codec_role:
//     expression               returns           errors     meaning and laws
//     `value_type`             type                         what is owned
//     `view_type`              type                         what decoding gives; may point into `in`, nowhere else
//     `argument_type`          type                         what calls take
//     `name`                   constant                     kept in the catalog, never changed
//     `fixed_size`             constant                     0, or the size of every encoding
//     `size(a)`                bytes             user's     how long the encoding is
//     `encode(a, out)`         end of encoding   user's     writes exactly `size(a)` bytes; same input, same
//                                                           bytes; if both are noexcept they write into the page
//     `decode(in)`             view or nothing   none       nothing: not an encoding; accepts exactly the image of
//                                                           `encode`; `own(*decode(encode(a)))` equals `a`
//     `own(view)`              value             bad_alloc  needs no page afterwards
// key_codec:
//     `is_ordered`             true                         `a < b` iff `memcmp` of the encodings says so (shorter
//                                                           first on a tie); injective
// value_codec:
//     `reads(stored)`          bool              none       true for `name`; if true, every row written under
//                                                           `stored` decodes
// component_key_codec:
//     `component_size(a)`      bytes             user's     as `size` and `encode`: prefix-free and ordered, also
//     `encode_component(...)`  end of encoding   user's     when anything follows
//     `decode_component(in&)`  value or nothing  bad_alloc  eats exactly what was written
//
// Where `reads` accepts an older name, `decode` accepts the older rows as well (structs and tuples of
// values: every proper beginning by whole fields). Its image law is then: what `own` gives encodes to
// bytes that begin with the bytes decoded.

#pragma once

#include <macaw/bytes.hpp>
#include <macaw/macros.hpp>

#include <concepts>
#include <cstddef>
#include <optional>
#include <string_view>
#include <type_traits>

namespace macaw::inline MACAW_ABI {

/// What keys and values have in common: an encoding of `value_type` as bytes.
template <class C>
concept codec_role = requires(const typename C::argument_type& argument, const typename C::view_type& view,
                              std::byte* out, bytes_view in) {
  requires std::movable<typename C::value_type> && std::copyable<typename C::view_type>;
  requires std::convertible_to<const typename C::value_type&, typename C::argument_type>;
  requires std::bool_constant<!std::string_view(C::name).empty()>::value;
  typename std::integral_constant<std::size_t, C::fixed_size>;
  { C::size(argument) } -> std::same_as<std::size_t>;
  { C::encode(argument, out) } -> std::same_as<std::byte*>;
  { C::decode(in) }
  noexcept->std::same_as<std::optional<typename C::view_type>>;
  { C::own(view) } -> std::same_as<typename C::value_type>;
};

/// An encoding whose byte order is the order of the values.
template <class C>
concept key_codec = codec_role<C> && requires {
  requires std::bool_constant<C::is_ordered>::value;
};

/// An encoding of values that knows which stored encodings it can read.
template <class C>
concept value_codec = codec_role<C> && requires(std::string_view stored) {
  { C::reads(stored) }
  noexcept->std::same_as<bool>;
};

/// A key codec that can stand inside a composite key, where anything may follow.
template <class C>
concept component_key_codec = key_codec<C> &&
    requires(const typename C::argument_type& argument, std::byte* out, bytes_view& in) {
  { C::component_size(argument) } -> std::same_as<std::size_t>;
  { C::encode_component(argument, out) } -> std::same_as<std::byte*>;
  { C::decode_component(in) } -> std::same_as<std::optional<typename C::value_type>>;
};

/// Whether users are shown an owned value instead of the view.
///
/// Decoding never throws, so it never allocates; the view of a struct with a text in it is therefore a
/// checked bundle of views without the struct's member names. A codec with such views says
/// `static constexpr bool presents_owned = true;`, and whoever hands a decoded row to the user calls
/// `present`, which builds the struct, outside of any page access.
template <class C>
inline constexpr bool presents_owned = false;
template <class C>
  requires requires { requires std::bool_constant<C::presents_owned>::value; }
inline constexpr bool presents_owned<C> = true;

/// What users get for a decoded row: `value_type` where the codec presents owned values, else the view.
template <codec_role C>
using presented = std::conditional_t<presents_owned<C>, typename C::value_type, typename C::view_type>;

/// Turns a decoded view into what users get.
///
/// Returns: an owned value, or a reference to `view` itself.
/// Errors: bad_alloc where the codec presents owned values, else none.
template <codec_role C>
[[nodiscard]] constexpr decltype(auto) present(const typename C::view_type& view) noexcept(!presents_owned<C>) {
  if constexpr (presents_owned<C>) {
    return C::own(view);
  } else {
    return (view);
  }
}

}  // namespace macaw::inline MACAW_ABI
