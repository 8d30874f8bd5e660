// SPDX-License-Identifier: MIT
//
// Keys and values as people write them, and as they are shown.
//
//     alice  "two words \x00 \n"     text, or bytes
//     42  i:42  u:42  0x2a           integers
//     3.14  f:3.14  nan  inf         floating-point numbers
//     true  false                    truth values
//     b:00ff                         bytes; of other types, the bytes as they are stored
//     null                           nothing: no value in an optional, or no bytes
//     (tree, 3)                      tuples, structs and arrays; the last fields of a value may be left out
//     @1:42                          the alternative 1 of a variant
//
// What is shown can be written.

#pragma once

#include "values/codec_type.hpp"
#include "values/value.hpp"

#include <macaw/bytes.hpp>

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace macaw_shell {

/// The encoding of what was written. Errors: `usage_error`, which says what was expected.
[[nodiscard]] std::vector<std::byte> encode_text(const codec_type& type, codec_role role, std::string_view written);

/// As above, of a key where a range begins or ends: of tuples and arrays only the leading components need to be given.
[[nodiscard]] std::vector<std::byte> encode_bound(const codec_type& type, std::string_view written);

/// The bytes that the keys meant begin with: of texts and bytes a beginning, of tuples and arrays the leading
/// components. Errors: `usage_error`, also where keys of the type have no beginnings.
[[nodiscard]] std::vector<std::byte> encode_prefix(const codec_type& type, std::string_view written);

/// What is stored, as it may be written. Bytes that are no encoding of the type are shown as `b:` and digits.
[[nodiscard]] std::string show(const codec_type& type, codec_role role, macaw::bytes_view encoded);

/// As `show`, but texts and bytes as they are, for programs.
[[nodiscard]] std::string show_raw(const codec_type& type, codec_role role, macaw::bytes_view encoded);

/// A text in double quotes, with escapes.
[[nodiscard]] std::string quote(std::string_view text);
/// A name as it may be shown on a terminal: in quotes where it has characters that steer one.
[[nodiscard]] std::string shown_name(std::string_view name);
/// The text that a word stands for: without its quotes, if it has some. Errors: `usage_error`.
[[nodiscard]] std::string unquote(std::string_view word);
/// Whether bytes are well-formed UTF-8.
[[nodiscard]] bool is_utf8(std::string_view text) noexcept;

}  // namespace macaw_shell
