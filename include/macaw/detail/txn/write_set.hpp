// SPDX-License-Identifier: MIT
//
// One write transaction: its pages, its tables, its levels. Layer 5 (txn). PROTOCOL R8.
//
// Invariants:
//  1. Roots of changed tables are kept here and entered into the catalog when a level begins and when the
//     transaction commits. So the catalog's root alone is what a level has to remember.
//  2. A table's state stays at its address while the transaction lives. Its generation rises whenever what
//     was known of it may have changed behind the back of a binding: on creation, rollback, drop and rename.
//     States are left to the next transaction, which goes by them if it begins where this one was published.
//  3. A level in which something threw between steps can only be rolled back.
//  4. A table's right edge is used only while nothing but appends has happened since it was found: whatever else
//     changes rows, frees frames or makes pages unfit to be changed in place raises `changes_`.
//
// Thread safety: one thread at a time; any thread may.

#pragma once

#include <macaw/detail/txn/catalog.hpp>
#include <macaw/detail/txn/cold_calls.hpp>
#include <macaw/detail/txn/table_state.hpp>
#include <macaw/detail/txn/write_pages.hpp>
#include <macaw/error.hpp>
#include <macaw/ids.hpp>
#include <macaw/macros.hpp>
#include <macaw/options.hpp>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace macaw::inline MACAW_ABI::detail {

template <class Config>
struct cold_work;

template <class Config>
class write_set : public write_pages<Config> {
 public:
  using write_pages<Config>::page_size;

  /// Requires: the writer's turn, which the transaction holds from now on.
  explicit write_set(store<Config>& store)
      : write_pages<Config>(store), catalog_(store.newest.catalog), tables_(std::move(store.spare_tables)) {
    const bool good = store.spare_tables_of == store.newest.t;
    for (const std::unique_ptr<table_state>& state : tables_) state->begin_txn(good);
  }
  ~write_set() { rollback(); }

  /// The number that the state will have once it is published.
  [[nodiscard]] txn_id id() const noexcept { return {this->home().newest.t + 1}; }
  [[nodiscard]] bool active() const noexcept { return active_; }

  /// Counts what may change a tree, or which pages may be changed in place: everything but appends.
  [[nodiscard]] std::uint64_t changes() const noexcept { return changes_; }

  /// Comes first in every changing call: refuses what cannot go on, makes room in memory.
  /// Errors: `txn_ended`, `txn_failed`; `no_space` and `io` from spilling; then nothing has changed.
  void before_change() {
    ++changes_;
    before_append();
  }

  /// Comes in its place where rows are added behind the last one, by way of the table's edge and no other.
  void before_append() {
    ensure_usable();
    this->home().turn.note_user();
    if (this->dirty_bytes() > spill_threshold_) [[unlikely]]
      this->home().cold.make_room(*this);
  }

  /// Up to how many bytes of changed pages a load that begins now gathers.
  [[nodiscard]] std::size_t load_limit() const noexcept {
    return this->home().in_memory() ? SIZE_MAX : this->dirty_bytes() + load_memory;
  }
  /// Comes in place of `before_append`, every now and then, while rows are loaded: what exceeds the limit, which moves
  /// then, is written behind the load. So the medium works at the same time, and few frames do for any number of rows.
  /// Errors: as `before_change`.
  void before_load(std::size_t& limit) {
    before_append();
    if (this->dirty_bytes() > limit) [[unlikely]]
      limit = this->home().cold.write_behind(*this);
  }

  /// Where to append to a table; forgotten if it may have changed. Errors: std::bad_alloc.
  [[nodiscard]] right_edge& edge_of(table_state& table) const {
    if (table.edge == nullptr) [[unlikely]]
      table.edge = std::make_unique<right_edge>();
    if (table.edge_found != changes_ || !table.edge->owned) [[unlikely]] {
      table.edge->forget();
      table.edge_found = changes_;
    }
    return *table.edge;
  }

  /// A piece of a large value has been filled: where memory is short it goes to the file at once, and `ref` changes.
  /// Errors: `no_space`, `io`, std::bad_alloc; then nothing has changed.
  void complete_piece(page_ref& ref) {
    if (this->dirty_bytes() > spill_threshold_) [[unlikely]]
      this->home().cold.write_piece(*this, ref);
  }

  /// Errors: `txn_ended`, `txn_failed`.
  void ensure_usable() const {
    if (!active_) [[unlikely]]
      throw_error(errc::txn_ended, "the transaction was committed or rolled back");
    if (this->levels().innermost().failed) [[unlikely]] {
      throw_error(errc::txn_failed, "an earlier error left this transaction fit for rollback only");
    }
  }

  /// Something threw between the steps of a change: the innermost level can only be rolled back.
  void fail() noexcept { this->levels().innermost().failed = true; }

  // Tables.

  /// The state of a table, which need not exist. Errors: `corrupt`, `io`, std::bad_alloc.
  [[nodiscard]] table_state& open_table(std::string_view name) {
    ensure_usable();
    for (const std::unique_ptr<table_state>& table : tables_) {
      if (table->loaded && table->name == name) return *table;
    }
    return this->home().cold.load_table(*this, name);
  }

  /// Makes a table that does not exist, of these codecs and widths.
  /// Errors: std::bad_alloc, `value_too_large` where the names exceed what a catalog row holds; nothing has changed.
  void create_table(table_state& table, const catalog_record& types) { this->home().cold.create_table(table, types); }

  /// Drops a table and gives its pages back. Returns whether there was one.
  /// Complexity: reads the branches, and leaves that hold references to large values.
  bool drop_table(std::string_view name) { return this->home().cold.drop_table(*this, name); }

  /// Gives a table another name. Returns false, with nothing changed, if `from` is missing or `to` is not.
  bool rename_table(std::string_view from, std::string_view to) {
    return this->home().cold.rename_table(*this, from, to);
  }

  /// Calls `visit(std::string_view name, const catalog_record&)` for every table in order of names.
  template <class Visit>
  void for_each_table(Visit&& visit) {
    ensure_usable();
    flush_tables();
    for_each_record(*this, catalog_, std::forward<Visit>(visit));
  }

  /// Enters the roots of changed tables into the catalog.
  void flush_tables() { this->home().cold.flush_tables(*this); }

  [[nodiscard]] const tree_root& catalog() const noexcept { return catalog_; }
  [[nodiscard]] const std::vector<std::unique_ptr<table_state>>& tables() const noexcept { return tables_; }

  // Levels.

  /// Begins a nested transaction or a savepoint. Errors: as a change.
  std::uint64_t begin_level() {
    ensure_usable();
    flush_tables();
    ++changes_;
    return this->levels().begin(catalog_, this->drops().size(), this->made().size());
  }

  [[nodiscard]] bool level_open(std::uint64_t id) const noexcept {
    return active_ && this->levels().find(id) < this->levels().depth();
  }

  /// Ends a level, and those inside it, keeping what was done. Errors: `txn_failed`, `invalid_savepoint`.
  void commit_level(std::uint64_t id) {
    const std::size_t index = require_level(id);
    if (this->levels().failed_from(index)) {
      throw_error(errc::txn_failed, "an earlier error left this transaction fit for rollback only");
    }
    this->levels().merge_from(index);
  }

  /// Ends a level, and those inside it, undoing what was done. Errors: `invalid_savepoint`.
  void rollback_level(std::uint64_t id) { this->home().cold.undo_levels(*this, require_level(id)); }

  /// Commits and ends the transaction, whatever happens.
  /// Errors: carry their outcome; any exception that is no `macaw::error` means rolled back.
  txn_id commit(const commit_options& options) { return this->home().cold.commit(*this, options); }

  /// Undoes everything and ends the transaction.
  void rollback() noexcept {
    if (!active_) return;
    this->home().cold.undo_levels(*this, 0);
    end();
  }

  /// Ends the transaction and gives the turn on. Everything it made was published or freed.
  void end() noexcept {
    active_ = false;
    ++changes_;
    if (tables_.size() > spare_tables_max) tables_.clear();
    this->home().spare_tables = std::move(tables_);
    this->leave_memory();
    this->home().turn.give();
  }

 private:
  friend struct cold_work<Config>;

  [[nodiscard]] std::size_t require_level(std::uint64_t id) const {
    if (!active_) throw_error(errc::txn_ended, "the transaction was committed or rolled back");
    const std::size_t index = this->levels().find(id);
    if (index == this->levels().depth()) {
      throw_error(errc::invalid_savepoint, "the savepoint or nested transaction has ended");
    }
    return index;
  }

  tree_root catalog_;
  static constexpr std::size_t spare_tables_max = 64;
  std::vector<std::unique_ptr<table_state>> tables_;  ///< in the order they were first used, by an earlier one maybe
  std::uint64_t changes_ = 1;
  std::size_t spill_threshold_ = this->home().in_memory() ? SIZE_MAX : this->home().options.dirty_size;
  static constexpr std::size_t load_memory = std::size_t{4} << 20;  ///< as much as a commit of one phase may write
  bool active_ = true;
};

}  // namespace macaw::inline MACAW_ABI::detail
