// SPDX-License-Identifier: MIT
//
// The laws of the codec concepts (macaw/codec/concepts.hpp), each as a function over a subject.
//
// A subject names a codec and knows its values:
//   using codec;                                    what is tried
//   static std::vector<value_type> values(random_source&)  edge cases and random values, some alike, some equal
//   static int compare(a, b)                        the order of keys; for values: 0 iff they are the same
// A new codec joins by one line in codec_test.cpp.

#pragma once

#include <macaw/bytes.hpp>
#include <macaw/codec/component.hpp>
#include <macaw/codec/concepts.hpp>

#include "support/catch.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <random>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace codec_conformance {

using macaw::bytes_view;
using byte_string = std::vector<std::byte>;
using random_source = std::mt19937_64;

inline std::size_t below(random_source& generator, std::size_t limit) {
  return std::uniform_int_distribution<std::size_t>(0, limit - 1)(generator);
}

/// Bytes of the kinds that encodings are made of, so that mutations meet the interesting ones.
inline std::byte draw_byte(random_source& generator) {
  constexpr std::byte likely[] = {std::byte{0x00}, std::byte{0x01}, std::byte{0x02}, std::byte{0x80},
                                  std::byte{0xFD}, std::byte{0xFE}, std::byte{0xFF}, std::byte{'a'}};
  return below(generator, 4) == 0 ? std::byte(below(generator, 256)) : likely[below(generator, std::size(likely))];
}

inline byte_string draw_bytes(random_source& generator, std::size_t most) {
  byte_string bytes(below(generator, most + 1));
  for (std::byte& b : bytes) b = draw_byte(generator);
  return bytes;
}

inline byte_string joined(bytes_view a, bytes_view b) {
  byte_string all(a.begin(), a.end());
  all.insert(all.end(), b.begin(), b.end());
  return all;
}

inline bool begins(bytes_view all, bytes_view beginning) {
  return all.size() >= beginning.size() && macaw::equal_bytes(all.first(beginning.size()), beginning);
}

inline std::string hex(bytes_view bytes) {
  std::string text;
  for (std::byte b : bytes) {
    text += "0123456789abcdef"[std::to_integer<int>(b) >> 4];
    text += "0123456789abcdef"[std::to_integer<int>(b) & 15];
  }
  return text;
}

/// How often laws were tried: one that asks for nothing holds of everything.
inline std::uint64_t times_tried = 0;

/// Fails the case where a law does not hold. A function, since the laws are instantiated for many codecs and
/// an assertion macro in each would take the compiler a minute.
inline void must(bool holds, const char* law, bytes_view bytes = {}, bytes_view others = {}) {
  ++times_tried;
  if (!holds) FAIL(law << ": " << hex(bytes) << " " << hex(others));
}

/// The encoding; checks that it is `size` bytes exactly, whatever the memory held.
template <class Size, class Encode>
byte_string encode_checked(Size size, Encode encode) {
  constexpr std::size_t guard = 16;
  const std::size_t expected = size();
  byte_string first(expected + guard, std::byte{0xA5});
  byte_string second(expected + guard, std::byte{0x5A});
  must(encode(first.data()) == first.data() + expected, "encode returns one past size bytes");
  must(encode(second.data()) == second.data() + expected, "encode returns one past size bytes");
  for (std::size_t i = expected; i < expected + guard; ++i) {
    must(first[i] == std::byte{0xA5} && second[i] == std::byte{0x5A}, "encode writes nothing beyond its size");
  }
  first.resize(expected);
  second.resize(expected);
  must(first == second, "same input, same bytes", first, second);
  return first;
}

template <class C>
byte_string encoding_of(const typename C::value_type& value) {
  return encode_checked([&] { return C::size(value); }, [&](std::byte* out) { return C::encode(value, out); });
}

template <class C>
byte_string component_of(const typename C::value_type& value) {
  return encode_checked([&] { return C::component_size(value); },
                        [&](std::byte* out) { return C::encode_component(value, out); });
}

/// Everything near an encoding that hostile bytes might be.
inline std::vector<byte_string> mutations_of(const byte_string& encoding, random_source& generator) {
  std::vector<byte_string> all;
  const auto place = [&] { return static_cast<std::ptrdiff_t>(below(generator, encoding.size())); };
  for (std::size_t size = 0; size < encoding.size(); ++size) {
    all.emplace_back(encoding.begin(), encoding.begin() + static_cast<std::ptrdiff_t>(size));
  }
  for (int i = 0; i < 8; ++i) all.push_back(joined(encoding, byte_string(1, draw_byte(generator))));
  all.push_back(joined(encoding, encoding));
  for (int i = 0; i < 24 && !encoding.empty(); ++i) {
    byte_string& mutated = all.emplace_back(encoding);
    for (std::size_t n = 1 + below(generator, 2); n > 0; --n) *(mutated.begin() + place()) = draw_byte(generator);
  }
  for (int i = 0; i < 2 && !encoding.empty(); ++i) {
    byte_string& shorter = all.emplace_back(encoding);
    shorter.erase(shorter.begin() + place());
    byte_string& longer = all.emplace_back(encoding);
    longer.insert(longer.begin() + place(), draw_byte(generator));
  }
  for (int i = 0; i < 8; ++i) all.push_back(draw_bytes(generator, encoding.size() + 4));
  // Of their very sizes, so that the address sanitizer sees reading past an end.
  for (byte_string& bytes : all) bytes.shrink_to_fit();
  return all;
}

/// `size` and `encode`: exactly `size` bytes; the same input gives the same bytes; `fixed_size` holds for all.
template <class Subject>
void writes_exactly_its_size(random_source& generator) {
  using C = typename Subject::codec;
  for (const auto& value : Subject::values(generator)) {
    const byte_string encoding = encoding_of<C>(value);
    must(C::fixed_size == 0 || C::fixed_size == encoding.size(), "all encodings have the fixed size", encoding);
    must(encoding_of<C>(value) == encoding, "same input, same bytes", encoding);
  }
}

/// `own(*decode(encode(a)))` equals `a`, and needs the bytes no longer.
template <class Subject>
void decodes_what_it_encoded(random_source& generator) {
  using C = typename Subject::codec;
  for (const auto& value : Subject::values(generator)) {
    byte_string encoding = encoding_of<C>(value);
    auto view = C::decode(encoding);
    must(view.has_value(), "what was encoded decodes", encoding);
    const auto copied_view = *view;
    const typename C::value_type owned = C::own(copied_view);
    if constexpr (macaw::presents_owned<C>) {
      must(Subject::compare(macaw::present<C>(*view), value) == 0, "what is presented equals what was encoded",
           encoding);
    }
    const byte_string copy = encoding;
    std::fill(encoding.begin(), encoding.end(), std::byte{0xEE});
    must(Subject::compare(owned, value) == 0, "what is owned equals what was encoded, without the bytes", copy);
    must(encoding_of<C>(owned) == copy, "what is owned encodes to the same bytes", copy);
  }
}

/// Whether rows written under a shorter name decode, too: structs, tuples and what holds them.
template <class C>
bool reads_older_rows() {
  if constexpr (macaw::value_codec<C>) {
    const std::string_view name = C::name;
    return name.find("tuple(") != name.npos || name.find("struct(") != name.npos;
  } else {
    return false;
  }
}

/// `decode` accepts exactly the image of `encode` (of older rows: what comes back begins with them).
template <class Subject>
void refuses_what_is_no_encoding(random_source& generator) {
  using C = typename Subject::codec;
  for (const auto& value : Subject::values(generator)) {
    for (const byte_string& exact : mutations_of(encoding_of<C>(value), generator)) {
      const auto view = C::decode(exact);
      if (!view) continue;
      const byte_string again = encoding_of<C>(C::own(*view));
      const std::string_view name = C::name;
      if (!reads_older_rows<C>()) {
        must(again == exact, "only images of encode decode", exact, again);
        must(C::fixed_size == 0 || exact.size() == C::fixed_size, "only encodings of the fixed size decode", exact);
      } else if (name.find('(') == name.rfind('(')) {
        must(begins(again, exact), "only beginnings of images decode", exact, again);
      } else {
        must(C::decode(again).has_value(), "an older row inside grows and decodes", exact, again);
      }
    }
  }
}

/// `a < b` iff the bytes say so; different keys have different bytes.
template <class Subject>
void orders_bytes_as_values(random_source& generator) {
  using C = typename Subject::codec;
  const auto values = Subject::values(generator);
  std::vector<byte_string> encodings;
  for (const auto& value : values) encodings.push_back(encoding_of<C>(value));
  for (std::size_t a = 0; a < values.size(); ++a) {
    for (std::size_t b = 0; b < values.size(); ++b) {
      const auto order = macaw::compare_bytes(encodings[a], encodings[b]);
      const int expected = Subject::compare(values[a], values[b]);
      must((order < 0) == (expected < 0) && (order > 0) == (expected > 0), "bytes are ordered as values", encodings[a],
           encodings[b]);
    }
  }
}

/// Component forms are prefix-free and keep the order, whatever follows them.
template <class Subject>
void components_keep_their_order_before_anything(random_source& generator) {
  using C = typename Subject::codec;
  const auto values = Subject::values(generator);
  std::vector<byte_string> encodings;
  for (const auto& value : values) encodings.push_back(component_of<C>(value));
  for (std::size_t a = 0; a < values.size(); ++a) {
    for (std::size_t b = 0; b < values.size(); ++b) {
      const int expected = Subject::compare(values[a], values[b]);
      if (expected == 0) {
        must(encodings[a] == encodings[b], "one value, one component", encodings[a], encodings[b]);
        continue;
      }
      must(!begins(encodings[a], encodings[b]), "components are prefix-free", encodings[a], encodings[b]);
      const auto order = macaw::compare_bytes(joined(encodings[a], draw_bytes(generator, 4)),
                                              joined(encodings[b], draw_bytes(generator, 4)));
      must((order < 0) == (expected < 0), "components keep their order", encodings[a], encodings[b]);
    }
  }
}

/// Decoding a component eats exactly what was written, whatever follows.
template <class Subject>
void components_eat_what_was_written(random_source& generator) {
  using C = typename Subject::codec;
  for (const auto& value : Subject::values(generator)) {
    const byte_string encoding = component_of<C>(value);
    const byte_string tail = draw_bytes(generator, 4);
    const byte_string all = joined(encoding, tail);
    bytes_view in(all);
    const auto decoded = C::decode_component(in);
    must(decoded.has_value(), "a component decodes, whatever follows", encoding, tail);
    must(Subject::compare(*decoded, value) == 0, "a component decodes to what was encoded", encoding, tail);
    must(macaw::equal_bytes(in, tail), "decoding a component leaves what follows", encoding, tail);
  }
}

/// Component decoding accepts exactly the image, too.
template <class Subject>
void components_refuse_what_is_none(random_source& generator) {
  using C = typename Subject::codec;
  for (const auto& value : Subject::values(generator)) {
    for (const byte_string& exact : mutations_of(component_of<C>(value), generator)) {
      bytes_view in(exact);
      const auto decoded = C::decode_component(in);
      if (!decoded) continue;
      must(in.size() <= exact.size(), "decoding eats from the front", exact);
      const byte_string eaten(exact.begin(), exact.end() - static_cast<std::ptrdiff_t>(in.size()));
      must(component_of<C>(*decoded) == eaten, "only images of encode_component decode", exact);
    }
  }
}

/// Component views see the same as owned decoding, over plain and over complemented bytes.
template <class Subject>
void components_borrow_alike(random_source& generator) {
  using C = typename Subject::codec;
  for (const auto& value : Subject::values(generator)) {
    const byte_string tail = draw_bytes(generator, 4);
    byte_string all = joined(component_of<C>(value), tail);
    for (const bool complemented : {false, true}) {
      if (complemented) {
        for (std::byte& b : all) b = ~b;
      }
      macaw::component_input in(all, complemented);
      const auto view = C::view_component(in);
      must(view.has_value(), "a component's view decodes", all);
      must(in.rest().size() == tail.size(), "a component's view eats what was written", all);
      const auto copied_view = *view;
      must(Subject::compare(C::own_component(copied_view), value) == 0, "a component's view owns to the value", all);
    }
  }
}

/// `reads`: the codec's own name, and none that is made up.
template <class Subject>
void reads_its_own_name(random_source&) {
  using C = typename Subject::codec;
  const std::string name(C::name);
  must(C::reads(name), "a codec reads its own name");
  for (const std::string& other : {std::string(), name + "x", name + ")", "x" + name, name.substr(0, name.size() - 1),
                                   "struct(" + name + ")", std::string("("), std::string(")")}) {
    must(!C::reads(other), "a codec reads no name that is made up", macaw::as_bytes(other));
  }
}

}  // namespace codec_conformance
