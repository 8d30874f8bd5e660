// SPDX-License-Identifier: MIT
//
// Ranges of bytes in files, and where they end. Layer 0.

#pragma once

#include <macaw/bytes.hpp>
#include <macaw/detail/base/os_error.hpp>
#include <macaw/macros.hpp>

#include <cstdint>
#include <span>
#include <string_view>

namespace macaw::inline MACAW_ABI::detail {

/// No file is larger: systems count bytes in signed integers.
inline constexpr std::uint64_t file_size_max = 0x7FFF'FFFF'FFFF'FFFFU;

/// Where a range ends. Errors: no_space where no file reaches that far.
[[nodiscard]] inline std::uint64_t end_of(std::uint64_t offset, std::uint64_t size, std::string_view path) {
  if (offset > file_size_max || size > file_size_max - offset) throw_file_too_large(path);
  return offset + size;
}

/// Where the pieces end when written one after another from `offset` on.
[[nodiscard]] inline std::uint64_t end_of(std::uint64_t offset, std::span<const bytes_view> pieces,
                                          std::string_view path) {
  for (const bytes_view piece : pieces) offset = end_of(offset, piece.size(), path);
  return offset;
}

}  // namespace macaw::inline MACAW_ABI::detail
