// SPDX-License-Identifier: MIT

#include "values/value_json.hpp"

#include "base/failure.hpp"
#include "formats/hex.hpp"
#include "values/value_parser.hpp"
#include "values/value_text.hpp"

#include <nlohmann/json.hpp>

#include <bit>
#include <cmath>
#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace macaw_shell {

namespace {

using json = nlohmann::ordered_json;

json object(std::string_view name, json held) {
  json made;
  made[std::string(name)] = std::move(held);
  return made;
}

json string_or_hex(std::string_view text) {
  if (is_utf8(text)) return std::string(text);
  return object("hex", hex_text(macaw::as_bytes(text)));
}

json floating_json(const floating_bits& number) {
  const double wide = number.width == 4 ? double{std::bit_cast<float>(static_cast<std::uint32_t>(number.bits))}
                                        : std::bit_cast<double>(number.bits);
  if (std::isfinite(wide)) return wide;
  codec_type type{codec_kind::floating, number.width, 0, {}, {}};
  return object("float", show(type, codec_role::value, encode(type, codec_role::value, {number})));
}

json content_json(const codec_type& type, const value& content) {
  switch (type.kind) {
    case codec_kind::empty: return nullptr;
    case codec_kind::boolean: return std::get<bool>(content.is);
    case codec_kind::unsigned_integer: return std::get<std::uint64_t>(content.is);
    case codec_kind::signed_integer: return std::get<std::int64_t>(content.is);
    case codec_kind::floating: return floating_json(std::get<floating_bits>(content.is));
    case codec_kind::text: return string_or_hex(std::get<text_bytes>(content.is).text);
    case codec_kind::bytes: return string_or_hex(macaw::as_text(std::get<plain_bytes>(content.is)));
    case codec_kind::raw:
    case codec_kind::unknown: return object("hex", hex_text(std::get<plain_bytes>(content.is)));
    case codec_kind::enumeration:
    case codec_kind::descending: return content_json(type.parts.front(), content);
    case codec_kind::tuple:
    case codec_kind::array: {
      json list = json::array();
      const auto& parts = std::get<value_list>(content.is);
      for (std::size_t i = 0; i < parts.size(); ++i) {
        list.push_back(content_json(type.parts[type.kind == codec_kind::array ? 0 : i], parts[i]));
      }
      return list;
    }
    case codec_kind::optional: {
      const auto* held = std::get_if<alternative>(&content.is);
      if (held == nullptr) return nullptr;
      json inner = content_json(type.parts.front(), held->held.front());
      return inner.is_null() ? object("some", std::move(inner)) : inner;
    }
    case codec_kind::variant: {
      const auto& held = std::get<alternative>(content.is);
      json made = object("alternative", held.index);
      made["value"] = content_json(type.parts[held.index], held.held.front());
      return made;
    }
  }
  return nullptr;
}

[[noreturn]] void refuse(const json& from, const codec_type& type) {
  throw usage_error(from.dump(-1, ' ', false, json::error_handler_t::replace) + " is not of type " + type.name);
}

/// The one member of an object, if it has this name only.
const json* only_member(const json& from, std::string_view name) {
  if (!from.is_object() || from.size() != 1) return nullptr;
  const auto found = from.find(std::string(name));
  return found == from.end() ? nullptr : &*found;
}

std::vector<std::byte> digits_of(const json& from, const codec_type& type) {
  if (!from.is_string()) refuse(from, type);
  return parse_digits(from.get_ref<const std::string&>());
}

plain_bytes bytes_from(const json& from, const codec_type& type) {
  if (const json* const digits = only_member(from, "hex")) return digits_of(*digits, type);
  if (!from.is_string()) refuse(from, type);
  const macaw::bytes_view view = macaw::as_bytes(from.get_ref<const std::string&>());
  return {view.begin(), view.end()};
}

floating_bits floating_from(const json& from, const codec_type& type) {
  if (const json* const named = only_member(from, "float"); named != nullptr && named->is_string()) {
    return std::get<floating_bits>(parse_value(type, codec_role::value, named->get_ref<const std::string&>()).is);
  }
  if (!from.is_number()) refuse(from, type);
  const auto wide = from.get<double>();
  if (type.width == 8) return {std::bit_cast<std::uint64_t>(wide), 8};
  const auto narrow = static_cast<float>(wide);
  if (!std::isfinite(narrow)) refuse(from, type);
  return {std::bit_cast<std::uint32_t>(narrow), 4};
}

value number_from(const json& from, const codec_type& type) {
  if (!from.is_number_integer()) refuse(from, type);
  return parse_value(type, codec_role::value, from.dump());  // within the range of the type
}

value content_from(const codec_type& type, const json& from);

value list_from(const codec_type& type, const json& from) {
  const std::size_t all = type.kind == codec_kind::array ? type.count : type.parts.size();
  const bool whole = type.kind == codec_kind::array;  // rows of structs may lack the last fields
  if (!from.is_array() || from.empty() || from.size() > all || (whole && from.size() != all)) refuse(from, type);
  value_list parts;
  for (const json& part : from) {
    parts.push_back(content_from(type.parts[type.kind == codec_kind::array ? 0 : parts.size()], part));
  }
  return {std::move(parts)};
}

value variant_from(const codec_type& type, const json& from) {
  if (!from.is_object() || from.size() != 2 || !from.contains("alternative") || !from.contains("value")) {
    refuse(from, type);
  }
  const json& index = from["alternative"];
  if (!index.is_number_unsigned() || index.get<std::uint64_t>() >= type.parts.size()) refuse(from, type);
  const auto chosen = index.get<std::size_t>();
  return {alternative{chosen, {content_from(type.parts[chosen], from["value"])}}};
}

value content_from(const codec_type& type, const json& from) {
  switch (type.kind) {
    case codec_kind::empty:
      if (!from.is_null()) refuse(from, type);
      return {nothing{}};
    case codec_kind::boolean:
      if (!from.is_boolean()) refuse(from, type);
      return {from.get<bool>()};
    case codec_kind::unsigned_integer:
    case codec_kind::signed_integer: return number_from(from, type);
    case codec_kind::floating: return {floating_from(from, type)};
    case codec_kind::text: return {text_bytes{std::string(macaw::as_text(bytes_from(from, type)))}};
    case codec_kind::raw:
    case codec_kind::bytes:
    case codec_kind::unknown: return {bytes_from(from, type)};
    case codec_kind::enumeration:
    case codec_kind::descending: return content_from(type.parts.front(), from);
    case codec_kind::tuple:
    case codec_kind::array: return list_from(type, from);
    case codec_kind::optional: {
      if (from.is_null()) return {nothing{}};
      const json* const some = only_member(from, "some");
      return {alternative{1, {content_from(type.parts.front(), some == nullptr ? from : *some)}}};
    }
    case codec_kind::variant: return variant_from(type, from);
  }
  return {};
}

}  // namespace

nlohmann::ordered_json to_json(const codec_type& type, codec_role role, macaw::bytes_view encoded) {
  if (const std::optional<value> content = decode(type, role, encoded)) return content_json(type, *content);
  return object("stored", hex_text(encoded));
}

std::vector<std::byte> encode_json(const codec_type& type, codec_role role, const nlohmann::ordered_json& from) {
  if (const json* const stored = only_member(from, "stored")) {
    std::vector<std::byte> digits = digits_of(*stored, type);
    if (!decode(type, role, digits)) refuse(from, type);
    return digits;
  }
  std::vector<std::byte> encoded = encode(type, role, content_from(type, from));
  if (!decode(type, role, encoded)) refuse(from, type);
  return encoded;
}

}  // namespace macaw_shell
