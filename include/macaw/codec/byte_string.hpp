// SPDX-License-Identifier: MIT
//
// Codecs of byte strings: `std::vector<std::byte>` and `macaw::bytes_view`. Layer 1.
//
// FROZEN: on disk. A byte string is stored as it is, without length or terminator. Name: "bytes".

#pragma once

#include <macaw/bytes.hpp>
#include <macaw/codec/codec.hpp>
#include <macaw/codec/escaped.hpp>
#include <macaw/macros.hpp>

#include <concepts>
#include <cstddef>
#include <string_view>
#include <vector>

namespace macaw::inline MACAW_ABI {

/// A byte string argument, borrowed for the call: anything contiguous of `std::byte`.
class bytes_argument {
 public:
  template <class Bytes>
    requires std::convertible_to<const Bytes&, bytes_view> &&
        (!std::same_as<Bytes, bytes_argument>)constexpr bytes_argument(const Bytes& bytes) noexcept(
            std::is_nothrow_convertible_v<const Bytes&, bytes_view>)
        : bytes_(bytes) {}

    [[nodiscard]] constexpr bytes_view bytes() const noexcept { return bytes_; }
    constexpr operator bytes_view() const noexcept { return bytes_; }

   private:
    bytes_view bytes_;
};

/// Byte strings as keys.
struct bytes_key : detail::string_key<bytes_view, std::vector<std::byte>, bytes_argument, bytes_key> {
  static constexpr std::string_view name = "bytes";
  [[nodiscard]] static bytes_view from_bytes(bytes_view in) noexcept { return in; }
};

/// Byte strings as values.
struct bytes_value : detail::string_value<bytes_view, std::vector<std::byte>, bytes_argument, bytes_value> {
  static constexpr std::string_view name = "bytes";
  [[nodiscard]] static bytes_view from_bytes(bytes_view in) noexcept { return in; }
};

template <>
struct codec<std::vector<std::byte>> {
  using key = bytes_key;
  using value = bytes_value;
};

template <>
struct codec<bytes_view> {
  using key = bytes_key;
  using value = bytes_value;
};

}  // namespace macaw::inline MACAW_ABI
