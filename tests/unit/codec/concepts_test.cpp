// SPDX-License-Identifier: MIT
//
// Negative models of the codec concepts: for each requirement one model that lacks exactly this, or has
// it in a way that will not do.

#include <macaw/codec/component.hpp>
#include <macaw/codec/concepts.hpp>

#include "support/catch.hpp"

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace {

using macaw::bytes_view;

enum class flaw {
  none,
  no_value_type,
  value_type_immovable,
  no_view_type,
  view_type_not_copyable,
  no_argument_type,
  argument_not_from_value,
  no_name,
  name_empty,
  name_not_constant,
  no_fixed_size,
  fixed_size_not_constant,
  no_size,
  size_signed,
  no_encode,
  encode_returns_nothing,
  no_decode,
  decode_throws,
  decode_returns_value,
  no_own,
  own_returns_view,
  no_is_ordered,
  is_ordered_false,
  no_reads,
  reads_throws,
  reads_returns_number,
  no_component_size,
  no_encode_component,
  no_decode_component,
  decode_component_returns_view,
  decode_component_takes_a_copy_only,
  no_view_component,
  view_component_throws,
  no_own_component,
  no_component_view_type,
};

struct immovable {
  immovable(immovable&&) = delete;
};
struct view {
  int number = 0;
};
struct move_only_view : view {
  std::unique_ptr<int> holds;
};
struct value {
  int number = 0;
};
struct argument {
  argument(const value&) {}
};
struct stranger {};

template <flaw F>
struct value_member {
  using value_type = value;
};
template <>
struct value_member<flaw::no_value_type> {};
template <>
struct value_member<flaw::value_type_immovable> {
  using value_type = immovable;
};

template <flaw F>
struct view_member {
  using view_type = view;
};
template <>
struct view_member<flaw::no_view_type> {};
template <>
struct view_member<flaw::view_type_not_copyable> {
  using view_type = move_only_view;
};

template <flaw F>
struct argument_member {
  using argument_type = argument;
};
template <>
struct argument_member<flaw::no_argument_type> {};
template <>
struct argument_member<flaw::argument_not_from_value> {
  using argument_type = stranger;
};

template <flaw F>
struct name_member {
  static constexpr std::string_view name = "model";
};
template <>
struct name_member<flaw::no_name> {};
template <>
struct name_member<flaw::name_empty> {
  static constexpr std::string_view name = "";
};
template <>
struct name_member<flaw::name_not_constant> {
  inline static std::string_view name = "model";
};

template <flaw F>
struct size_member {
  static constexpr std::size_t fixed_size = 0;
};
template <>
struct size_member<flaw::no_fixed_size> {};
template <>
struct size_member<flaw::fixed_size_not_constant> {
  inline static std::size_t fixed_size = 0;
};

template <flaw F>
struct order_member {
  static constexpr bool is_ordered = true;
};
template <>
struct order_member<flaw::no_is_ordered> {};
template <>
struct order_member<flaw::is_ordered_false> {
  static constexpr bool is_ordered = false;
};

template <flaw F>
struct component_member {
  using component_view_type = view;
};
template <>
struct component_member<flaw::no_component_view_type> {};

template <flaw F>
using encode_result = std::conditional_t<F == flaw::encode_returns_nothing, void, std::byte*>;
template <flaw F>
using decode_result = std::conditional_t<F == flaw::decode_returns_value, value, view>;

/// A model of every codec concept, but for one flaw.
template <flaw F>
struct model : value_member<F>,
               view_member<F>,
               argument_member<F>,
               name_member<F>,
               size_member<F>,
               order_member<F>,
               component_member<F> {
  template <class A>
  static std::size_t size(const A&) requires(F != flaw::no_size && F != flaw::size_signed);
  template <class A>
  static int size(const A&) requires(F == flaw::size_signed);
  template <class A>
  static encode_result<F> encode(const A&, std::byte*) requires(F != flaw::no_encode);
  static std::optional<decode_result<F>> decode(bytes_view) noexcept(F != flaw::decode_throws) requires(
      F != flaw::no_decode && F != flaw::view_type_not_copyable);
  static std::optional<move_only_view> decode(bytes_view) noexcept requires(F == flaw::view_type_not_copyable);
  static value own(const view&) requires(F != flaw::no_own && F != flaw::own_returns_view &&
                                         F != flaw::value_type_immovable);
  static view own(const view&) requires(F == flaw::own_returns_view);
  static immovable own(const view&) requires(F == flaw::value_type_immovable);

  static bool reads(std::string_view) noexcept(F != flaw::reads_throws) requires(F != flaw::no_reads &&
                                                                                 F != flaw::reads_returns_number);
  static int reads(std::string_view) noexcept requires(F == flaw::reads_returns_number);

  static std::size_t component_size(const argument&) requires(F != flaw::no_component_size);
  static std::byte* encode_component(const argument&, std::byte*) requires(F != flaw::no_encode_component);
  static std::optional<value> decode_component(bytes_view&) requires(F != flaw::no_decode_component &&
                                                                     F != flaw::decode_component_returns_view &&
                                                                     F != flaw::decode_component_takes_a_copy_only);
  static std::optional<view> decode_component(bytes_view&) requires(F == flaw::decode_component_returns_view);
  static std::optional<value> decode_component(bytes_view&&) requires(F == flaw::decode_component_takes_a_copy_only);

  static std::optional<view> view_component(macaw::component_input&) noexcept(
      F != flaw::view_component_throws) requires(F != flaw::no_view_component);
  static value own_component(const view&) requires(F != flaw::no_own_component);
};

template <flaw F>
constexpr bool is_no_codec = !macaw::codec_role<model<F>> && !macaw::key_codec<model<F>> &&
                             !macaw::value_codec<model<F>> && !macaw::component_key_codec<model<F>>;
template <flaw F>
constexpr bool is_no_key_only = macaw::codec_role<model<F>>&& macaw::value_codec<model<F>> &&
                                !macaw::key_codec<model<F>> && !macaw::component_key_codec<model<F>>;
template <flaw F>
constexpr bool is_no_value_only = macaw::component_key_codec<model<F>> && !macaw::value_codec<model<F>>;
template <flaw F>
constexpr bool is_no_component_only =
    macaw::key_codec<model<F>>&& macaw::value_codec<model<F>> && !macaw::component_key_codec<model<F>>;
template <flaw F>
constexpr bool is_no_borrower_only =
    macaw::component_key_codec<model<F>> && !macaw::borrowing_component_key_codec<model<F>>;

static_assert(macaw::key_codec<model<flaw::none>> && macaw::value_codec<model<flaw::none>>);
static_assert(macaw::borrowing_component_key_codec<model<flaw::none>>);

static_assert(is_no_codec<flaw::no_value_type>);
static_assert(is_no_codec<flaw::value_type_immovable>);
static_assert(is_no_codec<flaw::no_view_type>);
static_assert(is_no_codec<flaw::view_type_not_copyable>);
static_assert(is_no_codec<flaw::no_argument_type>);
static_assert(is_no_codec<flaw::argument_not_from_value>);
static_assert(is_no_codec<flaw::no_name>);
static_assert(is_no_codec<flaw::name_empty>);
static_assert(is_no_codec<flaw::name_not_constant>);
static_assert(is_no_codec<flaw::no_fixed_size>);
static_assert(is_no_codec<flaw::fixed_size_not_constant>);
static_assert(is_no_codec<flaw::no_size>);
static_assert(is_no_codec<flaw::size_signed>);
static_assert(is_no_codec<flaw::no_encode>);
static_assert(is_no_codec<flaw::encode_returns_nothing>);
static_assert(is_no_codec<flaw::no_decode>);
static_assert(is_no_codec<flaw::decode_throws>);
static_assert(is_no_codec<flaw::decode_returns_value>);
static_assert(is_no_codec<flaw::no_own>);
static_assert(is_no_codec<flaw::own_returns_view>);

static_assert(is_no_key_only<flaw::no_is_ordered>);
static_assert(is_no_key_only<flaw::is_ordered_false>);

static_assert(is_no_value_only<flaw::no_reads>);
static_assert(is_no_value_only<flaw::reads_throws>);
static_assert(is_no_value_only<flaw::reads_returns_number>);

static_assert(is_no_component_only<flaw::no_component_size>);
static_assert(is_no_component_only<flaw::no_encode_component>);
static_assert(is_no_component_only<flaw::no_decode_component>);
static_assert(is_no_component_only<flaw::decode_component_returns_view>);
static_assert(is_no_component_only<flaw::decode_component_takes_a_copy_only>);

static_assert(is_no_borrower_only<flaw::no_view_component>);
static_assert(is_no_borrower_only<flaw::view_component_throws>);
static_assert(is_no_borrower_only<flaw::no_own_component>);
static_assert(is_no_borrower_only<flaw::no_component_view_type>);

static_assert(!macaw::codec_role<int> && !macaw::codec_role<std::string> && !macaw::codec_role<void>);

/// A codec whose users see owned values.
struct presenting {
  using value_type = std::string;
  using view_type = std::string_view;
  using argument_type = std::string_view;
  static constexpr std::string_view name = "presenting";
  static constexpr std::size_t fixed_size = 0;
  static constexpr bool presents_owned = true;
  static std::size_t size(std::string_view text) { return text.size(); }
  static std::byte* encode(std::string_view, std::byte* out) { return out; }
  static std::optional<std::string_view> decode(bytes_view in) noexcept { return macaw::as_text(in); }
  static std::string own(std::string_view view) { return std::string(view); }
};
struct viewing : presenting {
  static constexpr bool presents_owned = false;
};

static_assert(std::same_as<macaw::presented<presenting>, std::string>);
static_assert(std::same_as<macaw::presented<viewing>, std::string_view>);

}  // namespace

TEST_CASE("what is presented is an owned value where the codec says so, else the view itself") {
  const std::string_view view = "text";
  CHECK(macaw::present<presenting>(view) == "text");
  CHECK(&macaw::present<viewing>(view) == &view);
}
