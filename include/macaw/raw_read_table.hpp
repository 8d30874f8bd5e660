// SPDX-License-Identifier: MIT
//
// Reading tables as bytes, whatever their codecs are. Layer 6 (API). The header
// to include is raw_table.hpp.

#pragma once

#include <macaw/bytes.hpp>
#include <macaw/detail/api/small_bytes.hpp>
#include <macaw/detail/api/table_binding.hpp>
#include <macaw/detail/api/table_types.hpp>
#include <macaw/detail/api/value_bytes.hpp>
#include <macaw/detail/format/layout.hpp>
#include <macaw/detail/tree/count_range.hpp>
#include <macaw/detail/tree/cursor.hpp>
#include <macaw/fwd.hpp>
#include <macaw/macros.hpp>
#include <macaw/table.hpp>
#include <macaw/txn.hpp>

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
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

/// Rows from the key `lower` on and below `upper`; where an end is missing,
/// from the first or to the last. The keys are borrowed, and may be of any
/// size.
struct raw_range {
  std::optional<bytes_view> lower;
  std::optional<bytes_view> upper;
};

/// Which way a table is walked.
enum class walk_order : std::uint8_t { ascending, descending };

/// The rows of a table as bytes, in order. Every call raises what reading
/// raises, `txn_ended`, and `unsupported_feature` where the table has a feature that forbids reading it.
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
  /// The first row whose key is not less, is greater; the last whose key is
  /// less; or nothing. Keys of any size.
  [[nodiscard]] std::optional<raw_row> at_or_after(bytes_view key) const { return seek(key, step::at_or_after); }
  [[nodiscard]] std::optional<raw_row> after(bytes_view key) const { return seek(key, step::after); }
  [[nodiscard]] std::optional<raw_row> before(bytes_view key) const { return seek(key, step::before); }

  /// Calls `visit(bytes_view key, bytes_view value)` for all rows in order; the
  /// arguments borrow for the call. Where `visit` returns `bool`, false ends
  /// the walk. Requires: `visit` does not change the transaction.
  template <class Visit>
  void for_each(Visit&& visit) const {
    for_each({}, walk_order::ascending, visit);
  }
  /// As above, for the rows of a range, the first or the last one first.
  template <class Visit>
  void for_each(const raw_range& rows, walk_order order, Visit&& visit) const;

  /// How many rows a range has. Complexity: reads no leaf but those at its
  /// ends.
  [[nodiscard]] std::uint64_t count(const raw_range& rows) const;

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

  /// A key as long as every key of the table is: longer ones are cut, shorter
  /// ones filled with zeros, which changes no order but that of the key itself.
  /// Returns: whether it was changed.
  static bool fit(detail::key_bytes& key, std::size_t width) {
    if (width == 0 || key.size() == width) return false;
    const std::size_t size = key.size();
    std::byte* const bytes = key.resize(width);
    if (size < width) std::memset(bytes + size, 0, width - size);
    return true;
  }

  /// The ends of a range as keys that a table of this key width can have.
  class fitted_range {
   public:
    fitted_range(const raw_range& rows, std::size_t width) {
      if (rows.lower) nothing_ = !assign(lower_, has_lower_, *rows.lower, width);
      if (rows.upper && !assign(upper_, has_upper_, *rows.upper, width)) has_upper_ = false;
    }
    [[nodiscard]] bool contradictory() const noexcept {
      return nothing_ || (has_lower_ && has_upper_ && compare_bytes(lower_.view(), upper_.view()) >= 0);
    }
    [[nodiscard]] std::optional<bytes_view> lower() const noexcept {
      return has_lower_ ? std::optional(lower_.view()) : std::nullopt;
    }
    [[nodiscard]] std::optional<bytes_view> upper() const noexcept {
      return has_upper_ ? std::optional(upper_.view()) : std::nullopt;
    }

   private:
    /// The least key of the table that is not less than `wanted`. Returns:
    /// whether there can be one.
    static bool assign(detail::key_bytes& key, bool& known, bytes_view wanted, std::size_t width) {
      known = true;
      key.assign(wanted);
      if (!fit(key, width) || wanted.size() < width) return true;
      for (std::size_t i = width; i-- > 0;) {  // it was cut, so the next key is the first that is not less
        key.data()[i] = static_cast<std::byte>(std::to_integer<unsigned>(key.data()[i]) + 1U);
        if (key.data()[i] != std::byte{0}) return true;
      }
      return false;
    }

    detail::key_bytes lower_;
    detail::key_bytes upper_;
    bool has_lower_ = false;
    bool has_upper_ = false;
    bool nothing_ = false;
  };

  template <class Cursor>
  static void seek_end(Cursor& cursor, const fitted_range& rows, walk_order order);

  detail::txn_state<Config>* state_;
  std::uint64_t owner_;
  std::string name_;
};

template <class Config>
auto basic_raw_read_table<Config>::current() const -> table_now {
  state_->expect_open(owner_);
  if (state_->writing()) {
    const detail::table_state& table = state_->writer().open_table(name_);
    if (!table.exists) return {};
    const auto& record = table.record;
    detail::require_readable(name_, record);
    return {record.root, {record.key_codec, record.value_codec, record.key_width, record.value_width}, true};
  }
  const auto operation = state_->access().enter();
  detail::catalog_record record;
  if (!state_->reading().find_table(name_, record)) return {};
  detail::require_readable(name_, record);
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
template <class Cursor>
void basic_raw_read_table<Config>::seek_end(Cursor& cursor, const fitted_range& rows, walk_order order) {
  const bool ascending = order == walk_order::ascending;
  const std::optional<bytes_view> end = ascending ? rows.lower() : rows.upper();
  if (!end) return ascending ? cursor.seek_first() : cursor.seek_last();
  cursor.seek_lower_bound(cursor.layout().make_key(*end));
  if (!ascending) cursor.previous();
}

template <class Config>
template <class Visit>
void basic_raw_read_table<Config>::for_each(const raw_range& rows, walk_order order, Visit&& visit) const {
  const table_now table = current();
  const fitted_range range(rows, table.types.key_width);
  if (!table.exists || range.contradictory()) return;
  const bool ascending = order == walk_order::ascending;
  const std::optional<bytes_view> far_end = ascending ? range.upper() : range.lower();
  with_layout_of(table.types, [&](const auto& layout) {
    using layout_type = std::remove_cvref_t<decltype(layout)>;
    const std::uint64_t stamp = state_->stamp();
    const typename detail::txn_state<Config>::call_scope calling(*state_);
    detail::tree_cursor<layout_type, detail::page_access<Config>> cursor(state_->access(), table.root, layout);
    detail::key_bytes key;
    {
      const auto operation = state_->access().enter();
      seek_end(cursor, range, order);
    }
    while (cursor.valid()) {
      const auto operation = state_->access().enter();
      cursor.refetch();
      layout.leaf.copy_key(cursor.page(), cursor.index(),
                           key.resize(layout.leaf.key_size(cursor.page(), cursor.index())));
      if (far_end && (compare_bytes(key.view(), *far_end) < 0) != ascending) break;
      detail::large_bytes large;
      const detail::cell_value cell = layout.leaf.value(cursor.page(), cursor.index());
      const bytes_view value = detail::value_bytes(state_->access(), cell, large);
      if constexpr (std::is_void_v<std::invoke_result_t<Visit&, bytes_view, bytes_view>>) {
        visit(key.view(), value);
      } else if (!visit(key.view(), value)) {
        break;
      }
      state_->expect_fresh(stamp);
      ascending ? cursor.next() : cursor.previous();
    }
  });
}

template <class Config>
std::uint64_t basic_raw_read_table<Config>::count(const raw_range& rows) const {
  const table_now table = current();
  const fitted_range range(rows, table.types.key_width);
  if (!table.exists || range.contradictory()) return 0;
  return with_layout_of(table.types, [&](const auto& layout) {
    const auto operation = state_->access().enter();
    return detail::count_range(state_->access(), table.root, layout, range.lower(), range.upper());
  });
}

template <class Config>
basic_raw_read_table<Config> basic_txn<Config>::operator[](const raw_table& table) const& {
  expect_open();
  return {*state_, owner_, table.name()};
}

}  // namespace macaw::inline MACAW_ABI
