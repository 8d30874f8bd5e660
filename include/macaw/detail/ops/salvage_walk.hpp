// SPDX-License-Identifier: MIT
//
// Walking a tree around its damage: what is left of it, and which keys are missing. Layer 7 (tools).
//
// Invariants:
//  1. No page is entered twice, whatever the bytes are, and nothing recurses.
//  2. Every key of the tree is in a leaf that was given, or in a range that was reported as lost.

#pragma once

#include <macaw/bytes.hpp>
#include <macaw/detail/format/geometry.hpp>
#include <macaw/detail/format/page_header.hpp>
#include <macaw/detail/format/position.hpp>
#include <macaw/detail/format/tree_root.hpp>
#include <macaw/detail/format/validate.hpp>
#include <macaw/detail/ops/page_scan.hpp>
#include <macaw/detail/ops/raw_pages.hpp>
#include <macaw/detail/tree/path.hpp>
#include <macaw/error.hpp>
#include <macaw/ids.hpp>
#include <macaw/macros.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

namespace macaw::inline MACAW_ABI::detail {

/// Keys that a tree has lost: those from `from` up to, not including, `to`.
struct lost_keys {
  page_ref page;           ///< what is damaged
  std::uint8_t level = 0;  ///< its distance from the leaves
  std::vector<std::byte> from;
  std::optional<std::vector<std::byte>> to;  ///< nothing: to the end
  std::optional<std::uint64_t> rows;         ///< where the page above notes how many there were

  [[nodiscard]] bool contains(bytes_view key) const noexcept {
    return compare_bytes(from, key) <= 0 && (!to || compare_bytes(key, *to) < 0);
  }
};

/// Walks one tree. `Visit` has `leaf(page_ref, const std::byte*)` for every whole leaf, in order of keys, and
/// `lost(lost_keys&&)`.
template <class Config, class Layout, class Visit>
class salvage_walk {
 public:
  salvage_walk(const raw_pages<Config>& pages, page_scan<Config>& scan, const Layout& layout, Visit& visit)
      : pages_(pages), scan_(scan), layout_(layout), visit_(visit) {}

  /// Errors: std::bad_alloc, those of the visitor. Complexity: reads every page of the tree once.
  void run(const tree_root& root) {
    if (root.height == 0) return;
    const std::optional<std::uint64_t> rows = root.entries == 0 ? std::nullopt : std::optional(root.entries);
    if (root.height > height_max) return lose(root.ref, 0, {}, rows);
    const std::uint32_t top = root.height - 1U;
    if (!enter(root.ref, top, {}, rows) || top == 0) return;
    for (std::uint32_t level = top;;) {
      open_branch& branch = open_[level];
      if (branch.next == layout_.branch.count(branch.page)) {
        if (level++ == top) return;
        continue;
      }
      const std::uint32_t child = branch.next++;
      std::optional<std::uint64_t> noted;
      if (level == 1) noted = entries_count(layout_.branch.entries(branch.page, child));
      const page_bounds bounds = child_bounds(layout_, branch.page, child, branch.bounds);
      if (enter(layout_.branch.child(branch.page, child), level - 1, bounds, noted) && level > 1) --level;
    }
  }

 private:
  struct open_branch {
    const std::byte* page;
    std::uint32_t next;
    page_bounds bounds;
  };

  /// Reads a page, and shows it or opens it. Returns: whether it is whole.
  bool enter(page_ref ref, std::uint32_t level, const page_bounds& bounds, std::optional<std::uint64_t> rows) {
    const std::byte* bytes = nullptr;
    try {
      bytes = pages_.page(ref, shape_at(layout_, level), bounds);
    } catch (const error&) {  // damaged, or not to be read
    }
    if (bytes == nullptr || scan_.at(to_number(ref.id)).reached) {
      lose(ref, static_cast<std::uint8_t>(level), bounds, rows);
      return false;
    }
    scan_.at(to_number(ref.id)).reached = true;
    if (level == 0) {
      visit_.leaf(ref, bytes);
    } else {
      visit_.branch(ref);
      open_[level] = {bytes, 0, bounds};
    }
    return true;
  }

  void lose(page_ref ref, std::uint8_t level, const page_bounds& bounds, std::optional<std::uint64_t> rows) {
    lost_keys keys{ref, level, {}, std::nullopt, rows};
    std::byte bound[geometry<Config::page_size>::key_size_max];
    if (bounds.lower_page != nullptr) {
      keys.from.assign(bound, layout_.branch.copy_separator(bounds.lower_page, bounds.lower_index, bound));
    }
    if (bounds.upper_page != nullptr) {
      keys.to.emplace(bound, layout_.branch.copy_separator(bounds.upper_page, bounds.upper_index, bound));
    }
    visit_.lost(std::move(keys));
  }

  const raw_pages<Config>& pages_;
  page_scan<Config>& scan_;
  const Layout& layout_;
  Visit& visit_;
  std::array<open_branch, height_max> open_;
};

}  // namespace macaw::inline MACAW_ABI::detail
