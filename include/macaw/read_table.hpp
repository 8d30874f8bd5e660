// SPDX-License-Identifier: MIT
//
// A table bound to a transaction, for reading. Layer 6 (API).
//
// A bound table is a small value: copy it, pass it on, loop over it. It is good as long as its transaction, also
// when the transaction's handle is moved; afterwards its calls raise `txn_ended`.

#pragma once

#include <macaw/detail/api/encoding.hpp>
#include <macaw/detail/api/table_binding.hpp>
#include <macaw/detail/api/value_bytes.hpp>
#include <macaw/detail/tree/count_range.hpp>
#include <macaw/detail/tree/find.hpp>
#include <macaw/entry.hpp>
#include <macaw/fwd.hpp>
#include <macaw/key_range.hpp>
#include <macaw/macros.hpp>
#include <macaw/range.hpp>
#include <macaw/stats.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <iterator>
#include <optional>
#include <span>
#include <utility>
#include <vector>

namespace macaw::inline MACAW_ABI {

template <class Config, class Key, class Value>
class basic_cursor;
template <class Config, class Value>
class basic_value_reader;

/// The rows of a table, in order of their keys, as one transaction sees them.
///
/// All calls raise `txn_ended` after the transaction; `corrupt`, `io` and bad_alloc where reading does; and
/// `bad_encoding` where stored bytes are no key or value of the table's types. A key that cannot be encoded
/// raises what its codec raises, or `key_too_large`.
template <class Config, class Key, class Value>
class basic_read_table : public std::ranges::view_base {
 public:
  using key_codec_type = key_codec_for<Key>;
  using value_codec_type = value_codec_for<Value>;
  /// What calls take: made from anything that becomes a key without loss; braces work.
  using key_argument = typename key_codec_type::argument_type;
  using mapped_type = typename value_codec_type::value_type;

  using range_type = basic_range<Config, Key, Value>;
  using iterator = basic_iterator<Config, Key, Value>;
  using value_type = typename iterator::value_type;
  using pinned = basic_pinned<Config, Value>;
  using dies_with_transaction = void;

  // Single rows.

  /// The value of a key, owned; or nothing.
  /// Complexity: as many pages as the tree is high; no allocation but that of the value.
  [[nodiscard]] std::optional<mapped_type> get(const key_argument& key) const;
  /// The value of a key where it stands; or nothing. Test it before use.
  /// Complexity: as many pages as the tree is high; no allocation for values that stand in their page.
  [[nodiscard]] pinned view(const key_argument& key) const;
  /// Whether there is a row with this key.
  [[nodiscard]] bool contains(const key_argument& key) const;
  /// The values of many keys, owned, in the order of the keys; lookups overlap.
  /// Requires: `keys` is a range of what becomes a key.
  template <class Keys>
  [[nodiscard]] std::vector<std::optional<mapped_type>> multi_get(const Keys& keys) const;
  [[nodiscard]] std::vector<std::optional<mapped_type>> multi_get(std::initializer_list<Key> keys) const
      requires(std::convertible_to<const Key&, key_argument>) {
    return multi_get<std::initializer_list<Key>>(keys);
  }
  /// A stream over the value of a key, read piece by piece; it is false where there is no such row.
  [[nodiscard]] basic_value_reader<Config, Value> reader(const key_argument& key) const;

  // Places.

  [[nodiscard]] iterator begin() const {
    return place([](auto& cursor) { cursor.seek_first(); });
  }
  [[nodiscard]] iterator end() const { return iterator(binding_, nullptr); }
  /// The row with this key, or `end()`.
  [[nodiscard]] iterator find(const key_argument& key) const;
  /// The first row whose key is not less, or `end()`.
  [[nodiscard]] iterator lower_bound(const key_argument& key) const;
  /// The first row whose key is greater, or `end()`.
  [[nodiscard]] iterator upper_bound(const key_argument& key) const;
  /// The row with the least key, or nothing.
  [[nodiscard]] std::optional<value_type> front() const { return row_at(begin()); }
  /// The row with the greatest key, or nothing.
  [[nodiscard]] std::optional<value_type> back() const {
    return row_at(place([](auto& cursor) { cursor.seek_last(); }));
  }
  /// A place that remembers its key, and finds it again after changes.
  [[nodiscard]] basic_cursor<Config, Key, Value> cursor() const;

  // Ranges.

  /// All rows.
  [[nodiscard]] range_type all() const { return range_type(binding_); }
  [[nodiscard]] range_type range() const { return all(); }
  /// The rows with keys in [from, up_to).
  [[nodiscard]] range_type range(const key_argument& from, const key_argument& up_to) const {
    return limited([&](detail::key_bounds& bounds) {
      limit_lower(bounds, from, true);
      limit_upper(bounds, up_to, false);
    });
  }
  template <class T>
  [[nodiscard]] range_type range(const lower_end<T>& lower) const {
    return limited([&](detail::key_bounds& bounds) { limit_lower(bounds, lower.key, lower.included); });
  }
  template <class T>
  [[nodiscard]] range_type range(const upper_end<T>& upper) const {
    return limited([&](detail::key_bounds& bounds) { limit_upper(bounds, upper.key, upper.included); });
  }
  template <class T, class U>
  [[nodiscard]] range_type range(const lower_end<T>& lower, const upper_end<U>& upper) const {
    return limited([&](detail::key_bounds& bounds) {
      limit_lower(bounds, lower.key, lower.included);
      limit_upper(bounds, upper.key, upper.included);
    });
  }
  /// The rows whose keys begin so: equal leading components, and the last one given, a text, is a beginning.
  template <class... Leading>
  [[nodiscard]] range_type prefix(const Leading&... leading) const requires requires {
    key_codec_type::encode_leading_prefix(leading...);
  }
  { return beginning(key_codec_type::encode_leading_prefix(leading...)); }
  /// The rows whose composite keys have these leading components.
  template <class... Leading>
  [[nodiscard]] range_type with(const Leading&... leading) const requires requires {
    key_codec_type::encode_leading(leading...);
  }
  { return beginning(key_codec_type::encode_leading(leading...)); }
  /// All rows, last first.
  [[nodiscard]] auto reverse() const { return range().reverse(); }
  /// All keys, owned.
  [[nodiscard]] auto keys() const { return range().keys(); }
  /// All values, owned.
  [[nodiscard]] auto values() const { return range().values(); }

  // Figures.

  /// Rows in the table. Complexity: constant.
  [[nodiscard]] std::uint64_t size() const { return root().entries; }
  [[nodiscard]] bool empty() const { return root().entries == 0; }
  /// Rows in a range. Complexity: reads the branches above the range's leaves, and two of these.
  [[nodiscard]] std::uint64_t count(const range_type& rows) const;
  /// What is counted along the way. Complexity: constant.
  [[nodiscard]] table_stats stats() const;

 protected:
  template <class>
  friend class basic_txn;
  template <class, class, class>
  friend class basic_cursor;

  using layout_type = detail::table_layout<Config::page_size, key_codec_type, value_codec_type>;
  using encoded_key = detail::encoded_key<key_codec_type, detail::geometry<Config::page_size>::key_size_max>;
  static constexpr layout_type layout{};
  static constexpr const detail::table_types& types =
      detail::types_of<Config::page_size, key_codec_type, value_codec_type>;

  explicit basic_read_table(const detail::table_binding<Config>& binding) : binding_(binding) {}

  [[nodiscard]] const detail::table_binding<Config>& binding() const noexcept { return binding_; }
  [[nodiscard]] const detail::tree_root& root() const { return binding_.root(); }

  /// Finds a key's row and calls `use(access, entry)` within the operation, if there is one.
  template <class Use>
  MACAW_ALWAYS_INLINE void with_row(const key_argument& key, const Use& use) const {
    const encoded_key encoded(key);
    const detail::page_access<Config>& access = binding_.access();
    const auto operation = access.enter();
    const detail::leaf_entry row = detail::find(access, binding_.root(), layout, layout.make_key(encoded.view()));
    if (row) use(access, row);
  }

  template <class Seek>
  [[nodiscard]] iterator place(const Seek& seek) const {
    iterator at(binding_, nullptr);
    at.seek(seek);
    return at;
  }

  [[nodiscard]] static std::optional<value_type> row_at(const iterator& at) {
    if (!at.cursor_.valid()) return std::nullopt;
    return *at;
  }

  static void limit_lower(detail::key_bounds& bounds, const key_argument& key, bool included) {
    const detail::encoded<key_codec_type> encoded(key);
    bounds.limit_lower(encoded.view(), included, key_codec_type::fixed_size);
  }
  static void limit_upper(detail::key_bounds& bounds, const key_argument& key, bool included) {
    const detail::encoded<key_codec_type> encoded(key);
    bounds.limit_upper(encoded.view(), included, key_codec_type::fixed_size);
  }

  template <class Limit>
  [[nodiscard]] range_type limited(const Limit& set) const {
    range_type rows(binding_);
    set(rows.bounds_);
    return rows;
  }

  template <class Bytes>
  [[nodiscard]] range_type beginning(const Bytes& bytes) const {
    return limited(
        [&](detail::key_bounds& bounds) { bounds.limit_to_prefix(bytes_view(bytes), key_codec_type::fixed_size); });
  }

 private:
  detail::table_binding<Config> binding_;
};

template <class Config, class Key, class Value>
auto basic_read_table<Config, Key, Value>::get(const key_argument& key) const -> std::optional<mapped_type> {
  std::optional<mapped_type> result;
  with_row(key, [&](const detail::page_access<Config>& access, const detail::leaf_entry& row) {
    detail::large_bytes large;
    const bytes_view bytes = detail::value_bytes(access, layout.leaf.value(row.page, row.index), large);
    result.emplace(detail::own_bytes<value_codec_type>(bytes));
  });
  return result;
}

template <class Config, class Key, class Value>
auto basic_read_table<Config, Key, Value>::view(const key_argument& key) const -> pinned {
  pinned result;
  with_row(key, [&](const detail::page_access<Config>&, const detail::leaf_entry& row) {
    result = pinned(binding_.state(), row.ref, row.page, layout.leaf.value(row.page, row.index));
  });
  return result;
}

template <class Config, class Key, class Value>
bool basic_read_table<Config, Key, Value>::contains(const key_argument& key) const {
  bool found = false;
  with_row(key, [&](const detail::page_access<Config>&, const detail::leaf_entry&) { found = true; });
  return found;
}

template <class Config, class Key, class Value>
template <class Keys>
auto basic_read_table<Config, Key, Value>::multi_get(const Keys& keys) const
    -> std::vector<std::optional<mapped_type>> {
  constexpr std::size_t group = detail::find_group_max;
  using search_key = typename layout_type::search_key;
  std::vector<std::optional<mapped_type>> results;
  std::vector<encoded_key> encoded;
  std::vector<search_key> wanted;
  std::array<detail::leaf_entry, group> rows;
  encoded.reserve(group);
  wanted.reserve(group);
  const detail::page_access<Config>& access = binding_.access();
  auto next = std::begin(keys);
  const auto last = std::end(keys);
  while (next != last) {
    encoded.clear();
    wanted.clear();
    for (; next != last && encoded.size() < group; ++next) {
      const key_argument& key = *next;
      encoded.emplace_back(key);
      wanted.push_back(layout.make_key(encoded.back().view()));
    }
    const auto operation = access.enter();
    const std::span<detail::leaf_entry> found = std::span(rows).first(wanted.size());
    detail::find_many<layout_type>(access, binding_.root(), layout, std::span<const search_key>(wanted), found);
    for (const detail::leaf_entry& row : found) {
      results.emplace_back();
      if (!row) continue;
      detail::large_bytes large;
      const bytes_view bytes = detail::value_bytes(access, layout.leaf.value(row.page, row.index), large);
      results.back().emplace(detail::own_bytes<value_codec_type>(bytes));
    }
  }
  return results;
}

template <class Config, class Key, class Value>
auto basic_read_table<Config, Key, Value>::find(const key_argument& key) const -> iterator {
  const encoded_key encoded(key);
  return place([&](auto& cursor) {
    if (!cursor.seek_lower_bound(layout.make_key(encoded.view()))) cursor.reset();
  });
}

template <class Config, class Key, class Value>
auto basic_read_table<Config, Key, Value>::lower_bound(const key_argument& key) const -> iterator {
  const encoded_key encoded(key);
  return place([&](auto& cursor) { cursor.seek_lower_bound(layout.make_key(encoded.view())); });
}

template <class Config, class Key, class Value>
auto basic_read_table<Config, Key, Value>::upper_bound(const key_argument& key) const -> iterator {
  const encoded_key encoded(key);
  return place([&](auto& cursor) { cursor.seek_upper_bound(layout.make_key(encoded.view())); });
}

template <class Config, class Key, class Value>
std::uint64_t basic_read_table<Config, Key, Value>::count(const range_type& rows) const {
  MACAW_ASSERT(&rows.binding_.state() == &binding_.state());
  binding_.state().expect_fresh(rows.stamp_);
  if (rows.bounds_.contradictory()) return 0;
  const auto operation = binding_.access().enter();
  return detail::count_range(binding_.access(), binding_.root(), layout, rows.bounds_.lower(), rows.bounds_.upper());
}

template <class Config, class Key, class Value>
table_stats basic_read_table<Config, Key, Value>::stats() const {
  const detail::tree_root& tree = root();
  table_stats figures;
  figures.entries = tree.entries;
  figures.branch_pages = tree.branch_pages;
  figures.leaf_pages = tree.leaf_pages;
  figures.large_pages = tree.large_pages;
  figures.height = tree.height;
  figures.page_size = Config::page_size;
  return figures;
}

}  // namespace macaw::inline MACAW_ABI

// Iterators of a table point to its transaction, not to the table.
template <class Config, class Key, class Value>
inline constexpr bool std::ranges::enable_borrowed_range<macaw::basic_read_table<Config, Key, Value>> = true;
template <class Config, class Key, class Value>
inline constexpr bool std::ranges::enable_borrowed_range<macaw::basic_write_table<Config, Key, Value>> = true;
