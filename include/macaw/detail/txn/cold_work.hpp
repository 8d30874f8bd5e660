// SPDX-License-Identifier: MIT
//
// What a database does seldom: the functions behind `cold_calls`. Layer 5 (txn). Included by what opens databases.
//
// Thread safety: as the transaction or the writer's turn that each function is called with.

#pragma once

#include <macaw/detail/base/algorithms.hpp>
#include <macaw/detail/format/layout.hpp>
#include <macaw/detail/tree/drop_tree.hpp>
#include <macaw/detail/tree/large_value.hpp>
#include <macaw/detail/txn/allocation.hpp>
#include <macaw/detail/txn/catalog.hpp>
#include <macaw/detail/txn/cold_calls.hpp>
#include <macaw/detail/txn/commit.hpp>
#include <macaw/detail/txn/space_loading.hpp>
#include <macaw/detail/txn/spill.hpp>
#include <macaw/detail/txn/store.hpp>
#include <macaw/detail/txn/write_pages.hpp>
#include <macaw/detail/txn/write_set.hpp>
#include <macaw/error.hpp>
#include <macaw/ids.hpp>
#include <macaw/macros.hpp>
#include <macaw/options.hpp>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string_view>
#include <utility>
#include <vector>

namespace macaw::inline MACAW_ABI::detail {

template <class Config>
struct cold_work {
  using txn_type = write_set<Config>;
  using store_type = store<Config>;

  static table_state& load_table(txn_type& txn, std::string_view name);
  static void create_table(table_state& table, const catalog_record& types);
  static bool drop_table(txn_type& txn, std::string_view name);
  static bool rename_table(txn_type& txn, std::string_view from, std::string_view to);

  /// Enters the roots of changed tables into the catalog.
  static void flush_tables(txn_type& txn) {
    const auto operation = txn.enter();
    for (const std::unique_ptr<table_state>& table : txn.tables_) {
      if (!table->dirty || !table->exists) continue;
      put_record(txn, txn.catalog_, table->name, table->record.borrowed());
      table->dirty = false;
    }
  }

  /// Grows lists and the arena. Errors: std::bad_alloc; then nothing has changed.
  static void reserve(write_pages<Config>& pages, std::size_t frames, std::size_t drops) {
    pages.reserve_more(frames, drops);
  }

  /// Makes a piece of a large value. Errors: std::bad_alloc.
  static new_page create_piece(write_pages<Config>& pages, std::size_t payload) { return pages.make_piece(payload); }

  /// Notes all pages of a large value as to be dropped. Errors: as of `detail::collect_large`.
  static void collect_large(const write_pages<Config>& pages, const large_record& record,
                            std::vector<dropped_run>& runs) {
    detail::collect_large(pages, record, runs);
  }

  /// Writes changed pages to the file, and says how many more may gather before it is done again.
  static void make_room(txn_type& txn) {
    ++txn.changes_;
    spill(txn, adoption::seen);
    const std::size_t budget = txn.home().options.dirty_size;
    txn.spill_threshold_ = algorithms::max(budget, txn.dirty_bytes() + budget / 2);
  }

  /// Writes what a load has filled. Returns its new limit: another mebibyte, or a sixteenth of what was written before,
  /// since the list of that is gone through each time. Nothing of it is kept in a cache: whoever loads much seldom
  /// reads it next.
  static std::size_t write_behind(txn_type& txn) {
    static_assert(txn_type::load_memory == staging_size_max);
    ++txn.changes_;
    spill(txn, adoption::unseen);
    return txn.dirty_bytes() + algorithms::max(streaming_size, txn.spilled().count() * Config::page_size / 16);
  }

  /// Writes one piece of a large value that is still being made.
  static void write_piece(txn_type& txn, page_ref& piece) { spill_piece(txn, piece); }

  static txn_id commit(txn_type& txn, const commit_options& options);

  /// Ends the level at `index`, and those inside it, undoing what was done.
  static void undo_levels(txn_type& txn, std::size_t index) noexcept {
    const level began = txn.levels().undo_from(index);
    txn.undo(began);
    txn.catalog_ = began.catalog;
    ++txn.changes_;
    for (const std::unique_ptr<table_state>& table : txn.tables_) {
      table->loaded = false;
      table->dirty = false;
      ++table->generation;
    }
  }

  /// Gives back pages that were taken and never published.
  static void give_back(store_type& home, std::uint32_t first, std::uint32_t pages) noexcept {
    home.give_back(first, pages);
  }

  /// What a write transaction finds done when it begins: the map of free space read, deferred commits durable if
  /// they have outgrown their memory, frames freed that nobody sees.
  static void prepare_writing(store_type& home) {
    if constexpr (store_type::has_files) {
      if (!home.in_memory()) {
        if (!home.space) load_space_map(home);
        sync_outgrown(home);
      }
    }
    reclaim_frames(home);
  }

  /// Makes deferred commits durable that have outgrown their memory. On a full disk they stay, and the transaction
  /// that begins commits durably: so it may delete, and makes things no worse (PROTOCOL R14, R17).
  static void sync_outgrown(store_type& home) {
    home.crowded = false;
    if (home.arena.live_bytes() <= home.options.dirty_size) return;
    try {
      sync_published(home);
    } catch (const error& failure) {
      if (failure.kind() != errc::no_space || failure.outcome() == commit_outcome::unknown) throw;
      home.crowded = true;
    }
  }

  /// Makes all published states durable. Requires the writer's turn. Errors: as an immediate commit.
  static txn_id sync(store_type& home) { return sync_published(home); }
};

template <class Config>
inline constexpr cold_calls<Config> cold_calls_of{
    .load_table = &cold_work<Config>::load_table,
    .create_table = &cold_work<Config>::create_table,
    .drop_table = &cold_work<Config>::drop_table,
    .rename_table = &cold_work<Config>::rename_table,
    .flush_tables = &cold_work<Config>::flush_tables,
    .reserve = &cold_work<Config>::reserve,
    .create_piece = &cold_work<Config>::create_piece,
    .collect_large = &cold_work<Config>::collect_large,
    .make_room = &cold_work<Config>::make_room,
    .write_behind = &cold_work<Config>::write_behind,
    .write_piece = &cold_work<Config>::write_piece,
    .commit = &cold_work<Config>::commit,
    .undo_levels = &cold_work<Config>::undo_levels,
    .give_back = &cold_work<Config>::give_back,
    .prepare_writing = &cold_work<Config>::prepare_writing,
    .sync = &cold_work<Config>::sync,
};

/// The state of a table, read from the catalog. Errors: `corrupt`, `io`, std::bad_alloc.
template <class Config>
table_state& cold_work<Config>::load_table(txn_type& txn, std::string_view name) {
  std::size_t index = 0;
  while (index < txn.tables_.size() && txn.tables_[index]->name != name) ++index;
  if (index == txn.tables_.size()) {
    auto made = std::make_unique<table_state>();
    made->name = name;
    txn.tables_.push_back(std::move(made));
  }
  table_state& table = *txn.tables_[index];
  const auto operation = txn.enter();
  catalog_record record;
  table.exists = find_record(txn, txn.catalog_, name, record);
  table.record = table.exists ? owned_record(record) : owned_record();
  table.loaded = true;
  table.dirty = false;
  return table;
}

template <class Config>
void cold_work<Config>::create_table(table_state& table, const catalog_record& types) {
  MACAW_ASSERT(!table.exists);
  if (!geometry<Config::page_size>::fits_inline(table.name.size(), types.encoded_size())) {
    throw error(errc::value_too_large,
                "the names of table '" + table.name + "' and of its codecs are longer than a page of this size allows");
  }
  table.record = owned_record(types);
  table.exists = true;
  ++table.generation;
  table.mark_dirty();
}

template <class Config>
bool cold_work<Config>::drop_table(txn_type& txn, std::string_view name) {
  txn.before_change();
  table_state& table = txn.open_table(name);
  if (!table.exists) return false;
  require_changeable(table);
  const auto operation = txn.enter();
  try {
    with_layout<Config::page_size>(table.record.key_width, table.record.value_width,
                                   [&](const auto& layout) { drop_tree(txn, table.record.root, layout); });
    erase_record(txn, txn.catalog_, name);
  } catch (...) {
    txn.fail();
    throw;
  }
  table.exists = false;
  table.dirty = false;
  table.record = owned_record();
  ++table.generation;
  return true;
}

template <class Config>
bool cold_work<Config>::rename_table(txn_type& txn, std::string_view from, std::string_view to) {
  txn.before_change();
  table_state& old_table = txn.open_table(from);
  table_state& new_table = txn.open_table(to);
  if (!old_table.exists || new_table.exists) return false;
  require_changeable(old_table);
  const auto operation = txn.enter();
  put_record(txn, txn.catalog_, to, old_table.record.borrowed());
  try {
    erase_record(txn, txn.catalog_, from);
  } catch (...) {
    txn.fail();
    throw;
  }
  std::swap(old_table.record, new_table.record);
  old_table.exists = old_table.dirty = false;
  new_table.exists = true;
  ++old_table.generation;
  ++new_table.generation;
  return true;
}

template <class Config>
txn_id cold_work<Config>::commit(txn_type& txn, const commit_options& options) {
  txn.ensure_usable();
  try {
    if (txn.levels().failed_from(0)) {
      throw_error(errc::txn_failed, "an earlier error left the transaction fit for rollback only");
    }
    flush_tables(txn);
    const txn_id id = commit_flushed(txn.home(), txn, options);
    txn.end();
    return id;
  } catch (error& failure) {
    if (failure.outcome() == commit_outcome::none) failure.with_outcome(commit_outcome::rolled_back);
    txn.rollback();
    throw;
  } catch (...) {
    txn.rollback();
    throw;
  }
}

}  // namespace macaw::inline MACAW_ABI::detail
