// SPDX-License-Identifier: MIT

#include <macaw/codec/codec.hpp>
#include <macaw/codec/integer.hpp>
#include <macaw/codec/raw.hpp>
#include <macaw/codec/text.hpp>

#include "support/catch.hpp"

#include <concepts>
#include <cstdint>
#include <string>
#include <type_traits>

namespace {

using macaw::key_codec_for;
using macaw::value_codec_for;

/// Carries both roles itself.
struct both_roles {
  using key = macaw::text_key;
  using value = macaw::text_value;
};

/// Has member types of these names that are no codecs.
struct with_namesakes {
  using key = int;
  using value = std::string;
};

/// A codec given from outside.
struct outside {};

}  // namespace

template <>
struct macaw::codec<with_namesakes> {
  using key = macaw::integer_key<std::uint8_t>;
  using value = macaw::integer_value<std::uint8_t>;
};
template <>
struct macaw::codec<outside> {
  using value = macaw::text_value;
};

namespace {

// A type through `codec`, a codec as it stands, a class that carries the roles.
static_assert(std::same_as<key_codec_for<std::string>, macaw::text_key>);
static_assert(std::same_as<value_codec_for<std::string>, macaw::text_value>);
static_assert(std::same_as<key_codec_for<macaw::text_key>, macaw::text_key>);
static_assert(std::same_as<value_codec_for<macaw::raw<int>>, macaw::raw<int>>);
static_assert(std::same_as<key_codec_for<both_roles>, macaw::text_key>);
static_assert(std::same_as<value_codec_for<both_roles>, macaw::text_value>);
static_assert(std::same_as<key_codec_for<macaw::codec<int>>, macaw::integer_key<int>>);
static_assert(std::same_as<key_codec_for<with_namesakes>, macaw::integer_key<std::uint8_t>>);
static_assert(std::same_as<value_codec_for<with_namesakes>, macaw::integer_value<std::uint8_t>>);
static_assert(std::same_as<value_codec_for<outside>, macaw::text_value>);

template <class T>
concept has_key = requires {
  typename macaw::codec<T>::key;
};
static_assert(!has_key<outside> && !has_key<void*>);

}  // namespace

TEST_CASE("a type, a codec and a class of both roles name the same codec") {
  CHECK(std::is_same_v<key_codec_for<std::string>, key_codec_for<both_roles>>);
}
