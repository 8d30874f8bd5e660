// SPDX-License-Identifier: MIT
//
// Codecs of texts: `std::string` and `std::string_view`. Layer 1.
//
// FROZEN: on disk. A text is stored as its bytes, without length or terminator; the order is that of
// unsigned bytes, which for UTF-8 is the order of code points. Name: "text".

#pragma once

#include <macaw/bytes.hpp>
#include <macaw/codec/codec.hpp>
#include <macaw/codec/escaped.hpp>
#include <macaw/macros.hpp>

#include <concepts>
#include <string>
#include <string_view>
#include <type_traits>

namespace macaw::inline MACAW_ABI {

/// A text argument, borrowed for the call: literals, `std::string`, `std::string_view` and what converts to it.
/// Numbers, characters and `nullptr` do not compile.
class text_argument {
 public:
  template <class Text>
    requires std::convertible_to<const Text&, std::string_view> &&
        (!std::is_null_pointer_v<Text>)&&(!std::same_as<Text, text_argument>)constexpr text_argument(
            const Text& text) noexcept(std::is_nothrow_convertible_v<const Text&, std::string_view>)
        : text_(text) {}

    [[nodiscard]] constexpr std::string_view text() const noexcept { return text_; }
    [[nodiscard]] bytes_view bytes() const noexcept { return as_bytes(text_); }
    constexpr operator std::string_view() const noexcept { return text_; }

   private:
    std::string_view text_;
};

/// Texts as keys.
struct text_key : detail::string_key<std::string_view, std::string, text_argument, text_key> {
  static constexpr std::string_view name = "text";
  [[nodiscard]] static std::string_view from_bytes(bytes_view in) noexcept { return as_text(in); }
};

/// Texts as values.
struct text_value : detail::string_value<std::string_view, std::string, text_argument, text_value> {
  static constexpr std::string_view name = "text";
  [[nodiscard]] static std::string_view from_bytes(bytes_view in) noexcept { return as_text(in); }
};

template <>
struct codec<std::string> {
  using key = text_key;
  using value = text_value;
};

template <>
struct codec<std::string_view> {
  using key = text_key;
  using value = text_value;
};

}  // namespace macaw::inline MACAW_ABI
