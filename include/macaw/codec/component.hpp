// SPDX-License-Identifier: MIT
//
// Parts of composite keys, seen alike whatever their codec offers. Layer 1.
//
// A part stands in a composite key in its component form, or, where its size is fixed, in its usual form
// (which is then prefix-free anyway and costs nothing more). Composites decode without allocating; so
// they ask their parts for component views, over bytes that a `descending` may have complemented.

#pragma once

#include <macaw/bytes.hpp>
#include <macaw/codec/concepts.hpp>
#include <macaw/macros.hpp>

#include <array>
#include <concepts>
#include <cstddef>
#include <optional>
#include <type_traits>
#include <utility>
#include <vector>

namespace macaw::inline MACAW_ABI {

/// The bytes of a composite key that are not decoded yet, possibly stored complemented.
class component_input {
 public:
  explicit component_input(bytes_view stored, bool complemented = false) noexcept
      : rest_(stored), mask_(complemented ? std::byte{0xFF} : std::byte{0}) {}

  /// The bytes left, as they are stored.
  [[nodiscard]] bytes_view rest() const noexcept { return rest_; }
  /// What turns a stored byte into the one meant, by exclusive or: 0 or 0xFF.
  [[nodiscard]] std::byte mask() const noexcept { return mask_; }
  [[nodiscard]] bool empty() const noexcept { return rest_.empty(); }

  /// Requires: `count` is not above the number of bytes left.
  void skip(std::size_t count) noexcept { rest_ = rest_.subspan(count); }
  /// From here on bytes mean their complements, or no longer do.
  void flip() noexcept { mask_ = ~mask_; }
  /// Eats one byte, or returns nothing at the end.
  [[nodiscard]] std::optional<std::byte> take() noexcept {
    if (rest_.empty()) return std::nullopt;
    const std::byte first = rest_.front() ^ mask_;
    skip(1);
    return first;
  }

 private:
  bytes_view rest_;
  std::byte mask_;
};

/// A component codec that decodes to views without allocating. All variable-size codecs of the library are.
///
/// `view_component(in)` eats exactly what `encode_component` wrote; `own_component(view)` may raise bad_alloc.
/// A codec of one's own may leave these out: composites then call `decode_component`, and an exception
/// that leaves it counts as "not an encoding", since there is nowhere to raise it.
template <class C>
concept borrowing_component_key_codec = component_key_codec<C> && std::copyable<typename C::component_view_type> &&
    requires(component_input& in, const typename C::component_view_type& view) {
  { C::view_component(in) }
  noexcept->std::same_as<std::optional<typename C::component_view_type>>;
  { C::own_component(view) } -> std::same_as<typename C::value_type>;
};

/// What can be part of a composite key.
template <class C>
concept composable_key_codec = component_key_codec<C> ||(key_codec<C>&& C::fixed_size != 0);

namespace detail {

/// Whether `C` decodes straight to values, so that nothing borrows from the bytes.
template <class C>
inline constexpr bool decodes_to_values = std::same_as<typename C::view_type, typename C::value_type>;

/// A part, of a key or of a value, in the form of its codec's own `encode`. It takes all bytes that are left.
template <codec_role C>
struct whole_part {
  using codec_type = C;
  using argument_type = typename C::argument_type;
  using value_type = typename C::value_type;
  using view_type = typename C::view_type;

  static std::size_t size(const argument_type& argument) noexcept(noexcept(C::size(argument))) {
    return C::size(argument);
  }
  static std::byte* encode(const argument_type& argument, std::byte* out) noexcept(noexcept(C::encode(argument, out))) {
    return C::encode(argument, out);
  }
  /// Requires: `in` is not complemented.
  static std::optional<view_type> view(component_input& in) noexcept {
    const bytes_view stored = in.rest();
    in.skip(stored.size());
    return C::decode(stored);
  }
  static value_type own(const view_type& view) noexcept(noexcept(C::own(view))) { return C::own(view); }
};

/// A part of fixed size: needs no form of its own.
template <key_codec C>
struct fixed_part {
  using codec_type = C;
  using argument_type = typename C::argument_type;
  using value_type = typename C::value_type;
  using view_type = value_type;

  static std::size_t size(const argument_type&) noexcept { return C::fixed_size; }
  static std::byte* encode(const argument_type& argument, std::byte* out) noexcept(noexcept(C::encode(argument, out))) {
    return C::encode(argument, out);
  }
  static std::optional<view_type> view(component_input& in) noexcept {
    if (in.rest().size() < C::fixed_size) return std::nullopt;
    const bytes_view stored = in.rest().first(C::fixed_size);
    in.skip(C::fixed_size);
    if (in.mask() == std::byte{0}) return decode(stored);
    std::array<std::byte, C::fixed_size> plain;
    for (std::size_t i = 0; i < C::fixed_size; ++i) plain[i] = ~stored[i];
    return decode(plain);
  }
  static value_type own(const view_type& view) { return view; }

 private:
  static std::optional<value_type> decode(bytes_view plain) noexcept {
    if constexpr (decodes_to_values<C>) {
      return C::decode(plain);
    } else {
      const auto view = C::decode(plain);
      if (!view) return std::nullopt;
      try {
        return C::own(*view);
      } catch (...) {
        return std::nullopt;
      }
    }
  }
};

/// A part in component form, decoded to views.
template <borrowing_component_key_codec C>
struct borrowing_part {
  using codec_type = C;
  using argument_type = typename C::argument_type;
  using value_type = typename C::value_type;
  using view_type = typename C::component_view_type;

  static std::size_t size(const argument_type& argument) noexcept(noexcept(C::component_size(argument))) {
    return C::component_size(argument);
  }
  static std::byte* encode(const argument_type& argument,
                           std::byte* out) noexcept(noexcept(C::encode_component(argument, out))) {
    return C::encode_component(argument, out);
  }
  static std::optional<view_type> view(component_input& in) noexcept { return C::view_component(in); }
  static value_type own(const view_type& view) noexcept(noexcept(C::own_component(view))) {
    return C::own_component(view);
  }
};

/// A part in component form, decoded to values because its codec offers no more.
template <component_key_codec C>
struct owning_part {
  using codec_type = C;
  using argument_type = typename C::argument_type;
  using value_type = typename C::value_type;
  using view_type = value_type;

  static std::size_t size(const argument_type& argument) noexcept(noexcept(C::component_size(argument))) {
    return C::component_size(argument);
  }
  static std::byte* encode(const argument_type& argument,
                           std::byte* out) noexcept(noexcept(C::encode_component(argument, out))) {
    return C::encode_component(argument, out);
  }
  static std::optional<view_type> view(component_input& in) noexcept {
    try {
      std::vector<std::byte> plain;
      bytes_view rest = in.rest();
      if (in.mask() != std::byte{0}) {
        plain.assign(rest.begin(), rest.end());
        for (std::byte& b : plain) b = ~b;
        rest = plain;
      }
      std::optional<value_type> value = C::decode_component(rest);
      if (value) in.skip(in.rest().size() - rest.size());
      return value;
    } catch (...) {
      return std::nullopt;
    }
  }
  static value_type own(const view_type& view) { return view; }
};

template <composable_key_codec C>
consteval auto select_component_part() {
  if constexpr (C::fixed_size != 0) {
    return std::type_identity<fixed_part<C>>{};
  } else if constexpr (borrowing_component_key_codec<C>) {
    return std::type_identity<borrowing_part<C>>{};
  } else {
    return std::type_identity<owning_part<C>>{};
  }
}

/// How `C` stands inside a composite key.
template <composable_key_codec C>
using component_part = typename decltype(select_component_part<C>())::type;

/// `decode_component` by way of `view_component`.
template <class C>
[[nodiscard]] std::optional<typename C::value_type> decode_component_by_view(bytes_view& in) {
  component_input input(in);
  const auto view = C::view_component(input);
  if (!view) return std::nullopt;
  in = input.rest();
  return C::own_component(*view);
}

/// The component form of a codec of fixed size: its usual form.
template <class C>
struct fixed_component {
  template <class Argument>
  static std::size_t component_size(const Argument&) noexcept {
    return C::fixed_size;
  }
  template <class Argument>
  static std::byte* encode_component(const Argument& argument,
                                     std::byte* out) noexcept(noexcept(C::encode(argument, out))) {
    return C::encode(argument, out);
  }
  static auto decode_component(bytes_view& in) {
    std::optional<typename C::value_type> result;
    if (in.size() < C::fixed_size) return result;
    if (const auto view = C::decode(in.first(C::fixed_size))) {
      result.emplace(C::own(*view));
      in = in.subspan(C::fixed_size);
    }
    return result;
  }
};

}  // namespace detail

}  // namespace macaw::inline MACAW_ABI
