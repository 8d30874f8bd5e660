// SPDX-License-Identifier: MIT
//
// Committing. Layer 5 (txn). PROTOCOL section 6, R12, R14, R16, R17; W4, W5; S6.
//
// A durable commit in order: collect the frames that the new root reaches; give them ids; plan the space
// map; see that the file has the blocks; claim the ids; stage, store (and sync, in two phases); write the
// meta into the slot of the commit before the base; sync; publish.
//
// Invariants:
//  1. A failure before the meta is written, or before the first sync of two, leaves everything as it was: ids
//     are given back, and only this transaction is rolled back. After that point the outcome is unknown and
//     the database is poisoned: nothing more is written.
//  2. The proof: pages of the base and of every pin lie outside what is written, and the base's slot is not
//     written. So after any cut the base stands; the new commit counts only if its bytes match its digest.
//  3. After the point of no return nothing is allocated.

#pragma once

#include <macaw/checksum/xxh3.hpp>
#include <macaw/detail/base/algorithms.hpp>
#include <macaw/detail/format/meta_page.hpp>
#include <macaw/detail/space/space_plan.hpp>
#include <macaw/detail/txn/allocation.hpp>
#include <macaw/detail/txn/publication.hpp>
#include <macaw/detail/txn/store.hpp>
#include <macaw/detail/txn/write_out.hpp>
#include <macaw/detail/txn/write_set.hpp>
#include <macaw/error.hpp>
#include <macaw/ids.hpp>
#include <macaw/macros.hpp>
#include <macaw/options.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

namespace macaw::inline MACAW_ABI::detail {

/// One durable commit: of what is published already, and of a transaction on top, if there is one.
template <class Config>
class durable_commit {
 public:
  durable_commit(store<Config>& home, write_set<Config>* txn, bool two_phase)
      : home_(home), txn_(txn), ids_(home), two_phase_(two_phase || (txn != nullptr && txn->has_spilled())) {}

  /// Does it. Errors: whatever prevented it; `outcome_known()` tells which side of the line it was on.
  txn_id run() {
    prepare();
    write_pages();
    write_meta_page();
    return publish();
  }

  [[nodiscard]] bool outcome_known() const noexcept { return outcome_known_; }
  /// What to raise where there is no memory left to say what failed. Made in time: copying it needs none.
  [[nodiscard]] const error& unspoken() const noexcept { return unspoken_; }

 private:
  [[nodiscard]] const tree_root& catalog() const noexcept {
    return txn_ != nullptr ? txn_->catalog() : home_.newest.catalog;
  }
  [[nodiscard]] std::uint64_t d() const noexcept { return home_.living.meta.d + 1; }

  void prepare() {
    if (d() >> 63U != 0) throw_error(errc::no_space, "the file has seen as many commits as can be counted");
    release_unpinned(home_);
    frames_ = collect_frames(home_.arena, catalog().ref);
    ids_.assign(frames_);
    list_changes();
    plan_.emplace(*home_.space, d(), std::span<const freed_pages>(freed_), std::span<const page_run>(used_));
    make_room();
    ids_.claim();
    for (const auto& page : plan_->pages()) {
      claimed_log_.reserve(claimed_log_.size() + 1);
      home_.pager->claim(page.id, 1);
      claimed_log_.push_back(page.id);
    }
    home_.retired.reserve(frames_.size() + (txn_ != nullptr ? txn_->drops().size() : 0));
    home_.history.reserve();
    home_.readers.reserve_publication();
  }

  /// Lists the runs that the space map is told of: used by this commit, and freed since the base.
  void list_changes() {
    used_ = ids_.taken();
    const auto note_freed = [this](const dropped_run& drop) {
      if (is_frame(drop.ref.id)) return;
      const std::uint32_t first = to_number(drop.ref.id);
      if (txn_ != nullptr && txn_->spilled().find(first) != nullptr) {
        spilled_dead_.push_back({first, drop.pages});
      } else {
        freed_.push_back({first, drop.pages, birth_of(drop.ref)});
      }
    };
    for (const dropped_run& drop : home_.dropped) note_freed(drop);
    if (txn_ == nullptr) return;
    for (const dropped_run& drop : txn_->drops()) note_freed(drop);
    algorithms::sort(spilled_dead_.begin(), spilled_dead_.end(),
                     [](const page_run& a, const page_run& b) { return a.first < b.first; });
    auto dead = spilled_dead_.begin();
    txn_->spilled().for_each([&](const spilled_run& run) {  // they ascend too
      if (dead != spilled_dead_.end() && dead->first == run.first) {
        ++dead;
      } else {
        used_.push_back({run.first, run.pages});
      }
    });
  }

  /// The birth of a page dropped without reading it (R1).
  [[nodiscard]] std::uint64_t birth_of(page_ref ref) const noexcept { return d() >> 32U == 0 ? ref.birth : 0; }

  /// Sees that the file has blocks for all. On a full disk a commit that frees no less than it takes, pages of the
  /// log apart, may use the reserve (R17): so deleting works, and what it took comes back with the next commit.
  void make_room() {
    try {
      ids_.make_room();
    } catch (const error& failure) {
      std::uint64_t taken = 0;
      std::uint64_t freed = 0;
      for (const page_run& run : ids_.taken()) taken += run.pages;
      for (const freed_pages& run : freed_) freed += run.pages;
      if (failure.kind() != errc::no_space || !ids_.fits() || freed < taken) throw;
    }
  }

  void write_pages() {
    std::size_t pages = plan_->pages().size();
    for (const page_run& run : ids_.taken()) pages += run.pages;
    stage_.emplace(Config::page_size,
                   algorithms::max(streaming_size, algorithms::min(pages * Config::page_size, staging_size_max)));
    one_phase_ = !two_phase_ && pages * Config::page_size <= staging_size_max;
    if (one_phase_) {
      stage_all();
      one_phase_ = stage_->runs().size() <= manifest_runs_max;
      stage_->store(*home_.pager);
    } else {
      const bool is_vast = pages * Config::page_size > adopted_size_max;
      store_frames(home_, frames_, d(), is_vast ? adoption::unseen : adoption::seen);
      for (const auto& page : plan_->pages()) {
        stage_->clear();
        encode_log_page(page, stage_->add(page.id, 1));
        stage_->store(*home_.pager);
      }
      stage_->clear();
    }
    if (one_phase_) return;
    outcome_known_ = false;
    sync_all();
  }

  /// Makes what was written durable, and the file's length where it has changed.
  void sync_all() {
    const std::uint32_t pages = home_.pager->page_count();
    home_.pager->sync(pages != home_.synced_pages ? sync_scope::data_and_size : sync_scope::data);
    home_.synced_pages = pages;
  }

  /// Stages the frames and the log pages together, in ascending order of ids.
  void stage_all() {
    auto log = plan_->pages().begin();
    const auto log_end = plan_->pages().end();
    const auto stage_log_below = [&](std::uint64_t limit) {
      for (; log != log_end && log->id < limit; ++log) {
        encode_log_page(*log, stage_->add(log->id, 1));
      }
    };
    for (const outgoing& frame : frames_) {
      stage_log_below(frame.first);
      encode_frame<typename Config::checksum>(home_.arena, frame, d(), home_.reading.seed(),
                                              stage_->add(frame.first, frame.pages));
    }
    stage_log_below(page_id_limit);
  }

  void encode_log_page(const log_page_image& page, std::byte* to) const noexcept {
    page.encode({to, Config::page_size});
    seal_page<typename Config::checksum>(to, Config::page_size, page_id{page.id}, d(), home_.reading.seed());
  }

  void write_meta_page() {
    meta_ = home_.living.meta;
    meta_.base = home_.living.meta.d;
    meta_.d = d();
    meta_.two_phase = !one_phase_;
    meta_.catalog = written(catalog());
    meta_.rejected_d = 0;
    meta_.rejected_root = {};
    meta_.run_count = 0;
    meta_.digest = 0;
    if (one_phase_) {
      for (const page_run& run : stage_->runs()) meta_.runs[meta_.run_count++] = run;
      xxh3_stream digest(digest_seed(meta_.uuid, meta_.d));
      digest.update(stage_->bytes());
      meta_.digest = digest.digest();
    }
    plan_->describe(meta_);
    encode_meta(meta_, meta_bytes_);
    outcome_known_ = false;
    const bytes_view piece[] = {meta_bytes_};
    home_.pager->file().write(meta_offset[home_.living.other_slot()], piece);
    sync_all();
  }

  /// The root as it stands in the file: where it is a frame, the page it was written to.
  [[nodiscard]] tree_root written(tree_root root) const noexcept {
    if (is_frame(root.ref.id)) {
      root.ref = {page_id{home_.arena.info(root.ref.id).assigned}, static_cast<std::uint32_t>(d())};
    }
    return root;
  }

  txn_id publish() noexcept {
    outcome_known_ = true;
    const std::uint64_t t = home_.newest.t + 1;
    home_.reading.note_durable(meta_.d);
    adopt_pages();
    home_.newest = {meta_.catalog, t, meta_.d};
    home_.readers.publish(home_.newest, t);
    home_.history.add(t, meta_.d);
    home_.living = {meta_, home_.living.other_slot()};
    if (txn_ != nullptr) {
      for (const dropped_run& drop : txn_->drops()) {
        if (is_frame(drop.ref.id)) retire_frame(home_, drop.ref.id, t);
      }
    }
    for (const outgoing& frame : frames_) retire_frame(home_, frame.frame, t);
    home_.dropped.clear();
    static_cast<void>(ids_.keep());
    plan_->adopt();
    for (const page_run& run : spilled_dead_) home_.give_back(run.first, run.pages);
    reclaim_frames(home_);
    note_figures(home_);
    return {t};
  }

  /// Readers may see the pages now. Those that were streamed were adopted then.
  void adopt_pages() noexcept {
    if (!stage_->runs().empty()) {
      stage_->for_each_run(
          [this](page_run run, const std::byte* bytes) { home_.pager->adopt(run.first, run.pages, bytes); });
      return;
    }
    for (const std::uint32_t page : claimed_log_) home_.pager->adopt(page, 1, nullptr);
  }

 public:
  ~durable_commit() {
    if (!outcome_known_) return;
    for (const std::uint32_t page : claimed_log_) {
      if (plan_ && !plan_->adopted()) home_.pager->forget(page, 1);
    }
  }

 private:
  error unspoken_ = error(errc::io, "a write or a sync of a commit failed").with_outcome(commit_outcome::unknown);
  store<Config>& home_;
  write_set<Config>* txn_;
  id_reservation<Config> ids_;
  bool two_phase_;
  bool one_phase_ = false;
  bool outcome_known_ = true;
  std::vector<outgoing> frames_;
  std::vector<freed_pages> freed_;
  std::vector<page_run> used_;
  std::vector<page_run> spilled_dead_;
  std::vector<std::uint32_t> claimed_log_;
  std::optional<space_plan> plan_;
  std::optional<staging> stage_;
  meta_page meta_;
  std::array<std::byte, meta_size> meta_bytes_;
};

/// Runs a durable commit. A failure whose outcome is unknown poisons the database.
template <class Config>
txn_id commit_durably(store<Config>& home, write_set<Config>* txn, bool two_phase) {
  durable_commit<Config> commit(home, txn, two_phase);
  try {
    return commit.run();
  } catch (error& failure) {
    if (!commit.outcome_known()) home.poisoned = true;
    failure.with_outcome(commit.outcome_known() ? commit_outcome::rolled_back : commit_outcome::unknown);
    throw;
  } catch (...) {
    if (commit.outcome_known()) throw;
    home.poisoned = true;
    throw commit.unspoken();  // that the outcome is unknown must be said all the same
  }
}

/// Makes all published states durable. Requires the writer's turn.
template <class Config>
txn_id sync_published(store<Config>& home) {
  if constexpr (store<Config>::has_files) {
    const bool unsynced = is_frame(home.newest.catalog.ref.id) || !home.dropped.empty() ||
                          !(home.newest.catalog == home.living.meta.catalog);
    if (!home.in_memory() && unsynced) return commit_durably<Config>(home, nullptr, home.options.two_phase);
  }
  return {home.newest.t};
}

/// Commits as the options, the configuration and what was spilled ask for.
template <class Config>
txn_id commit_flushed(store<Config>& home, write_set<Config>& txn, const commit_options& options) {
  if constexpr (store<Config>::has_files) {
    const bool durable = options.durability == durability::immediate || txn.has_spilled() || home.crowded;
    if (!home.in_memory() && durable) {
      const bool unchanged = txn.catalog() == home.newest.catalog && txn.drops().empty() && !txn.has_spilled();
      if (unchanged) return sync_published(home);
      return commit_durably<Config>(home, &txn, options.two_phase || home.options.two_phase);
    }
  }
  return publish_deferred(home, txn);
}

}  // namespace macaw::inline MACAW_ABI::detail
