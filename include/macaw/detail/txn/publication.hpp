// SPDX-License-Identifier: MIT
//
// Showing a new state to readers, and what becomes of the frames and pages that it leaves behind. Layer 5
// (txn). PROTOCOL R9, R14, W1, W5.
//
// Invariants:
//  1. Everything that may fail is reserved before: publishing allocates nothing and cannot fail.
//  2. A frame that no published state ever reached is freed at once; others wait for their readers.
//  3. Pages of the file that a deferred commit drops wait for the next durable commit.

#pragma once

#include <macaw/detail/txn/allocation.hpp>
#include <macaw/detail/txn/store.hpp>
#include <macaw/detail/txn/write_set.hpp>
#include <macaw/ids.hpp>
#include <macaw/macros.hpp>

#include <cstdint>

namespace macaw::inline MACAW_ABI::detail {

/// A frame that the state published as `t` no longer reaches. Requires room in the list of retired frames.
template <class Config>
void retire_frame(store<Config>& home, page_id frame, std::uint64_t t) noexcept {
  const std::uint64_t made = home.arena.info(frame).made;
  if (made == 0) {
    home.arena.free(frame);
  } else {
    home.arena.info(frame).dropped = t;
    home.retired.retire(frame, made, t);
  }
}

/// Brings the figures that `stats()` shows up to date.
template <class Config>
void note_figures(store<Config>& home) noexcept {
  const std::lock_guard lock(home.figures_mutex);
  database_stats& figures = home.figures;
  figures.last_txn = {home.newest.t};
  figures.durable = home.newest.d;
  figures.tables = home.newest.catalog.entries;
  figures.frames = home.arena.live();
  figures.frame_bytes = home.arena.live_bytes();
  ++figures.commits;
  if constexpr (store<Config>::has_files) {
    if (home.space) {
      figures.pages = home.space->mark();
      figures.free_pages = home.space->allocatable();
      figures.pending_pages = home.space->pending();
      figures.log_pages = home.space->log_pages();
    }
  }
}

/// Publishes a transaction in memory only. Errors: std::bad_alloc; then nothing has changed.
template <class Config>
txn_id publish_deferred(store<Config>& home, write_set<Config>& txn) {
  home.retired.reserve(txn.drops().size());
  home.dropped.reserve(home.dropped.size() + txn.drops().size());
  home.readers.reserve_publication();
  // From here on nothing fails.
  const std::uint64_t t = home.newest.t + 1;
  for (const dropped_run& drop : txn.drops()) {
    if (is_frame(drop.ref.id)) {
      retire_frame(home, drop.ref.id, t);
    } else {
      home.dropped.push_back(drop);
    }
  }
  for (const page_id frame : txn.made()) {
    if (!home.arena.is_live(frame) || home.arena.info(frame).level == 0) continue;
    home.arena.info(frame).made = t;
    home.arena.info(frame).level = 0;
  }
  home.newest = {txn.catalog(), t, home.newest.d};
  home.readers.publish(home.newest, t);
  home.spare_tables_of = t;
  reclaim_frames(home);
  note_figures(home);
  return {t};
}

}  // namespace macaw::inline MACAW_ABI::detail
