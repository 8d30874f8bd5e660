// SPDX-License-Identifier: MIT
//
// Large values read and written piece by piece, without ever standing in memory as a whole. Layer 6 (API).
// For values that are byte strings or texts: what is streamed are the bytes of the value itself.

#pragma once

#include <macaw/bytes.hpp>
#include <macaw/detail/api/txn_state.hpp>
#include <macaw/detail/base/algorithms.hpp>
#include <macaw/detail/tree/large_value.hpp>
#include <macaw/fwd.hpp>
#include <macaw/macros.hpp>
#include <macaw/read_table.hpp>
#include <macaw/write_table.hpp>

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <optional>
#include <span>
#include <string_view>
#include <type_traits>
#include <vector>

namespace macaw::inline MACAW_ABI {

namespace detail {

/// Codecs whose encoding is the text or byte string itself.
template <class C>
concept streamable = value_codec<C> &&
    (std::is_same_v<typename C::view_type, std::string_view> || std::is_same_v<typename C::view_type, bytes_view>);

}  // namespace detail

/// Reads the bytes of one value, from the beginning on or at any offset. Movable.
///
/// Good as long as its transaction, in a write transaction until the next changing call; then `stale`.
template <class Config, class Value>
class basic_value_reader {
 public:
  using dies_with_transaction = void;

  /// Whether there is a value.
  [[nodiscard]] explicit operator bool() const noexcept { return state_ != nullptr; }
  /// Bytes of the value. Requires: there is one.
  [[nodiscard]] std::uint64_t size() const noexcept { return large_ ? large_->size() : small_.size(); }
  /// Where the next `read` goes on.
  [[nodiscard]] std::uint64_t position() const noexcept { return position_; }
  void seek(std::uint64_t position) noexcept { position_ = position; }

  /// Copies the next bytes into `out` and moves on. Returns: how many; fewer than asked for only at the end.
  /// Errors: `stale`, and what reading raises. Complexity: reads the pieces that hold these bytes.
  std::size_t read(std::span<std::byte> out) {
    const std::size_t done = read_at(position_, out);
    position_ += done;
    return done;
  }
  /// Copies bytes from `offset` on into `out`. Returns, Errors: as `read`.
  std::size_t read_at(std::uint64_t offset, std::span<std::byte> out) {
    MACAW_ASSERT(state_ != nullptr);
    state_->expect_fresh(stamp_);
    if (large_) {
      const auto operation = state_->access().enter();
      return large_->read(offset, out);
    }
    if (offset >= small_.size()) return 0;
    const bytes_view rest = bytes_view(small_).subspan(static_cast<std::size_t>(offset));
    const std::size_t done = detail::algorithms::min(rest.size(), out.size());
    if (done > 0) std::memcpy(out.data(), rest.data(), done);
    return done;
  }

 private:
  template <class, class, class>
  friend class basic_read_table;

  basic_value_reader() = default;
  basic_value_reader(detail::txn_state<Config>& state, const detail::cell_value& cell)
      : state_(&state), stamp_(state.stamp()) {
    if (cell.tag == detail::value_tag::inlined) {
      small_.assign(cell.bytes.begin(), cell.bytes.end());
    } else {
      large_.emplace(state.access(), detail::load_large_record(cell.bytes));
    }
  }

  detail::txn_state<Config>* state_ = nullptr;
  std::uint64_t stamp_ = 0;
  std::uint64_t position_ = 0;
  std::vector<std::byte> small_;
  std::optional<detail::large_reader<detail::page_access<Config>>> large_;
};

/// Takes the bytes of one value; `finish()` makes them the value of the key. Not movable.
///
/// One writer is open at a time in a transaction, and no nested transaction or savepoint begins meanwhile (`busy`).
/// Going away unfinished, or with its transaction, it leaves nothing behind.
template <class Config, class Key, class Value>
class basic_value_writer : private detail::open_stream {
  using table_type = basic_write_table<Config, Key, Value>;
  using builder_type = detail::large_builder<detail::write_set<Config>>;

 public:
  using dies_with_transaction = void;

  basic_value_writer(const basic_value_writer&) = delete;
  basic_value_writer& operator=(const basic_value_writer&) = delete;
  ~basic_value_writer() {
    if (table_.state().is_open(*this)) table_.state().abandon_stream();
  }

  /// Adds bytes to the end.
  /// Errors: `txn_ended` where the transaction or its level has ended; `no_space`, `io`, bad_alloc; `busy`.
  void write(bytes_view bytes) {
    expect_open();
    const bool was_small = !builder_;
    if (was_small && head_.size() + bytes.size() <= head_size_max) {
      head_.insert(head_.end(), bytes.begin(), bytes.end());
      return;
    }
    static_cast<void>(table_.binding().begin_change());
    const auto operation = table_.state().writer().enter();
    if (was_small) {
      builder_.emplace(table_.state().writer());
      builder_->append(head_);
    }
    builder_->append(bytes);
  }
  void write(std::string_view text) { write(as_bytes(text)); }

  /// Bytes given so far.
  [[nodiscard]] std::uint64_t size() const noexcept { return builder_ ? builder_->size() : head_.size(); }

  /// Makes what was written the value of the key, as `put` does. The writer is done then.
  /// Returns: whether the row is new. Errors: as `write` and `put`; nothing has changed then, and the writer is done
  /// all the same.
  bool finish();

 private:
  struct closing {
    basic_value_writer& writer;
    ~closing() { writer.table_.state().abandon_stream(); }
  };

  template <class, class, class>
  friend class basic_write_table;

  static constexpr std::size_t head_size_max = detail::geometry<Config::page_size>::entry_size_max;

  basic_value_writer(const table_type& table, bytes_view key) : table_(table), key_(key) {
    abandon = [](detail::open_stream& stream) noexcept { static_cast<basic_value_writer&>(stream).builder_.reset(); };
    table_.state().expect_innermost(table_.binding().owner());
    table_.state().open(*this);
  }

  void expect_open() const {
    if (!table_.state().is_open(*this)) {
      detail::throw_error(errc::txn_ended, "the writer is finished, or its transaction or level has ended");
    }
  }

  table_type table_;
  detail::key_bytes key_;
  std::vector<std::byte> head_;
  std::optional<builder_type> builder_;
};

template <class Config, class Key, class Value>
bool basic_value_writer<Config, Key, Value>::finish() {
  expect_open();
  const closing guard{*this};
  return table_.at_slot(key_.view(), [&](detail::table_state& table, typename table_type::slot_type& slot) {
    const bool found = slot.found();
    if (builder_) {
      table_.put_built(table, slot, *builder_);
    } else {
      table_.change(table, slot, bytes_view(head_));
    }
    return !found;
  });
}

template <class Config, class Key, class Value>
basic_value_reader<Config, Value> basic_read_table<Config, Key, Value>::reader(const key_argument& key) const {
  static_assert(detail::streamable<value_codec_type>, "macaw: only texts and byte strings can be read as a stream");
  basic_value_reader<Config, Value> result;
  with_row(key, [&](const detail::page_access<Config>&, const detail::leaf_entry& row) {
    result = basic_value_reader<Config, Value>(binding_.state(), layout.leaf.value(row.page, row.index));
  });
  return result;
}

template <class Config, class Key, class Value>
basic_value_writer<Config, Key, Value> basic_write_table<Config, Key, Value>::writer(const key_argument& key) {
  static_assert(detail::streamable<value_codec_type>, "macaw: only texts and byte strings can be written as a stream");
  const encoded_key encoded(key);
  return basic_value_writer<Config, Key, Value>(*this, encoded.view());
}

}  // namespace macaw::inline MACAW_ABI
