// SPDX-License-Identifier: MIT
//
// Codecs of `std::tuple` and `std::pair`: composite keys, and rows without a struct. Layer 1.
//
// FROZEN: on disk. As keys they are ordered by the first component, then by the second, and so on; bytes
// as in sequence.hpp. Names: "tuple(text,u32)", for pairs too, since the bytes are the same.

#pragma once

#include <macaw/bytes.hpp>
#include <macaw/codec/codec.hpp>
#include <macaw/codec/component.hpp>
#include <macaw/codec/escaped.hpp>
#include <macaw/codec/indices.hpp>
#include <macaw/codec/name.hpp>
#include <macaw/codec/sequence.hpp>
#include <macaw/macros.hpp>

#include <concepts>
#include <cstddef>
#include <optional>
#include <string_view>
#include <tuple>
#include <type_traits>
#include <utility>
#include <vector>

namespace macaw::inline MACAW_ABI {

namespace detail {

/// The beginnings of composite keys: bytes that begin the keys whose leading components are the ones given.
template <class... Codecs>
struct leading_components {
  static constexpr std::size_t count = sizeof...(Codecs);
  template <std::size_t Index>
  using codec_at = std::tuple_element_t<Index, std::tuple<Codecs...>>;

  template <class... Leading>
  static constexpr bool converts = [] {
    if constexpr (sizeof...(Leading) == 0 || sizeof...(Leading) > count) {
      return false;
    } else {
      return with_indices<sizeof...(Leading)>([](auto... index) {
        return (std::convertible_to<const Leading&, typename codec_at<index>::argument_type> && ...);
      });
    }
  }();

  // All components given name one key; its bytes are a beginning of nothing else only if the last one's size is fixed.
  template <class... Leading>
  static constexpr bool are_leading = converts<Leading...> &&
                                      (sizeof...(Leading) < count || codec_at<count - 1>::fixed_size != 0);

  template <class... Leading>
  static constexpr bool end_in_prefix = [] {
    if constexpr (!converts<Leading...>) {
      return false;
    } else if constexpr (sizeof...(Leading) == count) {
      return requires(const typename codec_at<count - 1>::argument_type& argument) {
        codec_at<count - 1>::encode_leading_prefix(argument);
      };
    } else {
      return prefixable<codec_at<sizeof...(Leading) - 1>>;
    }
  }();

  template <class Part, class Component>
  static void append(std::vector<std::byte>& out, const Component& component) {
    const typename Part::argument_type& argument = component;
    const std::size_t offset = out.size();
    out.resize(offset + Part::size(argument));
    Part::encode(argument, out.data() + offset);
  }

  template <std::size_t Index, class Beginning>
  static void append_beginning(std::vector<std::byte>& out, const Beginning& beginning) {
    using last = codec_at<Index>;
    const typename last::argument_type& argument = beginning;
    if constexpr (Index + 1 == count) {
      const std::vector<std::byte> bytes = last::encode_leading_prefix(argument);
      out.insert(out.end(), bytes.begin(), bytes.end());
    } else {
      const std::size_t offset = out.size();
      out.resize(offset + last::component_prefix_size(argument));
      last::encode_component_prefix(argument, out.data() + offset);
    }
  }
};

}  // namespace detail

/// A composite key of the components that `Codecs` encode.
template <template <class...> class Shape, class... Codecs>
struct tuple_key {
  static_assert(sizeof...(Codecs) > 0, "macaw: a composite key needs a component");
  static_assert((composable_key_codec<Codecs> && ...),
                "macaw: a component of a composite key needs component_size, "
                "encode_component and decode_component, or a fixed size");
  using whole = detail::key_sequence<Shape, Codecs...>;
  using component = detail::component_sequence<Shape, Codecs...>;
  using leading = detail::leading_components<Codecs...>;

  using value_type = typename whole::value_type;
  using view_type = typename whole::view_type;
  using component_view_type = typename component::view_type;
  using argument_type = typename whole::argument_type;

  static constexpr std::string_view name = detail::composed_name<"tuple", Codecs...>::value;
  static constexpr std::size_t fixed_size = detail::fixed_size_of<Codecs...>;
  static constexpr bool is_ordered = true;
  static constexpr bool presents_owned = (macaw::presents_owned<Codecs> || ...);

  [[nodiscard]] static std::size_t size(const argument_type& argument) noexcept(whole::sizes_nothrow) {
    return whole::size(argument);
  }
  static std::byte* encode(const argument_type& argument, std::byte* out) noexcept(whole::encodes_nothrow) {
    return whole::encode(argument, out);
  }
  [[nodiscard]] static std::optional<view_type> decode(bytes_view in) noexcept {
    component_input rest(in);
    auto view = whole::view(rest);
    if (!rest.empty()) view.reset();
    return view;
  }
  [[nodiscard]] static value_type own(const view_type& view) { return whole::own(view); }

  [[nodiscard]] static std::size_t component_size(const argument_type& argument) noexcept(component::sizes_nothrow) {
    return component::size(argument);
  }
  static std::byte* encode_component(const argument_type& argument,
                                     std::byte* out) noexcept(component::encodes_nothrow) {
    return component::encode(argument, out);
  }
  [[nodiscard]] static std::optional<value_type> decode_component(bytes_view& in) {
    return detail::decode_component_by_view<tuple_key>(in);
  }
  [[nodiscard]] static std::optional<component_view_type> view_component(component_input& in) noexcept {
    return component::view(in);
  }
  [[nodiscard]] static value_type own_component(const component_view_type& view) { return component::own(view); }

  /// The bytes that begin exactly the keys whose leading components equal those given.
  ///
  /// Requires: fewer components than the key has, or the last one's size is fixed.
  /// Errors: bad_alloc, and what the components' arguments and codecs raise.
  template <class... Leading>
    requires(leading::template are_leading<Leading...>)
  [[nodiscard]] static std::vector<std::byte> encode_leading(const Leading&... components) {
    return detail::with_indices<sizeof...(Leading)>([&](auto... index) {
      std::vector<std::byte> out;
      (leading::template append<detail::component_part<typename leading::template codec_at<index>>>(out, components),
       ...);
      return out;
    });
  }

  /// The bytes that begin exactly the keys whose leading components equal those given, but for the last one
  /// given (a text or byte string), with which the key's component only begins.
  ///
  /// Errors: as `encode_leading`.
  template <class... Leading>
    requires(leading::template end_in_prefix<Leading...>)
  [[nodiscard]] static std::vector<std::byte> encode_leading_prefix(const Leading&... components) {
    constexpr std::size_t equal = sizeof...(Leading) - 1;
    const std::tuple<const Leading&...> all(components...);
    std::vector<std::byte> out;
    detail::with_indices<equal>([&](auto... index) {
      (leading::template append<detail::component_part<typename leading::template codec_at<index>>>(
           out, std::get<index>(all)),
       ...);
    });
    leading::template append_beginning<equal>(out, std::get<equal>(all));
    return out;
  }
};

/// A row of the fields that `Codecs` encode.
template <template <class...> class Shape, class... Codecs>
struct tuple_value {
  static_assert(sizeof...(Codecs) > 0, "macaw: a row needs a field");
  using fields = detail::field_sequence<Shape, Codecs...>;

  using value_type = typename fields::value_type;
  using view_type = typename fields::view_type;
  using argument_type = typename fields::argument_type;

  static constexpr std::string_view name = detail::composed_name<"tuple", Codecs...>::value;
  static constexpr std::size_t fixed_size = detail::fixed_size_of<Codecs...>;
  static constexpr bool presents_owned = (macaw::presents_owned<Codecs> || ...);

  /// Reads rows of fewer fields, too; the fields that they lack are empty or zero.
  [[nodiscard]] static bool reads(std::string_view stored) noexcept {
    return stored == name || detail::is_beginning_by_parts(stored, name);
  }
  [[nodiscard]] static std::size_t size(const argument_type& argument) noexcept(fields::sizes_nothrow) {
    return fields::size(argument);
  }
  static std::byte* encode(const argument_type& argument, std::byte* out) noexcept(fields::encodes_nothrow) {
    return fields::encode(argument, out);
  }
  [[nodiscard]] static std::optional<view_type> decode(bytes_view in) noexcept {
    detail::field_input rest{in};
    auto view = fields::view(rest);
    if (!rest.rest.empty()) view.reset();
    return view;
  }
  [[nodiscard]] static value_type own(const view_type& view) { return fields::own(view); }
};

namespace detail {

// Classes of their own, so that the role that is not asked for is never looked for in the elements.
template <template <class...> class Shape, class... Elements>
struct tuple_key_of : tuple_key<Shape, key_codec_for<Elements>...> {};
template <template <class...> class Shape, class... Elements>
struct tuple_value_of : tuple_value<Shape, value_codec_for<Elements>...> {};

}  // namespace detail

template <class... Elements>
struct codec<std::tuple<Elements...>> {
  using key = detail::tuple_key_of<std::tuple, Elements...>;
  using value = detail::tuple_value_of<std::tuple, Elements...>;
};

template <class First, class Second>
struct codec<std::pair<First, Second>> {
  using key = detail::tuple_key_of<std::pair, First, Second>;
  using value = detail::tuple_value_of<std::pair, First, Second>;
};

}  // namespace macaw::inline MACAW_ABI
