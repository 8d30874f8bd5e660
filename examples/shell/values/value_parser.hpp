// SPDX-License-Identifier: MIT
//
// Reading what people write for a value; value_text.hpp has the forms.

#pragma once

#include "values/codec_type.hpp"
#include "values/value.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace macaw_shell {

/// What a value looks like where its type leaves a choice: among the alternatives of a variant.
enum class literal_kind : std::uint8_t {
  nothing,
  truth,
  unsigned_number,
  signed_number,
  floating_number,
  text,
  digits,
  other,
};

/// How values of this kind are written in a variant.
[[nodiscard]] literal_kind literal_of(codec_kind kind) noexcept;
/// The first alternative that is written so; the number of alternatives where there is none.
[[nodiscard]] std::size_t first_alternative(const codec_type& variant, literal_kind literal) noexcept;

/// The value written. Errors: `usage_error`.
[[nodiscard]] value parse_value(const codec_type& type, codec_role role, std::string_view written);
/// The leading components written, of a tuple or array: at least one. Errors: `usage_error`.
[[nodiscard]] value_list parse_leading(const codec_type& type, std::string_view written);

/// Whether `b:` and digits are a value of this type, and not the bytes that stand for one.
[[nodiscard]] bool takes_bytes(const codec_type& type) noexcept;
/// The bytes to be stored, where they are written as `b:` and digits; nothing where a value is written.
/// Errors: `usage_error`, also where they are no encoding of the type.
[[nodiscard]] std::optional<std::vector<std::byte>> stored_digits(const codec_type& type, codec_role role,
                                                                  std::string_view written);
[[nodiscard]] std::vector<std::byte> parse_digits(std::string_view digits);

/// The text in double quotes that begins at `at`, which moves behind it. Errors: `usage_error`.
[[nodiscard]] std::string parse_quoted(std::string_view text, std::size_t& at);

/// The NaN that "nan" stands for.
[[nodiscard]] constexpr std::uint64_t quiet_nan_bits(std::size_t width) noexcept {
  return width == 4 ? 0x7FC0'0000U : 0x7FF8'0000'0000'0000U;
}

}  // namespace macaw_shell
