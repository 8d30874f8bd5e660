// SPDX-License-Identifier: MIT
//
// What a commit does to the space map, prepared before anything is written. Layer 3 (space). PROTOCOL S3 to
// S7: net statements, then the sweep, then log pages, whose allocation changes neither F nor any statement.
//
// Invariants:
//  1. While a plan exists, F is that of its commit, and what must not fail later has its memory.
//  2. A plan that is not adopted leaves the map as it was: F, and its log pages are given back.
//  3. The sweep lists at least as many extents as the commit says other things, so it comes round before the
//     log has grown in proportion to more than the extents there are.
//
// Thread safety: as the map.

#pragma once

#include <macaw/detail/base/algorithms.hpp>
#include <macaw/detail/base/when_used.hpp>
#include <macaw/detail/format/meta_page.hpp>
#include <macaw/detail/format/space_page.hpp>
#include <macaw/detail/space/space_log.hpp>
#include <macaw/detail/space/space_map.hpp>
#include <macaw/error.hpp>
#include <macaw/ids.hpp>
#include <macaw/macros.hpp>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

namespace macaw::inline MACAW_ABI::detail {

template <class When>
class basic_space_plan {
 public:
  template <class T>
  using vector = typename When::template vector<T>;
  template <class T>
  using span = typename When::template span<T>;

  /// Plans commit `d`: of the pages taken since the last durable one it keeps `used`, and it no longer reaches
  /// `freed`, which the last durable one does. In any order.
  /// Requires: no other plan of this map exists; `used` were taken, and each page is named once.
  /// Errors: `corrupt` where a freed page is free already, outside, or younger than the commit: the tree that
  /// named it is damaged; `no_space`, std::bad_alloc. Then the map is as it was.
  basic_space_plan(basic_space_map<When>& map, std::uint64_t d, span<const freed_pages> freed,
                   span<const page_run> used)
      : basic_space_plan(map, d) {
    copy_sorted(freed, used);
    apply();
    vector<space_word> words = net_statements();
    sweep(words);
    change_ = map_.log_.prepare(words, root_.tail);
    allocate_log_pages();
    map_.pending_.reserve(freed_.size() + change_.dropped.size() + map_.proof_.size());
    root_.head = map_.log_.head_after(change_);
    root_.mark = map_.mark_;
  }
  basic_space_plan(const basic_space_plan&) = delete;
  basic_space_plan& operator=(const basic_space_plan&) = delete;
  ~basic_space_plan() {
    if (!adopted_) abandon();
  }

  /// The log pages to be written, ascending by id.
  [[nodiscard]] span<const basic_log_page_image<When>> pages() const noexcept { return change_.pages; }
  /// What the meta page is to say, beside the statements.
  [[nodiscard]] const space_root& root() const noexcept { return root_; }
  /// The statements for the meta page.
  [[nodiscard]] span<const space_word> words() const noexcept { return change_.words; }

  /// Fills in the meta page.
  void describe(meta_page& meta) const noexcept {
    meta.space_head = root_.head;
    meta.space_tail = root_.tail;
    meta.sweep_address = root_.sweep_address;
    meta.sweep_index = root_.sweep_index;
    meta.mark = root_.mark;
    const std::size_t size = change_.words.size() * space_word_size;
    MACAW_ASSERT(size <= meta.statements.size());
    meta.statement_size = static_cast<std::uint32_t>(size);
    store_space_words(meta.statements.data(), change_.words);
  }

  /// The commit is durable: its state becomes that of the map, and what it freed begins to wait for readers.
  void adopt() noexcept;
  [[nodiscard]] bool adopted() const noexcept { return adopted_; }

 private:
  basic_space_plan(basic_space_map<When>& map, std::uint64_t d) noexcept
      : map_(map), d_(d), root_{map.log_.head(), map.log_.tail(), map.sweep_address_, map.sweep_index_, map.mark_} {
    MACAW_ASSERT(!map.planned_);
    map.planned_ = true;
  }

  void copy_sorted(span<const freed_pages> freed, span<const page_run> used);
  void apply();
  [[nodiscard]] vector<space_word> net_statements() const;
  void sweep(vector<space_word>& words);
  [[nodiscard]] std::uint32_t add_state(vector<space_word>& words, std::uint32_t from, std::size_t extents_max);
  void allocate_log_pages();
  [[nodiscard]] std::uint32_t allocate_log_page(std::uint32_t wished);
  void abandon() noexcept;

  basic_space_map<When>& map_;
  std::uint64_t d_;
  space_root root_;
  vector<page_run> used_;
  vector<freed_pages> freed_;
  std::size_t used_applied_ = 0;
  std::size_t freed_applied_ = 0;
  vector<std::uint32_t> log_ids_;
  basic_log_change<When> change_;
  bool adopted_ = false;
};
using space_plan = basic_space_plan<when_used>;

template <class When>
void basic_space_plan<When>::copy_sorted(span<const freed_pages> freed, span<const page_run> used) {
  used_.assign(used.begin(), used.end());
  algorithms::sort(used_.begin(), used_.end(), [](page_run a, page_run b) { return a.first < b.first; });
  freed_.assign(freed.begin(), freed.end());
  const auto by_first = [](const freed_pages& a, const freed_pages& b) { return a.first < b.first; };
  algorithms::sort(freed_.begin(), freed_.end(), by_first);
  const auto join = [](auto& runs, auto alike) {
    std::size_t kept = 0;
    for (std::size_t i = 0; i < runs.size(); ++i) {
      if (kept > 0 && runs[kept - 1].first + runs[kept - 1].pages == runs[i].first && alike(runs[kept - 1], runs[i])) {
        runs[kept - 1].pages += runs[i].pages;
      } else {
        runs[kept++] = runs[i];
      }
    }
    runs.resize(kept);
  };
  join(used_, [](const page_run&, const page_run&) { return true; });
  join(freed_, [](const freed_pages& a, const freed_pages& b) { return a.birth == b.birth; });
}

/// Freed pages come first: so one that is free, or was taken since, is found out while F still holds it.
template <class When>
void basic_space_plan<When>::apply() {
  for (const freed_pages& run : freed_) {
    const bool inside = run.pages > 0 && run.first >= map_.first_page_ &&
                        std::uint64_t{run.first} + run.pages <= map_.mark_ && run.birth < d_;
    if (!inside || !map_.free_.give(run.first, run.pages)) {
      throw_corrupt(page_id{run.first}, "dropped, but it was free already or never written");
    }
    ++freed_applied_;
  }
  for (const page_run& run : used_) {
    const bool removed = map_.free_.remove(run.first, run.pages);
    MACAW_ASSERT(removed);
    static_cast<void>(removed);
    ++used_applied_;
  }
}

template <class When>
auto basic_space_plan<When>::net_statements() const -> vector<space_word> {
  vector<space_word> words;
  words.reserve(2 * (used_.size() + freed_.size()) + map_.log_.room().statement_words_max());
  for (const page_run& run : used_) words.push_back(make_space_word(space_word_kind::used, run.first, run.pages));
  std::optional<page_run> open;
  const auto say = [&] { words.push_back(make_space_word(space_word_kind::free, open->first, open->pages)); };
  for (const freed_pages& run : freed_) {
    if (open && open->first + open->pages == run.first) {
      open->pages += run.pages;
      continue;
    }
    if (open) say();
    open = page_run{run.first, run.pages};
  }
  if (open) say();
  return words;
}

/// Says how things stand from the sweep's address on, in proportion to what else is said.
template <class When>
void basic_space_plan<When>::sweep(vector<space_word>& words) {
  std::size_t owed = words.size();
  const std::size_t extents_max = map_.log_.room().statement_words_max() - 1;
  while (owed > 0) {
    const std::size_t before = words.size();
    root_.sweep_address = add_state(words, root_.sweep_address, algorithms::min(owed, extents_max));
    owed -= algorithms::min(owed, algorithms::max<std::size_t>(words.size() - before - 1, 1));
    if (root_.sweep_address == map_.mark_) {
      // What was said before this sweep began is void. The next one begins in the newest page at the earliest.
      root_.tail = root_.sweep_index;
      root_.sweep_index = map_.log_.newest_index();
      root_.sweep_address = map_.first_page_;
      break;
    }
  }
}

/// Says of the pages from `from` on which are free: at most so many extents. Returns where the next one begins.
template <class When>
std::uint32_t basic_space_plan<When>::add_state(vector<space_word>& words, std::uint32_t from,
                                                std::size_t extents_max) {
  const std::size_t header = words.size();
  words.push_back({});
  std::uint32_t to = map_.mark_;
  std::optional<page_run> next = map_.free_.next_run(from);
  for (std::size_t listed = 0; next; ++listed, next = map_.free_.next_run(next->first + next->pages)) {
    if (listed == extents_max) {
      to = next->first;
      break;
    }
    words.push_back(make_space_word(space_word_kind::listed, next->first, next->pages));
  }
  words[header] = make_space_word(space_word_kind::state, from, to - from);
  return to;
}

/// Log pages stand behind the pages of the commit where they can, so that all are written at once.
template <class When>
void basic_space_plan<When>::allocate_log_pages() {
  log_ids_.reserve(change_.pages.size());
  std::uint32_t wished = used_.empty() ? map_.first_page_ : used_.back().first + used_.back().pages;
  while (log_ids_.size() < change_.pages.size()) {
    log_ids_.push_back(allocate_log_page(wished));
    wished = log_ids_.back() + 1;
  }
  algorithms::sort(log_ids_.begin(), log_ids_.end());
  map_.log_.place(change_, log_ids_, static_cast<std::uint32_t>(d_));
}

template <class When>
std::uint32_t basic_space_plan<When>::allocate_log_page(std::uint32_t wished) {
  if (!map_.allocatable_.contains(wished, 1)) return map_.allocate(1);
  map_.reserve_giving_back(2);
  static_cast<void>(map_.allocatable_.remove(wished, 1));
  map_.note_taken(1);
  return wished;
}

template <class When>
void basic_space_plan<When>::abandon() noexcept {
  while (used_applied_ > 0) {
    const page_run& run = used_[--used_applied_];
    static_cast<void>(map_.free_.give(run.first, run.pages));
  }
  while (freed_applied_ > 0) {
    const freed_pages& run = freed_[--freed_applied_];
    static_cast<void>(map_.free_.remove(run.first, run.pages));
  }
  map_.planned_ = false;
  for (const std::uint32_t id : log_ids_) map_.give_back(id, 1);
}

template <class When>
void basic_space_plan<When>::adopt() noexcept {
  MACAW_ASSERT(!adopted_ && root_.mark == map_.mark_);
  adopted_ = true;
  std::uint64_t kept = log_ids_.size();
  for (const page_run& run : used_) kept += run.pages;
  MACAW_ASSERT(map_.taken_ >= kept);
  map_.taken_ -= kept;
  if (map_.taken_ == 0) map_.owed_extents_ = 0;
  for (const freed_pages& run : freed_) map_.pending_.add({run.first, run.pages, run.birth, d_});
  for (const page_ref ref : change_.dropped) {
    // A damaged file's log may name any birth; no reader looks at log pages, so a wrong one costs nothing.
    const std::uint64_t birth = d_ >> 32U == 0 ? algorithms::min<std::uint64_t>(ref.birth, d_ - 1) : 0;
    map_.pending_.add({to_number(ref.id), 1, birth, d_});
  }
  for (const page_run& run : map_.proof_) map_.pending_.add({run.first, run.pages, d_ - 1, d_});
  map_.proof_.clear();
  map_.log_.adopt(change_);
  map_.sweep_address_ = root_.sweep_address;
  map_.sweep_index_ = root_.sweep_index;
  map_.durable_mark_ = map_.mark_;
  map_.planned_ = false;
}

}  // namespace macaw::inline MACAW_ABI::detail
