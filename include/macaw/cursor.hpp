// SPDX-License-Identifier: MIT
//
// A place in a table that survives changes. Layer 6 (API).
//
// Invariants:
//  1. A cursor stands before the first row, on a key, or behind the last row. It remembers the key's bytes; the row
//     may go while it stands there, and moving on leads to its neighbours.
//  2. While nothing has changed it walks as an iterator does; after a change it seeks its key again by itself.

#pragma once

#include <macaw/detail/api/small_bytes.hpp>
#include <macaw/fwd.hpp>
#include <macaw/macros.hpp>
#include <macaw/range.hpp>
#include <macaw/read_table.hpp>
#include <macaw/write_table.hpp>

#include <cstdint>
#include <optional>

namespace macaw::inline MACAW_ABI {

/// Walks a table that may change meanwhile. Begins before the first row: `while (cursor.next()) use(cursor.key())`.
///
/// Calls raise what reading raises, and `txn_ended` after the transaction.
template <class Config, class Key, class Value>
class basic_cursor {
  using table_type = basic_read_table<Config, Key, Value>;

 public:
  using iterator = typename table_type::iterator;
  using entry_type = typename table_type::value_type;
  using key_argument = typename table_type::key_argument;
  using key_type = typename table_type::key_codec_type::value_type;
  using mapped_type = typename table_type::mapped_type;
  using dies_with_transaction = void;

  /// Whether the cursor stands on a key, whose row may have gone since.
  [[nodiscard]] explicit operator bool() const noexcept { return place_ == place::on_key; }

  /// Goes to the first row, or behind the last. Returns: whether it stands on a row.
  bool first() { return settle(table_.begin()); }
  /// Goes to the last row, or before the first. Returns: whether it stands on a row.
  bool last() {
    place_ = place::behind_last;
    return previous();
  }
  /// Goes to the first row whose key is not less, or behind the last. Returns: whether it stands on a row.
  bool seek(const key_argument& key) { return settle(table_.lower_bound(key)); }
  /// Goes to the row with this key. Returns: whether there is one; if not, the cursor is where it was.
  bool find(const key_argument& key) {
    iterator found = table_.find(key);
    return found != table_.end() && settle(found);
  }
  /// Goes to the next row, or behind the last. Returns: whether it stands on a row.
  bool next();
  /// Goes to the previous row, or before the first. Returns: whether it stands on a row.
  bool previous();

  /// The row that the cursor stands on, or nothing if there is none, or it has gone.
  [[nodiscard]] std::optional<entry_type> entry() {
    if (place_ != place::on_key) return std::nullopt;
    if (is_fresh()) return *at_;
    at_ = at_key(true);
    if (at_ == table_.end()) return std::nullopt;
    return *at_;
  }
  /// The key that the cursor stands on, owned, also when its row has gone. Requires: the cursor stands on a key.
  [[nodiscard]] key_type key() const {
    MACAW_ASSERT(place_ == place::on_key);
    return detail::own_bytes<typename table_type::key_codec_type>(key_.view());
  }
  /// The value of the row, owned, or nothing if the row has gone.
  [[nodiscard]] std::optional<mapped_type> value() {
    const std::optional<entry_type> row = entry();
    if (!row) return std::nullopt;
    return row->own_value();
  }

 protected:
  template <class, class, class>
  friend class basic_read_table;

  explicit basic_cursor(const table_type& table) : table_(table) {}

  [[nodiscard]] bytes_view key_bytes() const noexcept { return key_.view(); }

 private:
  enum class place : std::uint8_t { before_first, on_key, behind_last };

  [[nodiscard]] bool is_fresh() const noexcept { return at_.is_fresh(); }

  /// The first row whose key is not less than the one remembered; or, if `exact`, the one with that key, or the end.
  [[nodiscard]] iterator at_key(bool exact) const {
    return table_.place([&](auto& cursor) {
      const bool found = cursor.seek_lower_bound(table_type::layout.make_key(key_.view()));
      if (exact && !found) cursor.reset();
    });
  }

  bool settle(iterator at) {
    if (at == table_.end()) {
      place_ = place::behind_last;
      return false;
    }
    (*at).copy_key(key_);
    at_ = at;
    place_ = place::on_key;
    return true;
  }

  table_type table_;
  iterator at_;
  detail::key_bytes key_;
  place place_ = place::before_first;
};

/// A cursor that changes rows as well.
template <class Config, class Key, class Value>
class basic_write_cursor : public basic_cursor<Config, Key, Value> {
  using base = basic_cursor<Config, Key, Value>;
  using table_type = basic_write_table<Config, Key, Value>;

 public:
  /// Removes the row that the cursor stands on; the cursor stays in the gap. Returns: whether there was one.
  /// Requires: the cursor stands on a key.
  bool erase() {
    MACAW_ASSERT(*this);
    return table_.erase_encoded(this->key_bytes());
  }
  /// Gives the key that the cursor stands on this value, also when its row has gone. Requires: it stands on a key.
  void put(const typename table_type::value_argument& value) {
    MACAW_ASSERT(*this);
    table_.put_encoded(this->key_bytes(), value);
  }

 private:
  template <class, class, class>
  friend class basic_write_table;

  explicit basic_write_cursor(const table_type& table) : base(table), table_(table) {}

  table_type table_;
};

template <class Config, class Key, class Value>
bool basic_cursor<Config, Key, Value>::next() {
  if (place_ == place::before_first) return first();
  if (place_ == place::behind_last) return false;
  if (is_fresh()) return settle(++iterator(at_));
  iterator at = at_key(false);
  if (at == table_.end()) return settle(at);
  detail::key_bytes found;
  (*at).copy_key(found);
  if (equal_bytes(found.view(), key_.view())) ++at;
  return settle(at);
}

template <class Config, class Key, class Value>
bool basic_cursor<Config, Key, Value>::previous() {
  if (place_ == place::before_first) return false;
  iterator at = place_ == place::behind_last ? table_.end() : is_fresh() ? at_ : at_key(false);
  --at;
  if (settle(at)) return true;
  place_ = place::before_first;
  return false;
}

template <class Config, class Key, class Value>
basic_cursor<Config, Key, Value> basic_read_table<Config, Key, Value>::cursor() const {
  return basic_cursor<Config, Key, Value>(*this);
}

template <class Config, class Key, class Value>
basic_write_cursor<Config, Key, Value> basic_write_table<Config, Key, Value>::cursor() {
  return basic_write_cursor<Config, Key, Value>(*this);
}

}  // namespace macaw::inline MACAW_ABI
