// SPDX-License-Identifier: MIT
//
// A decoded key or value of any type, and its way to bytes and back.

#pragma once

#include "values/codec_type.hpp"

#include <macaw/bytes.hpp>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace macaw_shell {

/// Which of a codec's two encodings is meant.
enum class codec_role : std::uint8_t { key, value };

struct value;

/// Nothing: the empty value, or an optional that holds none.
struct nothing {
  friend bool operator==(const nothing&, const nothing&) = default;
};
/// A floating-point number by its bits, so that NaNs keep theirs.
struct floating_bits {
  std::uint64_t bits = 0;
  std::size_t width = 8;

  friend bool operator==(const floating_bits&, const floating_bits&) = default;
};
struct text_bytes {
  std::string text;
  friend bool operator==(const text_bytes&, const text_bytes&) = default;
};
using plain_bytes = std::vector<std::byte>;
using value_list = std::vector<value>;
/// An alternative of a variant by its index; of an optional, 1 for the value it holds.
struct alternative {
  std::size_t index = 0;
  std::vector<value> held;  ///< one
};

/// A tree of values. What is `unknown` is plain bytes.
struct value {
  std::variant<nothing, bool, std::uint64_t, std::int64_t, floating_bits, text_bytes, plain_bytes, value_list,
               alternative>
      is;
};

/// The encoding of a value that was made for this type.
/// Requires: `content` has the shape of `type`.
[[nodiscard]] std::vector<std::byte> encode(const codec_type& type, codec_role role, const value& content);

/// Decodes, or returns nothing where the bytes are no encoding of the type. Accepts what the library's codec accepts.
[[nodiscard]] std::optional<value> decode(const codec_type& type, codec_role role, macaw::bytes_view encoded);

/// The bytes that begin the keys whose leading components are these. Requires: a tuple or array, and no more components
/// than it has.
[[nodiscard]] std::vector<std::byte> encode_leading(const codec_type& type, const value_list& components);

}  // namespace macaw_shell
