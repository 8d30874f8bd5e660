// SPDX-License-Identifier: MIT

#include <macaw/codec/byte_string.hpp>
#include <macaw/codec/descending.hpp>
#include <macaw/codec/integer.hpp>
#include <macaw/codec/text.hpp>
#include <macaw/codec/tuple.hpp>

#include "support/allocations.hpp"
#include "support/catch.hpp"
#include "support/codec_bytes.hpp"

#include <concepts>
#include <cstdint>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>
#include <vector>

namespace {

using macaw::descending;
using macaw::key_codec_for;
using macaw::value_codec_for;
using macaw_test::decodes;
using macaw_test::encoded;
using macaw_test::encoded_hex;
using macaw_test::hex;
using macaw_test::unhex;
using namespace std::string_view_literals;

using word_key = key_codec_for<std::tuple<std::string, std::uint32_t>>;
using path_key = key_codec_for<std::tuple<std::uint8_t, std::string, std::string>>;
using fixed_key = key_codec_for<std::tuple<std::uint32_t, std::uint64_t>>;

static_assert(word_key::name == "tuple(text,u32)");
static_assert(key_codec_for<std::pair<std::string, std::uint32_t>>::name == word_key::name);
static_assert(fixed_key::fixed_size == 12 && word_key::fixed_size == 0);
static_assert(value_codec_for<std::tuple<std::uint8_t, bool>>::fixed_size == 2);
static_assert(std::same_as<fixed_key::view_type, std::tuple<std::uint32_t, std::uint64_t>>);
static_assert(std::same_as<path_key::view_type, std::tuple<std::uint8_t, macaw::component_text, std::string_view>>);
static_assert(noexcept(word_key::encode(std::declval<const word_key::argument_type&>(), nullptr)));
static_assert(!macaw::presents_owned<word_key>);

// Only the role asked for is looked for in the elements.
struct only_value {};
struct only_value_codec : macaw::text_value {};
}  // namespace

template <>
struct macaw::codec<only_value> {
  using value = only_value_codec;
};

namespace {
static_assert(macaw::value_codec<value_codec_for<std::tuple<only_value, int>>>);

template <class C, class... Arguments>
concept leads_with = requires(const Arguments&... arguments) {
  C::encode_leading(arguments...);
};
template <class C, class... Arguments>
concept leads_with_prefix = requires(const Arguments&... arguments) {
  C::encode_leading_prefix(arguments...);
};

static_assert(leads_with<word_key, const char*>);
static_assert(leads_with<word_key, std::string, int>);  // the last one is of fixed size
static_assert(leads_with<path_key, int, std::string>);
static_assert(!leads_with<path_key, int, std::string, std::string>);  // would also begin longer texts
static_assert(!leads_with<path_key>);
static_assert(!leads_with<word_key, int>);
static_assert(!leads_with<word_key, const char*, double>);
static_assert(leads_with_prefix<word_key, const char*>);
static_assert(leads_with_prefix<path_key, int, const char*>);
static_assert(leads_with_prefix<path_key, int, const char*, std::string>);
static_assert(!leads_with_prefix<path_key, int>);
static_assert(!leads_with_prefix<word_key, const char*, int>);
static_assert(!leads_with_prefix<path_key, const char*>);

bool begins(const std::vector<std::byte>& key, const std::vector<std::byte>& beginning) {
  return key.size() >= beginning.size() &&
         macaw::equal_bytes(macaw::bytes_view(key).first(beginning.size()), beginning);
}

}  // namespace

TEST_CASE("components but the last are terminated, fixed ones cost nothing more") {
  CHECK(encoded_hex<word_key>({"tree", 3}) ==
        "7472656500"
        "00000003");
  CHECK(encoded_hex<path_key>({1, "a", "b"}) ==
        "01"
        "6100"
        "62");
  CHECK(encoded_hex<path_key>({1, "a\0"sv, "b\0"sv}) ==
        "01"
        "61010100"
        "6200");
  CHECK(encoded_hex<fixed_key>({1, 2}) ==
        "00000001"
        "0000000000000002");
  CHECK(macaw_test::component_hex<path_key>({1, "a", "b"}) ==
        "01"
        "6100"
        "6200");
}

TEST_CASE("a composite key is taken apart and compared as the program would like to") {
  const auto bytes = encoded<word_key>({"tree", 3});
  const auto [word, line] = *word_key::decode(bytes);
  CHECK(word == "tree");
  CHECK(line == 3);
  const auto key = *word_key::decode(bytes);
  CHECK(std::get<1>(key) == 3);
  CHECK(std::get<0>(key) == std::string("tree"));
  CHECK(std::string(std::get<0>(key)) == "tree");
  CHECK(word_key::own(key) == std::tuple<std::string, std::uint32_t>("tree", 3));
  CHECK(encoded<word_key>(word_key::own(key)) == bytes);
}

TEST_CASE("decoding a composite key allocates nothing") {
  if (!macaw_test::allocations_are_counted) return;
  const auto bytes =
      encoded<path_key>({1, "a text longer than small strings are \1"sv, "another long text, the last one"});
  std::size_t size = 0;
  CHECK(macaw_test::allocations_of([&] {
          const auto key = path_key::decode(bytes);
          size = std::get<1>(*key).size() + std::get<2>(*key).size();
        }) == 0);
  CHECK(size > 60);
}

TEST_CASE("composite keys that are cut off or go on are refused") {
  CHECK_FALSE(decodes<word_key>("7472656500000000"));
  CHECK_FALSE(decodes<word_key>("74726565000000000300"));
  CHECK_FALSE(decodes<word_key>("74726565"));
  CHECK_FALSE(decodes<word_key>(""));
  CHECK_FALSE(decodes<fixed_key>("0000000100000000000000"));
  CHECK(decodes<word_key>("0000000000"));
}

TEST_CASE("leading components begin exactly the keys that have them") {
  CHECK(hex(word_key::encode_leading("tree")) == "7472656500");
  CHECK(hex(path_key::encode_leading(1, "a")) == "016100");
  CHECK(hex(word_key::encode_leading("tree", 3)) == "747265650000000003");
  const auto tree = word_key::encode_leading("tree");
  CHECK(begins(encoded<word_key>({"tree", 9}), tree));
  CHECK_FALSE(begins(encoded<word_key>({"trees", 9}), tree));
  CHECK_FALSE(begins(encoded<word_key>({"tree\0"sv, 9}), tree));
}

TEST_CASE("leading components with a beginning of the next begin exactly the keys that have it") {
  CHECK(hex(word_key::encode_leading_prefix("tr")) == "7472");
  CHECK(hex(path_key::encode_leading_prefix(1, "a")) == "0161");
  CHECK(hex(path_key::encode_leading_prefix(1, "a", "b\0"sv)) == "0161006200");
  CHECK(hex(path_key::encode_leading_prefix(1, "a\0"sv)) == "01610101");
  CHECK(begins(encoded<path_key>({1, "a\0b"sv, "x"}), path_key::encode_leading_prefix(1, "a\0"sv)));
  CHECK_FALSE(begins(encoded<path_key>({1, "a\1b"sv, "x"}), path_key::encode_leading_prefix(1, "a\0"sv)));
  CHECK_THROWS_AS(path_key::encode_leading_prefix(256, "a"), macaw::error);
}

TEST_CASE("beginnings of descending texts are found, too") {
  using key = key_codec_for<std::tuple<descending<std::string>, descending<std::string>>>;
  CHECK(begins(encoded<key>({"tree", "x"}), key::encode_leading("tree")));
  CHECK_FALSE(begins(encoded<key>({"trees", "x"}), key::encode_leading("tree")));
  CHECK(begins(encoded<key>({"trees", "x"}), key::encode_leading_prefix("tree")));
  CHECK(begins(encoded<key>({"tree", "xyz"}), key::encode_leading_prefix("tree", "xy")));
  CHECK_FALSE(begins(encoded<key>({"tree", "xz"}), key::encode_leading_prefix("tree", "xy")));
}

TEST_CASE("fields of a row stand behind their length unless they are fixed") {
  using row = value_codec_for<std::tuple<std::string, std::uint16_t, std::vector<std::byte>>>;
  CHECK(encoded_hex<row>({"ada", 36, unhex("ff")}) ==
        "03616461"
        "2400"
        "01ff");
  const auto bytes = encoded<row>({"ada", 36, unhex("ff")});
  CHECK(std::get<0>(*row::decode(bytes)) == "ada");
  CHECK_FALSE(decodes<row>("0361646124"));
  CHECK_FALSE(decodes<row>("04616461"));
}

TEST_CASE("rows of fewer fields are read, the others are empty or zero") {
  using row = value_codec_for<std::tuple<std::string, std::uint16_t, std::string>>;
  CHECK(row::reads("tuple(text,u16,text)"));
  CHECK(row::reads("tuple(text,u16)"));
  CHECK(row::reads("tuple(text)"));
  CHECK_FALSE(row::reads("tuple(text,u16,text,u8)"));
  CHECK_FALSE(row::reads("tuple(u16)"));
  CHECK_FALSE(row::reads("text"));
  const auto old_row = encoded<value_codec_for<std::tuple<std::string, std::uint16_t>>>({"ada", 36});
  CHECK(row::own(*row::decode(old_row)) == std::tuple<std::string, std::uint16_t, std::string>("ada", 36, ""));
  CHECK_FALSE(decodes<row>(""));
}
