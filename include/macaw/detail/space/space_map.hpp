// SPDX-License-Identifier: MIT
//
// Which pages of the file are free. Layer 3 (space). PROTOCOL section 5, R9.
//
// Invariants:
//  1. `free_` is F of the newest durable commit: the pages from the first to the mark that its tree does not
//     reach. Of these, every page is exactly one of: allocatable, pending (readers may see it), a page of
//     the log, or taken since that commit.
//  2. Pages at the mark and beyond are free without being said to be. The mark rises when no free run fits, and
//     falls back to the durable mark when what was taken there is given back.
//  3. A commit says what changed against the durable commit before it, and how things stand in a part of the
//     file: the sweep. When the sweep has been through, all that was said before it began is void. So the
//     log stays in proportion to the number of extents, and no commit writes all of it.
//  4. Log pages are allocated last: they are free in F, so no statement speaks of them.
//
// Thread safety: one thread at a time (the writer).

#pragma once

#include <macaw/bytes.hpp>
#include <macaw/detail/base/algorithms.hpp>
#include <macaw/detail/base/when_used.hpp>
#include <macaw/detail/format/meta_page.hpp>
#include <macaw/detail/format/space_page.hpp>
#include <macaw/detail/space/extents.hpp>
#include <macaw/detail/space/page_bits.hpp>
#include <macaw/detail/space/pending_pages.hpp>
#include <macaw/detail/space/space_log.hpp>
#include <macaw/detail/space/space_replay.hpp>
#include <macaw/error.hpp>
#include <macaw/ids.hpp>
#include <macaw/macros.hpp>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <type_traits>
#include <utility>
#include <vector>

namespace macaw::inline MACAW_ABI::detail {

/// Consecutive pages that a commit no longer reaches, and the commit that wrote them.
struct freed_pages {
  std::uint32_t first = 0;
  std::uint32_t pages = 0;
  std::uint64_t birth = 0;
};

/// The room for statements in files of this page size.
[[nodiscard]] constexpr space_room space_room_of(std::size_t page_size) noexcept {
  return {meta_statement_bytes_max / space_word_size, space_page_words_max(page_size)};
}

/// What a meta page says of the space map.
[[nodiscard]] inline space_root space_root_of(const meta_page& meta) noexcept {
  return {meta.space_head, meta.space_tail, meta.sweep_address, meta.sweep_index, meta.mark};
}

template <class When>
class basic_space_map {
 public:
  template <class T>
  using vector = typename When::template vector<T>;
  template <class T>
  using span = typename When::template span<T>;

  /// The map of a file in which no page from `first_page` on was ever used.
  basic_space_map(std::uint32_t first_page, space_room room)
      : first_page_(first_page), mark_(first_page), durable_mark_(first_page), log_(room), sweep_address_(first_page) {}

  /// Takes over what a durable commit says: its root, the statements in its meta page, and its log pages.
  /// `read(page_ref) -> const std::byte*` gives the bytes of a page that has the checksum, id and birth it should
  /// have, until it is called again.
  /// Requires: a map as constructed. After an error only destruction.
  /// Errors: `corrupt`, those of `read`, std::bad_alloc.
  /// Complexity: each log page is read once, every eighth twice.
  template <class ReadPage>
  void restore(const space_root& root, bytes_view statements, std::size_t page_size, ReadPage&& read);

  /// Takes over what a walk found instead of a log: all pages below `mark` are free but these, in any order. The
  /// next commit writes the log anew. Until it is durable the free pages of `proof` wait: a commit that opening proves
  /// by its bytes must keep them, those of its log too.
  /// Requires: a map as constructed. Errors: `corrupt` where pages are reached twice or lie outside, std::bad_alloc.
  void rebuild(std::uint32_t mark, vector<page_run> reachable, std::span<const page_run> proof = {});

  // Taking pages.

  /// Takes `pages` pages in one run: the best fit, or at the mark.
  /// Errors: `no_space` where the file would have more pages than it can, std::bad_alloc; then nothing has changed.
  [[nodiscard]] std::uint32_t allocate(std::uint32_t pages);
  /// Takes at most `pages` pages, at least one: in one run where that costs the file no growth, else the longest
  /// run there is, and at the mark when there is none. Errors: as above.
  [[nodiscard]] page_run allocate_up_to(std::uint32_t pages);
  /// Gives pages back that were taken and never published.
  void give_back(std::uint32_t first, std::uint32_t pages) noexcept;
  /// Tells for how many pages the file has blocks. Pages at the mark that have some are as good as free ones.
  void set_blocks(std::uint32_t pages) noexcept { blocks_ = pages; }

  /// Makes the pages allocatable that no pinned durable number can see, and calls `released(first, pages)` for them,
  /// which may not throw. The pins ascend, each once.
  /// Requires: no plan exists. Errors: std::bad_alloc; then some may still wait.
  template <class Released>
  void release(span<const std::uint64_t> pins, Released&& released);
  void release(span<const std::uint64_t> pins) {
    release(pins, [](std::uint32_t, std::uint32_t) {});
  }

  // Looking.

  [[nodiscard]] std::uint32_t first_page() const noexcept { return first_page_; }
  /// One past the highest page in use, or ever used.
  [[nodiscard]] std::uint32_t mark() const noexcept { return mark_; }
  /// Pages that can be taken without growing.
  [[nodiscard]] std::uint64_t allocatable() const noexcept { return allocatable_.total(); }
  /// Pages that wait for readers, or for the next durable commit.
  [[nodiscard]] std::uint64_t pending() const noexcept {
    std::uint64_t pages = pending_.total();
    for (const page_run& run : proof_) pages += run.pages;
    return pages;
  }
  /// Pages of the log.
  [[nodiscard]] std::size_t log_pages() const noexcept { return log_.page_count(); }
  /// Words that the log has in pages and in the meta page.
  [[nodiscard]] const basic_space_log<When>& log() const noexcept { return log_; }
  /// Pages taken since the last durable commit and not given back.
  [[nodiscard]] std::uint64_t taken() const noexcept { return taken_; }
  /// What is free in the newest durable commit, log pages and pending ones included.
  [[nodiscard]] const basic_page_bits<When>& free() const noexcept { return free_; }

  /// Calls `f(page_run)` in the order of addresses.
  template <class F>
  void for_each_free(F&& f) const {
    allocatable_.for_each(f);
  }
  /// Calls `f(const pending_run&)` in no order.
  template <class F>
  void for_each_pending(F&& f) const {
    pending_.for_each(f);
    for (const page_run& run : proof_) f(pending_run{run.first, run.pages, 0, 0});
  }
  /// Calls `f(page_ref)`, oldest first.
  template <class F>
  void for_each_log_page(F&& f) const {
    for (const page_ref ref : log_.pages()) f(ref);
  }

 private:
  template <class>
  friend class basic_space_plan;

  [[nodiscard]] bool may_grow(std::uint32_t pages, std::uint32_t limit) const noexcept {
    return std::uint64_t{mark_} + pages <= limit;
  }
  [[nodiscard]] std::uint32_t grow(std::uint32_t pages);
  /// However a run of n pages is divided, it comes back as at most (n + 1) / 2 extents.
  [[nodiscard]] static std::uint32_t extents_of(std::uint32_t pages) noexcept { return pages / 2 + pages % 2; }
  /// Sees that giving back cannot fail, `more` extents apart. Errors: std::bad_alloc.
  void reserve_giving_back(std::size_t more) { allocatable_.reserve(owed_extents_ + more); }
  void note_taken(std::uint32_t pages) noexcept {
    taken_ += pages;
    owed_extents_ += extents_of(pages);
  }
  void lower_mark() noexcept;
  void keep_proof(page_run run);

  std::uint32_t first_page_;
  std::uint32_t mark_;
  std::uint32_t durable_mark_;
  std::uint32_t blocks_ = 0;
  basic_page_bits<When> free_;          ///< F
  basic_extent_set<When> allocatable_;  ///< F without what is pending, in the log, or taken
  basic_pending_pages<When> pending_;
  vector<page_run> proof_;  ///< free pages that the newest durable commit is proven by; after a rebuild only
  basic_space_log<When> log_;
  std::uint32_t sweep_address_;
  std::uint64_t sweep_index_ = 0;
  std::uint64_t taken_ = 0;
  std::size_t owed_extents_ = 0;  ///< the most extents that what was taken may come back as
  bool planned_ = false;          ///< a plan exists, and F is that of its commit
};
using space_map = basic_space_map<when_used>;

template <class When>
template <class ReadPage>
void basic_space_map<When>::restore(const space_root& root, bytes_view statements, std::size_t page_size,
                                    ReadPage&& read) {
  MACAW_ASSERT(mark_ == first_page_);
  const bool sweep_in_file = root.sweep_address < root.mark || root.sweep_address == first_page_;
  if (root.mark < first_page_ || root.mark > page_id_limit || root.sweep_address < first_page_ || !sweep_in_file) {
    throw_corrupt(page_id{}, "the meta page contradicts itself about the space map");
  }
  basic_space_replay<When> replay(allocatable_, first_page_, root.mark, log_.room().page_words);
  log_chain<std::remove_reference_t<ReadPage>> chain(root, first_page_, page_size, read);
  chain.find();
  vector<space_word> newest;
  const auto words_of = [](bytes_view bytes) {
    vector<space_word> words;
    words.reserve(bytes.size() / space_word_size);
    for (; !bytes.empty(); bytes = bytes.subspan(space_word_size)) words.push_back(load_space_word(bytes.data()));
    return words;
  };
  for (std::size_t i = 0; i < chain.pages().size(); ++i) {
    const bytes_view bytes = chain.statements(i);
    replay.apply(bytes, chain.pages()[i].id);
    if (i + 1 == chain.pages().size()) newest = words_of(bytes);
  }
  replay.apply(statements, page_id{});
  free_.reserve(root.mark);
  allocatable_.for_each([this](page_run run) { static_cast<void>(free_.give(run.first, run.pages)); });
  for (const page_ref ref : chain.pages()) {
    if (!allocatable_.remove(to_number(ref.id), 1)) throw_corrupt(ref.id, "a log page of the space map is in use");
  }
  log_.restore(std::move(chain.pages()), root.tail, std::move(newest), words_of(statements));
  mark_ = durable_mark_ = root.mark;
  sweep_address_ = root.sweep_address;
  sweep_index_ = root.sweep_index;
}

template <class When>
void basic_space_map<When>::rebuild(std::uint32_t mark, vector<page_run> reachable, std::span<const page_run> proof) {
  MACAW_ASSERT(mark_ == first_page_ && mark >= first_page_ && mark <= page_id_limit);
  free_.reserve(mark);
  if (mark > first_page_) {
    static_cast<void>(free_.give(first_page_, mark - first_page_));
    static_cast<void>(allocatable_.give(first_page_, mark - first_page_));
  }
  algorithms::sort(reachable.begin(), reachable.end(), [](page_run a, page_run b) { return a.first < b.first; });
  vector<space_word> words;
  std::uint32_t first = 0;
  std::uint32_t pages = 0;
  const auto say = [&] {
    if (pages > 0) words.push_back(make_space_word(space_word_kind::used, first, pages));
  };
  for (const page_run& run : reachable) {
    if (run.pages == 0 || !free_.remove(run.first, run.pages)) {
      throw_corrupt(page_id{run.first}, "reached twice, or outside the file");
    }
    static_cast<void>(allocatable_.remove(run.first, run.pages));
    if (first + pages == run.first) {
      pages += run.pages;
      continue;
    }
    say();
    first = run.first;
    pages = run.pages;
  }
  say();
  for (const page_run& run : proof) keep_proof(run);
  log_.restore({}, 0, {}, std::move(words));
  mark_ = durable_mark_ = mark;
}

/// Keeps the free pages among these from being taken before the next commit is durable.
template <class When>
void basic_space_map<When>::keep_proof(page_run run) {
  const std::uint32_t end = run.first + run.pages;
  for (auto next = allocatable_.at_or_after(run.first); next && next->first < end;
       next = allocatable_.at_or_after(run.first)) {
    const std::uint32_t first = algorithms::max(run.first, next->first);
    const std::uint32_t pages = algorithms::min(end, next->first + next->pages) - first;
    proof_.push_back({first, pages});
    static_cast<void>(allocatable_.remove(first, pages));
  }
}

/// Takes pages at the mark. Requires that the file may have so many.
template <class When>
std::uint32_t basic_space_map<When>::grow(std::uint32_t pages) {
  const std::uint32_t first = mark_;
  free_.reserve(mark_ + pages);
  static_cast<void>(free_.give(first, pages));
  mark_ += pages;
  note_taken(pages);
  return first;
}

template <class When>
std::uint32_t basic_space_map<When>::allocate(std::uint32_t pages) {
  MACAW_ASSERT(pages > 0);
  if (allocatable_.longest() < pages && !may_grow(pages, page_id_limit)) {
    throw_error(errc::no_space, "the file has as many pages as it can have");
  }
  reserve_giving_back(extents_of(pages));
  if (const std::optional<std::uint32_t> first = allocatable_.take(pages)) {
    note_taken(pages);
    return *first;
  }
  return grow(pages);
}

template <class When>
page_run basic_space_map<When>::allocate_up_to(std::uint32_t pages) {
  MACAW_ASSERT(pages > 0);
  const bool fits = allocatable_.longest() >= pages;
  if (fits || allocatable_.empty() || may_grow(pages, blocks_)) return {allocate(pages), pages};
  reserve_giving_back(extents_of(pages));
  const page_run run = *allocatable_.take_largest(pages);
  note_taken(run.pages);
  return run;
}

template <class When>
void basic_space_map<When>::give_back(std::uint32_t first, std::uint32_t pages) noexcept {
  MACAW_ASSERT(taken_ >= pages);
  const bool given = allocatable_.give(first, pages);
  MACAW_ASSERT(given);
  static_cast<void>(given);
  taken_ -= pages;
  if (taken_ == 0) owed_extents_ = 0;
  lower_mark();
}

/// Forgets free pages beyond the mark of the durable commit: no statement has spoken of them.
template <class When>
void basic_space_map<When>::lower_mark() noexcept {
  if (planned_ || mark_ == durable_mark_) return;
  const std::optional<page_run> last = allocatable_.at_or_after(mark_ - 1);
  if (!last) return;
  const std::uint32_t lowered = algorithms::max(last->first, durable_mark_);
  static_cast<void>(allocatable_.remove(lowered, mark_ - lowered));
  static_cast<void>(free_.remove(lowered, mark_ - lowered));
  mark_ = lowered;
}

template <class When>
template <class Released>
void basic_space_map<When>::release(span<const std::uint64_t> pins, Released&& released) {
  MACAW_ASSERT(!planned_);
  pending_.release(pins, [this, &released](std::uint32_t first, std::uint32_t pages) {
    reserve_giving_back(1);
    const bool given = allocatable_.give(first, pages);
    MACAW_ASSERT(given);
    static_cast<void>(given);
    released(first, pages);
  });
}

}  // namespace macaw::inline MACAW_ABI::detail
