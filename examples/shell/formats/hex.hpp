// SPDX-License-Identifier: MIT
//
// Bytes as hexadecimal digits.

#pragma once

#include <macaw/bytes.hpp>

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace macaw_shell {

/// Appends two small digits.
inline void append_hex(std::string& to, std::byte byte) {
  constexpr std::string_view digits = "0123456789abcdef";
  to += digits[std::to_integer<std::size_t>(byte >> 4U)];
  to += digits[std::to_integer<std::size_t>(byte & std::byte{15})];
}

inline void append_hex(std::string& to, macaw::bytes_view bytes) {
  for (const std::byte byte : bytes) append_hex(to, byte);
}

[[nodiscard]] inline std::string hex_text(macaw::bytes_view bytes) {
  std::string text;
  text.reserve(bytes.size() * 2);
  append_hex(text, bytes);
  return text;
}

/// Sixteen bytes as a UUID is usually written. Requires: that many.
[[nodiscard]] inline std::string uuid_text(macaw::bytes_view uuid) {
  std::string text = hex_text(uuid);
  for (const std::size_t at : {8U, 13U, 18U, 23U}) text.insert(at, 1, '-');
  return text;
}

/// The value of a digit of either case, or -1.
[[nodiscard]] constexpr int hex_digit(char c) noexcept {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

/// Appends the bytes that digits stand for. Returns: nullptr, or what is wrong.
[[nodiscard]] inline const char* append_from_hex(std::vector<std::byte>& to, std::string_view text) {
  if (text.size() % 2 != 0) return "an odd number of hexadecimal digits";
  to.reserve(to.size() + text.size() / 2);
  for (std::size_t i = 0; i < text.size(); i += 2) {
    const int high = hex_digit(text[i]);
    const int low = hex_digit(text[i + 1]);
    if (high < 0 || low < 0) return "a character that is no hexadecimal digit";
    to.push_back(static_cast<std::byte>(high * 16 + low));
  }
  return nullptr;
}

}  // namespace macaw_shell
