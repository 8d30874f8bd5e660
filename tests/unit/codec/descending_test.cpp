// SPDX-License-Identifier: MIT

#include <macaw/codec/descending.hpp>
#include <macaw/codec/integer.hpp>
#include <macaw/codec/text.hpp>
#include <macaw/codec/tuple.hpp>

#include "support/catch.hpp"
#include "support/codec_bytes.hpp"

#include <concepts>
#include <cstdint>
#include <string>
#include <tuple>

namespace {

using macaw::descending;
using macaw_test::decodes;
using macaw_test::encoded;
using macaw_test::encoded_hex;

static_assert(macaw::borrowing_component_key_codec<descending<std::uint64_t>>);
static_assert(macaw::borrowing_component_key_codec<descending<std::string>>);
static_assert(!macaw::value_codec<descending<std::uint64_t>>);
static_assert(descending<std::uint64_t>::name == "descending(u64)");
static_assert(descending<std::uint64_t>::fixed_size == 8 && descending<std::string>::fixed_size == 0);
static_assert(std::same_as<descending<std::uint64_t>::view_type, std::uint64_t>);
static_assert(std::same_as<macaw::key_codec_for<descending<int>>, descending<int>>);
static_assert(descending<macaw::text_key>::name == "descending(text)");  // of a codec as of a type

}  // namespace

TEST_CASE("descending keys are the complements of component forms") {
  CHECK(encoded_hex<descending<std::uint16_t>>(0x0102) == "fefd");
  CHECK(encoded_hex<descending<std::string>>("a") == "9eff");
  CHECK(encoded_hex<descending<descending<std::string>>>("a") == "6100");
}

TEST_CASE("a text sorts behind the texts that it begins") {
  const auto shorter = encoded<descending<std::string>>("tree");
  const auto longer = encoded<descending<std::string>>("trees");
  CHECK((macaw::compare_bytes(longer, shorter) < 0));
}

TEST_CASE("descending keys come back and others are refused") {
  const auto bytes = encoded<descending<std::string>>("ada");
  const auto view = descending<std::string>::decode(bytes);
  REQUIRE(view.has_value());
  CHECK(*view == "ada");
  CHECK(descending<std::string>::own(*view) == "ada");
  CHECK_FALSE(decodes<descending<std::string>>("9e"));
  CHECK_FALSE(decodes<descending<std::string>>("9eff9e"));
  CHECK_FALSE(decodes<descending<std::uint16_t>>("fe"));
}

TEST_CASE("what follows a descending component ascends") {
  using key = macaw::key_codec_for<std::tuple<descending<std::string>, std::string, descending<std::uint16_t>, bool>>;
  const auto bytes = encoded<key>(std::tuple{std::string("ab"), std::string("cd"), std::uint16_t{7}, true});
  const auto view = key::decode(bytes);
  REQUIRE(view);
  CHECK(key::own(*view) == std::tuple{std::string("ab"), std::string("cd"), std::uint16_t{7}, true});
}

TEST_CASE("only a component of a composite may descend") {
  using key = macaw::key_codec_for<std::tuple<std::string, descending<std::uint32_t>>>;
  const auto newest = encoded<key>({"ada", 9});
  const auto oldest = encoded<key>({"ada", 1});
  const auto other = encoded<key>({"bob", 9});
  CHECK((macaw::compare_bytes(newest, oldest) < 0));
  CHECK((macaw::compare_bytes(oldest, other) < 0));
  CHECK(std::get<1>(*key::decode(newest)) == 9);
}
