// SPDX-License-Identifier: MIT

#include <macaw/codec/standard.hpp>
#include <macaw/table.hpp>

#include "support/catch.hpp"

#include <cstdint>
#include <stdexcept>
#include <string>
#include <type_traits>

namespace {

inline constexpr macaw::table<std::uint64_t, std::string> events{"events"};
inline constexpr macaw::table<macaw::descending<std::uint64_t>, macaw::raw<std::uint32_t>> by_codec{"by codec"};

static_assert(events.name() == "events");
static_assert(macaw::key_codec<decltype(by_codec)::key_codec_type>);
static_assert(std::is_same_v<decltype(by_codec)::value_codec_type, macaw::raw<std::uint32_t>>);
static_assert(!std::is_constructible_v<macaw::table<int, int>, std::string>);
static_assert(!std::is_convertible_v<const char (&)[2], macaw::table<int, int>>);

}  // namespace

TEST_CASE("names of tables are 1 to 64 bytes without control characters") {
  using macaw::detail::table_name_fault;
  CHECK(table_name_fault("a") == nullptr);
  CHECK(table_name_fault(std::string(64, 'x')) == nullptr);
  CHECK(table_name_fault("\xc3\xa4 with spaces") == nullptr);
  CHECK(table_name_fault("") != nullptr);
  CHECK(table_name_fault(std::string(65, 'x')) != nullptr);
  CHECK(table_name_fault("a\nb") != nullptr);
  CHECK(table_name_fault(std::string("a\0b", 3)) != nullptr);
  CHECK(table_name_fault("\x7f") != nullptr);
}

TEST_CASE("a raw table takes its name at run time and checks it") {
  CHECK(macaw::raw_table("events").name() == "events");
  CHECK_THROWS_AS(macaw::raw_table(""), std::invalid_argument);
  CHECK_THROWS_AS(macaw::raw_table("\t"), std::invalid_argument);
}
