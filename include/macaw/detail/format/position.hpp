// SPDX-License-Identifier: MIT
//
// What searches and splits of pages answer. Layer 1 (format).

#pragma once

#include <macaw/macros.hpp>

#include <cstdint>

namespace macaw::inline MACAW_ABI::detail {

/// Where a key is in a leaf, or would be.
struct position {
  std::uint32_t index = 0;  ///< of the first entry that is not less than the key; the count if there is none
  bool found = false;       ///< whether that entry has the key
};

/// How to cut a full page in two so that one more entry fits. Entries from `at` on go to a new page on the
/// right.
/// For a leaf the new entry of index i then goes to index i on the left, or to i - at on the right.
/// For a branch `at` becomes the right page's slot 0 and its separator goes up; 1 <= at < count. A new child
/// of index i goes left if i <= at, and otherwise to i - at on the right.
struct split_plan {
  std::uint32_t at = 0;
  bool into_left = false;
};

/// In the `entries` word of a level-1 branch: the leaf's cells hold references.
inline constexpr std::uint32_t entries_flag_references = 0x8000;  // FROZEN: on disk

/// What a level-1 branch keeps about a leaf: how many entries it has and whether its cells hold references.
[[nodiscard]] constexpr std::uint32_t entries_word(std::uint32_t count, bool holds_references) noexcept {
  return count | (holds_references ? entries_flag_references : 0);
}
[[nodiscard]] constexpr std::uint32_t entries_count(std::uint32_t word) noexcept { return word & 0x7FFFU; }
[[nodiscard]] constexpr bool entries_hold_references(std::uint32_t word) noexcept {
  return (word & entries_flag_references) != 0;
}

}  // namespace macaw::inline MACAW_ABI::detail
