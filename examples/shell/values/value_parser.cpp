// SPDX-License-Identifier: MIT

#include "values/value_parser.hpp"

#include "base/failure.hpp"
#include "formats/hex.hpp"

#include <algorithm>
#include <bit>
#include <charconv>
#include <cmath>
#include <cstdint>
#include <limits>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>
#include <vector>

namespace macaw_shell {

namespace {

[[noreturn]] void refuse(std::string_view written, std::string_view wanted) {
  throw usage_error("'" + std::string(written) + "' is not " + std::string(wanted));
}

struct parsed_integer {
  bool negative = false;
  std::uint64_t magnitude = 0;
};

parsed_integer parse_integer(std::string_view text) {
  parsed_integer number;
  std::string_view digits = text;
  if (digits.starts_with('-') || digits.starts_with('+')) {
    number.negative = digits.front() == '-';
    digits.remove_prefix(1);
  }
  int base = 10;
  if (digits.starts_with("0x") || digits.starts_with("0X")) {
    base = 16;
    digits.remove_prefix(2);
  }
  const auto [end, status] = std::from_chars(digits.data(), digits.data() + digits.size(), number.magnitude, base);
  if (status == std::errc::result_out_of_range) refuse(text, "a number of at most 64 bits");
  if (status != std::errc() || end != digits.data() + digits.size()) refuse(text, "a whole number");
  return number;
}

std::uint64_t parse_unsigned(std::string_view text, std::size_t width) {
  const parsed_integer number = parse_integer(text);
  const std::uint64_t most = ~std::uint64_t{0} >> (64 - 8 * width);
  if ((number.negative && number.magnitude != 0) || number.magnitude > most) {
    refuse(text, "from 0 to " + std::to_string(most));
  }
  return number.magnitude;
}

std::int64_t parse_signed(std::string_view text, std::size_t width) {
  const parsed_integer number = parse_integer(text);
  const std::uint64_t most = ~std::uint64_t{0} >> (65 - 8 * width);
  if (number.magnitude > most + (number.negative ? 1 : 0)) {
    refuse(text, "from -" + std::to_string(most + 1) + " to " + std::to_string(most));
  }
  return static_cast<std::int64_t>(number.negative ? 0 - number.magnitude : number.magnitude);
}

template <class T>
T parse_float(std::string_view text) {
  T number{};
  std::string_view digits = text;
  if (digits.starts_with('+')) digits.remove_prefix(1);
  const auto [end, status] = std::from_chars(digits.data(), digits.data() + digits.size(), number);
  if (status == std::errc::result_out_of_range) refuse(text, "within the range of its type");
  if (status != std::errc() || end != digits.data() + digits.size()) refuse(text, "a number");
  return number;
}

floating_bits parse_floating(std::string_view text, std::size_t width) {
  if (text == "nan") return {quiet_nan_bits(width), width};
  if (text.starts_with("nan:")) {
    std::uint64_t bits = 0;
    for (const std::byte byte : parse_digits(text.substr(4))) bits = bits << 8U | std::to_integer<std::uint64_t>(byte);
    const bool is_nan = width == 4 ? std::isnan(std::bit_cast<float>(static_cast<std::uint32_t>(bits)))
                                   : std::isnan(std::bit_cast<double>(bits));
    if (text.size() != 4 + 2 * width || !is_nan) refuse(text, "a NaN by its bits");
    return {bits, width};
  }
  if (width == 4) return {std::bit_cast<std::uint32_t>(parse_float<float>(text)), 4};
  return {std::bit_cast<std::uint64_t>(parse_float<double>(text)), 8};
}

/// Takes what is written apart as the type says.
class value_reader {
 public:
  value_reader(std::string_view written, codec_role role) : text_(written), role_(role) {}

  value whole(const codec_type& type) {
    const bool keeps_space =
        type.kind == codec_kind::text || type.kind == codec_kind::bytes || type.kind == codec_kind::unknown;
    if (!keeps_space) skip_space();
    value content = read(type, true);
    if (!keeps_space) skip_space();
    if (at_ != text_.size()) refuse(text_, "one value: something follows it");
    return content;
  }

  /// Elements in parentheses: all of them, or where `all` is not set, at least one. Rows of values may lack the last
  /// fields, as older ones do.
  value_list list(const codec_type& type, bool all) {
    skip_space();
    const std::size_t most = type.kind == codec_kind::array ? type.count : type.parts.size();
    if (!text_.substr(at_).starts_with('(')) refuse(rest(), "in parentheses, as " + type.name + " is");
    ++at_;
    value_list parts;
    for (;;) {
      skip_space();
      if (parts.size() == most)
        throw usage_error(type.name + " has " + std::to_string(most) + " elements; more are given");
      parts.push_back(read(type.parts[type.kind == codec_kind::array ? 0 : parts.size()], false));
      skip_space();
      if (at_ == text_.size()) throw usage_error("a closing parenthesis is missing");
      const char c = text_[at_++];
      if (c == ')') break;
      if (c != ',') refuse(text_, "a list: a comma is missing");
    }
    if (all && parts.size() != most) {
      throw usage_error(type.name + " has " + std::to_string(most) + " elements; " + std::to_string(parts.size()) +
                        " are given");
    }
    return parts;
  }

  void expect_end() {
    skip_space();
    if (at_ != text_.size()) refuse(text_, "one value: something follows it");
  }

 private:
  value read(const codec_type& type, bool top) {
    switch (type.kind) {
      case codec_kind::empty: return read_empty(top);
      case codec_kind::boolean: return read_truth(top);
      case codec_kind::unsigned_integer: return {parse_unsigned(number(top), type.width)};
      case codec_kind::signed_integer: return {parse_signed(number(top), type.width)};
      case codec_kind::floating: return {parse_floating(floating(top), type.width)};
      case codec_kind::text: return {text_bytes{read_text(top)}};
      case codec_kind::bytes:
      case codec_kind::unknown: return {read_bytes(top)};
      case codec_kind::raw: return read_raw(type, top);
      case codec_kind::enumeration:
      case codec_kind::descending: return read(type.parts.front(), top);
      case codec_kind::tuple:
      case codec_kind::array: return {list(type, type.kind == codec_kind::array || role_ == codec_role::key)};
      case codec_kind::optional: return read_optional(type.parts.front(), top);
      case codec_kind::variant: return read_variant(type, top);
    }
    return {};
  }

  [[nodiscard]] std::string_view rest() const noexcept { return text_.substr(at_); }
  void skip_space() noexcept {
    while (at_ < text_.size() && (text_[at_] == ' ' || text_[at_] == '\t')) ++at_;
  }

  /// The bare word here: up to the end, or inside of a list up to a comma or the closing parenthesis.
  [[nodiscard]] std::string_view peek_bare(bool top) const noexcept {
    if (top) return rest();
    std::string_view word = rest().substr(0, rest().find_first_of(",)"));
    while (!word.empty() && (word.back() == ' ' || word.back() == '\t')) word.remove_suffix(1);
    return word;
  }
  std::string_view bare(bool top) noexcept {
    const std::string_view word = peek_bare(top);
    at_ += word.size();
    return word;
  }

  std::string_view number(bool top) {
    std::string_view word = bare(top);
    if (word.starts_with("i:") || word.starts_with("u:")) word.remove_prefix(2);
    return word;
  }
  std::string_view floating(bool top) {
    std::string_view word = bare(top);
    if (word.starts_with("f:") || word.starts_with("i:") || word.starts_with("u:")) word.remove_prefix(2);
    return word;
  }

  value read_empty(bool top) {
    const std::string_view word = bare(top);
    if (word != "null") refuse(word, "null, the only value here");
    return {nothing{}};
  }

  value read_truth(bool top) {
    const std::string_view word = bare(top);
    if (word != "true" && word != "false") refuse(word, "true or false");
    return {word == "true"};
  }

  std::string read_text(bool top) {
    if (rest().starts_with('"')) return parse_quoted(text_, at_);
    return std::string(bare(top));
  }

  plain_bytes read_bytes(bool top) {
    if (rest().starts_with('"')) return plain(parse_quoted(text_, at_));
    const std::string_view word = bare(top);
    if (word.starts_with("b:")) return parse_digits(word.substr(2));
    if (word == "null") return {};
    // Numbers in a table without types are stored as tables with types have them.
    if (word.starts_with("u:")) return encode_as("u64", {parse_unsigned(word.substr(2), 8)});
    if (word.starts_with("i:")) return encode_as("i64", {parse_signed(word.substr(2), 8)});
    if (word.starts_with("f:")) return encode_as("f64", {parse_floating(word.substr(2), 8)});
    return plain(word);
  }

  value read_raw(const codec_type& type, bool top) {
    plain_bytes content = read_bytes(top);
    if (content.size() != type.width) {
      throw usage_error(type.name + " has " + std::to_string(type.width) + " bytes; " + std::to_string(content.size()) +
                        " are given (b: and digits)");
    }
    return {std::move(content)};
  }

  value read_optional(const codec_type& part, bool top) {
    if (peek_bare(top) == "null") {
      at_ += 4;
      return {nothing{}};
    }
    if (rest().starts_with('@')) {
      if (!rest().starts_with("@1:")) refuse(peek_bare(top), "null or @1: and a value");
      at_ += 3;
    }
    return {alternative{1, {read(part, top)}}};
  }

  value read_variant(const codec_type& type, bool top) {
    std::size_t index = type.parts.size();
    if (rest().starts_with('@')) {
      const std::string_view word = peek_bare(top);
      const std::size_t colon = word.find(':');
      if (colon == std::string_view::npos) refuse(word, "@, the number of an alternative, a colon and a value");
      const std::uint64_t chosen = parse_unsigned(word.substr(1, colon - 1), 8);
      if (chosen >= type.parts.size()) {
        throw usage_error(type.name + " has alternatives from @0 to @" + std::to_string(type.parts.size() - 1));
      }
      index = static_cast<std::size_t>(chosen);
      at_ += colon + 1;
    } else {
      index = choose(type, peek_bare(top));
    }
    return {alternative{index, {read(type.parts[index], top)}}};
  }

  /// The alternative that what is written shows; for bare words a text, or bytes, or the first number that fits.
  static std::size_t choose(const codec_type& type, std::string_view word) {
    const std::size_t none = type.parts.size();
    const auto first = [&](literal_kind kind) { return first_alternative(type, kind); };
    std::size_t found = none;
    if (word.starts_with("u:")) found = first(literal_kind::unsigned_number);
    if (word.starts_with("i:")) found = first(literal_kind::signed_number);
    if (word.starts_with("f:")) found = first(literal_kind::floating_number);
    if (word.starts_with("b:")) found = first(literal_kind::digits);
    if (word == "null") found = first(literal_kind::nothing);
    if (word == "true" || word == "false") found = first(literal_kind::truth);
    if (found != none) return found;
    if ((found = first(literal_kind::text)) != none || (found = first(literal_kind::digits)) != none) return found;
    for (const literal_kind kind :
         {literal_kind::signed_number, literal_kind::unsigned_number, literal_kind::floating_number}) {
      if ((found = first(kind)) != none) return found;
    }
    throw usage_error("'" + std::string(word) + "' may be several things in " + type.name +
                      ": write @, a number and a colon");
  }

  static plain_bytes plain(std::string_view text) {
    const macaw::bytes_view view = macaw::as_bytes(text);
    return {view.begin(), view.end()};
  }
  plain_bytes encode_as(std::string_view codec, const value& content) const {
    return encode(parse_codec(codec), role_, content);
  }

  std::string_view text_;
  codec_role role_;
  std::size_t at_ = 0;
};

}  // namespace

literal_kind literal_of(codec_kind kind) noexcept {
  switch (kind) {
    case codec_kind::empty: return literal_kind::nothing;
    case codec_kind::boolean: return literal_kind::truth;
    case codec_kind::unsigned_integer: return literal_kind::unsigned_number;
    case codec_kind::signed_integer: return literal_kind::signed_number;
    case codec_kind::floating: return literal_kind::floating_number;
    case codec_kind::text: return literal_kind::text;
    case codec_kind::bytes:
    case codec_kind::raw: return literal_kind::digits;
    default: return literal_kind::other;
  }
}

std::size_t first_alternative(const codec_type& variant, literal_kind literal) noexcept {
  if (literal == literal_kind::other) return variant.parts.size();
  const auto found = std::find_if(variant.parts.begin(), variant.parts.end(),
                                  [&](const codec_type& part) { return literal_of(part.kind) == literal; });
  return static_cast<std::size_t>(found - variant.parts.begin());
}

value parse_value(const codec_type& type, codec_role role, std::string_view written) {
  return value_reader(written, role).whole(type);
}

value_list parse_leading(const codec_type& type, std::string_view written) {
  value_reader reader(written, codec_role::key);
  value_list parts = reader.list(type, false);
  reader.expect_end();
  return parts;
}

bool takes_bytes(const codec_type& type) noexcept {
  switch (type.kind) {
    case codec_kind::bytes:
    case codec_kind::unknown:
    case codec_kind::text:
    case codec_kind::raw: return true;
    case codec_kind::optional:
    case codec_kind::descending: return takes_bytes(type.parts.front());
    case codec_kind::variant: return first_alternative(type, literal_kind::digits) != type.parts.size();
    default: return false;
  }
}

std::optional<std::vector<std::byte>> stored_digits(const codec_type& type, codec_role role, std::string_view written) {
  if (!written.starts_with("b:") || takes_bytes(type)) return std::nullopt;
  std::vector<std::byte> stored = parse_digits(written.substr(2));
  if (!decode(type, role, stored)) refuse(written, "an encoding of " + type.name);
  return stored;
}

std::vector<std::byte> parse_digits(std::string_view digits) {
  std::vector<std::byte> bytes;
  if (const char* const fault = append_from_hex(bytes, digits)) {
    throw usage_error("'" + std::string(digits) + "' has " + fault);
  }
  return bytes;
}

std::string parse_quoted(std::string_view text, std::size_t& at) {
  std::string plain;
  for (++at; at < text.size(); ++at) {
    const char c = text[at];
    if (c == '"') {
      ++at;
      return plain;
    }
    if (c != '\\') {
      plain += c;
      continue;
    }
    if (++at == text.size()) break;
    switch (text[at]) {
      case 'n': plain += '\n'; break;
      case 't': plain += '\t'; break;
      case 'r': plain += '\r'; break;
      case '"':
      case '\\': plain += text[at]; break;
      case 'x': {
        const std::vector<std::byte> byte = parse_digits(text.substr(at + 1, 2));
        if (byte.size() != 1) throw usage_error("\\x needs two hexadecimal digits");
        plain += static_cast<char>(byte.front());
        at += 2;
        break;
      }
      default: throw usage_error(std::string("\\") + text[at] + " is not known: \\n \\t \\r \\\" \\\\ \\xHH are");
    }
  }
  throw usage_error("a double quote is not closed");
}

}  // namespace macaw_shell
