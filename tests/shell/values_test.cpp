// SPDX-License-Identifier: MIT
//
// The program's reading of codecs by their names, against the codecs themselves.

#include "values/value.hpp"

#include "base/failure.hpp"
#include "support/catch.hpp"
#include "support/random.hpp"
#include "values/codec_type.hpp"
#include "values/value_json.hpp"
#include "values/value_text.hpp"

#include <macaw/codec/standard.hpp>
#include <nlohmann/json.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <random>
#include <string>
#include <tuple>
#include <utility>
#include <variant>
#include <vector>

namespace {

enum class color : std::uint8_t { red, green };

struct point {
  std::int32_t x = 0;
  std::string name;
};

struct pixel {
  std::uint16_t x;
  std::uint16_t y;
};

}  // namespace

template <>
struct macaw::codec<point> : macaw::struct_codec<&point::x, &point::name> {};

namespace {

using namespace macaw_shell;

template <class... Types>
struct type_list {};

using text = std::string;
using blob = std::vector<std::byte>;
using any = std::variant<std::monostate, bool, std::int64_t, std::uint64_t, double, text, blob>;
using twice = std::variant<std::uint32_t, std::uint8_t, std::int32_t>;  // alternatives that are written alike

using types_of_both =
    type_list<std::uint8_t, std::uint16_t, std::uint32_t, std::uint64_t, std::int8_t, std::int16_t, std::int32_t,
              std::int64_t, bool, float, double, text, blob, color, std::monostate, std::optional<std::uint32_t>,
              std::optional<text>, std::optional<std::optional<text>>, std::optional<any>, std::tuple<text>,
              std::tuple<text, std::uint32_t>, std::tuple<std::uint32_t, text, bool>,
              std::pair<blob, std::tuple<text, text>>, std::array<std::uint16_t, 3>, std::array<text, 2>, any, twice,
              std::variant<text, std::tuple<text, double>>, point,
              std::tuple<std::optional<text>, std::array<blob, 2>, any>>;
using types_of_keys = type_list<macaw::descending<std::uint64_t>, macaw::descending<text>,
                                macaw::descending<std::tuple<text, std::int32_t>>,
                                std::tuple<macaw::descending<text>, std::optional<std::int32_t>, text>>;
using types_of_values = type_list<macaw::raw<pixel>, std::optional<macaw::raw<pixel>>>;

/// Bytes that may be an encoding: few different ones, so that many are.
blob random_bytes(std::mt19937_64& random) {
  static constexpr std::array<unsigned, 12> likely{0, 0, 0, 1, 1, 2, 3, 4, 5, 0x61, 0x7f, 0xff};
  blob bytes(random() % 24);
  for (std::byte& byte : bytes) {
    byte = static_cast<std::byte>(random() % 4 == 0 ? random() : likely[random() % likely.size()]);
  }
  return bytes;
}

/// What holds for bytes, whether they are an encoding or not.
template <class Codec>
bool check_bytes(const codec_type& type, codec_role role, const blob& bytes) {
  const std::optional<value> content = decode(type, role, bytes);
  CAPTURE(type.name, bytes.size(), show(type, role, bytes));
  REQUIRE(content.has_value() == Codec::decode(bytes).has_value());
  if (!content) {
    CHECK(show(type, role, bytes).starts_with("b:"));
    CHECK_THROWS(encode_json(type, role, to_json(type, role, bytes)));
    return false;
  }
  REQUIRE(encode(type, role, *content) == bytes);
  REQUIRE(encode_text(type, role, show(type, role, bytes)) == bytes);
  const auto json = to_json(type, role, bytes);
  REQUIRE(encode_json(type, role, nlohmann::ordered_json::parse(json.dump())) == bytes);
  return true;
}

template <class Codec>
void check_codec(codec_role role, std::mt19937_64& random) {
  const codec_type type = parse_codec(Codec::name);
  CAPTURE(Codec::name);
  REQUIRE(type.known());
  CHECK(type.fixed_size() == Codec::fixed_size);
  CHECK((role == codec_role::value || can_be_key(type)));
  unsigned valid = 0;
  for (unsigned i = 0; i < 400; ++i) {
    blob bytes = random_bytes(random);
    if (Codec::fixed_size != 0 && random() % 8 != 0) bytes.resize(Codec::fixed_size);
    if (check_bytes<Codec>(type, role, bytes)) ++valid;
    if (!bytes.empty()) bytes.pop_back();
    if (check_bytes<Codec>(type, role, bytes)) ++valid;
  }
  CHECK(valid > 0);
}

template <class... Types>
void check_keys(type_list<Types...>, std::mt19937_64& random) {
  (check_codec<macaw::key_codec_for<Types>>(codec_role::key, random), ...);
}
template <class... Types>
void check_values(type_list<Types...>, std::mt19937_64& random) {
  (check_codec<macaw::value_codec_for<Types>>(codec_role::value, random), ...);
}

std::string shown(std::string_view codec, codec_role role, std::string_view written) {
  const codec_type type = parse_codec(codec);
  return show(type, role, encode_text(type, role, written));
}

bool refused(std::string_view codec, codec_role role, std::string_view written) {
  try {
    static_cast<void>(shown(codec, role, written));
    return false;
  } catch (const usage_error&) {
    return true;
  }
}

}  // namespace

TEST_CASE("codecs known by their names read and write the bytes that the codecs do") {
  const std::uint64_t seed = macaw_test::seed();
  CAPTURE(seed);
  std::mt19937_64 random(seed);
  check_keys(types_of_both{}, random);
  check_keys(types_of_keys{}, random);
  check_values(types_of_both{}, random);
  check_values(types_of_values{}, random);
}

TEST_CASE("values are shown as they are written") {
  const auto same = [](std::string_view codec, std::string_view written) {
    for (const codec_role role : {codec_role::key, codec_role::value}) CHECK(shown(codec, role, written) == written);
  };
  same("u8", "255");
  same("i64", "-9223372036854775808");
  same("u64", "18446744073709551615");
  same("f64", "0.1");
  same("f64", "-inf");
  same("f32", "nan");
  same("f64", "nan:fff8000000000001");
  same("bool", "true");
  same("text", "alice");
  same("text", "\"two words\\n\"");
  same("text", "\"\\xff\\x00\"");
  same("text", "\xC3\xA9");
  same("text", "\"\\xc2\\x9b\"");
  same("bytes", "b:00ff");
  same("bytes", "\"\"");
  same("bytes", "\"u:1\"");
  same("optional(text)", "null");
  same("optional(text)", "\"null\"");
  same("optional(optional(u8))", "@1:null");
  same("tuple(text,u32)", "(tree, 3)");
  same("tuple(text,tuple(u8,text))", "(\"a, b\", (1, \"\"))");
  same("array(i8,2)", "(-1, 1)");
  same("variant(empty,bool,i64,u64,f64,text,bytes)", "i:-1");
  same("variant(empty,bool,i64,u64,f64,text,bytes)", "\"1\"");
  same("variant(empty,bool,i64,u64,f64,text,bytes)", "b:31");
  same("variant(u32,u8)", "@1:7");
  same("enum(u8)", "7");
  CHECK(shown("u64", codec_role::key, "0x2a") == "42");
  CHECK(shown("u64", codec_role::key, "b:000000000000002a") == "42");
  CHECK(shown("variant(empty,text)", codec_role::value, "bare words") == "\"bare words\"");
  CHECK(shown("bytes", codec_role::key, "u:1") == "b:0000000000000001");
  CHECK(shown("bytes", codec_role::value, "u:1") == "b:0100000000000000");
  CHECK(shown("own(u8)", codec_role::value, "b:01") == "b:01");
}

TEST_CASE("what is no value of the type is refused") {
  for (const codec_role role : {codec_role::key, codec_role::value}) {
    CHECK(refused("u8", role, "256"));
    CHECK(refused("u8", role, "-1"));
    CHECK(refused("i8", role, "128"));
    CHECK(refused("u64", role, "18446744073709551616"));
    CHECK(refused("u64", role, ""));
    CHECK(refused("u64", role, "b:00"));
    CHECK(refused("f64", role, "1.5x"));
    CHECK(refused("f32", role, "1e39"));
    CHECK(refused("f64", role, "nan:7ff0000000000000"));
    CHECK(refused("bool", role, "b:02"));
    CHECK(refused("text", role, "\"open"));
    CHECK(refused("text", role, "\"a\"b"));
    CHECK(refused("text", role, "\"\\q\""));
    CHECK(refused("bytes", role, "b:0"));
    CHECK(refused("bytes", role, "u:alice"));
    CHECK(refused("tuple(text,u32)", role, "(tree, 3, 4)"));
    CHECK(refused("tuple(text,u32)", role, "tree"));
    CHECK(refused("tuple(text,u32)", role, "(tree, 3"));
    CHECK(refused("variant(u32,u8)", role, "@2:1"));
    CHECK(refused("raw(4)", role, "b:00"));
  }
  CHECK(refused("tuple(text,u32)", codec_role::key, "(tree)"));
  CHECK_FALSE(refused("tuple(text,u32)", codec_role::value, "(tree)"));
}

TEST_CASE("names that are no codecs, or monsters, are bytes") {
  for (const std::string_view name :
       {"", "x", "u9", "tuple", "tuple()", "tuple(u8", "tuple(u8,)", "array(u8)", "array(u8,0)",
        "array(u8,99999999999999999999)", "raw(0)", "raw(x)", "enum(text)", "optional(u8,u8)",
        "array(array(array(u8,60000),60000),60000)", "array(empty,4000000000)", ")", "(", "u8)"}) {
    CAPTURE(name);
    const codec_type type = parse_codec(name);
    CHECK_FALSE(type.known());
    CHECK(type.name == name);
    CHECK(type.fixed_size() == 0);
  }
  std::string deep = "u8";
  for (int i = 0; i < 100; ++i) deep = "optional(" + deep + ")";
  CHECK_FALSE(parse_codec(deep).known());
  CHECK_FALSE(parse_codec(std::string(100'000, '(')).known());
}
