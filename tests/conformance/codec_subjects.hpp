// SPDX-License-Identifier: MIT
//
// What the codecs' conformance suite is run on: every codec of the library, alone and nested, and two that
// a user might write.

#pragma once

#include <macaw/codec/standard.hpp>

#include "conformance/codec_conformance.hpp"
#include "conformance/codec_models.hpp"
#include "support/catch.hpp"
#include "support/random.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

namespace codec_conformance {

using macaw::descending;

enum class color : std::uint8_t { red, green, blue };
enum class level : std::int16_t {};

struct user {
  std::string name;
  std::uint32_t age = 0;
  bool operator==(const user&) const = default;
};
struct point {
  std::int32_t x = 0;
  std::int32_t y = 0;
  bool operator==(const point&) const = default;
};
struct visit {
  user who;
  point where;
  std::optional<std::string> note;
  std::array<std::uint16_t, 3> marks{};
};

/// A user's component codec that offers only what the concept asks for: dates as two bytes, or as a text.
struct plain_text_codec {
  using value_type = std::string;
  using view_type = std::string;
  using argument_type = const std::string&;
  static constexpr const char* name = "plain";
  static constexpr std::size_t fixed_size = 0;
  static constexpr bool is_ordered = true;
  static std::size_t size(const std::string& text) { return macaw::text_key::component_size(text); }
  static std::byte* encode(const std::string& text, std::byte* out) {
    return macaw::text_key::encode_component(text, out);
  }
  static std::optional<std::string> decode(bytes_view in) noexcept {
    auto result = macaw::text_key::decode_component(in);
    if (!in.empty()) result.reset();
    return result;
  }
  static std::string own(const std::string& view) { return view; }
  static std::size_t component_size(const std::string& text) { return size(text); }
  static std::byte* encode_component(const std::string& text, std::byte* out) { return encode(text, out); }
  static std::optional<std::string> decode_component(bytes_view& in) { return macaw::text_key::decode_component(in); }
};

/// A user's key codec of fixed size whose view borrows, and that is no component codec.
struct borrowed_pair_codec {
  struct value_type {
    std::array<std::byte, 2> bytes{};
  };
  using view_type = bytes_view;
  using argument_type = const value_type&;
  static constexpr std::string_view name = "pair of bytes";
  static constexpr std::size_t fixed_size = 2;
  static constexpr bool is_ordered = true;
  static std::size_t size(const value_type&) noexcept { return 2; }
  static std::byte* encode(const value_type& pair, std::byte* out) noexcept {
    out[0] = pair.bytes[0];
    out[1] = pair.bytes[1];
    return out + 2;
  }
  static std::optional<bytes_view> decode(bytes_view in) noexcept {
    return in.size() == 2 ? std::optional(in) : std::nullopt;
  }
  static value_type own(bytes_view view) { return {{view[0], view[1]}}; }
};

}  // namespace codec_conformance

template <>
struct macaw::codec<codec_conformance::color>
    : macaw::enum_codec<codec_conformance::color::red, codec_conformance::color::green,
                        codec_conformance::color::blue> {};
template <>
struct macaw::codec<codec_conformance::user>
    : macaw::struct_codec<&codec_conformance::user::name, &codec_conformance::user::age> {};
template <>
struct macaw::codec<codec_conformance::point>
    : macaw::struct_codec<&codec_conformance::point::x, &codec_conformance::point::y> {};
template <>
struct macaw::codec<codec_conformance::visit>
    : macaw::struct_codec<&codec_conformance::visit::who, &codec_conformance::visit::where,
                          &codec_conformance::visit::note, &codec_conformance::visit::marks> {};

namespace codec_conformance {

template <>
struct model<color> {
  using value_type = color;
  static color draw(random_source& generator) { return static_cast<color>(below(generator, 3)); }
  static int compare(color a, color b) { return int(a) - int(b); }
};
template <>
struct model<user> {
  using value_type = user;
  using tuple = model<std::tuple<std::string, std::uint32_t>>;
  static user draw(random_source& generator) {
    auto [name, age] = tuple::draw(generator);
    return {name, age};
  }
  static int compare(const user& a, const user& b) { return tuple::compare({a.name, a.age}, {b.name, b.age}); }
};
template <>
struct model<point> {
  using value_type = point;
  using tuple = model<std::tuple<std::int32_t, std::int32_t>>;
  static point draw(random_source& generator) {
    auto [x, y] = tuple::draw(generator);
    return {x, y};
  }
  static int compare(const point& a, const point& b) { return tuple::compare({a.x, a.y}, {b.x, b.y}); }
};
template <>
struct model<visit> {
  using value_type = visit;
  using tuple = model<std::tuple<user, point, std::optional<std::string>, std::array<std::uint16_t, 3>>>;
  static visit draw(random_source& generator) {
    auto [who, where, note, marks] = tuple::draw(generator);
    return {who, where, note, marks};
  }
  static int compare(const visit& a, const visit& b) {
    return tuple::compare({a.who, a.where, a.note, a.marks}, {b.who, b.where, b.note, b.marks});
  }
};
template <>
struct model<plain_text_codec> : model<std::string> {};
template <>
struct model<borrowed_pair_codec> {
  using value_type = borrowed_pair_codec::value_type;
  static value_type draw(random_source& generator) { return {{draw_byte(generator), draw_byte(generator)}}; }
  static int compare(const value_type& a, const value_type& b) { return sign(macaw::compare_bytes(a.bytes, b.bytes)); }
};

template <template <class> class Subject>
using simple_subjects =
    std::tuple<Subject<std::int8_t>, Subject<std::int16_t>, Subject<std::int32_t>, Subject<std::int64_t>,
               Subject<std::uint8_t>, Subject<std::uint16_t>, Subject<std::uint32_t>, Subject<std::uint64_t>,
               Subject<char>, Subject<char8_t>, Subject<char16_t>, Subject<char32_t>, Subject<long long>,
               Subject<float>, Subject<double>, Subject<bool>, Subject<color>, Subject<level>, Subject<std::byte>,
               Subject<std::string>, Subject<std::string_view>, Subject<std::vector<std::byte>>, Subject<bytes_view>,
               Subject<std::monostate>>;

template <template <class> class Subject>
using composite_subjects =
    std::tuple<Subject<std::array<std::uint16_t, 3>>, Subject<std::array<std::string, 2>>,
               Subject<std::array<std::byte, 16>>, Subject<std::tuple<std::string>>,
               Subject<std::tuple<std::uint32_t, std::uint64_t>>, Subject<std::tuple<std::string, std::uint32_t>>,
               Subject<std::tuple<std::uint8_t, std::string>>, Subject<std::pair<std::string, std::string>>,
               Subject<std::tuple<std::string, std::vector<std::byte>, double, bool>>,
               Subject<std::pair<std::tuple<std::string, std::string>, std::tuple<std::int8_t, std::string>>>,
               Subject<std::optional<std::uint16_t>>, Subject<std::optional<std::string>>,
               Subject<std::optional<std::optional<std::int8_t>>>, Subject<std::optional<user>>,
               Subject<std::variant<std::monostate, std::uint16_t, std::string>>,
               Subject<std::variant<std::uint16_t, std::int16_t>>,
               Subject<std::variant<std::string, user, std::string>>, Subject<user>, Subject<point>, Subject<visit>,
               Subject<std::tuple<user, std::optional<std::string>, std::variant<bool, std::string>, point>>>;

using only_keys =
    std::tuple<key_subject<descending<std::uint64_t>>, key_subject<descending<std::string>>,
               key_subject<descending<double>>, key_subject<descending<descending<std::string>>>,
               key_subject<descending<std::tuple<std::string, std::optional<std::string>, std::int16_t>>>,
               key_subject<descending<user>>, key_subject<descending<visit>>, key_subject<descending<point>>,
               key_subject<std::tuple<descending<std::string>, std::string>>,
               key_subject<std::tuple<std::string, descending<std::string>>>,
               key_subject<std::array<descending<std::tuple<std::uint8_t, descending<std::string>>>, 2>>,
               key_subject<std::optional<descending<std::variant<std::string, point>>>>, key_subject<plain_text_codec>,
               key_subject<std::tuple<plain_text_codec, plain_text_codec>>, key_subject<descending<plain_text_codec>>,
               key_subject<std::tuple<descending<plain_text_codec>, bool>>,
               key_subject<std::pair<borrowed_pair_codec, borrowed_pair_codec>>,
               key_subject<descending<std::pair<borrowed_pair_codec, std::string>>>>;

using only_values = std::tuple<subject<model<point>, macaw::raw<point>>,
                               value_subject<std::tuple<std::monostate, std::string, std::monostate>>,
                               value_subject<std::optional<std::monostate>>>;

template <class... Lists>
using joined_lists = decltype(std::tuple_cat(std::declval<Lists>()...));

template <class Subject, class Law>
void apply(Law law, std::uint64_t seed) {
  INFO("codec " << std::string(Subject::codec::name));
  random_source generator(seed);
  law.template operator()<Subject>(generator);
}

template <class Law, class... Subjects>
void apply_to_all(Law law, std::uint64_t seed, std::type_identity<std::tuple<Subjects...>>) {
  const std::uint64_t before = times_tried;
  (apply<Subjects>(law, seed), ...);
  CHECK(times_tried > before);  // not every law concerns every codec
}

/// Tries a law on every subject of a list, each with the same seed.
template <class List, class Law>
void for_each_subject(Law law) {
  const std::uint64_t seed = macaw_test::seed();
  CAPTURE(seed);
  apply_to_all(law, seed, std::type_identity<List>{});
}

}  // namespace codec_conformance
