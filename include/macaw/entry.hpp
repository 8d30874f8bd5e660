// SPDX-License-Identifier: MIT
//
// Rows as they are shown: an `entry` is a key with its value, a `pinned` a value alone. Layer 6 (API).
//
// One rule for all pagers: the views that an entry or a pinned value gives live as long as that object and its
// transaction, in a write transaction only until its next changing call. Each object holds what its views
// need: nothing (mapped files, memory), a pin on a frame of the page cache, which the entries of a leaf share, or a
// copy of a small row (files), or a buffer (large values in several pieces, keys that stand in pieces in a page).
//
// Use after the transaction has changed or ended raises `errc::stale`, in every build.

#pragma once

#include <macaw/bytes.hpp>
#include <macaw/detail/api/encoding.hpp>
#include <macaw/detail/api/small_bytes.hpp>
#include <macaw/detail/api/table_types.hpp>
#include <macaw/detail/api/txn_state.hpp>
#include <macaw/detail/api/value_bytes.hpp>
#include <macaw/fwd.hpp>
#include <macaw/macros.hpp>

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <memory>
#include <optional>
#include <tuple>
#include <type_traits>
#include <utility>

namespace macaw::inline MACAW_ABI {

/// A row: what dereferencing an iterator gives. Copyable; a copy holds what it needs itself.
///
/// `auto [key, value] = entry` takes it apart. Keys and values are decoded when they are asked for.
template <class Config, class Key, class Value>
class basic_entry {
 public:
  using key_codec_type = key_codec_for<Key>;
  using value_codec_type = value_codec_for<Value>;
  /// What `key()` and `value()` give: views, or owned values where a view would not have the type's members.
  using key_type = presented<key_codec_type>;
  using mapped_type = presented<value_codec_type>;

  using dies_with_transaction = void;

  /// The row's key.
  ///
  /// Errors: `bad_encoding` where the stored bytes are no key of this type, `stale`.
  [[nodiscard]] key_type key() const&;
  /// The row's value. A large value is read when it is first asked for.
  ///
  /// Errors: `bad_encoding`, `stale`, and for large values what reading raises.
  [[nodiscard]] mapped_type value() const&;

  /// The row's key, owned: it needs neither entry nor transaction afterwards. Errors: as `key`, bad_alloc.
  [[nodiscard]] typename key_codec_type::value_type own_key() const;
  /// The row's value, owned. Errors: as `value`, bad_alloc.
  [[nodiscard]] typename value_codec_type::value_type own_value() const;

  // A view that borrows from a temporary entry would dangle at once.
  key_type key() const&& requires(detail::borrows<key_codec_type>) = delete;
  mapped_type value() const&& requires(detail::borrows<value_codec_type>) = delete;

  /// For structured bindings, which bind a named object.
  template <std::size_t Index>
  [[nodiscard]] MACAW_ALWAYS_INLINE std::tuple_element_t<Index, basic_entry> get() const {
    const basic_entry& self = *this;
    if constexpr (Index == 0) {
      return self.key();
    } else {
      return self.value();
    }
  }

 private:
  template <class, class, class>
  friend class basic_iterator;
  template <class, class, class>
  friend class basic_read_table;
  template <class, class, class>
  friend class basic_write_table;
  template <class, class, class>
  friend class basic_cursor;

  using layout_type = detail::table_layout<Config::page_size, key_codec_type, value_codec_type>;
  using access_type = detail::page_access<Config>;
  using hold_type = typename detail::txn_state<Config>::hold;
  static constexpr layout_type layout{};
  // A key that is decoded to a value needs no bytes to stay; it is put together when it is asked for.
  static constexpr bool key_stays = key_codec_type::fixed_size == 0 || detail::borrows<key_codec_type>;
  // A small row of fixed size is copied where a page would have to be pinned, which costs more.
  static constexpr std::size_t row_size = key_codec_type::fixed_size + value_codec_type::fixed_size;
  static constexpr bool is_copied = !access_type::keeps_pages_in_place && key_codec_type::fixed_size != 0 &&
                                    value_codec_type::fixed_size != 0 && row_size <= 64 &&
                                    layout.leaf.shape().value_width() != 0;
  // A key of any size stands in pieces in its page, and its cell is taken apart once for it and the value.
  static constexpr bool is_shown = key_codec_type::fixed_size == 0;
  /// A row in its page, which stays while it is held.
  struct placed_row {
    const std::byte* page;
    std::uint32_t index;
    [[no_unique_address]] hold_type hold;
  };
  /// Such a row's value.
  struct shown_row {
    detail::cell_value value;
    [[no_unique_address]] hold_type hold;
  };
  /// A key and the value behind it.
  struct copied_row {
    std::byte bytes[is_copied ? row_size : 1];
  };
  using row_type = std::conditional_t<is_copied, copied_row, std::conditional_t<is_shown, shown_row, placed_row>>;
  struct no_key {};
  struct no_large_bytes {};
  using key_buffer = std::conditional_t<key_stays && !is_copied, detail::encoding_buffer<key_codec_type>, no_key>;

  /// Requires: the page's bytes stay in place as long as `hold`, or without one.
  MACAW_ALWAYS_INLINE basic_entry(detail::txn_state<Config>& state, const std::byte* page, std::uint32_t index,
                                  const hold_type& hold)
      : state_(&state), stamp_(state.stamp()), row_(row_at(page, index, hold)) {}

  /// Effects: copies the key, if it is to stay. Requires: `key_` is made before `row_`.
  [[nodiscard]] MACAW_ALWAYS_INLINE row_type row_at(const std::byte* page, std::uint32_t index,
                                                    [[maybe_unused]] const hold_type& hold) {
    if constexpr (is_copied) {
      row_type row;
      std::byte* const value = layout.leaf.copy_key(page, index, row.bytes);
      std::memcpy(value, layout.leaf.value(page, index).bytes.data(), value_codec_type::fixed_size);
      return row;
    } else if constexpr (is_shown) {
      static_assert(key_buffer::inline_size >= detail::slotted_key_room);
      return {layout.leaf.show(page, index, [this](std::size_t size) { return key_.resize(size); }), hold};
    } else {
      if constexpr (key_stays) layout.leaf.copy_key(page, index, key_.resize(key_codec_type::fixed_size));
      return {page, index, hold};
    }
  }

  template <class F>
  MACAW_ALWAYS_INLINE auto with_key_bytes(const F& f) const {
    state_->expect_fresh(stamp_);
    if constexpr (is_copied) {
      return f(bytes_view(row_.bytes).first(key_codec_type::fixed_size));
    } else if constexpr (key_stays) {
      return f(bytes_view(key_.data(), key_.size()));
    } else {
      std::byte bytes[key_codec_type::fixed_size];
      layout.leaf.copy_key(row_.page, row_.index, bytes);
      return f(bytes_view(bytes));
    }
  }
  void copy_key(detail::key_bytes& out) const {
    with_key_bytes([&](bytes_view bytes) { out.assign(bytes); });
  }
  [[nodiscard]] MACAW_ALWAYS_INLINE bytes_view value_bytes() const {
    state_->expect_fresh(stamp_);
    if constexpr (is_copied) {
      return bytes_view(row_.bytes).subspan(key_codec_type::fixed_size, value_codec_type::fixed_size);
    } else if constexpr (is_shown) {
      return detail::value_bytes(state_->access(), row_.value, large_);
    } else {
      return detail::value_bytes(state_->access(), layout.leaf.value(row_.page, row_.index), large_);
    }
  }

  detail::txn_state<Config>* state_;
  std::uint64_t stamp_;
  [[no_unique_address]] key_buffer key_;
  row_type row_;
  [[no_unique_address]] mutable std::conditional_t<is_copied, no_large_bytes, detail::large_bytes> large_;
};

/// A value that stays where it is, and the view of it; or none.
///
/// Movable. Like a pointer it is tested and dereferenced: `if (auto v = t.view(7)) use(v->size());`
template <class Config, class Value>
class basic_pinned {
 public:
  using value_codec_type = value_codec_for<Value>;
  using mapped_type = presented<value_codec_type>;

  using dies_with_transaction = void;

  basic_pinned() = default;
  basic_pinned(basic_pinned&&) noexcept = default;
  basic_pinned& operator=(basic_pinned&&) noexcept = default;
  ~basic_pinned() = default;

  /// Whether there is a value.
  [[nodiscard]] explicit operator bool() const noexcept { return view_.has_value(); }
  [[nodiscard]] bool has_value() const noexcept { return view_.has_value(); }

  /// The value. Requires: there is one. Errors: `stale`.
  [[nodiscard]] const mapped_type& operator*() const& {
    expect_good();
    return *view_;
  }
  [[nodiscard]] const mapped_type* operator->() const& {
    expect_good();
    return &*view_;
  }
  // A view that borrows from a temporary would dangle at once.
  const mapped_type& operator*() const&& requires(detail::borrows<value_codec_type>) = delete;
  [[nodiscard]] mapped_type operator*() const&& requires(!detail::borrows<value_codec_type>) { return **this; }
  const mapped_type* operator->() const&& = delete;

 private:
  template <class, class, class>
  friend class basic_read_table;

  basic_pinned(detail::txn_state<Config>& state, page_ref ref, const std::byte* page, const detail::cell_value& cell)
      : state_(&state), stamp_(state.stamp()) {
    if constexpr (detail::borrows<value_codec_type>) pin_ = state.access().hold(ref, page);
    view_.emplace(detail::present_bytes<value_codec_type>(detail::value_bytes(state.access(), cell, large_)));
  }

  void expect_good() const {
    MACAW_ASSERT(view_.has_value());
    if constexpr (detail::borrows<value_codec_type>) {
      if (state_ != nullptr) state_->expect_fresh(stamp_);
    }
  }

  detail::txn_state<Config>* state_ = nullptr;
  std::uint64_t stamp_ = 0;
  [[no_unique_address]] typename detail::page_access<Config>::pin pin_;
  detail::large_bytes large_;
  std::optional<mapped_type> view_;
};

template <class Config, class Key, class Value>
MACAW_ALWAYS_INLINE typename basic_entry<Config, Key, Value>::key_type basic_entry<Config, Key, Value>::key() const& {
  return with_key_bytes([](bytes_view bytes) { return detail::present_bytes<key_codec_type>(bytes); });
}

template <class Config, class Key, class Value>
MACAW_ALWAYS_INLINE typename basic_entry<Config, Key, Value>::mapped_type basic_entry<Config, Key, Value>::value()
    const& {
  return detail::present_bytes<value_codec_type>(value_bytes());
}

template <class Config, class Key, class Value>
typename basic_entry<Config, Key, Value>::key_codec_type::value_type basic_entry<Config, Key, Value>::own_key() const {
  return with_key_bytes([](bytes_view bytes) { return detail::own_bytes<key_codec_type>(bytes); });
}

template <class Config, class Key, class Value>
typename basic_entry<Config, Key, Value>::value_codec_type::value_type basic_entry<Config, Key, Value>::own_value()
    const {
  return detail::own_bytes<value_codec_type>(value_bytes());
}

}  // namespace macaw::inline MACAW_ABI

template <class Config, class Key, class Value>
struct std::tuple_size<macaw::basic_entry<Config, Key, Value>> : std::integral_constant<std::size_t, 2> {};
template <class Config, class Key, class Value>
struct std::tuple_element<0, macaw::basic_entry<Config, Key, Value>> {
  using type = typename macaw::basic_entry<Config, Key, Value>::key_type;
};
template <class Config, class Key, class Value>
struct std::tuple_element<1, macaw::basic_entry<Config, Key, Value>> {
  using type = typename macaw::basic_entry<Config, Key, Value>::mapped_type;
};
