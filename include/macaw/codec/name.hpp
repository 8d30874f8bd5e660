// SPDX-License-Identifier: MIT
//
// Names of composite codecs, put together while compiling: "tuple(text,u32)". Layer 1.
//
// FROZEN: on disk. A name stands in the catalog and is compared when a table is opened, so the way names
// are built never changes: a head, and the parts' names in parentheses, separated by commas.

#pragma once

#include <macaw/macros.hpp>

#include <array>
#include <cstddef>
#include <string_view>

namespace macaw::inline MACAW_ABI::detail {

/// A string literal as a template argument.
template <std::size_t Size>
struct literal {
  char characters[Size];

  // Implicit, so that a literal can be written as the argument.
  consteval literal(const char (&text)[Size]) {
    for (std::size_t i = 0; i < Size; ++i) characters[i] = text[i];
  }
  [[nodiscard]] constexpr std::string_view view() const noexcept { return {characters, Size - 1}; }
};

template <std::size_t Size>
constexpr char* write_name(char* out, const std::string_view (&pieces)[Size]) noexcept {
  for (std::string_view piece : pieces) {
    for (char c : piece) *out++ = c;
  }
  return out;
}

/// The name "head(a,b,c)" of a codec made of `Parts`, each of which has a `name`.
template <literal Head, class... Parts>
struct composed_name {
  static constexpr std::size_t size =
      Head.view().size() + 2 + (std::string_view(Parts::name).size() + ... + 0) + sizeof...(Parts) - 1;
  static constexpr std::array<char, size> characters = [] {
    std::array<char, size> result{};
    char* out = write_name(result.data(), {Head.view(), "("});
    [[maybe_unused]] std::string_view separator;
    ((out = write_name(out, {separator, Parts::name}), separator = ","), ...);
    *out = ')';
    return result;
  }();
  static constexpr std::string_view value{characters.data(), size};
};

/// A number as part of a name.
template <std::size_t Number>
struct number_name {
  static constexpr std::size_t digits = [] {
    std::size_t count = 1;
    for (std::size_t rest = Number; rest >= 10; rest /= 10) ++count;
    return count;
  }();
  static constexpr std::array<char, digits> characters = [] {
    std::array<char, digits> result{};
    std::size_t rest = Number;
    for (std::size_t i = digits; i-- > 0; rest /= 10) result[i] = static_cast<char>('0' + rest % 10);
    return result;
  }();
  static constexpr std::string_view name{characters.data(), digits};
};

/// Whether `stored` names the same composite as `name` with fewer parts: "struct(u8)" begins "struct(u8,text)".
[[nodiscard]] constexpr bool is_beginning_by_parts(std::string_view stored, std::string_view name) noexcept {
  if (stored.empty() || stored.back() != ')') return false;
  stored.remove_suffix(1);
  if (!name.starts_with(stored) || name.size() <= stored.size() || name[stored.size()] != ',') return false;
  int depth = 0;
  for (char c : stored) depth += (c == '(') - (c == ')');
  return depth == 1;
}

}  // namespace macaw::inline MACAW_ABI::detail
