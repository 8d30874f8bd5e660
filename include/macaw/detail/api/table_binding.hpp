// SPDX-License-Identifier: MIT
//
// A table's place in a transaction, whatever its types. Layer 6 (API).
//
// A read transaction's binding holds the tree's root, which never changes. A write transaction's points to the
// table's state, which lives as long as the transaction; when that was rolled back, dropped or renamed, its
// generation differs and the codec names are compared again.

#pragma once

#include <macaw/detail/api/table_types.hpp>
#include <macaw/detail/api/txn_state.hpp>
#include <macaw/detail/format/catalog_record.hpp>
#include <macaw/detail/format/geometry.hpp>
#include <macaw/detail/format/tree_root.hpp>
#include <macaw/detail/txn/catalog.hpp>
#include <macaw/detail/txn/write_set.hpp>
#include <macaw/error.hpp>
#include <macaw/macros.hpp>

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace macaw::inline MACAW_ABI::detail {

template <class Config>
class table_binding {
 public:
  using state_type = txn_state<Config>;

  /// Binds a table of a write transaction, which need not exist. Errors: `wrong_codec`, `txn_ended`, what reading
  /// raises.
  [[nodiscard]] static table_binding for_writing(state_type& state, std::uint64_t owner, std::string_view name,
                                                 const table_types& types) {
    table_binding made(state, owner, types);
    made.table_ = &state.writer().open_table(name);
    made.check_types();
    return made;
  }

  /// Binds a table of either kind of transaction, which need not exist. Errors: as `for_writing`.
  [[nodiscard]] static table_binding for_reading(state_type& state, std::uint64_t owner, std::string_view name,
                                                 const table_types& types) {
    if (state.writing()) return for_writing(state, owner, name, types);
    table_binding made(state, owner, types);
    const auto operation = state.access().enter();
    catalog_record record;
    if (find_record(state.access(), state.reading().state().catalog, name, record)) {
      require_types(name, record, as_text(record.key_codec), as_text(record.value_codec), types);
      made.root_ = record.root;
    }
    return made;
  }

  [[nodiscard]] state_type& state() const noexcept { return *state_; }
  [[nodiscard]] std::uint64_t owner() const noexcept { return owner_; }

  /// The pages to read from. Errors: `txn_ended`.
  [[nodiscard]] MACAW_ALWAYS_INLINE const page_access<Config>& access() const {
    state_->expect_open(owner_);
    return state_->access();
  }

  /// The tree's root as it is now.
  /// Errors: `txn_ended`; `wrong_codec`, where the table was replaced by one of other types.
  [[nodiscard]] MACAW_ALWAYS_INLINE const tree_root& root() const {
    state_->expect_open(owner_);  // first: the table's state goes with its transaction
    if (table_ == nullptr) return root_;
    if (table_->generation != generation_) [[unlikely]]
      adopt_generation();
    return table_->record.root;
  }

  /// Begins a change: everything shown before ends. Returns the state of a table that exists now.
  /// Errors: `txn_ended`, `txn_failed`, `busy`, `wrong_codec`, those of spilling.
  [[nodiscard]] table_state& begin_change() const {
    prepare_change();
    state_->writer().before_change();
    return *table_;
  }
  /// As `begin_change`, where rows are only added behind the last one, through the table's edge.
  [[nodiscard]] table_state& begin_append() const {
    prepare_change();
    state_->writer().before_append();
    return *table_;
  }

  /// Comes in its place, every now and then, while rows are loaded; `limit` is the writer's `load_limit` when the load
  /// began. Errors: as `begin_change`.
  void begin_load(std::size_t& limit) const {
    prepare_change();
    state_->writer().before_load(limit);
  }

  /// Makes the table exist, if it does not. Comes before the first row is put.
  /// Errors: std::bad_alloc, `value_too_large` where the names exceed what a catalog row holds; nothing has changed.
  void create(table_state& table) const {
    if (table.exists) return;
    catalog_record record;
    record.key_width = types_->key_width;
    record.value_width = types_->value_width;
    record.key_codec = as_bytes(types_->key_codec);
    record.value_codec = as_bytes(types_->value_codec);
    state_->writer().create_table(table, record);
    generation_ = table.generation;  // others that are bound compare its types
  }

 private:
  table_binding(state_type& state, std::uint64_t owner, const table_types& types)
      : state_(&state), owner_(owner), types_(&types) {
    state.expect_open(owner);
  }

  void prepare_change() const {
    state_->expect_innermost(owner_);
    static_cast<void>(root());
    state_->note_change();
  }

  MACAW_NOINLINE void adopt_generation() const {
    table_ = &state_->writer().open_table(table_->name);
    check_types();
  }

  void check_types() const {
    if (table_->exists) {
      require_types(table_->name, table_->record, table_->record.key_codec, table_->record.value_codec, *types_);
      require_changeable(*table_);
    }
    generation_ = table_->generation;
  }

  state_type* state_;
  std::uint64_t owner_;
  const table_types* types_;
  mutable table_state* table_ = nullptr;
  mutable std::uint64_t generation_ = 0;
  tree_root root_;
};

/// For changes of several steps: where one throws after another was taken, the level is fit for rollback only.
template <class Config>
class change_guard {
 public:
  explicit change_guard(txn_state<Config>& state) noexcept : state_(state) {}
  change_guard(const change_guard&) = delete;
  change_guard& operator=(const change_guard&) = delete;
  ~change_guard() {
    if (armed_) state_.writer().fail();
  }
  void arm() noexcept { armed_ = true; }
  void disarm() noexcept { armed_ = false; }

 private:
  txn_state<Config>& state_;
  bool armed_ = false;
};

}  // namespace macaw::inline MACAW_ABI::detail
