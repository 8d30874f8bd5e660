// SPDX-License-Identifier: MIT
//
// Codecs of `std::optional`. Layer 1.
//
// FROZEN: on disk. A byte 0 for nothing, or 1 and the value; nothing comes first. Where the value's size
// is fixed, nothing is padded with zeros to the same size. Names: "optional(u64)".

#pragma once

#include <macaw/bytes.hpp>
#include <macaw/codec/codec.hpp>
#include <macaw/codec/component.hpp>
#include <macaw/codec/name.hpp>
#include <macaw/macros.hpp>

#include <cstddef>
#include <cstring>
#include <optional>
#include <string_view>
#include <type_traits>
#include <utility>

namespace macaw::inline MACAW_ABI {

namespace detail {

/// A part behind a byte that says whether it is there. `Padding` bytes stand for a part that is not.
template <class Part, std::size_t Padding>
struct optional_form {
  using value_type = std::optional<typename Part::value_type>;
  using view_type = std::optional<typename Part::view_type>;
  using argument = typename Part::argument_type;
  // An optional of a reference there is none; such parts are taken by reference to the whole.
  using argument_type =
      std::conditional_t<std::is_reference_v<argument>, const value_type&,
                         std::optional<std::conditional_t<std::is_reference_v<argument>, value_type, argument>>>;

  static constexpr bool sizes_nothrow = noexcept(Part::size(std::declval<const argument&>()));
  static constexpr bool encodes_nothrow = noexcept(Part::encode(std::declval<const argument&>(), nullptr));

  template <class Argument>
  static std::size_t size(const Argument& argument) noexcept(sizes_nothrow) {
    return 1 + (argument ? Part::size(*argument) : Padding);
  }
  template <class Argument>
  static std::byte* encode(const Argument& argument, std::byte* out) noexcept(encodes_nothrow) {
    *out++ = std::byte{argument.has_value()};
    if (argument) return Part::encode(*argument, out);
    std::memset(out, 0, Padding);
    return out + Padding;
  }
  static std::optional<view_type> view(component_input& in) noexcept {
    const std::optional<std::byte> tag = in.take();
    if (tag == std::byte{1}) {
      std::optional<typename Part::view_type> part = Part::view(in);
      if (!part) return std::nullopt;
      return std::optional<view_type>(std::in_place, *std::move(part));
    }
    if (tag != std::byte{0}) return std::nullopt;
    for (std::size_t i = 0; i < Padding; ++i) {
      if (in.take() != std::byte{0}) return std::nullopt;
    }
    return std::optional<view_type>(std::in_place);
  }
  static value_type own(const view_type& view) {
    if (!view) return std::nullopt;
    return value_type(std::in_place, Part::own(*view));
  }
};

}  // namespace detail

/// An optional as a key; nothing comes before everything.
template <composable_key_codec C>
struct optional_key {
  using whole_part = std::conditional_t<C::fixed_size != 0, detail::component_part<C>, detail::whole_part<C>>;
  using whole = detail::optional_form<whole_part, C::fixed_size>;
  using component = detail::optional_form<detail::component_part<C>, C::fixed_size>;

  using value_type = typename whole::value_type;
  using view_type = typename whole::view_type;
  using component_view_type = typename component::view_type;
  using argument_type = typename whole::argument_type;

  static constexpr std::string_view name = detail::composed_name<"optional", C>::value;
  static constexpr std::size_t fixed_size = C::fixed_size == 0 ? 0 : 1 + C::fixed_size;
  static constexpr bool is_ordered = true;
  static constexpr bool presents_owned = macaw::presents_owned<C>;

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
    return detail::decode_component_by_view<optional_key>(in);
  }
  [[nodiscard]] static std::optional<component_view_type> view_component(component_input& in) noexcept {
    return component::view(in);
  }
  [[nodiscard]] static value_type own_component(const component_view_type& view) { return component::own(view); }
};

/// An optional as a value.
template <value_codec C>
struct optional_value {
  using whole = detail::optional_form<detail::whole_part<C>, C::fixed_size>;

  using value_type = typename whole::value_type;
  using view_type = typename whole::view_type;
  using argument_type = typename whole::argument_type;

  static constexpr std::string_view name = detail::composed_name<"optional", C>::value;
  static constexpr std::size_t fixed_size = C::fixed_size == 0 ? 0 : 1 + C::fixed_size;
  static constexpr bool presents_owned = macaw::presents_owned<C>;

  [[nodiscard]] static bool reads(std::string_view stored) noexcept { return stored == name; }
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
};

namespace detail {

template <class T>
struct optional_key_of : optional_key<key_codec_for<T>> {};
template <class T>
struct optional_value_of : optional_value<value_codec_for<T>> {};

}  // namespace detail

template <class T>
struct codec<std::optional<T>> {
  using key = detail::optional_key_of<T>;
  using value = detail::optional_value_of<T>;
};

}  // namespace macaw::inline MACAW_ABI
