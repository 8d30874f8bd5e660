// SPDX-License-Identifier: MIT
//
// What the codecs' conformance suite knows about types: drawing values, and their order, told apart from
// the codecs' own code. `model<T>` is for what a table may name: a type, or `descending` of one.

#pragma once

#include <macaw/codec/codec.hpp>
#include <macaw/codec/descending.hpp>

#include "conformance/codec_conformance.hpp"

#include <array>
#include <bit>
#include <cmath>
#include <compare>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

namespace codec_conformance {

inline int sign(std::strong_ordering order) { return order < 0 ? -1 : order > 0 ? 1 : 0; }

template <class T>
struct model;

template <class T>
  requires std::integral<T>
struct model<T> {
  using value_type = T;
  static T draw(random_source& generator) {
    if constexpr (std::same_as<T, bool>) {
      return below(generator, 2) == 1;
    } else {
      constexpr T edges[] = {0,
                             1,
                             2,
                             std::numeric_limits<T>::min(),
                             std::numeric_limits<T>::max(),
                             static_cast<T>(-1),
                             static_cast<T>(-2),
                             static_cast<T>(127),
                             static_cast<T>(128),
                             static_cast<T>(255),
                             static_cast<T>(256),
                             static_cast<T>(0x0100'0001)};
      if (below(generator, 3) != 0) return edges[below(generator, std::size(edges))];
      return static_cast<T>(generator() >> below(generator, 64));
    }
  }
  static int compare(T a, T b) { return a < b ? -1 : a > b ? 1 : 0; }
};

template <class T>
  requires std::is_enum_v<T>
struct model<T> {
  using value_type = T;
  using number = model<std::underlying_type_t<T>>;
  static T draw(random_source& generator) { return static_cast<T>(number::draw(generator)); }
  static int compare(T a, T b) {
    return number::compare(static_cast<std::underlying_type_t<T>>(a), static_cast<std::underlying_type_t<T>>(b));
  }
};

template <class T>
  requires std::floating_point<T>
struct model<T> {
  using value_type = T;
  using limits = std::numeric_limits<T>;
  using bits = std::conditional_t<sizeof(T) == 4, std::uint32_t, std::uint64_t>;

  static T draw(random_source& generator) {
    constexpr T edges[] = {T(0),
                           -T(0),
                           T(1),
                           -T(1),
                           limits::min(),
                           -limits::min(),
                           limits::max(),
                           limits::lowest(),
                           limits::denorm_min(),
                           -limits::denorm_min(),
                           limits::infinity(),
                           -limits::infinity(),
                           T(1.5),
                           T(-1.5)};
    switch (below(generator, 4)) {
      case 0: return std::bit_cast<T>(static_cast<bits>(generator()));
      case 1: return std::copysign(limits::quiet_NaN(), below(generator, 2) == 0 ? T(1) : T(-1));
      default: return edges[below(generator, std::size(edges))];
    }
  }
  // NaN last, those with a sign behind those without, by payload; -0.0 before +0.0.
  static int compare(T a, T b) {
    if (std::isnan(a) || std::isnan(b)) {
      if (!std::isnan(a)) return -1;
      if (!std::isnan(b)) return 1;
      if (std::signbit(a) != std::signbit(b)) return std::signbit(a) ? 1 : -1;
      const int by_payload = sign(std::bit_cast<bits>(a) <=> std::bit_cast<bits>(b));
      return std::signbit(a) ? -by_payload : by_payload;
    }
    if (a == b) return int(std::signbit(b)) - int(std::signbit(a));
    return a < b ? -1 : 1;
  }
};

template <>
struct model<std::string> {
  using value_type = std::string;
  static std::string draw(random_source& generator) {
    const std::size_t most = below(generator, 16) == 0 ? 300 : 4;
    const byte_string bytes = draw_bytes(generator, most);
    return std::string(macaw::as_text(bytes));
  }
  static int compare(const std::string& a, const std::string& b) {
    return sign(macaw::compare_bytes(macaw::as_bytes(a), macaw::as_bytes(b)));
  }
};
template <>
struct model<std::string_view> : model<std::string> {};

template <>
struct model<byte_string> {
  using value_type = byte_string;
  static byte_string draw(random_source& generator) { return draw_bytes(generator, 5); }
  static int compare(const byte_string& a, const byte_string& b) { return sign(macaw::compare_bytes(a, b)); }
};
template <>
struct model<bytes_view> : model<byte_string> {};

template <>
struct model<std::monostate> {
  using value_type = std::monostate;
  static std::monostate draw(random_source&) { return {}; }
  static int compare(std::monostate, std::monostate) { return 0; }
};

template <template <class...> class Shape, class... Elements>
struct model_of_parts {
  using value_type = Shape<typename model<Elements>::value_type...>;
  static value_type draw(random_source& generator) { return value_type{model<Elements>::draw(generator)...}; }
  static int compare(const value_type& a, const value_type& b) {
    int order = 0;
    [&]<std::size_t... Index>(std::index_sequence<Index...>) {
      ((order = order != 0 ? order : model<Elements>::compare(std::get<Index>(a), std::get<Index>(b))), ...);
    }
    (std::index_sequence_for<Elements...>{});
    return order;
  }
};
template <class... Elements>
struct model<std::tuple<Elements...>> : model_of_parts<std::tuple, Elements...> {};
template <class First, class Second>
struct model<std::pair<First, Second>> : model_of_parts<std::pair, First, Second> {};

template <class Element, std::size_t Count>
struct model<std::array<Element, Count>> {
  using value_type = std::array<typename model<Element>::value_type, Count>;
  static value_type draw(random_source& generator) {
    value_type all;
    for (auto& element : all) element = model<Element>::draw(generator);
    return all;
  }
  static int compare(const value_type& a, const value_type& b) {
    int order = 0;
    for (std::size_t i = 0; i < Count && order == 0; ++i) order = model<Element>::compare(a[i], b[i]);
    return order;
  }
};

template <class T>
struct model<std::optional<T>> {
  using value_type = std::optional<typename model<T>::value_type>;
  static value_type draw(random_source& generator) {
    if (below(generator, 4) == 0) return std::nullopt;
    return value_type(std::in_place, model<T>::draw(generator));
  }
  static int compare(const value_type& a, const value_type& b) {
    if (!a || !b) return int(a.has_value()) - int(b.has_value());
    return model<T>::compare(*a, *b);
  }
};

template <class... Alternatives>
struct model<std::variant<Alternatives...>> {
  using value_type = std::variant<typename model<Alternatives>::value_type...>;
  static value_type draw(random_source& generator) {
    const std::size_t index = below(generator, sizeof...(Alternatives));
    value_type result;
    [&]<std::size_t... Index>(std::index_sequence<Index...>) {
      ((index == Index ? (result.template emplace<Index>(model<Alternatives>::draw(generator)), 0) : 0), ...);
    }
    (std::index_sequence_for<Alternatives...>{});
    return result;
  }
  static int compare(const value_type& a, const value_type& b) {
    if (a.index() != b.index()) return a.index() < b.index() ? -1 : 1;
    int order = 0;
    [&]<std::size_t... Index>(std::index_sequence<Index...>) {
      ((a.index() == Index ? (order = model<Alternatives>::compare(std::get<Index>(a), std::get<Index>(b))) : 0), ...);
    }
    (std::index_sequence_for<Alternatives...>{});
    return order;
  }
};

template <class T>
struct model<macaw::descending<T>> : model<T> {
  using value_type = typename model<T>::value_type;
  static int compare(const value_type& a, const value_type& b) { return model<T>::compare(b, a); }
};

/// A subject of the suite: a codec with the model of what it stores.
template <class Model, class Codec>
struct subject : Model {
  using codec = Codec;
  static std::vector<typename Model::value_type> values(random_source& generator) {
    std::vector<typename Model::value_type> all;
    for (int i = 0; i < 60; ++i) all.push_back(Model::draw(generator));
    return all;
  }
};

template <class T>
using key_subject = subject<model<T>, macaw::key_codec_for<T>>;
template <class T>
using value_subject = subject<model<T>, macaw::value_codec_for<T>>;

}  // namespace codec_conformance
