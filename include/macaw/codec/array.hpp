// SPDX-License-Identifier: MIT
//
// Codecs of `std::array`. Layer 1.
//
// FROZEN: on disk. The elements one after another: in keys all in component form, ordered by the first
// element, then by the second, and so on; in values as fields (sequence.hpp). Names: "array(u32,4)".

#pragma once

#include <macaw/bytes.hpp>
#include <macaw/codec/codec.hpp>
#include <macaw/codec/component.hpp>
#include <macaw/codec/indices.hpp>
#include <macaw/codec/name.hpp>
#include <macaw/codec/sequence.hpp>
#include <macaw/macros.hpp>

#include <array>
#include <concepts>
#include <cstddef>
#include <optional>
#include <string_view>
#include <type_traits>
#include <utility>

namespace macaw::inline MACAW_ABI {

namespace detail {

/// `Count` parts of one kind, one after another.
template <class Part, std::size_t Count>
struct repetition {
  static_assert(Count > 0, "macaw: an empty array has nothing to store");
  using value_type = std::array<typename Part::value_type, Count>;
  using view_type = std::array<typename Part::view_type, Count>;
  using argument = typename Part::argument_type;

  static constexpr bool converts_nothrow =
      std::is_nothrow_convertible_v<const typename Part::value_type&, typename Part::argument_type>;
  static constexpr bool sizes_nothrow = converts_nothrow&& noexcept(Part::size(std::declval<const argument&>()));
  static constexpr bool encodes_nothrow =
      converts_nothrow&& noexcept(Part::encode(std::declval<const argument&>(), nullptr));

  static std::size_t size(const value_type& elements) noexcept(sizes_nothrow) {
    std::size_t total = 0;
    for (const auto& element : elements) total += Part::size(element);
    return total;
  }
  static std::byte* encode(const value_type& elements, std::byte* out) noexcept(encodes_nothrow) {
    for (const auto& element : elements) out = Part::encode(element, out);
    return out;
  }
  template <class Input>
  static std::optional<view_type> view(Input& in) noexcept {
    if constexpr (std::default_initializable<typename Part::view_type>) {
      std::optional<view_type> views(std::in_place);
      for (auto& element : *views) {
        std::optional<typename Part::view_type> view = Part::view(in);
        if (!view) return std::nullopt;
        element = *std::move(view);
      }
      return views;
    } else {
      return with_indices<Count>([&](auto... index) -> std::optional<view_type> {
        std::array<std::optional<typename Part::view_type>, Count> parts{(void(index), Part::view(in))...};
        if (!(parts[index].has_value() && ...)) return std::nullopt;
        return view_type{*std::move(parts[index])...};
      });
    }
  }
  static value_type own(const view_type& view) {
    if constexpr (std::same_as<view_type, value_type>) {
      return view;
    } else {
      return with_indices<Count>([&](auto... index) { return value_type{Part::own(view[index])...}; });
    }
  }
};

}  // namespace detail

/// An array as a key: a composite of equal components.
template <composable_key_codec C, std::size_t Count>
struct array_key {
  using elements = detail::repetition<detail::component_part<C>, Count>;
  using value_type = typename elements::value_type;
  using view_type = typename elements::view_type;
  using component_view_type = view_type;
  using argument_type = const value_type&;

  static constexpr std::string_view name = detail::composed_name<"array", C, detail::number_name<Count>>::value;
  static constexpr std::size_t fixed_size = C::fixed_size * Count;
  static constexpr bool is_ordered = true;
  static constexpr bool presents_owned = macaw::presents_owned<C>;

  [[nodiscard]] static std::size_t size(const value_type& argument) noexcept(elements::sizes_nothrow) {
    return elements::size(argument);
  }
  static std::byte* encode(const value_type& argument, std::byte* out) noexcept(elements::encodes_nothrow) {
    return elements::encode(argument, out);
  }
  [[nodiscard]] static std::optional<view_type> decode(bytes_view in) noexcept {
    component_input rest(in);
    auto view = elements::view(rest);
    if (!rest.empty()) view.reset();
    return view;
  }
  [[nodiscard]] static value_type own(const view_type& view) { return elements::own(view); }

  [[nodiscard]] static std::size_t component_size(const value_type& argument) noexcept(elements::sizes_nothrow) {
    return elements::size(argument);
  }
  static std::byte* encode_component(const value_type& argument, std::byte* out) noexcept(elements::encodes_nothrow) {
    return elements::encode(argument, out);
  }
  [[nodiscard]] static std::optional<value_type> decode_component(bytes_view& in) {
    return detail::decode_component_by_view<array_key>(in);
  }
  [[nodiscard]] static std::optional<view_type> view_component(component_input& in) noexcept {
    return elements::view(in);
  }
  [[nodiscard]] static value_type own_component(const view_type& view) { return elements::own(view); }
};

/// An array as a value.
template <value_codec C, std::size_t Count>
struct array_value {
  using elements = detail::repetition<detail::value_field<C>, Count>;
  using value_type = typename elements::value_type;
  using view_type = typename elements::view_type;
  using argument_type = const value_type&;

  static constexpr std::string_view name = detail::composed_name<"array", C, detail::number_name<Count>>::value;
  static constexpr std::size_t fixed_size = C::fixed_size * Count;
  static constexpr bool presents_owned = macaw::presents_owned<C>;

  [[nodiscard]] static bool reads(std::string_view stored) noexcept { return stored == name; }
  [[nodiscard]] static std::size_t size(const value_type& argument) noexcept(elements::sizes_nothrow) {
    return elements::size(argument);
  }
  static std::byte* encode(const value_type& argument, std::byte* out) noexcept(elements::encodes_nothrow) {
    return elements::encode(argument, out);
  }
  [[nodiscard]] static std::optional<view_type> decode(bytes_view in) noexcept {
    detail::field_input rest{in};
    auto view = elements::view(rest);
    if (!rest.rest.empty() || rest.present != Count) view.reset();  // an array has no later fields
    return view;
  }
  [[nodiscard]] static value_type own(const view_type& view) { return elements::own(view); }
};

namespace detail {

template <class Element, std::size_t Count>
struct array_key_of : array_key<key_codec_for<Element>, Count> {};
template <class Element, std::size_t Count>
struct array_value_of : array_value<value_codec_for<Element>, Count> {};

}  // namespace detail

template <class Element, std::size_t Count>
struct codec<std::array<Element, Count>> {
  using key = detail::array_key_of<Element, Count>;
  using value = detail::array_value_of<Element, Count>;
};

}  // namespace macaw::inline MACAW_ABI
