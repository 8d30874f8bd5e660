// SPDX-License-Identifier: MIT
//
// Rows in order of their keys: iterators, and ranges of a table. Layer 6 (API).
//
// Invariants:
//  1. A range owns copies of its bounds. Its iterators borrow them: a range outlives its iterators, as with any
//     container.
//  2. An iterator stands on a row of its range, or at the end. It holds no page: dereferencing gives an entry,
//     which holds what it needs.
//  3. Within a leaf, walking on is an increment and a compare; where the range ends in a leaf is found once for
//     each leaf. `end()` looks at no page; only decrementing it does.

#pragma once

#include <macaw/detail/api/key_bounds.hpp>
#include <macaw/detail/api/table_binding.hpp>
#include <macaw/detail/api/txn_state.hpp>
#include <macaw/detail/tree/cursor.hpp>
#include <macaw/entry.hpp>
#include <macaw/fwd.hpp>
#include <macaw/macros.hpp>

#include <cstddef>
#include <cstdint>
#include <iterator>
#include <optional>
#include <span>
#include <type_traits>
#include <utility>

namespace macaw::inline MACAW_ABI {

/// Stands on a row of a table, or at the end of its range.
///
/// Moving it raises `stale` after a change of its transaction, and what reading raises.
template <class Config, class Key, class Value>
class basic_iterator {
 public:
  using value_type = basic_entry<Config, Key, Value>;
  using reference = value_type;
  using difference_type = std::ptrdiff_t;
  using iterator_concept = std::bidirectional_iterator_tag;
  using iterator_category = std::input_iterator_tag;  // dereferencing gives no reference

  using dies_with_transaction = void;

  basic_iterator() = default;

  /// The row. Requires: not at the end. Errors: `stale`, and what reading raises.
  [[nodiscard]] MACAW_ALWAYS_INLINE value_type operator*() const {
    state_->expect_fresh(stamp_);
    MACAW_ASSERT(cursor_.valid());
    if constexpr (access_type::keeps_pages_in_place) {
      return value_type(*state_, cursor_.page(), cursor_.index(), {});
    } else {
      const auto& leaf = state_->show(cursor_.leaf_ref(), layout.leaf.shape());
      return value_type(*state_, leaf.bytes(), cursor_.index(), leaf);
    }
  }

  /// Goes to the next row. Requires: not at the end.
  MACAW_ALWAYS_INLINE basic_iterator& operator++() {
    state_->expect_fresh(stamp_);
    MACAW_ASSERT(cursor_.valid());
    const std::uint32_t next = cursor_.index() + 1;
    if (next < leaf_end_) [[likely]] {
      cursor_.move_to(next);
    } else {
      leave_forward();
    }
    return *this;
  }
  basic_iterator operator++(int) {
    basic_iterator before = *this;
    ++*this;
    return before;
  }

  /// Goes to the previous row. Requires: not at the beginning.
  basic_iterator& operator--() {
    state_->expect_fresh(stamp_);
    if (cursor_.valid() && cursor_.index() > 0) [[likely]] {
      cursor_.move_to(cursor_.index() - 1);
    } else {
      leave_backward();
    }
    return *this;
  }
  basic_iterator operator--(int) {
    basic_iterator before = *this;
    --*this;
    return before;
  }

  /// Whether both stand on the same row, or both at the end. Requires: iterators of one range or table.
  [[nodiscard]] MACAW_ALWAYS_INLINE friend bool operator==(const basic_iterator& a, const basic_iterator& b) noexcept {
    if (!a.cursor_.valid() || !b.cursor_.valid()) return a.cursor_.valid() == b.cursor_.valid();
    return a.cursor_.index() == b.cursor_.index() && a.cursor_.leaf_ref() == b.cursor_.leaf_ref();
  }

 private:
  template <class, class, class>
  friend class basic_range;
  template <class, class, class>
  friend class basic_read_table;
  template <class, class, class>
  friend class basic_write_table;
  template <class, class, class>
  friend class basic_cursor;

  using access_type = detail::page_access<Config>;
  using layout_type = detail::table_layout<Config::page_size, typename value_type::key_codec_type,
                                           typename value_type::value_codec_type>;
  using cursor_type = detail::tree_cursor<layout_type, access_type>;
  static constexpr layout_type layout{};

  /// At the end of the range with these bounds, or of the table where there are none.
  basic_iterator(const detail::table_binding<Config>& binding, const detail::key_bounds* bounds)
      : state_(&binding.state()),
        stamp_(state_->stamp()),
        bounds_(bounds),
        cursor_(binding.access(), binding.root(), layout) {}

  /// Whether it stands on a row and nothing has changed since.
  [[nodiscard]] bool is_fresh() const noexcept { return cursor_.valid() && state_->stamp() == stamp_; }

  /// Goes where `seek(cursor)` goes. Requires: that is not before the range.
  template <class Seek>
  void seek(const Seek& seek) {
    const auto operation = state_->access().enter();
    seek(cursor_);
    settle();
  }

  void seek_begin() {
    if (bounds_ != nullptr && bounds_->contradictory()) return;
    seek([&](cursor_type& cursor) {
      const auto lower = bounds_ == nullptr ? std::nullopt : bounds_->lower();
      if (lower) {
        cursor.seek_lower_bound(layout.make_key(*lower));
        cursor.prefetch_rows();
      } else {
        cursor.seek_first();
      }
    });
  }

  /// Finds where the range ends in the leaf just entered. Requires: an operation.
  void settle() {
    if (!cursor_.valid()) return;
    leaf_end_ = cursor_.count();
    const auto upper = bounds_ == nullptr ? std::nullopt : bounds_->upper();
    if (!upper) return;
    leaf_end_ = layout.leaf.lower_bound(cursor_.page(), layout.make_key(*upper)).index;
    if (cursor_.index() >= leaf_end_) cursor_.reset();
  }

  MACAW_APART void leave_forward() {
    if (leaf_end_ < cursor_.count()) return cursor_.reset();
    const auto operation = state_->access().enter();
    cursor_.next_leaf();
    settle();
    if (cursor_.valid()) state_->prepare_show(cursor_.leaf_ref(), cursor_.page());
  }

  MACAW_APART void leave_backward() {
    const auto operation = state_->access().enter();
    const auto upper = bounds_ == nullptr ? std::nullopt : bounds_->upper();
    if (!cursor_.valid() && upper) cursor_.seek_lower_bound(layout.make_key(*upper));
    cursor_.previous();
    settle();
  }

  detail::txn_state<Config>* state_ = nullptr;
  std::uint64_t stamp_ = 0;
  const detail::key_bounds* bounds_ = nullptr;
  std::uint32_t leaf_end_ = 0;
  cursor_type cursor_{detail::no_pages<Config>, {}, layout};
};

/// What `keys()` and `values()` give: one side of each row, owned where a view would borrow from a page.
template <class Config, class Key, class Value, bool Keys>
class basic_column_iterator {
 public:
  using row_iterator = basic_iterator<Config, Key, Value>;
  using codec_type = std::conditional_t<Keys, typename row_iterator::value_type::key_codec_type,
                                        typename row_iterator::value_type::value_codec_type>;
  using value_type = typename codec_type::value_type;
  using reference = value_type;
  using difference_type = std::ptrdiff_t;
  using iterator_concept = std::bidirectional_iterator_tag;
  using iterator_category = std::input_iterator_tag;

  using dies_with_transaction = void;

  basic_column_iterator() = default;
  explicit basic_column_iterator(row_iterator row) : row_(std::move(row)) {}

  [[nodiscard]] value_type operator*() const {
    const auto entry = *row_;
    if constexpr (Keys) {
      return entry.own_key();
    } else {
      return entry.own_value();
    }
  }
  basic_column_iterator& operator++() {
    ++row_;
    return *this;
  }
  basic_column_iterator operator++(int) {
    basic_column_iterator before = *this;
    ++row_;
    return before;
  }
  basic_column_iterator& operator--() {
    --row_;
    return *this;
  }
  basic_column_iterator operator--(int) {
    basic_column_iterator before = *this;
    --row_;
    return before;
  }
  [[nodiscard]] friend bool operator==(const basic_column_iterator&, const basic_column_iterator&) = default;

 private:
  row_iterator row_;
};

/// The rows of a table whose keys lie between two bounds.
///
/// A view in the sense of the standard library: bidirectional, with one type for both ends. In a write
/// transaction it ends with the next change: `begin()` then raises `stale`.
template <class Config, class Key, class Value>
class basic_range : public std::ranges::view_base {
 public:
  using iterator = basic_iterator<Config, Key, Value>;
  using value_type = typename iterator::value_type;
  using dies_with_transaction = void;

  class keys_view;
  class values_view;
  class reverse_view;

  /// The first row. Errors: `stale`, `txn_ended`, and what reading raises.
  [[nodiscard]] iterator begin() const {
    binding_.state().expect_fresh(stamp_);
    iterator first(binding_, &bounds_);
    first.seek_begin();
    return first;
  }
  /// Behind the last row. Reads no page. Errors: `txn_ended`; moving it raises `stale` where `begin()` would.
  [[nodiscard]] iterator end() const {
    iterator last(binding_, &bounds_);
    last.stamp_ = stamp_;
    return last;
  }

  [[nodiscard]] bool empty() const { return begin() == end(); }

  /// The same rows, last first.
  [[nodiscard]] reverse_view reverse() const { return reverse_view(*this); }
  /// The keys alone, owned.
  [[nodiscard]] keys_view keys() const { return keys_view(*this); }
  /// The values alone, owned.
  [[nodiscard]] values_view values() const { return values_view(*this); }

 private:
  template <class, class, class>
  friend class basic_read_table;
  template <class, class, class>
  friend class basic_write_table;

  explicit basic_range(const detail::table_binding<Config>& binding)
      : binding_(binding), stamp_(binding.state().stamp()) {}

  detail::table_binding<Config> binding_;
  std::uint64_t stamp_;
  detail::key_bounds bounds_;
};

template <class Config, class Key, class Value>
class basic_range<Config, Key, Value>::reverse_view : public std::ranges::view_base {
 public:
  using dies_with_transaction = void;
  using iterator = std::reverse_iterator<typename basic_range::iterator>;

  explicit reverse_view(basic_range rows) : rows_(std::move(rows)) {}
  [[nodiscard]] iterator begin() const { return iterator(rows_.end()); }
  [[nodiscard]] iterator end() const { return iterator(rows_.begin()); }
  [[nodiscard]] bool empty() const { return rows_.empty(); }
  [[nodiscard]] basic_range reverse() const { return rows_; }

 private:
  basic_range rows_;
};

template <class Config, class Key, class Value>
class basic_range<Config, Key, Value>::keys_view : public std::ranges::view_base {
 public:
  using dies_with_transaction = void;
  using iterator = basic_column_iterator<Config, Key, Value, true>;

  explicit keys_view(basic_range rows) : rows_(std::move(rows)) {}
  [[nodiscard]] iterator begin() const { return iterator(rows_.begin()); }
  [[nodiscard]] iterator end() const { return iterator(rows_.end()); }
  [[nodiscard]] bool empty() const { return rows_.empty(); }

 private:
  basic_range rows_;
};

template <class Config, class Key, class Value>
class basic_range<Config, Key, Value>::values_view : public std::ranges::view_base {
 public:
  using dies_with_transaction = void;
  using iterator = basic_column_iterator<Config, Key, Value, false>;

  explicit values_view(basic_range rows) : rows_(std::move(rows)) {}
  [[nodiscard]] iterator begin() const { return iterator(rows_.begin()); }
  [[nodiscard]] iterator end() const { return iterator(rows_.end()); }
  [[nodiscard]] bool empty() const { return rows_.empty(); }

 private:
  basic_range rows_;
};

}  // namespace macaw::inline MACAW_ABI
