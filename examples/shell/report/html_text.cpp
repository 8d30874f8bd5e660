// SPDX-License-Identifier: MIT

#include "report/html_text.hpp"

#include <array>
#include <charconv>
#include <cmath>
#include <cstddef>

namespace macaw_shell {
namespace {

constexpr std::string_view replacement = "\xEF\xBF\xBD";

bool continues(std::string_view text, std::size_t at) {
  return at < text.size() && (static_cast<unsigned char>(text[at]) & 0xC0U) == 0x80U;
}

// The size of the UTF-8 sequence that text begins with; 0 where it is none.
std::size_t sequence_size(std::string_view text) {
  const auto first = static_cast<unsigned char>(text[0]);
  const auto second = static_cast<unsigned char>(text.size() > 1 ? text[1] : 0);
  if (first < 0x80) return 1;
  if (first < 0xC2 || first > 0xF4) return 0;
  const std::size_t size = first < 0xE0 ? 2 : first < 0xF0 ? 3 : 4;
  for (std::size_t i = 1; i < size; ++i) {
    if (!continues(text, i)) return 0;
  }
  const bool too_long = (first == 0xE0 && second < 0xA0) || (first == 0xF0 && second < 0x90);
  const bool surrogate = first == 0xED && second >= 0xA0;
  const bool too_large = first == 0xF4 && second >= 0x90;
  return too_long || surrogate || too_large ? 0 : size;
}

void append_escaped(std::string& to, char c) {
  switch (c) {
    case '&': to += "&amp;"; break;
    case '<': to += "&lt;"; break;
    case '>': to += "&gt;"; break;
    case '"': to += "&quot;"; break;
    case '\'': to += "&#39;"; break;
    default: to += c;
  }
}

}  // namespace

std::string html_text(std::string_view text) {
  std::string result;
  result.reserve(text.size());
  while (!text.empty()) {
    const std::size_t size = sequence_size(text);
    const auto first = static_cast<unsigned char>(text[0]);
    if (size == 0 || first < 0x20 || first == 0x7F) {
      result += replacement;
    } else if (size == 1) {
      append_escaped(result, text[0]);
    } else {
      result += text.substr(0, size);
    }
    text.remove_prefix(size == 0 ? 1 : size);
  }
  return result;
}

std::string grouped(std::uint64_t number) {
  std::string text = std::to_string(number);
  for (std::size_t i = text.size(); i > 3;) {
    i -= 3;
    text.insert(i, 1, ',');
  }
  return text;
}

std::string decimal(double number) {
  std::array<char, 64> digits{};
  const auto [end, failure] =
      std::to_chars(digits.data(), digits.data() + digits.size(), number, std::chars_format::fixed, 2);
  std::string text(digits.data(), failure == std::errc() ? end : digits.data());
  if (text.find('.') == std::string::npos) return text;
  while (text.ends_with('0')) text.pop_back();
  if (text.ends_with('.')) text.pop_back();
  return text == "-0" ? "0" : text;
}

std::string byte_size(std::uint64_t bytes) {
  constexpr std::array<std::string_view, 7> units = {"bytes", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB"};
  double number = static_cast<double>(bytes);
  std::size_t unit = 0;
  while (number >= 1023.5 && unit + 1 < units.size()) {
    number /= 1024;
    ++unit;
  }
  const double shown = number < 9.95 && unit != 0 ? std::round(number * 10) / 10 : std::round(number);
  return decimal(shown) + ' ' + std::string(bytes == 1 ? "byte" : units[unit]);
}

std::string percent(double part) {
  const double number = part * 100;
  if (number > 0 && number < 0.1) return "<0.1%";
  if (number > 99.9 && number < 100) return ">99.9%";
  const bool fine = number < 9.95 || (number > 99 && number < 100);
  return decimal(fine ? std::round(number * 10) / 10 : std::round(number)) + '%';
}

std::string counted(std::uint64_t number, std::string_view noun) {
  std::string text = grouped(number) + ' ' + std::string(noun);
  if (number != 1) text += noun.ends_with("ch") ? "es" : "s";
  return text;
}

}  // namespace macaw_shell
