// SPDX-License-Identifier: MIT
//
// A transaction that may change tables; nested ones have the same type. Layer 6 (API).

#pragma once

#include <macaw/error.hpp>
#include <macaw/fwd.hpp>
#include <macaw/ids.hpp>
#include <macaw/macros.hpp>
#include <macaw/options.hpp>
#include <macaw/savepoint.hpp>
#include <macaw/table.hpp>
#include <macaw/txn.hpp>
#include <macaw/write_table.hpp>

#include <cstdint>
#include <string_view>
#include <utility>
#include <vector>

namespace macaw::inline MACAW_ABI {

/// A write transaction: all of it becomes visible and durable with `commit()`, or nothing. Movable.
///
/// There is one at a time. A handle that goes away uncommitted rolls back. While a nested transaction is open, the
/// one around it rests: its changing calls raise `busy`. So do commit, rollback, nested transactions and savepoints
/// inside of a function that a table calls.
///
/// An error in an argument changes nothing. After an error in the middle of a change the innermost level (this
/// transaction, a nested one, or a savepoint) raises `txn_failed` until *that level* is rolled back.
template <class Config>
class [[nodiscard]] basic_write_txn : public basic_txn<Config> {
 public:
  basic_write_txn(const basic_write_txn&) = delete;
  basic_write_txn& operator=(const basic_write_txn&) = delete;
  basic_write_txn(basic_write_txn&& other) noexcept : basic_txn<Config>(other), nested_(other.nested_) {
    other.state_ = nullptr;
  }
  basic_write_txn& operator=(basic_write_txn&& other) noexcept {
    basic_write_txn taken(std::move(other));
    std::swap(this->state_, taken.state_);
    std::swap(this->owner_, taken.owner_);
    std::swap(nested_, taken.nested_);
    return *this;
  }
  ~basic_write_txn() {
    if (is_open()) undo();
  }

  using basic_txn<Config>::operator[];

  /// The table, for reading and changing; it is made by the first row put if there is none of that name.
  ///
  /// Errors: `wrong_codec`, with both names, where it was made with other codecs.
  template <class Key, class Value, class... Features>
    requires detail::table_types_known<Key, Value>
  [[nodiscard]] basic_write_table<Config, Key, Value> operator[](const table<Key, Value, Features...>& table) & {
    using bound = basic_write_table<Config, Key, Value>;
    this->expect_open();
    return bound(detail::table_binding<Config>::for_writing(*this->state_, this->owner_, table.name(), bound::types));
  }
  template <class Key, class Value, class... Features>
    requires detail::table_types_known<Key, Value> basic_write_table<Config, Key, Value>
  operator[](const table<Key, Value, Features...>& table) && = delete;

  /// The table as bytes, whatever its codecs are.
  [[nodiscard]] basic_raw_write_table<Config> operator[](const raw_table& table) &;
  basic_raw_write_table<Config> operator[](const raw_table& table) && = delete;

  /// Removes a table with all its rows. Returns: whether there was one.
  /// Complexity: reads the branches, and leaves that hold large values.
  template <class Table>
  bool drop(const Table& table) {
    expect_changeable();
    this->state_->note_change();
    return this->state_->writer().drop_table(name_of(table));
  }
  /// Gives a table another name. Returns: false, with nothing changed, if there is none, or one of the new name.
  /// Errors: std::invalid_argument where the new name breaks the rules.
  template <class Table>
  bool rename(const Table& table, std::string_view name) {
    detail::require_table_name(name);
    expect_changeable();
    this->state_->note_change();
    return this->state_->writer().rename_table(name_of(table), name);
  }

  /// Begins a transaction inside this one: committing it makes it part of this one, rolling it back undoes it alone.
  [[nodiscard]] basic_write_txn nested() {
    expect_changeable();
    this->state_->prepare_handle();
    const std::uint64_t level = this->state_->writer().begin_level();
    return basic_write_txn(*this->state_, this->state_->push_handle(level), true);
  }

  /// Names this point of the transaction, to return to.
  [[nodiscard]] basic_savepoint<Config> savepoint() {
    expect_changeable();
    auto& marks = this->state_->marks();
    marks.reserve(marks.size() + 1);
    const std::uint64_t level = this->state_->writer().begin_level();
    marks.push_back({this->state_->next_number(), this->owner_, level});
    return {this->owner_, marks.back().number};
  }
  /// Undoes what was done since the savepoint, which stays; later ones end.
  /// Errors: `invalid_savepoint`.
  void rollback_to(const basic_savepoint<Config>& point);
  /// Forgets the savepoint and later ones; what was done since stays.
  /// Errors: `invalid_savepoint`; `txn_failed` where only `rollback_to` helps.
  void release(const basic_savepoint<Config>& point);

  /// Ends the transaction and publishes what it did; nested, makes it part of the one around it.
  ///
  /// Returns: the state published; nested, the one that will be.
  /// Errors: `txn_failed`, and the transaction stays to be rolled back; of the outermost one `io`, `no_space`,
  /// bad_alloc: `error::outcome()` says whether it was rolled back or its outcome is unknown, and it has ended.
  /// Complexity: immediate: one sync of the file; deferred: no I/O, unless the transaction has spilled, or earlier
  /// deferred commits need more memory than `dirty_size` and the disk has no room for them: then it is immediate.
  txn_id commit(const commit_options& options = {});
  /// Ends the transaction, and those nested in it, and undoes what they did.
  void rollback() {
    this->expect_open();
    this->state_->expect_not_calling();
    undo();
  }

 private:
  template <class>
  friend class basic_database;

  basic_write_txn(detail::txn_state<Config>& state, std::uint64_t owner, bool nested) noexcept
      : basic_txn<Config>(state, owner), nested_(nested) {}

  [[nodiscard]] static std::string_view name_of(std::string_view name) noexcept { return name; }
  template <class Table>
  [[nodiscard]] static std::string_view name_of(const Table& table) noexcept requires requires {
    table.name();
  }
  { return table.name(); }

  [[nodiscard]] bool is_open() const noexcept {
    return this->state_ != nullptr && this->state_->find_handle(this->owner_) != nullptr;
  }
  /// Raises unless this is the innermost open transaction, no value is being written, and no function that a table
  /// calls is running.
  void expect_changeable() const {
    this->expect_open();
    this->state_->expect_innermost(this->owner_);
    this->state_->expect_no_stream();
    this->state_->expect_not_calling();
  }

  void undo() noexcept;
  [[nodiscard]] std::size_t find_mark(const basic_savepoint<Config>& point) const;

  bool nested_ = false;
};

template <class Config>
void basic_write_txn<Config>::undo() noexcept {
  detail::txn_state<Config>& state = *std::exchange(this->state_, nullptr);
  state.abandon_stream();
  if (!nested_) return state.end();
  const std::uint64_t level = state.find_handle(this->owner_)->level;
  if (state.writer().level_open(level)) state.writer().rollback_level(level);
  state.pop_handle(this->owner_);
}

template <class Config>
txn_id basic_write_txn<Config>::commit(const commit_options& options) {
  expect_changeable();
  detail::txn_state<Config>& state = *this->state_;
  if (nested_) {
    const txn_id id = state.writer().id();
    state.writer().commit_level(state.find_handle(this->owner_)->level);
    state.pop_handle(this->owner_);
    this->state_ = nullptr;
    return id;
  }
  state.note_change();
  try {
    const txn_id id = state.writer().commit(options);
    state.end();
    this->state_ = nullptr;
    return id;
  } catch (...) {
    if (!state.writer().active()) {
      state.end();
      this->state_ = nullptr;
    }
    throw;
  }
}

template <class Config>
std::size_t basic_write_txn<Config>::find_mark(const basic_savepoint<Config>& point) const {
  const auto& marks = this->state_->marks();
  std::size_t index = marks.size();
  while (index > 0 && marks[index - 1].number != point.mark_) --index;
  if (index == 0 || marks[index - 1].owner != this->owner_) {
    detail::throw_error(errc::invalid_savepoint,
                        "the savepoint was released, or the transaction has returned to an earlier point");
  }
  return index - 1;
}

template <class Config>
void basic_write_txn<Config>::rollback_to(const basic_savepoint<Config>& point) {
  this->expect_open();
  this->state_->expect_innermost(this->owner_);
  this->state_->expect_not_calling();
  const std::size_t index = find_mark(point);
  auto& marks = this->state_->marks();
  this->state_->abandon_stream();
  this->state_->note_change();
  const auto mark = marks[index];
  this->state_->writer().rollback_level(mark.level);
  marks.resize(index);
  const std::uint64_t level = this->state_->writer().begin_level();
  marks.push_back({mark.number, mark.owner, level});  // there was room for it
}

template <class Config>
void basic_write_txn<Config>::release(const basic_savepoint<Config>& point) {
  expect_changeable();
  const std::size_t index = find_mark(point);
  auto& marks = this->state_->marks();
  this->state_->writer().commit_level(marks[index].level);
  marks.resize(index);
}

}  // namespace macaw::inline MACAW_ABI
