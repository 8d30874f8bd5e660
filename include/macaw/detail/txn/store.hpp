// SPDX-License-Identifier: MIT
//
// What a database holds while it is open: members only, no protocol. Layer 5 (txn). Snapshots, write
// transactions, write-out and commit all work on it.
//
// Thread safety: `reading`, `readers`, `turn`, `poisoned` and `figures` serve any thread; everything below
// the mark in the class belongs to whoever has the writer's turn.

#pragma once

#include <macaw/detail/format/meta_page.hpp>
#include <macaw/detail/format/tree_root.hpp>
#include <macaw/detail/memory/arena.hpp>
#include <macaw/detail/space/reader_registry.hpp>
#include <macaw/detail/space/space_map.hpp>
#include <macaw/detail/tree/large_value.hpp>
#include <macaw/detail/txn/cold_calls.hpp>
#include <macaw/detail/txn/durable_history.hpp>
#include <macaw/detail/txn/frame_reclaimer.hpp>
#include <macaw/detail/txn/meta_store.hpp>
#include <macaw/detail/txn/page_resolver.hpp>
#include <macaw/detail/txn/table_state.hpp>
#include <macaw/detail/txn/writer_turn.hpp>
#include <macaw/macros.hpp>
#include <macaw/options.hpp>
#include <macaw/stats.hpp>

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <vector>

namespace macaw::inline MACAW_ABI::detail {

/// A published state: what a reader needs to see it.
struct root_state {
  tree_root catalog;
  std::uint64_t t = 0;  ///< the publication
  std::uint64_t d = 0;  ///< the durable commit it rests on
};

template <class Config>
struct store {
  static constexpr std::size_t page_size = Config::page_size;
  using pager_type = typename Config::template pager<Config>;
  using pins = typename pager_type::pins;
  /// Whether this configuration has files at all.
  static constexpr bool has_files = durable_pager<pager_type>;

  /// A database in memory.
  store(const open_options& chosen, const cold_calls<Config>& seldom)
      : options(chosen), cold(seldom), readers(newest, newest.t), history(newest.t, newest.d) {}

  open_options options;
  const cold_calls<Config>& cold;
  frame_arena<page_size> arena;
  page_resolver<Config> reading{arena};
  root_state newest{.catalog = {}, .t = 1, .d = 0};  ///< the last published state; the writer's own copy
  snapshot_registry<root_state> readers;
  std::optional<pager_type> pager;  ///< none in memory
  writer_turn turn;
  std::atomic<bool> poisoned{false};  ///< a commit's outcome is unknown: nothing more is written

  // What follows belongs to whoever has the writer's turn.

  living_meta living;                ///< the durable state
  std::uint32_t synced_pages = 0;    ///< pages of the file when its length was last made durable
  std::unique_ptr<space_map> space;  ///< replayed at the first write
  durable_history history;
  frame_reclaimer retired;
  bool crowded = false;              ///< deferred commits have outgrown their memory, and the disk has no room for them
  std::vector<dropped_run> dropped;  ///< pages of the file that deferred commits dropped since the last durable one
  std::vector<std::uint64_t> pins_scratch;
  std::vector<dropped_run> spare_drops;  ///< memory that one write transaction leaves to the next
  std::vector<page_id> spare_made;
  std::vector<std::unique_ptr<table_state>> spare_tables;  ///< right for the state published as `spare_tables_of`
  std::uint64_t spare_tables_of = 0;

  mutable std::mutex figures_mutex;
  database_stats figures;

  /// Begins with a state of the file's. Requires: no reader yet. Errors: std::bad_alloc.
  void start(const tree_root& catalog, std::uint64_t d) {
    newest = {catalog, newest.t + 1, d};
    readers.reserve_publication();
    readers.publish(newest, newest.t);
    history = durable_history(newest.t, d);
    figures.last_txn = {newest.t};
    figures.durable = d;
    figures.tables = catalog.entries;
    figures.pages = living.meta.mark;
  }

  [[nodiscard]] bool in_memory() const noexcept { return !pager.has_value(); }

  /// Gives back pages that were taken and never published.
  void give_back(std::uint32_t first, std::uint32_t pages) noexcept {
    if constexpr (has_files) {
      pager->forget(first, pages);
      space->give_back(first, pages);
    }
  }
};

}  // namespace macaw::inline MACAW_ABI::detail
