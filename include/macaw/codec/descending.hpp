// SPDX-License-Identifier: MIT
//
// Keys in descending order. Layer 1.
//
// FROZEN: on disk. The component form of the key, every byte complemented: it is prefix-free, so the order
// turns round exactly, shorter strings included. Names: "descending(u64)".

#pragma once

#include <macaw/bytes.hpp>
#include <macaw/codec/codec.hpp>
#include <macaw/codec/component.hpp>
#include <macaw/codec/escaped.hpp>
#include <macaw/codec/name.hpp>
#include <macaw/macros.hpp>

#include <cstddef>
#include <optional>
#include <string_view>
#include <vector>

namespace macaw::inline MACAW_ABI {

/// A key codec that orders the keys of `T`, a type or a key codec, from the largest to the smallest.
/// Use it as a table's key or for a component: `table<std::tuple<std::string, macaw::descending<std::uint64_t>>, V>`.
template <class T>
struct descending {
  using ascending = key_codec_for<T>;
  static_assert(composable_key_codec<ascending>, "macaw: only what can be a component can be turned round");
  using part = detail::component_part<ascending>;

  using value_type = typename part::value_type;
  using view_type = typename part::view_type;
  using component_view_type = view_type;
  using argument_type = typename part::argument_type;

  static constexpr std::string_view name = detail::composed_name<"descending", ascending>::value;
  static constexpr std::size_t fixed_size = ascending::fixed_size;
  static constexpr bool is_ordered = true;
  static constexpr bool presents_owned = macaw::presents_owned<ascending>;

  [[nodiscard]] static std::size_t size(const argument_type& argument) noexcept(noexcept(part::size(argument))) {
    return part::size(argument);
  }
  static std::byte* encode(const argument_type& argument,
                           std::byte* out) noexcept(noexcept(part::encode(argument, out))) {
    return complement(out, part::encode(argument, out));
  }
  [[nodiscard]] static std::optional<view_type> decode(bytes_view in) noexcept {
    component_input rest(in, /*complemented=*/true);
    auto view = part::view(rest);
    if (!rest.empty()) view.reset();
    return view;
  }
  [[nodiscard]] static value_type own(const view_type& view) noexcept(noexcept(part::own(view))) {
    return part::own(view);
  }

  [[nodiscard]] static std::size_t component_size(const argument_type& argument) noexcept(
      noexcept(part::size(argument))) {
    return part::size(argument);
  }
  static std::byte* encode_component(const argument_type& argument,
                                     std::byte* out) noexcept(noexcept(part::encode(argument, out))) {
    return encode(argument, out);
  }
  [[nodiscard]] static std::optional<value_type> decode_component(bytes_view& in) {
    return detail::decode_component_by_view<descending>(in);
  }
  [[nodiscard]] static std::optional<view_type> view_component(component_input& in) noexcept {
    in.flip();
    auto view = part::view(in);
    in.flip();
    return view;
  }
  [[nodiscard]] static value_type own_component(const view_type& view) { return part::own(view); }

  /// The size of the bytes that begin exactly the strings that begin with `argument`.
  [[nodiscard]] static std::size_t component_prefix_size(
      const argument_type& argument) requires detail::prefixable<ascending> {
    return ascending::component_prefix_size(argument);
  }
  /// Writes those bytes.
  static std::byte* encode_component_prefix(const argument_type& argument,
                                            std::byte* out) requires detail::prefixable<ascending> {
    return complement(out, ascending::encode_component_prefix(argument, out));
  }
  /// The bytes that begin the keys of exactly the strings that begin with `argument`.
  [[nodiscard]] static std::vector<std::byte> encode_leading_prefix(
      const argument_type& argument) requires detail::prefixable<ascending> {
    std::vector<std::byte> bytes(component_prefix_size(argument));
    encode_component_prefix(argument, bytes.data());
    return bytes;
  }

 private:
  static std::byte* complement(std::byte* first, std::byte* last) noexcept {
    for (; first != last; ++first) *first = ~*first;
    return last;
  }
};

}  // namespace macaw::inline MACAW_ABI
