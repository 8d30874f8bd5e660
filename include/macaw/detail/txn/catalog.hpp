// SPDX-License-Identifier: MIT
//
// The catalog: a tree from table names to records of where each table is. Layer 5 (txn).
//
// A record read from a page of the file never names a frame, and its root lies within the file: both are
// part of the page's validation, and the pager refuses ids beyond the file.

#pragma once

#include <macaw/bytes.hpp>
#include <macaw/detail/format/catalog_record.hpp>
#include <macaw/detail/format/geometry.hpp>
#include <macaw/detail/format/layout.hpp>
#include <macaw/detail/format/tree_root.hpp>
#include <macaw/detail/tree/cursor.hpp>
#include <macaw/detail/tree/find.hpp>
#include <macaw/detail/tree/page_source.hpp>
#include <macaw/detail/tree/slot.hpp>
#include <macaw/error.hpp>
#include <macaw/ids.hpp>
#include <macaw/macros.hpp>

#include <array>
#include <cstddef>
#include <string_view>

namespace macaw::inline MACAW_ABI::detail {

template <std::size_t PageSize>
using catalog_layout = slotted_layout<PageSize, 0>;

/// Reads the record in a cell of the catalog. The record borrows from the page.
/// Errors: `corrupt`.
template <std::size_t PageSize>
[[nodiscard]] catalog_record read_record(const cell_value& cell, page_ref page) {
  catalog_record record;
  if (cell.tag != value_tag::tree) throw_corrupt(page.id, "a row of the catalog is no catalog record");
  if (const char* finding = catalog_record::decode(cell.bytes, record)) throw_corrupt(page.id, finding);
  if (record.root.height > height_max || !valid_widths<PageSize>(record.key_width, record.value_width)) {
    throw_corrupt(page.id, "a catalog record has impossible figures");
  }
  return record;
}

/// Looks a table up. Returns whether it exists; then `record` borrows from a page, within the operation.
/// Complexity: as many pages as the catalog is high; no allocation.
template <page_reader Reader>
[[nodiscard]] bool find_record(const Reader& reader, const tree_root& catalog, std::string_view name,
                               catalog_record& record) {
  constexpr std::size_t page_size = Reader::page_size;
  if (name.size() > geometry<page_size>::key_size_max) return false;
  const catalog_layout<page_size> layout{};
  const leaf_entry found = find(reader, catalog, layout, layout.make_key(as_bytes(name)));
  if (!found) return false;
  record = read_record<page_size>(layout.leaf.value(found.page, found.index), found.ref);
  return true;
}

/// Calls `visit(std::string_view name, const catalog_record&)` for every table in order of names. The arguments
/// borrow, for the call.
template <page_reader Reader, class Visit>
void for_each_record(const Reader& reader, const tree_root& catalog, Visit&& visit) {
  constexpr std::size_t page_size = Reader::page_size;
  using layout_type = catalog_layout<page_size>;
  const layout_type layout{};
  tree_cursor<layout_type, Reader> cursor(reader, catalog, layout);
  std::array<std::byte, geometry<page_size>::key_size_max> name;
  for (cursor.seek_first(); cursor.valid(); cursor.next()) {
    const std::byte* const end = layout.leaf.copy_key(cursor.page(), cursor.index(), name.data());
    const catalog_record record =
        read_record<page_size>(layout.leaf.value(cursor.page(), cursor.index()), cursor.leaf_ref());
    visit(as_text({name.data(), end}), record);
  }
}

/// Writes a table's record, replacing an older one.
/// Errors: `key_too_large`, `value_too_large`, std::bad_alloc, those of reading; then nothing has changed.
template <page_writer Writer>
void put_record(Writer& writer, tree_root& catalog, std::string_view name, const catalog_record& record) {
  constexpr std::size_t page_size = Writer::page_size;
  using layout_type = catalog_layout<page_size>;
  if (name.size() > geometry<page_size>::key_size_max) {
    throw_error(errc::key_too_large, "the table's name is longer than the page size allows");
  }
  const std::size_t size = record.encoded_size();
  if (!geometry<page_size>::fits_inline(name.size(), size)) {
    throw_error(errc::value_too_large,
                "the table's name and the names of its codecs are longer than the page size allows");
  }
  tree_slot<layout_type, Writer> slot(writer, catalog, layout_type{}, as_bytes(name));
  slot.prepare_put();
  record.encode(slot.put(size, value_tag::tree));
}

/// Removes a table's record, if there is one.
template <page_writer Writer>
void erase_record(Writer& writer, tree_root& catalog, std::string_view name) {
  using layout_type = catalog_layout<Writer::page_size>;
  tree_slot<layout_type, Writer> slot(writer, catalog, layout_type{}, as_bytes(name));
  if (!slot.found()) return;
  slot.prepare_erase();
  slot.erase();
}

}  // namespace macaw::inline MACAW_ABI::detail
