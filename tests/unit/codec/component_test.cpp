// SPDX-License-Identifier: MIT

#include <macaw/codec/component.hpp>
#include <macaw/codec/integer.hpp>
#include <macaw/codec/text.hpp>

#include "support/catch.hpp"
#include "support/codec_bytes.hpp"

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <new>
#include <optional>
#include <string>

namespace {

using macaw::component_input;
using macaw::detail::component_part;
using macaw_test::unhex;

using u16_key = macaw::key_codec_for<std::uint16_t>;

// A part is fixed, borrowing or owning, in this order of preference.
static_assert(std::same_as<component_part<u16_key>, macaw::detail::fixed_part<u16_key>>);
static_assert(std::same_as<component_part<macaw::text_key>, macaw::detail::borrowing_part<macaw::text_key>>);

/// A component codec of the plain kind that never has memory for its texts.
struct starving_codec : macaw::text_key {
  using component_view_type = void;
  static std::optional<std::string> decode_component(macaw::bytes_view&) { throw std::bad_alloc(); }
};
static_assert(macaw::component_key_codec<starving_codec>);
static_assert(!macaw::borrowing_component_key_codec<starving_codec>);
static_assert(std::same_as<component_part<starving_codec>, macaw::detail::owning_part<starving_codec>>);

/// A variable-size key codec without component form cannot be part of anything.
struct alone_codec {
  using value_type = std::string;
  using view_type = std::string_view;
  using argument_type = macaw::text_argument;
  static constexpr std::string_view name = "alone";
  static constexpr std::size_t fixed_size = 0;
  static constexpr bool is_ordered = true;
  static std::size_t size(argument_type argument) noexcept { return macaw::text_key::size(argument); }
  static std::byte* encode(argument_type argument, std::byte* out) noexcept {
    return macaw::text_key::encode(argument, out);
  }
  static std::optional<std::string_view> decode(macaw::bytes_view in) noexcept { return macaw::text_key::decode(in); }
  static std::string own(std::string_view view) { return std::string(view); }
};
static_assert(macaw::key_codec<alone_codec> && !macaw::composable_key_codec<alone_codec>);

}  // namespace

TEST_CASE("input is eaten byte by byte, complemented or not") {
  const auto bytes = unhex("01fe02");
  component_input in(bytes);
  CHECK(in.take() == std::byte{0x01});
  in.flip();
  CHECK(in.take() == std::byte{0x01});
  in.flip();
  CHECK(in.take() == std::byte{0x02});
  CHECK(in.empty());
  CHECK_FALSE(in.take().has_value());
}

TEST_CASE("a fixed part eats its size and refuses less") {
  using part = component_part<u16_key>;
  const auto bytes = unhex("0102fefd00");
  component_input in(bytes);
  CHECK(part::view(in) == 0x0102);
  in.flip();
  CHECK(part::view(in) == 0x0102);
  CHECK(in.rest().size() == 1);
  CHECK_FALSE(part::view(in).has_value());
}

TEST_CASE("an exception out of a plain component codec counts as no encoding") {
  const auto bytes = unhex("6100");
  component_input in(bytes);
  CHECK_FALSE(component_part<starving_codec>::view(in).has_value());
  CHECK(in.rest().size() == 2);
}
