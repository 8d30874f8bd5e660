// SPDX-License-Identifier: MIT
//
// What stands for a whole tree: its topmost page and the figures kept about it. Layer 1 (format).

#pragma once

#include <macaw/ids.hpp>
#include <macaw/macros.hpp>

#include <cstdint>

namespace macaw::inline MACAW_ABI::detail {

/// The root of a tree. Trivially copied: a copy is a snapshot of the tree.
struct tree_root {
  page_ref ref;
  std::uint8_t height = 0;  ///< levels of pages; 0: empty, 1: the root is a leaf
  std::uint64_t entries = 0;
  std::uint64_t branch_pages = 0;
  std::uint64_t leaf_pages = 0;
  std::uint64_t large_pages = 0;  ///< pages of large values: pieces and their indexes

  [[nodiscard]] constexpr bool empty() const noexcept { return height == 0; }
  friend constexpr bool operator==(const tree_root&, const tree_root&) = default;
};

/// Whether the tree may stand in a file of so many pages, by what the root says.
[[nodiscard]] constexpr bool holds_pages(const tree_root& root, std::uint32_t pages) noexcept {
  return root.branch_pages <= pages && root.leaf_pages <= pages && root.large_pages <= pages &&
         root.branch_pages + root.leaf_pages + root.large_pages <= pages;
}

}  // namespace macaw::inline MACAW_ABI::detail
