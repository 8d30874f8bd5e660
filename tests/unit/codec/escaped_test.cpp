// SPDX-License-Identifier: MIT

#include <macaw/codec/escaped.hpp>

#include "support/allocations.hpp"
#include "support/catch.hpp"
#include "support/codec_bytes.hpp"

#include <concepts>
#include <cstddef>
#include <deque>
#include <new>
#include <optional>
#include <sstream>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace {

using macaw::component_bytes;
using macaw::component_input;
using macaw::component_text;
using macaw_test::unhex;
using namespace std::string_view_literals;

// A conversion that could dangle does not compile; an owned copy does.
static_assert(std::convertible_to<const component_text&, std::string_view>);
static_assert(!std::convertible_to<component_text, std::string_view>);
static_assert(std::convertible_to<component_text, std::string>);
static_assert(std::copyable<component_text> && std::is_nothrow_copy_constructible_v<component_text>);
static_assert(std::copyable<component_bytes> && std::default_initializable<component_bytes>);

/// The text that these bytes are, which are kept for good.
component_text read(std::string_view digits, bool complemented = false) {
  static std::deque<std::vector<std::byte>> kept;
  component_input in(kept.emplace_back(unhex(digits)), complemented);
  auto text = component_text::read(in);
  REQUIRE(text.has_value());
  REQUIRE(in.empty());
  return *text;
}

bool refused(std::string_view digits) {
  const auto bytes = unhex(digits);
  component_input in(bytes);
  return !component_text::read(in).has_value();
}

}  // namespace

TEST_CASE("a component without 00 and 01 is given out as it stands") {
  const auto bytes = unhex("61646100");
  component_input in(bytes);
  const auto text = component_text::read(in);
  REQUIRE(text.has_value());
  CHECK(text->size() == 3);
  CHECK(*text == "ada");
  std::string_view view = *text;
  CHECK(static_cast<const void*>(view.data()) == bytes.data());
}

TEST_CASE("a component with 00 and 01 is unescaped when it is asked for") {
  const component_text text = read("6101016201026300");
  CHECK(text.size() == 5);
  CHECK(text == "a\0b\1c"sv);
  CHECK(text.view() == "a\0b\1c"sv);
  CHECK(text.view().data() == text.view().data());
  CHECK(std::string(text) == "a\0b\1c"sv);
  const component_text copy = text;
  CHECK(copy.view().data() != text.view().data());
  CHECK(copy == text);
}

TEST_CASE("a complemented component means the complements") {
  const component_text text = read("9e9b9eff", true);
  CHECK(text == "ada");
  CHECK(text.view() == "ada");
  const component_text escaped = read("fefe9dff", true);
  CHECK(escaped.view() == "\0b"sv);
}

TEST_CASE("what no string would be escaped to is refused") {
  CHECK(refused(""));
  CHECK(refused("61"));
  CHECK(refused("6101"));
  CHECK(refused("610100"));
  CHECK(refused("61010300"));
  CHECK(refused("61010000"));
}

TEST_CASE("components compare as their strings do, without unescaping") {
  const component_text a = read("61010100");  // "a\0"
  const component_text b = read("61010200");  // "a\1"
  const component_text c = read("6100");      // "a"
  CHECK(c < a);
  CHECK(a < b);
  CHECK(a == "a\0"sv);
  CHECK(a != "a");
  CHECK("a" == c);
  CHECK(c == std::string("a"));
  CHECK(c < "b");
  CHECK(std::string("a") < a);
  CHECK(component_text() == "");
}

TEST_CASE("assignment and moves keep the string") {
  component_text a = read("61010100");
  CHECK(a.view() == "a\0"sv);
  component_text b = read("6200");
  a = b;
  CHECK(a.view() == "b");
  component_text c = std::move(a);
  CHECK(c == "b");
  component_text& self = c;
  c = self;
  CHECK(c == "b");
}

TEST_CASE("a component is written to a stream as a text") {
  std::ostringstream out;
  const component_text text = read("6100");
  out << text;
  CHECK(out.str() == "a");
}

TEST_CASE("byte strings convert to views and to vectors of bytes") {
  const auto bytes = unhex("ff010100");
  component_input in(bytes);
  const auto component = component_bytes::read(in);
  REQUIRE(component.has_value());
  CHECK(component->size() == 2);
  CHECK(std::vector<std::byte>(*component) == unhex("ff00"));
  CHECK(*component == macaw::bytes_view(unhex("ff00")));
}

TEST_CASE("decoding and comparing components allocates nothing, converting escaped ones once") {
  if (!macaw_test::allocations_are_counted) return;
  const auto bytes = unhex("610101626364656600");
  component_input in(bytes);
  std::optional<component_text> text;
  CHECK(macaw_test::allocations_of([&] { text = component_text::read(in); }) == 0);
  REQUIRE(text.has_value());
  bool equal = false;
  CHECK(macaw_test::allocations_of([&] { equal = *text == "a\0bcdef"sv; }) == 0);
  CHECK(equal);
  CHECK(macaw_test::allocations_of([&] { equal = text->view() == text->view(); }) == 1);
}

TEST_CASE("a conversion that finds no memory raises and can be tried again") {
  if (!macaw_test::allocations_are_counted) return;
  const component_text text = read("6101016200");
  bool raised = false;
  {
    macaw_test::failing_allocation failing(1);
    try {
      static_cast<void>(text.view());
    } catch (const std::bad_alloc&) {
      raised = true;
    }
  }
  CHECK(raised);
  CHECK(text.view() == "a\0b"sv);
}
