// SPDX-License-Identifier: MIT
//
// All references that a page holds: the one enumeration that writing out, dropping and checking share.
// Layer 1 (format).

#pragma once

#include <macaw/bytes.hpp>
#include <macaw/detail/base/endian.hpp>
#include <macaw/detail/format/catalog_record.hpp>
#include <macaw/detail/format/large_value.hpp>
#include <macaw/detail/format/layout.hpp>
#include <macaw/detail/format/page_header.hpp>
#include <macaw/ids.hpp>
#include <macaw/macros.hpp>

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <type_traits>

namespace macaw::inline MACAW_ABI::detail {

/// A reference in a page, and what it must lead to. `Byte` is `std::byte` where it may be changed.
template <class Byte>
struct page_reference {
  Byte* id = nullptr;
  Byte* birth = nullptr;  ///< in branches not beside the id
  page_kind kind = page_kind::none;
  std::uint8_t level = 0;
  bytes_view record;  ///< the cell, where the reference stands in one: of a large value or of a table

  [[nodiscard]] page_ref load() const noexcept {
    return {page_id{load_le<std::uint32_t>(id)}, load_le<std::uint32_t>(birth)};
  }
  void store(page_ref ref) const noexcept requires(!std::is_const_v<Byte>) {
    store_le(id, to_number(ref.id));
    store_le(birth, ref.birth);
  }
};

/// Calls `f` with a `page_reference` for each reference in a valid page: children of branches and of large
/// values' indexes, and cells that hold a large value's or a table's root. Tables without pages are left out.
/// The keys' and values' widths are taken from the page's shape. `f` may store other references.
template <std::size_t PageSize, class Byte, class F>
  requires std::same_as<std::remove_const_t<Byte>, std::byte>
void for_each_reference(Byte* page, F&& f) {
  const page_shape shape = load_shape(page);
  const std::uint32_t count = load_count(page);
  if (shape.kind() == page_kind::large_index) {
    using index = large_index<PageSize>;
    const page_kind kind = shape.level() == 1 ? page_kind::piece : page_kind::large_index;
    for (std::size_t i = 0; i < count; ++i) {
      f(page_reference<Byte>{page + index::ids + 4 * i,
                             page + index::births + 4 * i,
                             kind,
                             static_cast<std::uint8_t>(shape.level() - 1),
                             {}});
    }
  } else if (shape.kind() == page_kind::branch) {
    const page_shape below = with_level(shape, static_cast<std::uint8_t>(shape.level() - 1));
    with_layout<PageSize>(shape.key_width(), shape.value_width(), [&](const auto& layout) {
      for (std::uint32_t i = 0; i < count; ++i) {
        f(page_reference<Byte>{page + layout.branch.id_offset(page, i),
                               page + layout.branch.birth_offset(page, i),
                               below.kind(),
                               below.level(),
                               {}});
      }
    });
  } else if (shape.kind() == page_kind::leaf && cells_hold_references(page)) {
    with_layout<PageSize>(shape.key_width(), shape.value_width(), [&](const auto& layout) {
      for (std::uint32_t i = 0; i < count; ++i) {
        const cell_value value = layout.leaf.value(page, i);
        if (value.tag == value_tag::inlined) continue;
        Byte* const place = page + (value.bytes.data() - page);
        if (value.tag == value_tag::large) {
          const std::uint8_t level = load_large_record(value.bytes).level;
          const page_kind kind = level == 0 ? page_kind::piece : page_kind::large_index;
          f(page_reference<Byte>{place, place + 4, kind, level, value.bytes});
        } else if (const auto height = std::to_integer<std::uint8_t>(value.bytes[catalog_field::height]); height != 0) {
          const page_kind kind = height == 1 ? page_kind::leaf : page_kind::branch;
          f(page_reference<Byte>{place, place + 4, kind, static_cast<std::uint8_t>(height - 1), value.bytes});
        }
      }
    });
  }
}

/// Makes `to` the same page as a valid one; bytes that hold nothing are left as they are.
template <std::size_t PageSize>
void copy_page(std::byte* to, const std::byte* from) noexcept {
  const page_shape shape = load_shape(from);
  if (shape.kind() == page_kind::large_index) {
    std::memcpy(to, from, PageSize);
    return;
  }
  with_layout<PageSize>(shape.key_width(), shape.value_width(), [&](const auto& layout) {
    shape.kind() == page_kind::leaf ? layout.leaf.copy(to, from) : layout.branch.copy(to, from);
  });
}

}  // namespace macaw::inline MACAW_ABI::detail
