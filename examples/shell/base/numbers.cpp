// SPDX-License-Identifier: MIT

#include "base/numbers.hpp"

#include <array>
#include <charconv>
#include <cmath>
#include <cstddef>

namespace macaw_shell {

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
