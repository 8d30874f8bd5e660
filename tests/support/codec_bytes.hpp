// SPDX-License-Identifier: MIT
//
// Encodings as hexadecimal text, so that tests show the bytes that files hold.

#pragma once

#include <macaw/bytes.hpp>

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace macaw_test {

[[nodiscard]] inline std::string hex(macaw::bytes_view bytes) {
  std::string text;
  for (std::byte b : bytes) {
    text += "0123456789abcdef"[std::to_integer<int>(b) >> 4];
    text += "0123456789abcdef"[std::to_integer<int>(b) & 15];
  }
  return text;
}

/// The bytes that hexadecimal digits spell; blanks are left out.
[[nodiscard]] inline std::vector<std::byte> unhex(std::string_view text) {
  std::vector<std::byte> bytes;
  int digits = 0;
  int value = 0;
  for (char c : text) {
    if (c == ' ') continue;
    value = value * 16 + (c <= '9' ? c - '0' : c - 'a' + 10);
    if (++digits % 2 == 0) {
      bytes.push_back(static_cast<std::byte>(value));
      value = 0;
    }
  }
  return bytes;
}

/// What `C` writes for an argument; takes braces.
template <class C>
[[nodiscard]] std::vector<std::byte> encoded(typename C::argument_type argument) {
  std::vector<std::byte> bytes(C::size(argument));
  C::encode(argument, bytes.data());
  return bytes;
}
template <class C>
[[nodiscard]] std::string encoded_hex(typename C::argument_type argument) {
  return hex(encoded<C>(argument));
}

/// What `C` writes for an argument inside a composite key.
template <class C>
[[nodiscard]] std::string component_hex(typename C::argument_type argument) {
  std::vector<std::byte> bytes(C::component_size(argument));
  C::encode_component(argument, bytes.data());
  return hex(bytes);
}

/// Whether `C` takes these bytes, given in hexadecimal, for an encoding.
template <class C>
[[nodiscard]] bool decodes(std::string_view digits) {
  return C::decode(unhex(digits)).has_value();
}

}  // namespace macaw_test
