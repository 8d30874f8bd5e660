// SPDX-License-Identifier: MIT
//
// Codecs of `std::variant` (tagged unions) and of `std::monostate`, the empty value. Layer 1.
//
// FROZEN: on disk. A byte that holds the alternative's index, then the alternative; keys are ordered by
// index first, as `std::variant` itself is. `std::monostate` has no bytes: as the value of a table it makes
// the table a set. Names: "variant(empty,u64,text)", "empty".
//
// Rows written before an alternative was added, at the end, still decode.

#pragma once

#include <macaw/bytes.hpp>
#include <macaw/codec/codec.hpp>
#include <macaw/codec/component.hpp>
#include <macaw/codec/indices.hpp>
#include <macaw/codec/name.hpp>
#include <macaw/codec/sequence.hpp>
#include <macaw/error.hpp>
#include <macaw/macros.hpp>

#include <concepts>
#include <cstddef>
#include <optional>
#include <string_view>
#include <tuple>
#include <type_traits>
#include <utility>
#include <variant>

namespace macaw::inline MACAW_ABI {

/// The value that carries nothing, as key and as value.
struct empty_codec {
  using value_type = std::monostate;
  using view_type = std::monostate;
  using argument_type = std::monostate;
  using component_view_type = std::monostate;

  static constexpr std::string_view name = "empty";
  static constexpr std::size_t fixed_size = 0;
  static constexpr bool is_ordered = true;

  [[nodiscard]] static bool reads(std::string_view stored) noexcept { return stored == name; }
  [[nodiscard]] static constexpr std::size_t size(std::monostate) noexcept { return 0; }
  static std::byte* encode(std::monostate, std::byte* out) noexcept { return out; }
  [[nodiscard]] static std::optional<std::monostate> decode(bytes_view in) noexcept {
    return in.empty() ? std::optional<std::monostate>(std::in_place) : std::nullopt;
  }
  [[nodiscard]] static constexpr std::monostate own(std::monostate view) noexcept { return view; }

  [[nodiscard]] static constexpr std::size_t component_size(std::monostate) noexcept { return 0; }
  static std::byte* encode_component(std::monostate, std::byte* out) noexcept { return out; }
  [[nodiscard]] static std::optional<std::monostate> decode_component(bytes_view&) noexcept { return std::monostate{}; }
  [[nodiscard]] static std::optional<std::monostate> view_component(component_input&) noexcept {
    return std::monostate{};
  }
  [[nodiscard]] static std::monostate own_component(std::monostate view) noexcept { return view; }
};

template <>
struct codec<std::monostate> {
  using key = empty_codec;
  using value = empty_codec;
};

namespace detail {

/// One of several parts, behind its index.
template <class... Parts>
struct variant_form {
  static_assert(sizeof...(Parts) <= 256, "macaw: a variant of at most 256 alternatives, please");
  using value_type = std::variant<typename Parts::value_type...>;
  using view_type = std::variant<typename Parts::view_type...>;
  static constexpr std::size_t count = sizeof...(Parts);
  template <std::size_t Index>
  using part = std::tuple_element_t<Index, std::tuple<Parts...>>;

  /// Errors: `errc::bad_encoding` for a variant that an exception left without value; and the user's.
  static std::size_t size(const value_type& argument) {
    if (argument.valueless_by_exception()) {
      throw_error(errc::bad_encoding, "the variant holds no value: an exception ended its last assignment");
    }
    std::size_t size = 1;
    with_index<count>(argument.index(), [&](auto index) { size += part<index>::size(*std::get_if<index>(&argument)); });
    return size;
  }
  /// Requires: `size` has not thrown.
  static std::byte* encode(const value_type& argument, std::byte* out) {
    *out++ = static_cast<std::byte>(argument.index());
    with_index<count>(argument.index(),
                      [&](auto index) { out = part<index>::encode(*std::get_if<index>(&argument), out); });
    return out;
  }
  static std::optional<view_type> view(component_input& in) noexcept {
    std::optional<view_type> result;
    const std::optional<std::byte> tag = in.take();
    if (!tag) return result;
    with_index<count>(std::to_integer<std::size_t>(*tag), [&](auto index) {
      auto alternative = part<index>::view(in);
      if (alternative) result.emplace(std::in_place_index<index>, *std::move(alternative));
    });
    return result;
  }
  static value_type own(const view_type& view) {
    std::optional<value_type> result;
    with_index<count>(view.index(), [&](auto index) {
      result.emplace(std::in_place_index<index>, part<index>::own(*std::get_if<index>(&view)));
    });
    return *std::move(result);
  }
};

/// The size of all encodings of a variant, or 0.
template <class First, class... Others>
inline constexpr std::size_t variant_size = First::fixed_size != 0 && ((Others::fixed_size == First::fixed_size) && ...)
                                                ? 1 + First::fixed_size
                                                : 0;

}  // namespace detail

/// A variant as a key.
template <composable_key_codec... Codecs>
struct variant_key {
  using whole = detail::variant_form<typename decltype(detail::select_key_part<Codecs, true>())::type...>;
  using component = detail::variant_form<detail::component_part<Codecs>...>;

  using value_type = typename whole::value_type;
  using view_type = typename whole::view_type;
  using component_view_type = typename component::view_type;
  using argument_type = const value_type&;

  static constexpr std::string_view name = detail::composed_name<"variant", Codecs...>::value;
  static constexpr std::size_t fixed_size = detail::variant_size<Codecs...>;
  static constexpr bool is_ordered = true;
  static constexpr bool presents_owned = (macaw::presents_owned<Codecs> || ...);

  [[nodiscard]] static std::size_t size(const value_type& argument) { return whole::size(argument); }
  static std::byte* encode(const value_type& argument, std::byte* out) { return whole::encode(argument, out); }
  [[nodiscard]] static std::optional<view_type> decode(bytes_view in) noexcept {
    component_input rest(in);
    auto view = whole::view(rest);
    if (!rest.empty()) view.reset();
    return view;
  }
  [[nodiscard]] static value_type own(const view_type& view) { return whole::own(view); }

  [[nodiscard]] static std::size_t component_size(const value_type& argument) { return component::size(argument); }
  static std::byte* encode_component(const value_type& argument, std::byte* out) {
    return component::encode(argument, out);
  }
  [[nodiscard]] static std::optional<value_type> decode_component(bytes_view& in) {
    return detail::decode_component_by_view<variant_key>(in);
  }
  [[nodiscard]] static std::optional<component_view_type> view_component(component_input& in) noexcept {
    return component::view(in);
  }
  [[nodiscard]] static value_type own_component(const component_view_type& view) { return component::own(view); }
};

/// A variant as a value.
template <value_codec... Codecs>
struct variant_value {
  using whole = detail::variant_form<detail::whole_part<Codecs>...>;

  using value_type = typename whole::value_type;
  using view_type = typename whole::view_type;
  using argument_type = const value_type&;

  static constexpr std::string_view name = detail::composed_name<"variant", Codecs...>::value;
  static constexpr std::size_t fixed_size = detail::variant_size<Codecs...>;
  static constexpr bool presents_owned = (macaw::presents_owned<Codecs> || ...);

  /// Reads rows of fewer alternatives, too.
  [[nodiscard]] static bool reads(std::string_view stored) noexcept {
    return stored == name || detail::is_beginning_by_parts(stored, name);
  }
  [[nodiscard]] static std::size_t size(const value_type& argument) { return whole::size(argument); }
  static std::byte* encode(const value_type& argument, std::byte* out) { return whole::encode(argument, out); }
  [[nodiscard]] static std::optional<view_type> decode(bytes_view in) noexcept {
    component_input rest(in);
    auto view = whole::view(rest);
    if (!rest.empty()) view.reset();
    return view;
  }
  [[nodiscard]] static value_type own(const view_type& view) { return whole::own(view); }
};

namespace detail {

template <class... Alternatives>
struct variant_key_of : variant_key<key_codec_for<Alternatives>...> {};
template <class... Alternatives>
struct variant_value_of : variant_value<value_codec_for<Alternatives>...> {};

}  // namespace detail

template <class... Alternatives>
struct codec<std::variant<Alternatives...>> {
  using key = detail::variant_key_of<Alternatives...>;
  using value = detail::variant_value_of<Alternatives...>;
};

}  // namespace macaw::inline MACAW_ABI
