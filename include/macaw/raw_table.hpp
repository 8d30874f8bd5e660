// SPDX-License-Identifier: MIT
//
// Tables as bytes: opens any table, whatever its codecs are, for tools that do not know its types. Layer 6 (API).
//
// Keys and values are the encoded bytes. What a tool writes must be encodings of the table's codecs, which it cannot
// check; typed readers then raise `bad_encoding`.

#pragma once

#include <macaw/bytes.hpp>
#include <macaw/detail/api/encoding.hpp>
#include <macaw/detail/api/small_bytes.hpp>
#include <macaw/detail/api/table_binding.hpp>
#include <macaw/detail/api/value_bytes.hpp>
#include <macaw/detail/format/layout.hpp>
#include <macaw/detail/tree/cursor.hpp>
#include <macaw/detail/tree/erase_range.hpp>
#include <macaw/detail/tree/find.hpp>
#include <macaw/detail/tree/large_value.hpp>
#include <macaw/detail/tree/slot.hpp>
#include <macaw/error.hpp>
#include <macaw/fwd.hpp>
#include <macaw/macros.hpp>
#include <macaw/stats.hpp>
#include <macaw/table.hpp>
#include <macaw/txn.hpp>
#include <macaw/write_txn.hpp>

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace macaw::inline MACAW_ABI {

/// What the catalog says of a table's types.
struct table_description {
  std::string key_codec;
  std::string value_codec;
  std::size_t key_width = 0;    ///< bytes of every key, 0 where they vary
  std::size_t value_width = 0;  ///< bytes of every value, 0 where they vary
};

/// A row as bytes, owned.
struct raw_row {
  std::vector<std::byte> key;
  std::vector<std::byte> value;
};

/// The rows of a table as bytes, in order. Every call raises what reading raises, and `txn_ended`.
template <class Config>
class basic_raw_read_table {
 public:
  using bytes = std::vector<std::byte>;
  using dies_with_transaction = void;

  /// Whether there is a table of this name.
  [[nodiscard]] bool exists() const { return current().exists; }
  [[nodiscard]] table_description description() const { return current().types; }
  [[nodiscard]] std::uint64_t size() const { return current().root.entries; }
  [[nodiscard]] bool empty() const { return size() == 0; }

  /// The value of a key, or nothing.
  [[nodiscard]] std::optional<bytes> get(bytes_view key) const {
    std::optional<bytes> result;
    if (std::optional<raw_row> row = seek(key, step::exact)) result.emplace(std::move(row->value));
    return result;
  }
  [[nodiscard]] bool contains(bytes_view key) const { return seek(key, step::exact).has_value(); }

  /// The row with the least, and the greatest key; or nothing.
  [[nodiscard]] std::optional<raw_row> front() const { return seek({}, step::first); }
  [[nodiscard]] std::optional<raw_row> back() const { return seek({}, step::last); }
  /// The first row whose key is not less, is greater; the last whose key is less; or nothing. Keys of any size.
  [[nodiscard]] std::optional<raw_row> at_or_after(bytes_view key) const { return seek(key, step::at_or_after); }
  [[nodiscard]] std::optional<raw_row> after(bytes_view key) const { return seek(key, step::after); }
  [[nodiscard]] std::optional<raw_row> before(bytes_view key) const { return seek(key, step::before); }

  /// Calls `visit(bytes_view key, bytes_view value)` for all rows in order; the arguments borrow for the call.
  /// Requires: `visit` does not change the transaction.
  template <class Visit>
  void for_each(Visit&& visit) const;

 protected:
  template <class>
  friend class basic_txn;

  enum class step : std::uint8_t { exact, first, last, at_or_after, after, before };

  /// What is known of the table now.
  struct table_now {
    detail::tree_root root;
    table_description types;
    bool exists = false;
  };

  basic_raw_read_table(detail::txn_state<Config>& state, std::uint64_t owner, std::string_view name)
      : state_(&state), owner_(owner), name_(name) {}

  [[nodiscard]] table_now current() const;
  [[nodiscard]] std::optional<raw_row> seek(bytes_view key, step how) const;

  template <class F>
  static decltype(auto) with_layout_of(const table_description& types, F&& f) {
    return detail::with_layout<Config::page_size>(types.key_width, types.value_width, std::forward<F>(f));
  }

  template <class Cursor>
  static void move(Cursor& cursor, bytes_view key, step how);

  /// A key as long as every key of the table is: longer ones are cut, shorter ones filled with zeros, which changes
  /// no order but that of the key itself. Returns: whether it was changed.
  static bool fit(detail::key_bytes& key, std::size_t width) {
    if (width == 0 || key.size() == width) return false;
    const std::size_t size = key.size();
    std::byte* const bytes = key.resize(width);
    if (size < width) std::memset(bytes + size, 0, width - size);
    return true;
  }

  detail::txn_state<Config>* state_;
  std::uint64_t owner_;
  std::string name_;
};

/// The rows of a table as bytes, to be read and changed. A table that does not exist is made with codecs `bytes`.
template <class Config>
class basic_raw_write_table : public basic_raw_read_table<Config> {
 public:
  /// Gives a key this value. Returns: whether the row is new.
  /// Errors: `key_too_large`, `value_too_large`, `bad_encoding` where the size is not that of the table's keys or
  /// values.
  bool put(bytes_view key, bytes_view value);
  /// Removes a row. Returns: whether there was one.
  bool erase(bytes_view key);
  /// Removes all rows. Returns: how many there were.
  std::uint64_t clear();

 private:
  template <class>
  friend class basic_write_txn;

  using base = basic_raw_read_table<Config>;
  using writer_type = detail::write_set<Config>;
  using limits = detail::geometry<Config::page_size>;
  using base::base;

  [[nodiscard]] detail::table_state& begin_change();
  static void create(detail::table_state& table);
  static void require_sizes(const detail::table_state& table, bytes_view key, bytes_view value);
  template <class Slot>
  void put_in(detail::table_state& table, Slot& slot, bytes_view key, bytes_view value);
};

template <class Config>
auto basic_raw_read_table<Config>::current() const -> table_now {
  state_->expect_open(owner_);
  if (state_->writing()) {
    const detail::table_state& table = state_->writer().open_table(name_);
    if (!table.exists) return {};
    const auto& record = table.record;
    return {record.root, {record.key_codec, record.value_codec, record.key_width, record.value_width}, true};
  }
  const auto operation = state_->access().enter();
  detail::catalog_record record;
  if (!state_->reading().find_table(name_, record)) return {};
  return {record.root,
          {std::string(as_text(record.key_codec)), std::string(as_text(record.value_codec)), record.key_width,
           record.value_width},
          true};
}

template <class Config>
template <class Cursor>
void basic_raw_read_table<Config>::move(Cursor& cursor, bytes_view wanted, step how) {
  if (how == step::first) return cursor.seek_first();
  if (how == step::last) return cursor.seek_last();
  detail::key_bytes key(wanted);
  const bool longer = fit(key, cursor.layout().leaf.shape().key_width()) && wanted.size() > key.size();
  const bool found = cursor.seek_lower_bound(cursor.layout().make_key(key.view()));
  const bool same = found && equal_bytes(key.view(), wanted);
  if (how == step::exact && !same) return cursor.reset();
  if (how == step::before && !(found && longer)) return cursor.previous();
  if ((how == step::after && same) || (how != step::before && found && longer)) cursor.next();
}

template <class Config>
std::optional<raw_row> basic_raw_read_table<Config>::seek(bytes_view key, step how) const {
  const table_now table = current();
  if (!table.exists) return std::nullopt;
  return with_layout_of(table.types, [&](const auto& layout) -> std::optional<raw_row> {
    using layout_type = std::remove_cvref_t<decltype(layout)>;
    const auto operation = state_->access().enter();
    detail::tree_cursor<layout_type, detail::page_access<Config>> cursor(state_->access(), table.root, layout);
    move(cursor, key, how);
    if (!cursor.valid()) return std::nullopt;
    raw_row row;
    row.key.resize(layout.leaf.key_size(cursor.page(), cursor.index()));
    layout.leaf.copy_key(cursor.page(), cursor.index(), row.key.data());
    detail::large_bytes large;
    const detail::cell_value cell = layout.leaf.value(cursor.page(), cursor.index());
    const bytes_view value = detail::value_bytes(state_->access(), cell, large);
    row.value.assign(value.begin(), value.end());
    return row;
  });
}

template <class Config>
template <class Visit>
void basic_raw_read_table<Config>::for_each(Visit&& visit) const {
  const table_now table = current();
  if (!table.exists) return;
  with_layout_of(table.types, [&](const auto& layout) {
    using layout_type = std::remove_cvref_t<decltype(layout)>;
    const std::uint64_t stamp = state_->stamp();
    const typename detail::txn_state<Config>::call_scope calling(*state_);
    detail::tree_cursor<layout_type, detail::page_access<Config>> cursor(state_->access(), table.root, layout);
    detail::key_bytes key;
    {
      const auto operation = state_->access().enter();
      cursor.seek_first();
    }
    while (cursor.valid()) {
      const auto operation = state_->access().enter();
      cursor.refetch();
      layout.leaf.copy_key(cursor.page(), cursor.index(),
                           key.resize(layout.leaf.key_size(cursor.page(), cursor.index())));
      detail::large_bytes large;
      const detail::cell_value cell = layout.leaf.value(cursor.page(), cursor.index());
      visit(key.view(), detail::value_bytes(state_->access(), cell, large));
      state_->expect_fresh(stamp);
      cursor.next();
    }
  });
}

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
void basic_raw_write_table<Config>::create(detail::table_state& table) {
  if (table.exists) return;
  table.record = {};
  table.record.key_codec = "bytes";
  table.record.value_codec = "bytes";
  table.exists = true;
  ++table.generation;  // others that are bound compare its types
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
    create(table);
    builder.release();
    slot.put_large(record);
  } else {
    slot.prepare_put();
    create(table);
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
std::uint64_t basic_raw_write_table<Config>::clear() {
  detail::table_state& table = begin_change();
  if (!table.exists) return 0;
  return base::with_layout_of({{}, {}, table.record.key_width, table.record.value_width}, [&](const auto& layout) {
    writer_type& writer = this->state_->writer();
    const auto operation = writer.enter();
    const std::uint64_t erased = detail::drop_tree(writer, table.record.root, layout);
    table.mark_dirty();
    return erased;
  });
}

template <class Config>
basic_raw_read_table<Config> basic_txn<Config>::operator[](const raw_table& table) const& {
  expect_open();
  return {*state_, owner_, table.name()};
}

template <class Config>
basic_raw_write_table<Config> basic_write_txn<Config>::operator[](const raw_table& table) & {
  this->expect_open();
  return {*this->state_, this->owner_, table.name()};
}

}  // namespace macaw::inline MACAW_ABI
