// SPDX-License-Identifier: MIT
//
// Codecs of structs, given by pointers to their members. Layer 1.
//
//   struct user { std::string name; std::uint32_t age; };
//   template <> struct macaw::codec<user> : macaw::struct_codec<&user::name, &user::age> {};
//
// FROZEN: on disk. The bytes are those of a tuple of the members in the order listed; names:
// "struct(text,u32)".
//
// Rows written before a member was listed, at the end, still decode: the member takes its default.
//
// Decoding never allocates, so a struct with a member that owns memory (a `std::string`) cannot be what
// `decode` gives. Its view is then a `struct_view`: the members' views, all checked. Where rows are shown
// to users, `macaw::present` turns it into the struct, and there bad_alloc can be raised as an exception
// (see `presents_owned`, concepts.hpp). A struct whose members own nothing is its own view.

#pragma once

#include <macaw/bytes.hpp>
#include <macaw/codec/codec.hpp>
#include <macaw/codec/component.hpp>
#include <macaw/codec/name.hpp>
#include <macaw/codec/sequence.hpp>
#include <macaw/codec/tuple.hpp>
#include <macaw/macros.hpp>

#include <concepts>
#include <cstddef>
#include <optional>
#include <string_view>
#include <tuple>
#include <type_traits>
#include <utility>

namespace macaw::inline MACAW_ABI {

namespace detail {

template <class Struct, class Field>
Struct struct_of(Field Struct::*);
template <class Struct, class Field>
Field field_of(Field Struct::*);

/// The class that a pointer to member points into, and the member's type.
template <auto Member>
using struct_type = decltype(struct_of(Member));
template <auto Member>
using field_type = decltype(field_of(Member));

template <auto Member>
struct member_constant {};

/// The place of `Wanted` among `Members`; their number where it is none of them.
template <auto Wanted, auto... Members>
[[nodiscard]] consteval std::size_t member_index() noexcept {
  std::size_t index = 0;
  bool found = false;
  ((found = found || std::same_as<member_constant<Wanted>, member_constant<Members>>, index += found ? 0 : 1), ...);
  return index;
}

/// The fields of a struct as a sequence of parts, and the struct built of their views.
template <class Struct, class Sequence, auto... Members>
struct struct_fields {
  using views = typename Sequence::view_type;

  /// Whether the struct can be built while decoding, where nothing may throw.
  static constexpr bool are_values = Sequence::views_are_values && std::is_nothrow_default_constructible_v<Struct> &&
                                     std::is_nothrow_copy_constructible_v<Struct> && std::copyable<Struct>;

  /// Fields from `present` on keep their defaults.
  static Struct build(const views& fields, std::size_t present) noexcept(are_values) {
    Struct result{};
    assign_all(result, fields, present, std::make_index_sequence<sizeof...(Members)>{});
    return result;
  }

 private:
  template <std::size_t... Index>
  static void assign_all(Struct& result, const views& fields, std::size_t present,
                         std::index_sequence<Index...>) noexcept(are_values) {
    ((Index < present ? assign<Index>(result.*Members, fields) : void()), ...);
  }
  template <std::size_t Index, class Field>
  static void assign(Field& field, const views& fields) noexcept(are_values) {
    if constexpr (are_values) {
      field = std::get<Index>(fields);
    } else {
      field = Sequence::template part<Index>::own(std::get<Index>(fields));
    }
  }
};

}  // namespace detail

/// A decoded struct of which nothing is built yet: the views of its fields.
///
/// It lives as long as the entry it came from. Converts to the struct, which is built at each conversion.
template <class Struct, class Sequence, auto... Members>
class struct_view {
  using fields = detail::struct_fields<Struct, Sequence, Members...>;

 public:
  /// Holds a temporary struct for the length of an expression.
  class arrow {
   public:
    explicit arrow(Struct&& held) : held_(std::move(held)) {}
    [[nodiscard]] const Struct* operator->() const noexcept { return &held_; }

   private:
    Struct held_;
  };

  /// A row with no field: all members have their defaults.
  struct_view() requires std::default_initializable<typename Sequence::view_type>
  = default;
  struct_view(typename Sequence::view_type views, std::size_t present) noexcept
      : views_(std::move(views)), present_(present) {}

  /// The view of one member: `user.get<&user::name>()`. Empty or zero where the row lacks the field.
  template <auto Member>
    requires(detail::member_index<Member, Members...>() < sizeof...(Members))
  [[nodiscard]] const auto& get() const noexcept {
    return std::get<detail::member_index<Member, Members...>()>(views_);
  }
  /// Whether the row has the field; rows older than the field lack it.
  template <auto Member>
    requires(detail::member_index<Member, Members...>() < sizeof...(Members))
  [[nodiscard]] bool has() const noexcept { return detail::member_index<Member, Members...>() < present_; }

  /// The struct, owned.
  ///
  /// Errors: bad_alloc.
  [[nodiscard]] Struct own() const { return fields::build(views_, present_); }
  operator Struct() const { return own(); }
  [[nodiscard]] arrow operator->() const { return arrow(own()); }

 private:
  typename Sequence::view_type views_;
  std::size_t present_ = 0;
};

namespace detail {

/// What the forms of a struct share: views of the one kind or the other.
template <class Struct, class Sequence, auto... Members>
struct struct_form {
  using fields = struct_fields<Struct, Sequence, Members...>;
  using view_type = std::conditional_t<fields::are_values, Struct, struct_view<Struct, Sequence, Members...>>;

  static std::optional<view_type> view(std::optional<typename Sequence::view_type>&& views,
                                       std::size_t present) noexcept {
    if (!views) return std::nullopt;
    if constexpr (fields::are_values) {
      return fields::build(*views, present);
    } else {
      return std::optional<view_type>(std::in_place, *std::move(views), present);
    }
  }
  static Struct own(const view_type& view) {
    if constexpr (fields::are_values) {
      return view;
    } else {
      return view.own();
    }
  }
};

template <class Struct, class Tuple, auto... Members>
struct struct_arguments {
  static constexpr bool nothrow =
      noexcept(typename Tuple::argument_type(std::declval<const field_type<Members>&>()...));
  static typename Tuple::argument_type of(const Struct& from) noexcept(nothrow) {
    return typename Tuple::argument_type(from.*Members...);
  }
};

/// A struct as a composite key.
template <class Struct, auto... Members>
struct struct_key : tuple_key<std::tuple, key_codec_for<field_type<Members>>...> {
  static_assert((std::same_as<typename key_codec_for<field_type<Members>>::value_type, field_type<Members>> && ...),
                "macaw: a member of a struct must own what it holds: std::string, not std::string_view");
  using tuple = tuple_key<std::tuple, key_codec_for<field_type<Members>>...>;
  using arguments = struct_arguments<Struct, tuple, Members...>;
  using whole_form = struct_form<Struct, typename tuple::whole, Members...>;
  using component_form = struct_form<Struct, typename tuple::component, Members...>;
  static constexpr std::size_t all = sizeof...(Members);

  using value_type = Struct;
  using view_type = typename whole_form::view_type;
  using component_view_type = typename component_form::view_type;
  using argument_type = const Struct&;

  static constexpr std::string_view name = composed_name<"struct", key_codec_for<field_type<Members>>...>::value;
  static constexpr bool presents_owned = !std::same_as<view_type, Struct>;

  [[nodiscard]] static std::size_t size(const Struct& argument) noexcept(
      arguments::nothrow&& tuple::whole::sizes_nothrow) {
    return tuple::size(arguments::of(argument));
  }
  static std::byte* encode(const Struct& argument,
                           std::byte* out) noexcept(arguments::nothrow&& tuple::whole::encodes_nothrow) {
    return tuple::encode(arguments::of(argument), out);
  }
  [[nodiscard]] static std::optional<view_type> decode(bytes_view in) noexcept {
    return whole_form::view(tuple::decode(in), all);
  }
  [[nodiscard]] static Struct own(const view_type& view) { return whole_form::own(view); }

  [[nodiscard]] static std::size_t component_size(const Struct& argument) noexcept(
      arguments::nothrow&& tuple::component::sizes_nothrow) {
    return tuple::component_size(arguments::of(argument));
  }
  static std::byte* encode_component(const Struct& argument,
                                     std::byte* out) noexcept(arguments::nothrow&& tuple::component::encodes_nothrow) {
    return tuple::encode_component(arguments::of(argument), out);
  }
  [[nodiscard]] static std::optional<Struct> decode_component(bytes_view& in) {
    return decode_component_by_view<struct_key>(in);
  }
  [[nodiscard]] static std::optional<component_view_type> view_component(component_input& in) noexcept {
    return component_form::view(tuple::view_component(in), all);
  }
  [[nodiscard]] static Struct own_component(const component_view_type& view) { return component_form::own(view); }
};

/// A struct as a row.
template <class Struct, auto... Members>
struct struct_value {
  static_assert((std::same_as<typename value_codec_for<field_type<Members>>::value_type, field_type<Members>> && ...),
                "macaw: a member of a struct must own what it holds: std::string, not std::string_view");
  using tuple = tuple_value<std::tuple, value_codec_for<field_type<Members>>...>;
  using arguments = struct_arguments<Struct, tuple, Members...>;
  using form = struct_form<Struct, typename tuple::fields, Members...>;

  using value_type = Struct;
  using view_type = typename form::view_type;
  using argument_type = const Struct&;

  static constexpr std::string_view name = composed_name<"struct", value_codec_for<field_type<Members>>...>::value;
  static constexpr std::size_t fixed_size = tuple::fixed_size;
  static constexpr bool presents_owned = !std::same_as<view_type, Struct>;

  /// Reads rows of fewer fields, too; the members that they lack have the defaults of `Struct`.
  [[nodiscard]] static bool reads(std::string_view stored) noexcept {
    return stored == name || is_beginning_by_parts(stored, name);
  }
  [[nodiscard]] static std::size_t size(const Struct& argument) noexcept(
      arguments::nothrow&& tuple::fields::sizes_nothrow) {
    return tuple::size(arguments::of(argument));
  }
  static std::byte* encode(const Struct& argument,
                           std::byte* out) noexcept(arguments::nothrow&& tuple::fields::encodes_nothrow) {
    return tuple::encode(arguments::of(argument), out);
  }
  [[nodiscard]] static std::optional<view_type> decode(bytes_view in) noexcept {
    field_input rest{in};
    auto views = tuple::fields::view(rest);
    if (!rest.rest.empty()) views.reset();
    return form::view(std::move(views), rest.present);
  }
  [[nodiscard]] static Struct own(const view_type& view) { return form::own(view); }
};

}  // namespace detail

/// Both codecs of a struct, from pointers to the members that are stored, in the order in which they are stored.
/// A table of keys orders by the first member, then by the second, and so on.
///
/// Requires: a struct that can be default-constructed, of members that own what they hold.
template <auto First, auto... Others>
  requires std::is_member_object_pointer_v<decltype(First)> &&
      (std::is_member_object_pointer_v<decltype(Others)>&&...) struct struct_codec {
    using struct_type = detail::struct_type<First>;
    static_assert((std::same_as<detail::struct_type<Others>, struct_type> && ...),
                  "macaw: members of one struct, please");
    static_assert(std::default_initializable<struct_type>, "macaw: decoding starts from a default-constructed struct");

    using key = detail::struct_key<struct_type, First, Others...>;
    using value = detail::struct_value<struct_type, First, Others...>;
  };

}  // namespace macaw::inline MACAW_ABI
