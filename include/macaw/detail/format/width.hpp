// SPDX-License-Identifier: MIT
//
// Sizes of keys and values that are constants or run-time members, as the extent of a std::span is.
// Layer 1 (format). Code that knows a table's types uses constants; tools that know its catalog record only
// use the same templates with run-time widths, over the same bytes.

#pragma once

#include <macaw/macros.hpp>

#include <cstddef>
#include <cstdint>

namespace macaw::inline MACAW_ABI::detail {

/// In place of a width: it is known at run time only.
inline constexpr std::size_t dynamic_width = 0xFFFF'FFFF;

/// A width in bytes that is a constant.
template <std::size_t Width>
class width {
 public:
  constexpr width() noexcept = default;
  constexpr explicit width([[maybe_unused]] std::size_t bytes) noexcept { MACAW_ASSERT(bytes == Width); }
  [[nodiscard]] static constexpr std::size_t get() noexcept { return Width; }
};

/// A width in bytes that is known at run time.
template <>
class width<dynamic_width> {
 public:
  constexpr explicit width(std::size_t bytes) noexcept : bytes_(bytes) {}
  [[nodiscard]] constexpr std::size_t get() const noexcept { return bytes_; }

 private:
  std::size_t bytes_;
};

/// Bytes of the integer that holds the first bytes of a key of fixed size.
[[nodiscard]] constexpr std::size_t head_width_of(std::size_t key_width) noexcept {
  return key_width == 1 ? 1 : key_width == 2 ? 2 : key_width <= 4 ? 4 : 8;  // FROZEN: on disk
}

/// Names a type, to be passed as a value.
template <class T>
struct type_tag {
  using type = T;
};

/// Calls `f` with the `type_tag` of the unsigned integer that holds the heads of keys of this width. Where
/// the width is a constant nothing is instantiated but the one that is needed.
template <std::size_t KeyWidth, class F>
MACAW_ALWAYS_INLINE constexpr decltype(auto) with_head_type(width<KeyWidth> key_width, F&& f) {
  if constexpr (KeyWidth != dynamic_width) {
    constexpr std::size_t size = head_width_of(KeyWidth);
    if constexpr (size == 1) return f(type_tag<std::uint8_t>{});
    if constexpr (size == 2) return f(type_tag<std::uint16_t>{});
    if constexpr (size == 4) return f(type_tag<std::uint32_t>{});
    if constexpr (size == 8) return f(type_tag<std::uint64_t>{});
  } else {
    switch (head_width_of(key_width.get())) {
      case 1: return f(type_tag<std::uint8_t>{});
      case 2: return f(type_tag<std::uint16_t>{});
      case 4: return f(type_tag<std::uint32_t>{});
      default: return f(type_tag<std::uint64_t>{});
    }
  }
}

}  // namespace macaw::inline MACAW_ABI::detail
