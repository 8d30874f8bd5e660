// SPDX-License-Identifier: MIT

#include "values/value.hpp"

#include <macaw/bytes.hpp>
#include <macaw/codec/byte_string.hpp>
#include <macaw/codec/component.hpp>
#include <macaw/codec/floating.hpp>
#include <macaw/codec/length.hpp>

#include <bit>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <utility>
#include <variant>
#include <vector>

namespace macaw_shell {

namespace {

using macaw::bytes_view;
using macaw::component_input;

using byte_vector = std::vector<std::byte>;

void append(byte_vector& to, bytes_view more) { to.insert(to.end(), more.begin(), more.end()); }

std::byte byte_of(std::uint64_t number, std::size_t shift) noexcept {
  return static_cast<std::byte>((number >> (8 * shift)) & 0xFFU);
}

void append_number(byte_vector& to, std::uint64_t number, std::size_t width, codec_role role) {
  for (std::size_t i = 0; i < width; ++i) to.push_back(byte_of(number, role == codec_role::key ? width - 1 - i : i));
}

std::uint64_t read_number(bytes_view in, codec_role role) noexcept {
  std::uint64_t number = 0;
  for (std::size_t i = 0; i < in.size(); ++i) {
    number = number << 8U | std::to_integer<std::uint64_t>(in[role == codec_role::key ? i : in.size() - 1 - i]);
  }
  return number;
}

std::uint64_t sign_bit(std::size_t width) noexcept { return std::uint64_t{1} << (8 * width - 1); }

/// Numbers as keys are flipped so that their bytes are in their order.
std::uint64_t to_bits(std::int64_t number, std::size_t width, codec_role role) noexcept {
  const auto bits = static_cast<std::uint64_t>(number);
  return role == codec_role::key ? bits ^ sign_bit(width) : bits;
}

std::int64_t from_bits(std::uint64_t bits, std::size_t width, codec_role role) noexcept {
  if (role == codec_role::key) bits ^= sign_bit(width);
  const std::size_t unused = 64 - 8 * width;
  return static_cast<std::int64_t>(bits << unused) >> unused;
}

void append_floating(byte_vector& to, std::uint64_t bits, std::size_t width, codec_role role) {
  if (role == codec_role::value) return append_number(to, bits, width, role);
  std::byte key[8];
  if (width == 4) {
    macaw::floating_key<float>::encode(std::bit_cast<float>(static_cast<std::uint32_t>(bits)), key);
  } else {
    macaw::floating_key<double>::encode(std::bit_cast<double>(bits), key);
  }
  append(to, {key, width});
}

std::uint64_t read_floating(bytes_view in, codec_role role) noexcept {
  if (role == codec_role::value) return read_number(in, role);
  if (in.size() == 4) return std::bit_cast<std::uint32_t>(*macaw::floating_key<float>::decode(in));
  return std::bit_cast<std::uint64_t>(*macaw::floating_key<double>::decode(in));
}

void append_bytes(byte_vector& to, bytes_view content, bool component) {
  if (!component) return append(to, content);
  const std::size_t offset = to.size();
  to.resize(offset + macaw::bytes_key::component_size(content));
  macaw::bytes_key::encode_component(content, to.data() + offset);
}

// --- keys ------------------------------------------------------------------------------------------------------

/// Appends a key, alone or in the form in which others may follow it.
void append_key(byte_vector& to, const codec_type& type, const value& content, bool component);

void append_parts(byte_vector& to, const codec_type& type, const value_list& parts, bool component) {
  const bool same = type.kind == codec_kind::array;
  for (std::size_t i = 0; i < parts.size(); ++i) {
    const bool last = i + 1 == parts.size();
    append_key(to, type.parts[same ? 0 : i], parts[i], component || same || !last);
  }
}

void append_key(byte_vector& to, const codec_type& type, const value& content, bool component) {
  switch (type.kind) {
    case codec_kind::empty: return;
    case codec_kind::boolean: return to.push_back(std::byte{std::get<bool>(content.is)});
    case codec_kind::unsigned_integer:
      return append_number(to, std::get<std::uint64_t>(content.is), type.width, codec_role::key);
    case codec_kind::signed_integer:
      return append_number(to, to_bits(std::get<std::int64_t>(content.is), type.width, codec_role::key), type.width,
                           codec_role::key);
    case codec_kind::floating:
      return append_floating(to, std::get<floating_bits>(content.is).bits, type.width, codec_role::key);
    case codec_kind::text: return append_bytes(to, macaw::as_bytes(std::get<text_bytes>(content.is).text), component);
    case codec_kind::raw:
    case codec_kind::unknown: return append(to, std::get<plain_bytes>(content.is));
    case codec_kind::bytes: return append_bytes(to, std::get<plain_bytes>(content.is), component);
    case codec_kind::enumeration: return append_key(to, type.parts.front(), content, component);
    case codec_kind::tuple:
    case codec_kind::array: return append_parts(to, type, std::get<value_list>(content.is), component);
    case codec_kind::descending: {
      const std::size_t first = to.size();
      append_key(to, type.parts.front(), content, true);
      for (std::size_t i = first; i < to.size(); ++i) to[i] = ~to[i];
      return;
    }
    case codec_kind::optional: {
      const codec_type& part = type.parts.front();
      const auto* held = std::get_if<alternative>(&content.is);
      to.push_back(std::byte{held != nullptr});
      if (held != nullptr) return append_key(to, part, held->held.front(), component);
      to.resize(to.size() + part.fixed_size());
      return;
    }
    case codec_kind::variant: {
      const auto& held = std::get<alternative>(content.is);
      to.push_back(static_cast<std::byte>(held.index));
      return append_key(to, type.parts[held.index], held.held.front(), component);
    }
  }
}

std::optional<value> read_key(const codec_type& type, component_input& in, bool component);

/// The next bytes as they are meant, or nothing.
std::optional<byte_vector> take_plain(component_input& in, std::size_t size) {
  if (in.rest().size() < size) return std::nullopt;
  byte_vector plain(in.rest().begin(), in.rest().begin() + static_cast<std::ptrdiff_t>(size));
  for (std::byte& byte : plain) byte ^= in.mask();
  in.skip(size);
  return plain;
}

std::optional<byte_vector> read_string(component_input& in, bool component) {
  if (!component) return take_plain(in, in.rest().size());
  const auto view = macaw::component_bytes::read(in);
  if (!view) return std::nullopt;
  return byte_vector(*view);
}

std::optional<value> read_key_number(const codec_type& type, component_input& in) {
  const std::optional<byte_vector> plain = take_plain(in, type.width);
  if (!plain) return std::nullopt;
  switch (type.kind) {
    case codec_kind::boolean:
      if (plain->front() > std::byte{1}) return std::nullopt;
      return value{plain->front() == std::byte{1}};
    case codec_kind::unsigned_integer: return value{read_number(*plain, codec_role::key)};
    case codec_kind::signed_integer:
      return value{from_bits(read_number(*plain, codec_role::key), type.width, codec_role::key)};
    default: return value{floating_bits{read_floating(*plain, codec_role::key), type.width}};
  }
}

std::optional<value> read_key_parts(const codec_type& type, component_input& in, bool component) {
  const bool same = type.kind == codec_kind::array;
  const std::size_t count = same ? type.count : type.parts.size();
  value_list parts;
  for (std::size_t i = 0; i < count; ++i) {
    std::optional<value> part = read_key(type.parts[same ? 0 : i], in, component || same || i + 1 != count);
    if (!part) return std::nullopt;
    parts.push_back(*std::move(part));
  }
  return value{std::move(parts)};
}

std::optional<value> read_key_optional(const codec_type& part, component_input& in, bool component) {
  const std::optional<std::byte> tag = in.take();
  if (tag == std::byte{1}) {
    std::optional<value> held = read_key(part, in, component);
    if (!held) return std::nullopt;
    return value{alternative{1, {*std::move(held)}}};
  }
  const std::optional<byte_vector> padding = take_plain(in, part.fixed_size());
  if (tag != std::byte{0} || !padding) return std::nullopt;
  for (const std::byte byte : *padding) {
    if (byte != std::byte{0}) return std::nullopt;
  }
  return value{nothing{}};
}

std::optional<value> read_key(const codec_type& type, component_input& in, bool component) {
  switch (type.kind) {
    case codec_kind::empty: return value{nothing{}};
    case codec_kind::boolean:
    case codec_kind::unsigned_integer:
    case codec_kind::signed_integer:
    case codec_kind::floating: return read_key_number(type, in);
    case codec_kind::text: {
      const std::optional<byte_vector> plain = read_string(in, component);
      if (!plain) return std::nullopt;
      return value{text_bytes{std::string(macaw::as_text(*plain))}};
    }
    case codec_kind::bytes: {
      std::optional<byte_vector> plain = read_string(in, component);
      if (!plain) return std::nullopt;
      return value{plain_bytes(*std::move(plain))};
    }
    case codec_kind::enumeration: return read_key(type.parts.front(), in, component);
    case codec_kind::tuple:
    case codec_kind::array: return read_key_parts(type, in, component);
    case codec_kind::descending: {
      in.flip();
      std::optional<value> held = read_key(type.parts.front(), in, true);
      in.flip();
      return held;
    }
    case codec_kind::optional: return read_key_optional(type.parts.front(), in, component);
    case codec_kind::variant: {
      const std::optional<std::byte> tag = in.take();
      const std::size_t index = tag ? std::to_integer<std::size_t>(*tag) : type.parts.size();
      if (index >= type.parts.size()) return std::nullopt;
      std::optional<value> held = read_key(type.parts[index], in, component);
      if (!held) return std::nullopt;
      return value{alternative{index, {*std::move(held)}}};
    }
    case codec_kind::raw:
    case codec_kind::unknown: break;
  }
  std::optional<byte_vector> plain = take_plain(in, type.kind == codec_kind::raw ? type.width : in.rest().size());
  if (!plain) return std::nullopt;
  return value{plain_bytes(*std::move(plain))};
}

// --- values ----------------------------------------------------------------------------------------------------

void append_value(byte_vector& to, const codec_type& type, const value& content);

/// A field stands behind its length unless its size is fixed.
void append_field(byte_vector& to, const codec_type& type, const value& content) {
  if (type.fixed_size() != 0) return append_value(to, type, content);
  byte_vector field;
  append_value(field, type, content);
  const std::size_t offset = to.size();
  to.resize(offset + macaw::detail::length_size(field.size()));
  macaw::detail::encode_length(field.size(), to.data() + offset);
  append(to, field);
}

void append_value(byte_vector& to, const codec_type& type, const value& content) {
  switch (type.kind) {
    case codec_kind::unsigned_integer:
      return append_number(to, std::get<std::uint64_t>(content.is), type.width, codec_role::value);
    case codec_kind::signed_integer:
      return append_number(to, static_cast<std::uint64_t>(std::get<std::int64_t>(content.is)), type.width,
                           codec_role::value);
    case codec_kind::floating:
      return append_floating(to, std::get<floating_bits>(content.is).bits, type.width, codec_role::value);
    case codec_kind::enumeration: return append_value(to, type.parts.front(), content);
    case codec_kind::tuple:
    case codec_kind::array: {
      const auto& parts = std::get<value_list>(content.is);
      for (std::size_t i = 0; i < parts.size(); ++i) {
        append_field(to, type.parts[type.kind == codec_kind::array ? 0 : i], parts[i]);
      }
      return;
    }
    case codec_kind::optional: {
      const codec_type& part = type.parts.front();
      const auto* held = std::get_if<alternative>(&content.is);
      to.push_back(std::byte{held != nullptr});
      if (held != nullptr) return append_value(to, part, held->held.front());
      to.resize(to.size() + part.fixed_size());
      return;
    }
    case codec_kind::variant: {
      const auto& held = std::get<alternative>(content.is);
      to.push_back(static_cast<std::byte>(held.index));
      return append_value(to, type.parts[held.index], held.held.front());
    }
    default: return append_key(to, type, content, false);  // the bytes are the same
  }
}

std::optional<value> read_value(const codec_type& type, bytes_view in);

std::optional<value> read_fields(const codec_type& type, bytes_view in) {
  const bool same = type.kind == codec_kind::array;
  const std::size_t count = same ? type.count : type.parts.size();
  value_list fields;
  for (std::size_t i = 0; i < count; ++i) {
    if (in.empty() && !same && i != 0) break;  // an older row, of fewer fields
    const codec_type& part = type.parts[same ? 0 : i];
    const std::size_t fixed = part.fixed_size();
    const std::optional<std::size_t> size = fixed != 0 ? fixed : macaw::detail::decode_length(in);
    if (!size || *size > in.size()) return std::nullopt;
    std::optional<value> field = read_value(part, in.first(*size));
    if (!field) return std::nullopt;
    in = in.subspan(*size);
    fields.push_back(*std::move(field));
  }
  if (!in.empty()) return std::nullopt;
  return value{std::move(fields)};
}

std::optional<value> read_held(const codec_type& part, std::size_t index, bytes_view in) {
  std::optional<value> held = read_value(part, in);
  if (!held) return std::nullopt;
  return value{alternative{index, {*std::move(held)}}};
}

std::optional<value> read_optional(const codec_type& part, bytes_view in) {
  if (in.empty()) return std::nullopt;
  if (in.front() == std::byte{1}) return read_held(part, 1, in.subspan(1));
  if (in.front() != std::byte{0} || in.size() != 1 + part.fixed_size()) return std::nullopt;
  for (const std::byte byte : in) {
    if (byte != std::byte{0}) return std::nullopt;
  }
  return value{nothing{}};
}

std::optional<value> read_value(const codec_type& type, bytes_view in) {
  const bool number = type.kind == codec_kind::unsigned_integer || type.kind == codec_kind::signed_integer ||
                      type.kind == codec_kind::floating;
  if (number && in.size() != type.width) return std::nullopt;
  switch (type.kind) {
    case codec_kind::unsigned_integer: return value{read_number(in, codec_role::value)};
    case codec_kind::signed_integer:
      return value{from_bits(read_number(in, codec_role::value), type.width, codec_role::value)};
    case codec_kind::floating: return value{floating_bits{read_floating(in, codec_role::value), type.width}};
    case codec_kind::enumeration: return read_value(type.parts.front(), in);
    case codec_kind::tuple:
    case codec_kind::array: return read_fields(type, in);
    case codec_kind::optional: return read_optional(type.parts.front(), in);
    case codec_kind::variant: {
      const std::size_t index = in.empty() ? type.parts.size() : std::to_integer<std::size_t>(in.front());
      if (index >= type.parts.size()) return std::nullopt;
      return read_held(type.parts[index], index, in.subspan(1));
    }
    default: return decode(type, codec_role::key, in);  // the bytes are the same
  }
}

}  // namespace

std::vector<std::byte> encode(const codec_type& type, codec_role role, const value& content) {
  byte_vector encoded;
  if (role == codec_role::key) {
    append_key(encoded, type, content, false);
  } else {
    append_value(encoded, type, content);
  }
  return encoded;
}

std::optional<value> decode(const codec_type& type, codec_role role, macaw::bytes_view encoded) {
  if (role == codec_role::value) return read_value(type, encoded);
  component_input in(encoded);
  std::optional<value> content = read_key(type, in, false);
  if (!in.empty()) content.reset();
  return content;
}

std::vector<std::byte> encode_leading(const codec_type& type, const value_list& components) {
  const std::size_t all = type.kind == codec_kind::array ? type.count : type.parts.size();
  byte_vector encoded;
  for (std::size_t i = 0; i < components.size(); ++i) {
    const codec_type& part = type.parts[type.kind == codec_kind::array ? 0 : i];
    append_key(encoded, part, components[i], i + 1 != all || type.kind == codec_kind::array);
  }
  return encoded;
}

}  // namespace macaw_shell
