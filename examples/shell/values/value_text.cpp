// SPDX-License-Identifier: MIT

#include "values/value_text.hpp"

#include "base/failure.hpp"
#include "formats/hex.hpp"
#include "values/value_parser.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <charconv>
#include <cmath>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace macaw_shell {

namespace {

using macaw::as_text;
using macaw::bytes_view;

/// Bytes of the UTF-8 character that `text` begins with, or 0 where it begins with none.
std::size_t utf8_size(std::string_view text) noexcept {
  const auto at = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  const unsigned lead = at(0);
  if (lead < 0x80) return 1;
  const std::size_t size = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : 2;
  if (lead < 0xC2 || lead > 0xF4 || text.size() < size) return 0;
  for (std::size_t i = 1; i < size; ++i) {
    if ((at(i) & 0xC0U) != 0x80) return 0;
  }
  const bool overlong = (lead == 0xE0 && at(1) < 0xA0) || (lead == 0xF0 && at(1) < 0x90);
  const bool surrogate = lead == 0xED && at(1) >= 0xA0;
  const bool too_large = lead == 0xF4 && at(1) >= 0x90;
  return overlong || surrogate || too_large ? 0 : size;
}

bool is_control(std::string_view character) noexcept {
  const auto first = static_cast<unsigned char>(character[0]);
  // U+0080 to U+009F steer terminals, too.
  return first < 0x20 || first == 0x7F || (first == 0xC2 && static_cast<unsigned char>(character[1]) < 0xA0);
}

/// Whether a text is read as itself without quotes, at the top level and inside of others.
bool can_be_bare(std::string_view text) noexcept {
  if (text.empty() || text.front() == '@' || text.starts_with("--") || text == "null") return false;
  if (text.size() > 1 && text[1] == ':' && std::string_view("iufb").find(text[0]) != std::string_view::npos)
    return false;
  constexpr std::string_view special = " \"(),";
  for (std::size_t i = 0; i < text.size();) {
    const std::size_t size = utf8_size(text.substr(i));
    if (size == 0 || is_control(text.substr(i)) || special.find(text[i]) != std::string_view::npos) return false;
    i += size;
  }
  return true;
}

/// Whether bytes are something that people wrote: well-formed, with no control characters but those of plain text.
bool looks_like_text(std::string_view text) noexcept {
  for (std::size_t i = 0; i < text.size();) {
    const std::size_t size = utf8_size(text.substr(i));
    if (size == 0) return false;
    if (is_control(text.substr(i)) && text[i] != '\n' && text[i] != '\t' && text[i] != '\r') return false;
    i += size;
  }
  return true;
}

std::string as_digits(bytes_view stored) { return "b:" + hex_text(stored); }

template <class T>
std::string number_text(T number) {
  std::array<char, 40> text;
  const auto end = std::to_chars(text.data(), text.data() + text.size(), number).ptr;
  return {text.data(), end};
}

std::string floating_text(const floating_bits& number) {
  const double wide = number.width == 4 ? double{std::bit_cast<float>(static_cast<std::uint32_t>(number.bits))}
                                        : std::bit_cast<double>(number.bits);
  if (std::isnan(wide)) {
    if (number.bits == quiet_nan_bits(number.width)) return "nan";
    std::string text = "nan:";
    for (std::size_t i = number.width; i-- > 0;) append_hex(text, static_cast<std::byte>(number.bits >> (8 * i)));
    return text;
  }
  if (number.width == 4) return number_text(std::bit_cast<float>(static_cast<std::uint32_t>(number.bits)));
  return number_text(wide);
}

/// Writes values so that they can be read again.
class printer {
 public:
  /// `strict`: texts always in quotes, since what stands bare there may mean something else.
  static std::string print(const codec_type& type, const value& content, bool strict) {
    switch (type.kind) {
      case codec_kind::empty: return "null";
      case codec_kind::boolean: return std::get<bool>(content.is) ? "true" : "false";
      case codec_kind::unsigned_integer: return number_text(std::get<std::uint64_t>(content.is));
      case codec_kind::signed_integer: return number_text(std::get<std::int64_t>(content.is));
      case codec_kind::floating: return floating_text(std::get<floating_bits>(content.is));
      case codec_kind::text: {
        const std::string& text = std::get<text_bytes>(content.is).text;
        return strict || !can_be_bare(text) ? quote(text) : text;
      }
      case codec_kind::bytes: {
        const auto& bytes = std::get<plain_bytes>(content.is);
        const std::string_view text = as_text(bytes);
        if (strict || (!text.empty() && !looks_like_text(text))) return as_digits(bytes);
        return can_be_bare(text) ? std::string(text) : quote(text);
      }
      case codec_kind::raw:
      case codec_kind::unknown: return as_digits(std::get<plain_bytes>(content.is));
      case codec_kind::enumeration:
      case codec_kind::descending: return print(type.parts.front(), content, strict);
      case codec_kind::tuple:
      case codec_kind::array: return print_list(type, std::get<value_list>(content.is));
      case codec_kind::optional: return print_optional(type.parts.front(), content);
      case codec_kind::variant: return print_alternative(type, std::get<alternative>(content.is));
    }
    return {};
  }

 private:
  static std::string print_list(const codec_type& type, const value_list& parts) {
    std::string text = "(";
    for (std::size_t i = 0; i < parts.size(); ++i) {
      if (i != 0) text += ", ";
      text += print(type.parts[type.kind == codec_kind::array ? 0 : i], parts[i], false);
    }
    return text + ")";
  }

  static std::string print_optional(const codec_type& part, const value& content) {
    const auto* held = std::get_if<alternative>(&content.is);
    if (held == nullptr) return "null";
    std::string text = print(part, held->held.front(), true);
    if (text == "null" || text.starts_with('@')) text.insert(0, "@1:");
    return text;
  }

  static std::string print_alternative(const codec_type& type, const alternative& chosen) {
    const codec_type& part = type.parts[chosen.index];
    const std::string text = print(part, chosen.held.front(), true);
    if (first_alternative(type, literal_of(part.kind)) != chosen.index)
      return "@" + std::to_string(chosen.index) + ":" + text;
    switch (literal_of(part.kind)) {
      case literal_kind::unsigned_number: return "u:" + text;
      case literal_kind::signed_number: return "i:" + text;
      case literal_kind::floating_number: return "f:" + text;
      default: return text;
    }
  }
};

}  // namespace

std::vector<std::byte> encode_text(const codec_type& type, codec_role role, std::string_view written) {
  if (std::optional<std::vector<std::byte>> stored = stored_digits(type, role, written)) return *std::move(stored);
  return encode(type, role, parse_value(type, role, written));
}

std::vector<std::byte> encode_bound(const codec_type& type, std::string_view written) {
  if (written.starts_with("b:") && !takes_bytes(type)) return parse_digits(written.substr(2));
  if (type.kind != codec_kind::tuple && type.kind != codec_kind::array)
    return encode_text(type, codec_role::key, written);
  return encode_leading(type, parse_leading(type, written));
}

std::vector<std::byte> encode_prefix(const codec_type& type, std::string_view written) {
  const bool string =
      type.kind == codec_kind::text || type.kind == codec_kind::bytes || type.kind == codec_kind::unknown;
  const bool list = type.kind == codec_kind::tuple || type.kind == codec_kind::array;
  if (!string && !list && !written.starts_with("b:")) {
    throw usage_error("keys of type " + type.name + " have no beginnings; use --from and --to, or b: and digits");
  }
  return encode_bound(type, written);
}

std::string show(const codec_type& type, codec_role role, bytes_view encoded) {
  if (type.kind == codec_kind::unknown) return as_digits(encoded);
  const std::optional<value> content = decode(type, role, encoded);
  return content ? printer::print(type, *content, false) : as_digits(encoded);
}

std::string show_raw(const codec_type& type, codec_role role, bytes_view encoded) {
  if (type.kind == codec_kind::text || type.kind == codec_kind::bytes) return std::string(as_text(encoded));
  return show(type, role, encoded);
}

std::string quote(std::string_view text) {
  std::string quoted = "\"";
  for (std::size_t i = 0; i < text.size();) {
    const std::string_view rest = text.substr(i);
    const std::size_t size = utf8_size(rest);
    if (size == 0 || is_control(rest)) {
      const std::size_t bad = size == 0 ? 1 : size;
      for (const char c : rest.substr(0, bad)) {
        if (c == '\n' || c == '\t' || c == '\r') {
          quoted += c == '\n' ? "\\n" : c == '\t' ? "\\t" : "\\r";
        } else {
          quoted += "\\x";
          append_hex(quoted, static_cast<std::byte>(c));
        }
      }
      i += bad;
      continue;
    }
    if (rest[0] == '"' || rest[0] == '\\') quoted += '\\';
    quoted += rest.substr(0, size);
    i += size;
  }
  return quoted + "\"";
}

std::string shown_name(std::string_view name) {
  return looks_like_text(name) && name.find_first_of("\n\t\r") == std::string_view::npos ? std::string(name)
                                                                                         : quote(name);
}

std::string unquote(std::string_view word) {
  if (!word.starts_with('"')) return std::string(word);
  std::size_t at = 0;
  std::string text = parse_quoted(word, at);
  if (at != word.size()) throw usage_error("something follows the closing quote of " + std::string(word));
  return text;
}

bool is_utf8(std::string_view text) noexcept {
  for (std::size_t i = 0; i < text.size();) {
    const std::size_t size = utf8_size(text.substr(i));
    if (size == 0) return false;
    i += size;
  }
  return true;
}

}  // namespace macaw_shell
