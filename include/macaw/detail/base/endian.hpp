// SPDX-License-Identifier: MIT
//
// Loads and stores of integers at any address, in the file's byte order (little-endian) and in key
// order (big-endian). Layer 0. On the usual machines each is one instruction.

#pragma once

#include <macaw/macros.hpp>

#include <bit>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <cstring>

namespace macaw::inline MACAW_ABI::detail {

/// The integer with its bytes in reverse order: one instruction, which compilers find too late to inline it by
/// themselves.
template <std::unsigned_integral T>
[[nodiscard]] MACAW_ALWAYS_INLINE constexpr T byte_swap(T value) noexcept {
  if constexpr (sizeof(T) == 1) {
    return value;
  } else if constexpr (sizeof(T) == 2) {
    return static_cast<T>((value >> 8) | (value << 8));
  } else if constexpr (sizeof(T) == 4) {
    return ((value & 0x0000'00FFU) << 24) | ((value & 0x0000'FF00U) << 8) | ((value >> 8) & 0x0000'FF00U) |
           (value >> 24);
  } else {
    static_assert(sizeof(T) == 8);
    return (static_cast<T>(byte_swap(static_cast<std::uint32_t>(value))) << 32) |
           byte_swap(static_cast<std::uint32_t>(value >> 32));
  }
}

template <std::unsigned_integral T>
[[nodiscard]] MACAW_ALWAYS_INLINE T load_le(const std::byte* from) noexcept {
  T value;
  std::memcpy(&value, from, sizeof(T));
  return std::endian::native == std::endian::little ? value : byte_swap(value);
}

template <std::unsigned_integral T>
MACAW_ALWAYS_INLINE void store_le(std::byte* to, T value) noexcept {
  if constexpr (std::endian::native != std::endian::little) value = byte_swap(value);
  std::memcpy(to, &value, sizeof(T));
}

template <std::unsigned_integral T>
[[nodiscard]] MACAW_ALWAYS_INLINE T load_be(const std::byte* from) noexcept {
  T value;
  std::memcpy(&value, from, sizeof(T));
  return std::endian::native == std::endian::big ? value : byte_swap(value);
}

template <std::unsigned_integral T>
MACAW_ALWAYS_INLINE void store_be(std::byte* to, T value) noexcept {
  if constexpr (std::endian::native != std::endian::big) value = byte_swap(value);
  std::memcpy(to, &value, sizeof(T));
}

}  // namespace macaw::inline MACAW_ABI::detail
