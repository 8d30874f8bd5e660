// SPDX-License-Identifier: MIT
//
// Tables as bytes: opens any table, whatever its codecs are, for tools that do
// not know its types. Layer 6 (API).
//
// Keys and values are the encoded bytes. What a tool writes must be encodings
// of the table's codecs, which it cannot check; typed readers then raise
// `bad_encoding`.

#pragma once

#include <macaw/bytes.hpp>
#include <macaw/detail/api/encoding.hpp>
#include <macaw/detail/api/small_bytes.hpp>
#include <macaw/detail/api/table_binding.hpp>
#include <macaw/detail/api/table_types.hpp>
#include <macaw/detail/format/catalog_record.hpp>
#include <macaw/detail/tree/erase_range.hpp>
#include <macaw/detail/tree/large_value.hpp>
#include <macaw/detail/tree/slot.hpp>
#include <macaw/error.hpp>
#include <macaw/fwd.hpp>
#include <macaw/macros.hpp>
#include <macaw/raw_read_table.hpp>
#include <macaw/table.hpp>
#include <macaw/write_txn.hpp>

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string>
#include <type_traits>
#include <vector>

namespace macaw::inline MACAW_ABI {

/// The rows of a table as bytes, to be read and changed. A table that does not
/// exist is made with codecs `bytes`.
template <class Config>
class basic_raw_write_table : public basic_raw_read_table<Config> {
 public:
  /// Makes the table, without rows. The widths are those of the codecs'
  /// encodings, 0 where they vary; what the description of the table then says
  /// of values is 0 as well where they are kept outside of the rows' pages, or
  /// their codec may get further fields. Returns: false, with nothing changed,
  /// if there is a table of this name. Errors: `bad_encoding` where a codec has
  /// no name; `key_too_large`, `value_too_large`.
  bool create(const table_description& types);
  /// Gives a key this value. Returns: whether the row is new.
  /// Errors: `key_too_large`, `value_too_large`, `bad_encoding` where the size
  /// is not that of the table's keys or values.
  bool put(bytes_view key, bytes_view value);
  /// Removes a row. Returns: whether there was one.
  bool erase(bytes_view key);
  /// Removes the rows of a range. Returns: how many there were. Complexity:
  /// does not visit the leaves between its ends.
  std::uint64_t erase(const raw_range& rows);
  /// Removes all rows. Returns: how many there were.
  std::uint64_t clear() { return erase(raw_range{}); }

 private:
  template <class>
  friend class basic_write_txn;

  using base = basic_raw_read_table<Config>;
  using writer_type = detail::write_set<Config>;
  using limits = detail::geometry<Config::page_size>;
  using base::base;

  [[nodiscard]] detail::table_state& begin_change();
  void create_if_missing(detail::table_state& table);
  static void require_sizes(const detail::table_state& table, bytes_view key, bytes_view value);
  template <class Slot>
  void put_in(detail::table_state& table, Slot& slot, bytes_view key, bytes_view value);
};

template <class Config>
detail::table_state& basic_raw_write_table<Config>::begin_change() {
  this->state_->expect_innermost(this->owner_);
  this->state_->note_change();
  this->state_->writer().before_change();
  detail::table_state& table = this->state_->writer().open_table(this->name_);
  detail::require_changeable(table);
  return table;
}

template <class Config>
bool basic_raw_write_table<Config>::create(const table_description& types) {
  if (types.key_codec.empty() || types.value_codec.empty()) {
    detail::throw_error(errc::bad_encoding, "a table's codecs have names");
  }
  if (types.key_width > limits::key_size_max) detail::throw_key_too_large(types.key_width, limits::key_size_max);
  detail::table_state& table = begin_change();
  if (table.exists) return false;
  detail::catalog_record record;
  record.key_width = static_cast<std::uint16_t>(types.key_width);
  record.value_width = static_cast<std::uint16_t>(
      detail::stored_value_width<Config::page_size>(types.value_codec, types.key_width, types.value_width));
  record.key_codec = as_bytes(types.key_codec);
  record.value_codec = as_bytes(types.value_codec);
  this->state_->writer().create_table(table, record);
  return true;
}

template <class Config>
void basic_raw_write_table<Config>::create_if_missing(detail::table_state& table) {
  if (table.exists) return;
  detail::catalog_record record;
  record.key_codec = as_bytes(std::string_view("bytes"));
  record.value_codec = record.key_codec;
  this->state_->writer().create_table(table, record);
}

template <class Config>
void basic_raw_write_table<Config>::require_sizes(const detail::table_state& table, bytes_view key, bytes_view value) {
  const auto& record = table.record;
  if (key.size() > limits::key_size_max) detail::throw_key_too_large(key.size(), limits::key_size_max);
  if ((record.key_width != 0 && key.size() != record.key_width) ||
      (record.value_width != 0 && value.size() != record.value_width)) {
    throw error(errc::bad_encoding, "table '" + table.name + "' has keys of " + std::to_string(record.key_width) +
                                        " and values of " + std::to_string(record.value_width) +
                                        " bytes (0: any size)");
  }
}

template <class Config>
template <class Slot>
void basic_raw_write_table<Config>::put_in(detail::table_state& table, Slot& slot, bytes_view key, bytes_view value) {
  if (table.record.value_width == 0 && !limits::fits_inline(key.size(), value.size())) {
    detail::large_builder<writer_type> builder(this->state_->writer());
    builder.append(value);
    const detail::large_record record = builder.finish();
    slot.prepare_put();
    create_if_missing(table);
    builder.release();
    slot.put_large(record);
  } else {
    slot.prepare_put();
    create_if_missing(table);
    std::byte* const to = slot.put(value.size());
    if (!value.empty()) std::memcpy(to, value.data(), value.size());
  }
  table.mark_dirty();
}

template <class Config>
bool basic_raw_write_table<Config>::put(bytes_view key, bytes_view value) {
  const detail::key_bytes own_key(key);  // either may lie in a page that is about to change
  const std::vector<std::byte> own_value(value.begin(), value.end());
  detail::table_state& table = begin_change();
  require_sizes(table, own_key.view(), own_value);
  return base::with_layout_of({{}, {}, table.record.key_width, table.record.value_width}, [&](const auto& layout) {
    using layout_type = std::remove_cvref_t<decltype(layout)>;
    writer_type& writer = this->state_->writer();
    const auto operation = writer.enter();
    detail::tree_slot<layout_type, writer_type> slot(writer, table.record.root, layout, own_key.view());
    const bool found = slot.found();
    put_in(table, slot, own_key.view(), own_value);
    return !found;
  });
}

template <class Config>
bool basic_raw_write_table<Config>::erase(bytes_view key) {
  const detail::key_bytes own_key(key);
  detail::table_state& table = begin_change();
  const auto& record = table.record;
  if (!table.exists || (record.key_width != 0 && own_key.size() != record.key_width)) return false;
  return base::with_layout_of({{}, {}, record.key_width, record.value_width}, [&](const auto& layout) {
    using layout_type = std::remove_cvref_t<decltype(layout)>;
    writer_type& writer = this->state_->writer();
    const auto operation = writer.enter();
    detail::tree_slot<layout_type, writer_type> slot(writer, table.record.root, layout, own_key.view());
    if (!slot.found()) return false;
    slot.prepare_erase();
    slot.erase();
    table.mark_dirty();
    return true;
  });
}

template <class Config>
std::uint64_t basic_raw_write_table<Config>::erase(const raw_range& rows) {
  detail::table_state& table = begin_change();
  const typename base::fitted_range range(rows, table.record.key_width);
  if (!table.exists || range.contradictory()) return 0;
  return base::with_layout_of({{}, {}, table.record.key_width, table.record.value_width}, [&](const auto& layout) {
    writer_type& writer = this->state_->writer();
    const auto operation = writer.enter();
    const std::uint64_t erased = detail::erase_range(writer, table.record.root, layout, range.lower(), range.upper());
    if (erased > 0) table.mark_dirty();
    return erased;
  });
}

template <class Config>
basic_raw_write_table<Config> basic_write_txn<Config>::operator[](const raw_table& table) & {
  this->expect_open();
  return {*this->state_, this->owner_, table.name()};
}

}  // namespace macaw::inline MACAW_ABI
