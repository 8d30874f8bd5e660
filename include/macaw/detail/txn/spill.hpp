// SPDX-License-Identifier: MIT
//
// Writing changed pages before the commit, when a transaction outgrows its memory. Layer 5 (txn).
// PROTOCOL R16.
//
// Invariants:
//  1. Only frames made at the innermost level are spilled: each has exactly one parent, which may be changed
//     in place, and so is patched.
//  2. A spilled page names pages only. A frame is kept if anything below it has to be kept.
//  3. Roots stay in memory. A failure gives everything back and leaves the transaction as it was.

#pragma once

#include <macaw/detail/format/references.hpp>
#include <macaw/detail/txn/allocation.hpp>
#include <macaw/detail/txn/store.hpp>
#include <macaw/detail/txn/write_out.hpp>
#include <macaw/detail/txn/write_pages.hpp>
#include <macaw/ids.hpp>
#include <macaw/macros.hpp>

#include <cstddef>
#include <cstdint>
#include <mutex>
#include <vector>

namespace macaw::inline MACAW_ABI::detail {

template <class Config>
class write_set;

namespace spilling {

inline constexpr std::uint32_t no_parent = UINT32_MAX;

/// A frame of the innermost level, and the one above it in the list.
struct candidate {
  page_id frame{};
  std::uint32_t parent = no_parent;
  bool kept = false;
};

/// Adds the owned frames of the tree under `root`, parents before children. The root itself is kept.
template <class Config>
void collect(const write_pages<Config>& pages, page_ref root, std::vector<candidate>& found) {
  auto& arena = pages.home().arena;
  if (!pages.owned(root)) return;
  std::size_t next = found.size();
  found.push_back({root.id, no_parent, true});
  for (; next < found.size(); ++next) {
    const page_id frame = found[next].frame;
    if (!arena.piece(frame).empty()) continue;
    const std::byte* const bytes = arena.frame(frame);
    for_each_reference<Config::page_size>(bytes, [&](const page_reference<const std::byte>& reference) {
      const page_ref child = reference.load();
      if (!is_frame(child.id)) return;
      if (pages.owned(child)) {
        found.push_back({child.id, static_cast<std::uint32_t>(next), false});
      } else {
        arena.info(child.id).assigned = 0;  // an earlier write-out that failed may have left one
        found[next].kept = true;
      }
    });
  }
}

/// Keeps whatever has something kept below it.
inline void settle(std::vector<candidate>& found) noexcept {
  for (std::size_t i = found.size(); i-- > 0;) {
    if (found[i].kept && found[i].parent != no_parent) found[found[i].parent].kept = true;
  }
}

/// Writes frames to pages that this transaction alone reaches, and notes these; the frames stay. Returns their birth.
/// Errors: `no_space`, `io`, std::bad_alloc; then nothing has changed.
template <class Config>
std::uint32_t write_early(write_set<Config>& txn, std::vector<outgoing>& frames, adoption how) {
  auto& home = txn.home();
  txn.spilled().reserve(frames.size());
  release_unpinned(home);
  id_reservation<Config> ids(home);
  ids.assign(frames);
  ids.make_room();
  ids.claim();
  const std::uint64_t birth = home.living.meta.d + 1;
  store_frames(home, frames, birth, how);
  for (const outgoing& frame : frames) txn.spilled().add({frame.first, frame.pages, txn.levels().counter()});
  txn.spilled().sort();
  txn.note_spill();
  const std::lock_guard lock(home.figures_mutex);
  home.figures.spilled_pages += ids.keep();
  return static_cast<std::uint32_t>(birth);
}

}  // namespace spilling

/// Writes what the innermost level has changed to the file, and frees the frames.
/// Errors: `no_space`, `io`, std::bad_alloc; then the transaction is as before.
template <class Config>
void spill(write_set<Config>& txn, adoption how) {
  auto& home = txn.home();
  if constexpr (store<Config>::has_files) {
    std::vector<spilling::candidate> candidates;
    for (const auto& table : txn.tables()) {
      // What was rolled back and not looked at since may have a root that is gone.
      if (table->exists && table->loaded) spilling::collect<Config>(txn, table->record.root.ref, candidates);
    }
    spilling::settle(candidates);
    std::vector<outgoing> frames;
    for (std::size_t i = candidates.size(); i-- > 0;) {
      const spilling::candidate& at = candidates[i];
      home.arena.info(at.frame).assigned = 0;
      if (at.kept) continue;
      const std::size_t piece = home.arena.piece(at.frame).size();
      frames.push_back({at.frame, piece == 0 ? 1U : static_cast<std::uint32_t>(piece / Config::page_size), 0});
    }
    if (frames.empty()) return;
    const std::uint32_t birth = spilling::write_early(txn, frames, how);
    for (const spilling::candidate& at : candidates) {
      if (!at.kept || !home.arena.piece(at.frame).empty()) continue;
      std::byte* const bytes = home.arena.frame(at.frame);
      for_each_reference<Config::page_size>(bytes, [&](const page_reference<std::byte>& child) {
        const page_ref ref = child.load();
        const std::uint32_t page = is_frame(ref.id) ? home.arena.info(ref.id).assigned : 0;
        if (page != 0) child.store({page_id{page}, birth});
      });
    }
    for (const outgoing& frame : frames) txn.free_made(frame.frame);
  }
}

/// Writes one piece of a large value that is still being made, and puts the reference to its pages into `ref`. So a
/// value larger than memory needs no more of it than the budget.
/// Errors: as `spill`; then `ref` is as before.
template <class Config>
void spill_piece(write_set<Config>& txn, page_ref& ref) {
  auto& home = txn.home();
  if constexpr (store<Config>::has_files) {
    MACAW_ASSERT(txn.owned(ref));
    const std::size_t pages = home.arena.piece(ref.id).size() / Config::page_size;
    std::vector<outgoing> frames{{ref.id, static_cast<std::uint32_t>(pages), 0}};
    const std::uint32_t birth = spilling::write_early(txn, frames, adoption::seen);
    txn.free_made(ref.id);
    ref = {page_id{frames.front().first}, birth};
  }
}

}  // namespace macaw::inline MACAW_ABI::detail
