// SPDX-License-Identifier: MIT
//
// What both kinds of transaction offer: looking at tables. Layer 6 (API).

#pragma once

#include <macaw/detail/api/table_binding.hpp>
#include <macaw/detail/api/txn_state.hpp>
#include <macaw/error.hpp>
#include <macaw/fwd.hpp>
#include <macaw/ids.hpp>
#include <macaw/macros.hpp>
#include <macaw/read_table.hpp>
#include <macaw/table.hpp>

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace macaw::inline MACAW_ABI {

/// Either kind of transaction. Functions that only read take `const macaw::txn&`.
///
/// All calls raise `txn_ended` after the transaction, and what reading raises.
/// Thread safety: one thread at a time uses a transaction and what comes from it; any thread may.
template <class Config>
class basic_txn {
 public:
  using dies_with_transaction = void;

  /// The table, for reading; empty if there is none of that name.
  ///
  /// Errors: `wrong_codec`, with both names, where it was made with other codecs.
  template <class Key, class Value, class... Features>
    requires detail::table_types_known<Key, Value>
  [[nodiscard]] basic_read_table<Config, Key, Value> operator[](const table<Key, Value, Features...>& table) const& {
    using bound = basic_read_table<Config, Key, Value>;
    expect_open();
    return bound(detail::table_binding<Config>::for_reading(*state_, owner_, table.name(), bound::types));
  }
  /// A table must not outlive its transaction, and a temporary ends at once.
  template <class Key, class Value, class... Features>
    requires detail::table_types_known<Key, Value> basic_read_table<Config, Key, Value>
  operator[](const table<Key, Value, Features...>& table) const&& = delete;

  /// The table as bytes, whatever its codecs are.
  [[nodiscard]] basic_raw_read_table<Config> operator[](const raw_table& table) const&;
  basic_raw_read_table<Config> operator[](const raw_table& table) const&& = delete;

  /// The names of all tables, in order.
  [[nodiscard]] std::vector<std::string> tables() const {
    std::vector<std::string> names;
    expect_open();
    const auto list = [&](std::string_view name, const detail::catalog_record&) { names.emplace_back(name); };
    if (state_->writing()) {
      const auto operation = state_->writer().enter();
      state_->writer().for_each_table(list);
    } else {
      const auto operation = state_->access().enter();
      state_->reading().for_each_table(list);
    }
    return names;
  }

  /// Whether there is a table of this name, of whatever types.
  [[nodiscard]] bool contains(std::string_view name) const {
    expect_open();
    if (state_->writing()) return state_->writer().open_table(name).exists;
    const auto operation = state_->access().enter();
    detail::catalog_record record;
    return state_->reading().find_table(name, record);
  }
  template <class Key, class Value, class... Features>
  [[nodiscard]] bool contains(const table<Key, Value, Features...>& table) const {
    return contains(table.name());
  }
  [[nodiscard]] bool contains(const raw_table& table) const { return contains(table.name()); }

  /// The state that a read transaction shows, or that a write transaction will publish.
  [[nodiscard]] txn_id id() const {
    expect_open();
    return state_->writing() ? state_->writer().id() : state_->reading().id();
  }

 protected:
  basic_txn() = default;
  basic_txn(detail::txn_state<Config>& state, std::uint64_t owner) noexcept : state_(&state), owner_(owner) {}
  basic_txn(const basic_txn&) = default;
  basic_txn& operator=(const basic_txn&) = default;
  ~basic_txn() = default;

  void expect_open() const {
    if (state_ == nullptr) detail::throw_error(errc::txn_ended, "the transaction's handle was moved from");
    state_->expect_open(owner_);
  }

  detail::txn_state<Config>* state_ = nullptr;
  std::uint64_t owner_ = 0;
};

}  // namespace macaw::inline MACAW_ABI
