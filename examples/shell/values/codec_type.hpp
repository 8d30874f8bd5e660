// SPDX-License-Identifier: MIT
//
// Codecs known by their names only, as the catalog has them: "tuple(text,u32)".

#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace macaw_shell {

/// The built-in codecs. `unknown` is a program's own: its encodings are bytes that nobody here understands.
enum class codec_kind : std::uint8_t {
  unknown,
  empty,
  boolean,
  unsigned_integer,
  signed_integer,
  floating,
  text,
  bytes,
  raw,
  optional,
  tuple,  ///< structs, too
  array,
  descending,
  enumeration,
  variant,
};

/// A codec, and those it is made of.
struct codec_type {
  codec_kind kind = codec_kind::unknown;
  std::size_t width = 0;          ///< bytes of a number, a truth value or raw bytes
  std::size_t count = 0;          ///< elements of an array
  std::vector<codec_type> parts;  ///< of composites; one for arrays, optionals, enumerations and descending order
  std::string name;               ///< as the catalog has it

  /// Bytes of every encoding, 0 where they vary.
  [[nodiscard]] std::size_t fixed_size() const noexcept;
  /// Whether there is a program's own codec in it: then all of it is bytes.
  [[nodiscard]] bool known() const noexcept { return kind != codec_kind::unknown; }
};

/// The codec of this name; of kind `unknown` where a part is no built-in one, or too large to be taken apart.
[[nodiscard]] codec_type parse_codec(std::string_view name);

/// Whether tables can have keys of this codec.
[[nodiscard]] bool can_be_key(const codec_type& type) noexcept;

}  // namespace macaw_shell
