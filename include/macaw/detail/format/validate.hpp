// SPDX-License-Identifier: MIT
//
// Whether a page's bytes are what its shape says, whatever bytes they are. Layer 1 (format).
//
// After `validate_page` found nothing every function of the page's layout is safe on it: it reads inside the
// page only, and changes keep the page valid. It knows the page alone; that the children are what the page
// says of them is found when they are validated, against the bounds that this page gives them.

#pragma once

#include <macaw/bytes.hpp>
#include <macaw/detail/format/catalog_record.hpp>
#include <macaw/detail/format/cell.hpp>
#include <macaw/detail/format/geometry.hpp>
#include <macaw/detail/format/large_value.hpp>
#include <macaw/detail/format/layout.hpp>
#include <macaw/detail/format/page_header.hpp>
#include <macaw/detail/format/tree_root.hpp>
#include <macaw/ids.hpp>
#include <macaw/macros.hpp>

#include <compare>
#include <cstddef>
#include <cstdint>

namespace macaw::inline MACAW_ABI::detail {

/// The keys that a page may hold: lower separator <= key < upper separator. The separators stand in branches
/// of the same layout; where a page is null there is no bound.
struct page_bounds {
  const std::byte* lower_page = nullptr;
  std::uint32_t lower_index = 0;
  const std::byte* upper_page = nullptr;
  std::uint32_t upper_index = 0;
  std::uint32_t id_end = page_id_limit;  ///< one past the largest page id that the file may refer to: its pages
};

namespace validation {

/// Whether a reference in a page of this birth may lead to a page of the file.
template <std::size_t PageSize>
[[nodiscard]] bool reference_in_range(page_ref ref, std::uint64_t birth, const page_bounds& bounds) noexcept {
  const std::uint32_t id = to_number(ref.id);
  if (id < geometry<PageSize>::first_page || id >= bounds.id_end || is_frame(ref.id)) return false;
  return birth > 0xFFFF'FFFFU || ref.birth <= birth;  // above that the low half of a birth says nothing
}

/// What is wrong with what a cell claims to refer to, or nullptr: a reference out of range, or more than the file
/// holds. So whoever trusts a claim takes no more time or memory than the file is large.
template <std::size_t PageSize>
[[nodiscard]] const char* check_claims(const cell_value& cell, std::uint64_t birth,
                                       const page_bounds& bounds) noexcept {
  const page_ref ref = load_ref(cell.bytes.data());
  if (cell.tag == value_tag::large) {
    if (load_large_record(cell.bytes).size > std::uint64_t{bounds.id_end} * PageSize) {
      return "large value is larger than the file";
    }
  } else {
    catalog_record record;
    if (const char* const finding = catalog_record::decode(cell.bytes, record)) return finding;
    if (!holds_pages(record.root, bounds.id_end)) return "table has more pages than the file";
    if (ref == page_ref{}) return nullptr;  // an empty table
  }
  return reference_in_range<PageSize>(ref, birth, bounds) ? nullptr : "reference out of range";
}

/// What is wrong with the outermost keys against the bounds, or nullptr. `Copy(index, out)` copies a key.
template <class Layout, class Copy>
[[nodiscard]] const char* check_bounds(const Layout& layout, const page_bounds& bounds, std::uint32_t first,
                                       std::uint32_t last, const Copy& copy) noexcept {
  std::byte key[geometry<Layout::page_size>::key_size_max];
  std::byte bound[geometry<Layout::page_size>::key_size_max];
  if (bounds.lower_page != nullptr) {
    const bytes_view lower{bound, layout.branch.copy_separator(bounds.lower_page, bounds.lower_index, bound)};
    if (compare_bytes({key, copy(first, key)}, lower) < 0) return "key is below the page's bounds";
  }
  if (bounds.upper_page != nullptr) {
    const bytes_view upper{bound, layout.branch.copy_separator(bounds.upper_page, bounds.upper_index, bound)};
    if (compare_bytes({key, copy(last, key)}, upper) >= 0) return "key is above the page's bounds";
  }
  return nullptr;
}

template <class Layout>
[[nodiscard]] const char* validate_leaf(const Layout& layout, const std::byte* page,
                                        const page_bounds& bounds) noexcept {
  if (const char* const finding = layout.leaf.validate(page)) return finding;
  const std::uint32_t entries = layout.leaf.count(page);
  if (entries == 0) return "leaf without entries";
  if (entries > leaf_count_max) return "leaf with too many entries";
  if (cells_hold_references(page)) {
    for (std::uint32_t i = 0; i < entries; ++i) {
      const cell_value value = layout.leaf.value(page, i);
      if (value.tag == value_tag::inlined) continue;
      if (const char* const finding = check_claims<Layout::page_size>(value, load_birth(page), bounds)) return finding;
    }
  }
  return check_bounds(layout, bounds, 0, entries - 1,
                      [&](std::uint32_t i, std::byte* out) { return layout.leaf.copy_key(page, i, out); });
}

template <class Layout>
[[nodiscard]] const char* validate_branch(const Layout& layout, const std::byte* page,
                                          const page_bounds& bounds) noexcept {
  if (const char* const finding = layout.branch.validate(page)) return finding;
  const std::uint32_t children = layout.branch.count(page);
  for (std::uint32_t i = 0; i < children; ++i) {
    if (!reference_in_range<Layout::page_size>(layout.branch.child(page, i), load_birth(page), bounds)) {
      return "reference out of range";
    }
  }
  if (children == 1) return nullptr;
  return check_bounds(layout, bounds, 1, children - 1,
                      [&](std::uint32_t i, std::byte* out) { return layout.branch.copy_separator(page, i, out); });
}

template <std::size_t PageSize>
[[nodiscard]] const char* validate_large_index(const std::byte* page, const page_bounds& bounds) noexcept {
  using index = large_index<PageSize>;
  const std::uint32_t children = index::count(page);
  if (children == 0 || children > index::capacity) return "count exceeds the page's capacity";
  for (std::uint32_t i = 0; i < children; ++i) {
    if (!reference_in_range<PageSize>(index::child(page, i), load_birth(page), bounds)) return "reference out of range";
  }
  return nullptr;
}

}  // namespace validation

/// What is wrong with a page of a tree or with a large value's index page, or nullptr. The checksum, the
/// page's id and its birth are not looked at. Requires: `PageSize` bytes.
template <std::size_t PageSize>
[[nodiscard]] const char* validate_page(const std::byte* page, page_shape expected,
                                        const page_bounds& bounds = {}) noexcept {
  if (load_shape(page) != expected) return "page has another shape than its reference says";
  if (expected.kind() == page_kind::large_index) {
    return expected.level() == 0 ? "impossible level" : validation::validate_large_index<PageSize>(page, bounds);
  }
  const bool is_leaf = expected.kind() == page_kind::leaf;
  if (!is_leaf && expected.kind() != page_kind::branch) return "not a page of a tree";
  if (is_leaf != (expected.level() == 0) || expected.level() >= height_max) return "impossible level";
  if (!valid_widths<PageSize>(expected.key_width(), expected.value_width())) return "impossible widths";
  return with_layout<PageSize>(expected.key_width(), expected.value_width(), [&](const auto& layout) {
    return is_leaf ? validation::validate_leaf(layout, page, bounds)
                   : validation::validate_branch(layout, page, bounds);
  });
}

}  // namespace macaw::inline MACAW_ABI::detail
