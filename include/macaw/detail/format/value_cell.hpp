// SPDX-License-Identifier: MIT
//
// Values of varying size in leaves: what their tags promise. Layer 1 (format).

#pragma once

#include <macaw/bytes.hpp>
#include <macaw/detail/format/catalog_record.hpp>
#include <macaw/detail/format/cell.hpp>
#include <macaw/detail/format/geometry.hpp>
#include <macaw/detail/format/large_value.hpp>
#include <macaw/detail/format/page_header.hpp>
#include <macaw/macros.hpp>

#include <cstddef>
#include <cstdint>

namespace macaw::inline MACAW_ABI::detail {

/// Effects: keeps the page's flags true after a cell with this tag came in.
inline void note_tag(std::byte* page, value_tag tag) noexcept {
  if (tag != value_tag::inlined) store_flags(page, load_flags(page) | flag_cells_hold_references);
}

/// What is wrong with a value's bytes under its tag, or nullptr.
template <std::size_t PageSize>
[[nodiscard]] const char* validate_value(const cell_value& value) noexcept {
  if (value.tag == value_tag::inlined) return nullptr;
  if (value.tag == value_tag::large) return validate_large_record<PageSize>(value.bytes);
  catalog_record record;
  if (const char* const finding = catalog_record::decode(value.bytes, record)) return finding;
  if (record.root.height > height_max) return "table is too high";
  if (!valid_widths<PageSize>(record.key_width, record.value_width)) return "table has impossible widths";
  return nullptr;
}

/// What is wrong with the values of a leaf whose cells were validated, or nullptr.
template <std::size_t PageSize, class Leaf>
[[nodiscard]] const char* validate_values(const Leaf& leaf, const std::byte* page) noexcept {
  const bool may_refer = cells_hold_references(page);
  for (std::uint32_t i = 0; i < leaf.count(page); ++i) {
    const cell_value value = leaf.value(page, i);
    if (value.tag != value_tag::inlined && !may_refer) return "reference in a page that is flagged to hold none";
    if (const char* const finding = validate_value<PageSize>(value)) return finding;
  }
  return nullptr;
}

}  // namespace macaw::inline MACAW_ABI::detail
