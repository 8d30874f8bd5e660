// SPDX-License-Identifier: MIT
//
// Parts one after another: what tuples, structs and arrays are made of, as keys and as values. Layer 1.
//
// FROZEN: on disk. Keys: the parts' component forms (component.hpp), the last part of a whole key as its
// codec writes it. Values: each field as its codec writes it, behind its length unless its size is fixed.
//
// A value row may end after any field but none: fields that were added later take their default.

#pragma once

#include <macaw/bytes.hpp>
#include <macaw/codec/component.hpp>
#include <macaw/codec/concepts.hpp>
#include <macaw/codec/indices.hpp>
#include <macaw/codec/length.hpp>
#include <macaw/macros.hpp>

#include <concepts>
#include <cstddef>
#include <optional>
#include <tuple>
#include <type_traits>
#include <utility>

namespace macaw::inline MACAW_ABI {

namespace detail {

/// Whether an element becomes an argument without a temporary that the argument would be left to refer to.
template <class Element, class Argument>
concept becomes_argument = std::convertible_to < const std::remove_cvref_t<Element>
&, Argument >
       &&(!std::is_reference_v<Argument> || std::same_as<std::remove_cvref_t<Element>, std::remove_cvref_t<Argument>>);

template <class Tuple, class... Arguments>
[[nodiscard]] consteval bool are_parts() noexcept {
  return with_indices<sizeof...(Arguments)>(
      [](auto... index) { return (becomes_argument<std::tuple_element_t<index, Tuple>, Arguments> && ...); });
}

template <class Tuple, class... Arguments>
[[nodiscard]] consteval bool are_parts_nothrow() noexcept {
  return with_indices<sizeof...(Arguments)>([](auto... index) {
    return (std::is_nothrow_convertible_v<const std::tuple_element_t<index, Tuple>&, Arguments> && ...);
  });
}

/// A tuple or pair of as many elements as there are arguments, each of which becomes one.
template <class Tuple, class... Arguments>
concept tuple_of_parts = requires {
  requires std::tuple_size<Tuple>::value == sizeof...(Arguments);
  requires are_parts<Tuple, Arguments...>();
};

}  // namespace detail

/// The argument for a composite: braces around arguments for its parts, or any tuple or pair of fitting elements.
/// It borrows what its parts borrow and lives for the call.
template <class... Arguments>
class tuple_argument {
 public:
  constexpr tuple_argument(Arguments... parts) noexcept((std::is_nothrow_move_constructible_v<Arguments> && ...))
      : parts_(static_cast<Arguments&&>(parts)...) {}

  template <detail::tuple_of_parts<Arguments...> Tuple>
  constexpr tuple_argument(const Tuple& tuple) noexcept(detail::are_parts_nothrow<Tuple, Arguments...>())
      : tuple_argument(tuple, std::index_sequence_for<Arguments...>{}) {}

  template <std::size_t Index>
  [[nodiscard]] constexpr const auto& part() const noexcept {
    return std::get<Index>(parts_);
  }

 private:
  template <class Tuple, std::size_t... Index>
  constexpr tuple_argument(const Tuple& tuple, std::index_sequence<Index...>)
      : parts_(static_cast<Arguments>(std::get<Index>(tuple))...) {}

  std::tuple<Arguments...> parts_;
};

namespace detail {

/// The fields of a value row that are not decoded yet, and how many were.
struct field_input {
  bytes_view rest;
  std::size_t present = 0;
};

/// A field of a value: behind its length unless its size is fixed.
template <value_codec C>
struct value_field {
  using argument_type = typename C::argument_type;
  using value_type = typename C::value_type;
  using view_type = typename C::view_type;
  static constexpr bool is_fixed = C::fixed_size != 0;

  static std::size_t size(const argument_type& argument) noexcept(noexcept(C::size(argument))) {
    if constexpr (is_fixed) return C::fixed_size;
    const std::size_t size = C::size(argument);
    return length_size(size) + size;
  }
  static std::byte* encode(const argument_type& argument,
                           std::byte* out) noexcept(noexcept(C::size(argument)) && noexcept(C::encode(argument, out))) {
    if constexpr (!is_fixed) out = encode_length(C::size(argument), out);
    return C::encode(argument, out);
  }
  static std::optional<view_type> view(field_input& in) noexcept {
    if constexpr (std::default_initializable<view_type>) {
      if (in.rest.empty() && in.present != 0) return std::optional<view_type>(std::in_place);
    }
    const std::optional<std::size_t> size = is_fixed ? C::fixed_size : decode_length(in.rest);
    if (!size || *size > in.rest.size()) return std::nullopt;
    const bytes_view encoded = in.rest.first(*size);
    in.rest = in.rest.subspan(*size);
    ++in.present;
    return C::decode(encoded);
  }
  static value_type own(const view_type& view) noexcept(noexcept(C::own(view))) { return C::own(view); }
};

/// Parts one after another. `Shape` (tuple or pair) is what their values and views are given in.
template <template <class...> class Shape, class... Parts>
struct sequence {
  using value_type = Shape<typename Parts::value_type...>;
  using view_type = Shape<typename Parts::view_type...>;
  using argument_type = tuple_argument<typename Parts::argument_type...>;
  static constexpr std::size_t count = sizeof...(Parts);
  template <std::size_t Index>
  using part = std::tuple_element_t<Index, std::tuple<Parts...>>;

  /// Whether decoding gives the values themselves, and copying those cannot fail.
  static constexpr bool views_are_values =
      (std::same_as<typename Parts::view_type, typename Parts::value_type> && ...) &&
      (std::is_nothrow_copy_assignable_v<typename Parts::value_type> && ...);
  static constexpr bool sizes_nothrow =
      (noexcept(Parts::size(std::declval<const typename Parts::argument_type&>())) && ...);
  static constexpr bool encodes_nothrow =
      (noexcept(Parts::encode(std::declval<const typename Parts::argument_type&>(), nullptr)) && ...);

  static std::size_t size(const argument_type& argument) noexcept(sizes_nothrow) {
    return with_indices<count>([&](auto... index) { return (Parts::size(argument.template part<index>()) + ...); });
  }

  static std::byte* encode(const argument_type& argument, std::byte* out) noexcept(encodes_nothrow) {
    with_indices<count>([&](auto... index) { ((out = Parts::encode(argument.template part<index>(), out)), ...); });
    return out;
  }

  template <class Input>
  static std::optional<view_type> view(Input& in) noexcept {
    return with_indices<count>([&](auto... index) -> std::optional<view_type> {
      std::tuple<std::optional<typename Parts::view_type>...> parts{Parts::view(in)...};  // braces: left to right
      if (!(std::get<index>(parts).has_value() && ...)) return std::nullopt;
      return std::optional<view_type>(std::in_place, *std::move(std::get<index>(parts))...);
    });
  }

  static value_type own(const view_type& view) {
    return with_indices<count>([&](auto... index) { return value_type(Parts::own(std::get<index>(view))...); });
  }
};

template <class C, bool IsLast>
consteval auto select_key_part() {
  if constexpr (IsLast && C::fixed_size == 0) {
    return std::type_identity<whole_part<C>>{};
  } else {
    return std::type_identity<component_part<C>>{};
  }
}

template <template <class...> class Shape, class... Codecs>
consteval auto select_key_sequence() {
  return with_indices<sizeof...(Codecs)>([](auto... index) {
    return std::type_identity<
        sequence<Shape, typename decltype(select_key_part<Codecs, index + 1 == sizeof...(Codecs)>())::type...>>{};
  });
}

/// A whole composite key: the last part, with nothing behind it, needs no terminator.
template <template <class...> class Shape, class... Codecs>
using key_sequence = typename decltype(select_key_sequence<Shape, Codecs...>())::type;

/// The parts of a composite key inside another one.
template <template <class...> class Shape, class... Codecs>
using component_sequence = sequence<Shape, component_part<Codecs>...>;

/// The fields of a value.
template <template <class...> class Shape, class... Codecs>
using field_sequence = sequence<Shape, value_field<Codecs>...>;

/// The size that all encodings of these parts together have, or 0.
template <class... Codecs>
inline constexpr std::size_t fixed_size_of = ((Codecs::fixed_size != 0) && ...) ? (Codecs::fixed_size + ...) : 0;

}  // namespace detail

}  // namespace macaw::inline MACAW_ABI
