// SPDX-License-Identifier: MIT

#include <macaw/codec/integer.hpp>
#include <macaw/codec/sequence.hpp>
#include <macaw/codec/text.hpp>

#include "support/catch.hpp"

#include <concepts>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>

namespace {

using macaw::exact;
using macaw::text_argument;
using macaw::tuple_argument;

using word_at = tuple_argument<text_argument, exact<std::uint32_t>>;
using maybe = tuple_argument<const std::optional<int>&, text_argument>;

static_assert(std::convertible_to<std::tuple<std::string, std::uint32_t>, word_at>);
static_assert(std::convertible_to<std::pair<std::string_view, int>, word_at>);
static_assert(std::convertible_to<std::tuple<const std::string&, long>, word_at>);
static_assert(!std::convertible_to<std::tuple<std::string, double>, word_at>);
static_assert(!std::convertible_to<std::tuple<int, int>, word_at>);
static_assert(!std::convertible_to<std::tuple<std::string>, word_at>);
static_assert(!std::convertible_to<std::tuple<std::string, int, int>, word_at>);
static_assert(!std::convertible_to<std::string, word_at>);

// A reference is bound to what the caller holds, never to a temporary made on the way.
static_assert(std::convertible_to<std::tuple<std::optional<int>, std::string>, maybe>);
static_assert(!std::convertible_to<std::tuple<int, std::string>, maybe>);

static_assert(macaw::detail::fixed_size_of<macaw::integer_key<std::uint32_t>, macaw::bool_codec> == 5);
static_assert(macaw::detail::fixed_size_of<macaw::integer_key<std::uint32_t>, macaw::text_key> == 0);

std::string_view text_of(const word_at& argument) { return argument.part<0>(); }
std::uint32_t number_of(const word_at& argument) { return argument.part<1>(); }
int number_in(const maybe& argument) { return argument.part<0>().value_or(-1); }

}  // namespace

TEST_CASE("braces, tuples and pairs become the argument of a composite") {
  CHECK(text_of({"tree", 3}) == "tree");
  CHECK(number_of({std::string("tree"), 3U}) == 3);
  CHECK(number_of(std::pair("tree", 3L)) == 3);
  CHECK(number_in({5, "five"}) == 5);
  CHECK(number_in({std::nullopt, ""}) == -1);
}

TEST_CASE("a number that does not fit is raised before anything is written") {
  CHECK_THROWS_AS(number_of({"tree", -1}), macaw::error);
}
