// SPDX-License-Identifier: MIT

#include "values/codec_type.hpp"

#include <algorithm>
#include <charconv>
#include <optional>
#include <string>
#include <string_view>
#include <system_error>
#include <vector>

namespace macaw_shell {

namespace {

constexpr std::size_t depth_max = 32;
// What one row may be taken apart to. A name may say anything; nobody has such types.
constexpr std::size_t leaves_max = std::size_t{1} << 20;
constexpr std::size_t width_max = std::size_t{1} << 24;

std::optional<std::size_t> parse_count(std::string_view text) {
  std::size_t number = 0;
  const auto [end, status] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (status != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return number;
}

/// Splits at the commas that stand in no parentheses.
std::vector<std::string_view> split_parts(std::string_view text) {
  std::vector<std::string_view> parts;
  std::size_t first = 0;
  int depth = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '(') ++depth;
    if (text[i] == ')') --depth;
    if (text[i] == ',' && depth == 0) {
      parts.push_back(text.substr(first, i - first));
      first = i + 1;
    }
  }
  parts.push_back(text.substr(first));
  return parts;
}

struct simple_codec {
  std::string_view name;
  codec_kind kind;
  std::size_t width;
};

constexpr simple_codec simple_codecs[] = {
    {"empty", codec_kind::empty, 0},
    {"bool", codec_kind::boolean, 1},
    {"u8", codec_kind::unsigned_integer, 1},
    {"u16", codec_kind::unsigned_integer, 2},
    {"u32", codec_kind::unsigned_integer, 4},
    {"u64", codec_kind::unsigned_integer, 8},
    {"i8", codec_kind::signed_integer, 1},
    {"i16", codec_kind::signed_integer, 2},
    {"i32", codec_kind::signed_integer, 4},
    {"i64", codec_kind::signed_integer, 8},
    {"f32", codec_kind::floating, 4},
    {"f64", codec_kind::floating, 8},
    {"text", codec_kind::text, 0},
    {"bytes", codec_kind::bytes, 0},
};

struct composite_codec {
  std::string_view head;
  codec_kind kind;
};

constexpr composite_codec composite_codecs[] = {
    {"optional", codec_kind::optional}, {"tuple", codec_kind::tuple},           {"struct", codec_kind::tuple},
    {"array", codec_kind::array},       {"descending", codec_kind::descending}, {"enum", codec_kind::enumeration},
    {"variant", codec_kind::variant},
};

class name_parser {
 public:
  /// Returns: nothing where a part is unknown.
  std::optional<codec_type> parse(std::string_view name, std::size_t depth) {
    if (depth > depth_max) return std::nullopt;
    for (const simple_codec& simple : simple_codecs) {
      if (simple.name == name) return codec_type{simple.kind, simple.width, 0, {}, std::string(name)};
    }
    const std::size_t open = name.find('(');
    if (open == std::string_view::npos || name.back() != ')') return std::nullopt;
    const std::string_view head = name.substr(0, open);
    const std::string_view inside = name.substr(open + 1, name.size() - open - 2);
    if (head == "raw" || head == "raw_be") return parse_raw(name, inside);
    for (const composite_codec& composite : composite_codecs) {
      if (composite.head == head) return parse_composite(name, composite.kind, split_parts(inside), depth);
    }
    return std::nullopt;
  }

 private:
  static std::optional<codec_type> parse_raw(std::string_view name, std::string_view inside) {
    const std::optional<std::size_t> width = parse_count(inside);
    if (!width || *width == 0 || *width > width_max) return std::nullopt;
    return codec_type{codec_kind::raw, *width, 0, {}, std::string(name)};
  }

  std::optional<codec_type> parse_composite(std::string_view name, codec_kind kind, std::vector<std::string_view> parts,
                                            std::size_t depth) {
    codec_type type{kind, 0, 0, {}, std::string(name)};
    if (kind == codec_kind::array) {
      const std::optional<std::size_t> count = parts.size() == 2 ? parse_count(parts[1]) : std::nullopt;
      if (!count || *count == 0) return std::nullopt;
      type.count = *count;
      parts.pop_back();
    }
    for (const std::string_view part : parts) {
      std::optional<codec_type> parsed = parse(part, depth + 1);
      if (!parsed) return std::nullopt;
      type.parts.push_back(*std::move(parsed));
    }
    if (!fits(type)) return std::nullopt;
    return type;
  }

  static bool fits(const codec_type& type) {
    const bool one = type.kind != codec_kind::tuple && type.kind != codec_kind::variant;
    if (one && type.parts.size() != 1) return false;
    const codec_kind inner = type.parts.front().kind;
    if (type.kind == codec_kind::enumeration) {
      return inner == codec_kind::unsigned_integer || inner == codec_kind::signed_integer;
    }
    return type.parts.size() <= 256 && leaves(type) <= leaves_max;
  }

  /// Saturates far above `leaves_max`.
  static std::size_t leaves(const codec_type& type) {
    std::size_t sum = 1;
    for (const codec_type& part : type.parts) sum += leaves(part);
    const std::size_t count = type.kind == codec_kind::array ? type.count : 1;
    return count > leaves_max || sum > leaves_max ? 2 * leaves_max : sum * count;
  }
};

}  // namespace

std::size_t codec_type::fixed_size() const noexcept {
  switch (kind) {
    case codec_kind::boolean:
    case codec_kind::unsigned_integer:
    case codec_kind::signed_integer:
    case codec_kind::floating:
    case codec_kind::raw: return width;
    case codec_kind::descending:
    case codec_kind::enumeration: return parts.front().fixed_size();
    case codec_kind::array: return parts.front().fixed_size() * count;
    case codec_kind::optional: return parts.front().fixed_size() == 0 ? 0 : 1 + parts.front().fixed_size();
    case codec_kind::tuple: {
      std::size_t sum = 0;
      for (const codec_type& part : parts) {
        if (part.fixed_size() == 0) return 0;
        sum += part.fixed_size();
      }
      return sum;
    }
    case codec_kind::variant: {
      const std::size_t size = parts.front().fixed_size();
      const bool same = std::all_of(parts.begin(), parts.end(), [&](const auto& p) { return p.fixed_size() == size; });
      return size != 0 && same ? 1 + size : 0;
    }
    default: return 0;
  }
}

codec_type parse_codec(std::string_view name) {
  if (std::optional<codec_type> type = name_parser().parse(name, 0)) return *std::move(type);
  return {codec_kind::unknown, 0, 0, {}, std::string(name)};
}

bool can_be_key(const codec_type& type) noexcept {
  if (type.kind == codec_kind::raw || type.kind == codec_kind::unknown) return false;
  return std::all_of(type.parts.begin(), type.parts.end(), [](const codec_type& part) { return can_be_key(part); });
}

}  // namespace macaw_shell
