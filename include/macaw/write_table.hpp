// SPDX-License-Identifier: MIT
//
// A table bound to a write transaction. Layer 6 (API).
//
// Invariants:
//  1. Every change of a row goes through one function, `change`, which sees the old and the new value.
//  2. Arguments are encoded before anything is touched: an error in a key, a value or a codec changes nothing.
//  3. Every changing call ends the iterators, entries and views of its transaction, whatever their table.

#pragma once

#include <macaw/detail/api/staged_value.hpp>
#include <macaw/detail/tree/erase_range.hpp>
#include <macaw/detail/tree/large_value.hpp>
#include <macaw/detail/tree/load.hpp>
#include <macaw/detail/tree/slot.hpp>
#include <macaw/fwd.hpp>
#include <macaw/macros.hpp>
#include <macaw/read_table.hpp>

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <optional>
#include <type_traits>
#include <utility>

namespace macaw::inline MACAW_ABI {

template <class Config, class Key, class Value>
class basic_write_cursor;
template <class Config, class Key, class Value>
class basic_value_writer;

/// The rows of a table, to be read and changed. A table that does not exist is made by the first row put.
///
/// Beside what reading raises, changing calls raise `busy` while a nested transaction is open, `txn_failed` after
/// an error that left this level fit for rollback only, `no_space` and `io` where room has to be made in memory,
/// and bad_alloc.
template <class Config, class Key, class Value>
class basic_write_table : public basic_read_table<Config, Key, Value> {
  using base = basic_read_table<Config, Key, Value>;

 public:
  using typename base::iterator;
  using typename base::key_argument;
  using typename base::key_codec_type;
  using typename base::mapped_type;
  using typename base::range_type;
  using typename base::value_codec_type;
  using value_argument = typename value_codec_type::argument_type;

  /// Gives a key this value, whether or not it has one.
  /// Returns: whether the row is new. Errors: `value_too_large`.
  /// Complexity: as many pages read as the tree is high, and as many copied on the first change of each.
  bool put(const key_argument& key, const value_argument& value);
  /// Adds a row, if there is none with this key. Returns: whether it did.
  bool insert(const key_argument& key, const value_argument& value);
  /// Changes the value of a row, if there is one with this key. Returns: whether it did.
  bool replace(const key_argument& key, const value_argument& value);
  /// Removes a row. Returns: its value, owned; or nothing.
  std::optional<mapped_type> extract(const key_argument& key);
  /// Gives a key the value that `change` makes of the old one, in one descent.
  ///
  /// Requires: `change(std::optional<value>)` gives a value, or an optional of one: nothing then means that the
  /// row is to be absent. It does not change this transaction.
  /// Returns: whether there was a row before. Errors: those of `change`, and nothing has changed then; `stale` where
  /// it changed the transaction.
  template <class Change>
  bool update(const key_argument& key, Change&& change);

  /// Removes a row. Returns: whether there was one.
  bool erase(const key_argument& key);
  /// Removes the row that an iterator stands on. Returns: an iterator to the next one in its range.
  iterator erase(const iterator& at);
  /// Removes the rows of a range. Returns: how many there were.
  /// Complexity: reads the branches that go, and two paths; leaves between are not read, unless they hold large values.
  std::uint64_t erase(const range_type& rows);
  /// Removes the rows of a range for which `predicate(const entry&)` holds. Returns: how many.
  /// Errors: those of `predicate`: if rows were removed before, the transaction's level is fit for rollback only.
  template <class Predicate>
  std::uint64_t erase_if(const range_type& rows, Predicate&& predicate);
  template <class Predicate>
  std::uint64_t erase_if(Predicate&& predicate) {
    return erase_if(this->range(), std::forward<Predicate>(predicate));
  }
  /// Removes all rows. Returns: how many there were. Complexity: reads the branches.
  std::uint64_t clear();

  /// Adds a row behind the last one; leaves stay full. Errors: `key_out_of_range` where the key is not greater.
  void append(const key_argument& key, const value_argument& value);
  /// Adds rows in ascending order of keys behind the last one. When they have filled 4 MiB, they are written to the
  /// file as they come, so that memory does for any number; the transaction is then durable whatever its commit asks
  /// for.
  ///
  /// Requires: elements that come apart into a key and a value.
  /// Returns: how many. Errors: as `append`; `no_space` and `io` from writing; `stale` where the rows are those of a
  /// range of this transaction; the transaction's level is then fit for rollback only.
  template <class Rows>
  std::uint64_t load(Rows&& rows);

  /// A place that remembers its key, and can change the row it stands on.
  [[nodiscard]] basic_write_cursor<Config, Key, Value> cursor();
  /// A stream whose bytes become the value of a key when it is finished.
  [[nodiscard]] basic_value_writer<Config, Key, Value> writer(const key_argument& key);

 private:
  template <class>
  friend class basic_write_txn;
  template <class, class, class>
  friend class basic_write_cursor;
  template <class, class, class>
  friend class basic_value_writer;

  using base::layout;
  using typename base::encoded_key;
  using typename base::layout_type;
  using writer_type = detail::write_set<Config>;
  using slot_type = detail::tree_slot<layout_type, writer_type>;
  using loader_type = detail::bulk_loader<layout_type, writer_type>;
  using staged_type = detail::staged_value<value_codec_type>;
  using limits = detail::geometry<Config::page_size>;

  explicit basic_write_table(const detail::table_binding<Config>& binding) : base(binding) {}

  [[nodiscard]] detail::txn_state<Config>& state() const noexcept { return this->binding().state(); }

  /// Finds a key's place and calls `decide(table, slot)` there. Returns what that returns.
  template <class Decide>
  auto at_slot(bytes_view key, const Decide& decide) {
    detail::table_state& table = this->binding().begin_change();
    writer_type& writer = state().writer();
    const auto operation = writer.enter();
    slot_type slot(writer, table.record.root, layout, key);
    return decide(table, slot);
  }

  /// Every change of a row: `fresh` is its new value as bytes, or `std::nullopt` if it is to go; `slot.old()` is its
  /// old one. What only puts rows compiles no erasing.
  template <class Fresh>
  void change(detail::table_state& table, slot_type& slot, const Fresh& fresh) {
    if constexpr (std::is_same_v<Fresh, std::nullopt_t>) {
      slot.prepare_erase();
      slot.erase();
    } else if (is_large(slot.key(), fresh.size())) {
      put_large(table, slot, fresh);
    } else {
      slot.prepare_put();
      this->binding().create(table);
      std::byte* const to = slot.put(fresh.size());
      if (!fresh.empty()) std::memcpy(to, fresh.data(), fresh.size());
    }
    table.mark_dirty();
  }

  [[nodiscard]] static bool is_large(bytes_view key, std::uint64_t value_size) noexcept {
    return layout.leaf.shape().value_width() == 0 && !limits::fits_inline(key.size(), value_size);
  }

  MACAW_NOINLINE void put_large(detail::table_state& table, slot_type& slot, bytes_view bytes) {
    detail::large_builder<writer_type> builder(state().writer());
    builder.append(bytes);
    put_built(table, slot, builder);
  }
  void put_built(detail::table_state& table, slot_type& slot, detail::large_builder<writer_type>& builder) {
    const detail::large_record record = builder.finish();
    slot.prepare_put();
    this->binding().create(table);
    builder.release();
    slot.put_large(record);
    table.mark_dirty();
  }

  /// Adds a row behind the last one. Requires: `begin_append` came before.
  void add_behind(detail::table_state& table, bytes_view key, bytes_view value) {
    writer_type& writer = state().writer();
    detail::right_edge& edge = writer.edge_of(table);
    loader_type loader(writer, table.record.root, layout, edge);
    if (!edge.owned || is_large(key, value.size())) [[unlikely]]
      return add_behind_slowly(table, loader, key, value);
    if (!loader.follows(key)) detail::throw_not_ascending();
    std::byte* const to = loader.add(key, value.size());
    if (!value.empty()) std::memcpy(to, value.data(), value.size());
    table.mark_dirty();
  }
  /// As `add_behind`, where the edge has to be found first, or the value is large.
  MACAW_NOINLINE void add_behind_slowly(detail::table_state& table, loader_type& loader, bytes_view key,
                                        bytes_view value) {
    writer_type& writer = state().writer();
    const auto operation = writer.enter();
    if (!loader.follows(key)) detail::throw_not_ascending();
    if (is_large(key, value.size())) {
      detail::large_builder<writer_type> builder(writer);
      builder.append(value);
      const detail::large_record record = builder.finish();
      loader.prepare();
      this->binding().create(table);
      loader.add_large(key, record);
      builder.release();
    } else {
      loader.prepare();
      this->binding().create(table);
      std::byte* const to = loader.add(key, value.size());
      if (!value.empty()) std::memcpy(to, value.data(), value.size());
    }
    table.mark_dirty();
  }

  [[nodiscard]] mapped_type own_old(const slot_type& slot) const {
    detail::large_bytes large;
    return detail::own_bytes<value_codec_type>(detail::value_bytes(state().access(), slot.old(), large));
  }

  bool put_encoded(bytes_view key, const value_argument& value) {
    const staged_type fresh(value, state().scratch());
    return at_slot(key, [&](detail::table_state& table, slot_type& slot) {
      const bool found = slot.found();
      change(table, slot, fresh.view());
      return !found;
    });
  }
  bool erase_encoded(bytes_view key) {
    return at_slot(key, [&](detail::table_state& table, slot_type& slot) {
      if (!slot.found()) return false;
      change(table, slot, std::nullopt);
      return true;
    });
  }
};

namespace detail {

template <class T, class Argument>
concept optional_of = requires(T& result) {
  { result.has_value() } -> std::convertible_to<bool>;
  { *result } -> std::convertible_to<Argument>;
};

}  // namespace detail

template <class Config, class Key, class Value>
bool basic_write_table<Config, Key, Value>::put(const key_argument& key, const value_argument& value) {
  const encoded_key encoded(key);
  return put_encoded(encoded.view(), value);
}

template <class Config, class Key, class Value>
bool basic_write_table<Config, Key, Value>::insert(const key_argument& key, const value_argument& value) {
  const encoded_key encoded(key);
  const staged_type fresh(value, state().scratch());
  return at_slot(encoded.view(), [&](detail::table_state& table, slot_type& slot) {
    if (slot.found()) return false;
    change(table, slot, fresh.view());
    return true;
  });
}

template <class Config, class Key, class Value>
bool basic_write_table<Config, Key, Value>::replace(const key_argument& key, const value_argument& value) {
  const encoded_key encoded(key);
  const staged_type fresh(value, state().scratch());
  return at_slot(encoded.view(), [&](detail::table_state& table, slot_type& slot) {
    if (!slot.found()) return false;
    change(table, slot, fresh.view());
    return true;
  });
}

template <class Config, class Key, class Value>
auto basic_write_table<Config, Key, Value>::extract(const key_argument& key) -> std::optional<mapped_type> {
  const encoded_key encoded(key);
  return at_slot(encoded.view(), [&](detail::table_state& table, slot_type& slot) {
    std::optional<mapped_type> old;
    if (slot.found()) {
      old.emplace(own_old(slot));
      change(table, slot, std::nullopt);
    }
    return old;
  });
}

template <class Config, class Key, class Value>
template <class Change>
bool basic_write_table<Config, Key, Value>::update(const key_argument& key, Change&& change_value) {
  const encoded_key encoded(key);
  return at_slot(encoded.view(), [&](detail::table_state& table, slot_type& slot) {
    const bool found = slot.found();
    std::optional<mapped_type> old;
    if (found) old.emplace(own_old(slot));
    const std::uint64_t stamp = state().stamp();
    const typename detail::txn_state<Config>::call_scope calling(state());
    auto&& result = std::forward<Change>(change_value)(std::move(old));
    state().expect_fresh(stamp);
    using result_type = decltype(result);
    if constexpr (std::convertible_to<result_type, value_argument>) {
      const staged_type fresh(std::forward<result_type>(result), state().scratch());
      change(table, slot, fresh.view());
    } else {
      static_assert(detail::optional_of<std::remove_reference_t<result_type>, value_argument>,
                    "macaw: update() wants a function that returns a value, or an optional of one");
      if (result.has_value()) {
        const staged_type fresh(*result, state().scratch());
        change(table, slot, fresh.view());
      } else if (found) {
        change(table, slot, std::nullopt);
      }
    }
    return found;
  });
}

template <class Config, class Key, class Value>
bool basic_write_table<Config, Key, Value>::erase(const key_argument& key) {
  const encoded_key encoded(key);
  return erase_encoded(encoded.view());
}

template <class Config, class Key, class Value>
auto basic_write_table<Config, Key, Value>::erase(const iterator& at) -> iterator {
  MACAW_ASSERT(at.state_ == &state());
  detail::key_bytes key;
  (*at).copy_key(key);
  erase_encoded(key.view());
  iterator next(this->binding(), at.bounds_);
  next.seek([&](auto& cursor) { cursor.seek_lower_bound(layout.make_key(key.view())); });
  return next;
}

template <class Config, class Key, class Value>
std::uint64_t basic_write_table<Config, Key, Value>::erase(const range_type& rows) {
  MACAW_ASSERT(&rows.binding_.state() == &state());
  state().expect_fresh(rows.stamp_);
  detail::table_state& table = this->binding().begin_change();
  if (rows.bounds_.contradictory()) return 0;
  writer_type& writer = state().writer();
  const auto operation = writer.enter();
  const std::uint64_t erased =
      detail::erase_range(writer, table.record.root, layout, rows.bounds_.lower(), rows.bounds_.upper());
  if (erased > 0) table.mark_dirty();
  return erased;
}

template <class Config, class Key, class Value>
template <class Predicate>
std::uint64_t basic_write_table<Config, Key, Value>::erase_if(const range_type& rows, Predicate&& predicate) {
  std::uint64_t erased = 0;
  iterator at = rows.begin();
  const iterator last = rows.end();
  const typename detail::txn_state<Config>::call_scope calling(state());
  detail::change_guard guard(state());
  while (at != last) {
    const auto row = *at;
    if (predicate(row)) {
      at = erase(at);
      guard.arm();
      ++erased;
    } else {
      ++at;
    }
  }
  guard.disarm();
  return erased;
}

template <class Config, class Key, class Value>
std::uint64_t basic_write_table<Config, Key, Value>::clear() {
  return erase(this->range());
}

template <class Config, class Key, class Value>
void basic_write_table<Config, Key, Value>::append(const key_argument& key, const value_argument& value) {
  const encoded_key encoded(key);
  const staged_type fresh(value, state().scratch());
  add_behind(this->binding().begin_append(), encoded.view(), fresh.view());
}

template <class Config, class Key, class Value>
template <class Rows>
std::uint64_t basic_write_table<Config, Key, Value>::load(Rows&& rows) {
  constexpr std::uint64_t rows_between_checks = 1024;
  detail::table_state& table = this->binding().begin_append();
  const typename detail::txn_state<Config>::call_scope calling(state());
  detail::change_guard guard(state());
  std::uint64_t stamp = state().stamp();
  std::size_t limit = state().writer().load_limit();
  std::uint64_t loaded = 0;
  for (auto&& [key_part, value_part] : rows) {
    const key_argument& key = key_part;
    const value_argument& value = value_part;
    const encoded_key encoded(key);
    const staged_type fresh(value, state().scratch());
    if (loaded % rows_between_checks == 0 || state().stamp() != stamp) {  // what gives the rows may change tables
      this->binding().begin_load(limit);
      stamp = state().stamp();
    }
    add_behind(table, encoded.view(), fresh.view());
    guard.arm();
    ++loaded;
  }
  guard.disarm();
  return loaded;
}

}  // namespace macaw::inline MACAW_ABI
