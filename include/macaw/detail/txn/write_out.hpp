// SPDX-License-Identifier: MIT
//
// From frames to pages: collecting what a commit writes, giving it ids, and encoding it. Layer 5 (txn).
// PROTOCOL W4, S6, S9.
//
// Invariants:
//  1. A collected frame is named by one parent, seen from one root. Children come before parents.
//  2. Ids are given late, in contiguous runs, and kept beside the frames, never in them: write-out only
//     reads frames, and a failure leaves nothing to undo but the ids.
//  3. Bytes are staged in ascending order of ids: the order of the manifest and of its digest.

#pragma once

#include <macaw/bytes.hpp>
#include <macaw/checksum/xxh3.hpp>
#include <macaw/detail/base/algorithms.hpp>
#include <macaw/detail/base/when_used.hpp>
#include <macaw/detail/format/geometry.hpp>
#include <macaw/detail/format/meta_page.hpp>
#include <macaw/detail/format/page_header.hpp>
#include <macaw/detail/format/references.hpp>
#include <macaw/detail/memory/arena.hpp>
#include <macaw/ids.hpp>
#include <macaw/macros.hpp>

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <memory>
#include <span>
#include <vector>

namespace macaw::inline MACAW_ABI::detail {

/// A frame to be written, the pages it takes, and the first of them once ids are given.
struct outgoing {
  page_id frame{};
  std::uint32_t pages = 1;
  std::uint32_t first = 0;
};

/// Lists the frames reachable from `root`, children before their parents, siblings in order of keys.
/// Only frames are looked into: what a page of the file names is in the file.
/// Errors: std::bad_alloc.
template <std::size_t PageSize>
[[nodiscard]] std::vector<outgoing> collect_frames(const frame_arena<PageSize>& arena, page_ref root) {
  std::vector<outgoing> found;
  if (!is_frame(root.id)) return found;
  std::vector<page_id> open{root.id};
  while (!open.empty()) {
    const page_id frame = open.back();
    open.pop_back();
    const std::span<const std::byte> piece = arena.piece(frame);
    found.push_back({frame, piece.empty() ? 1U : static_cast<std::uint32_t>(piece.size() / PageSize), 0});
    if (!piece.empty()) continue;
    const std::byte* const bytes = arena.frame(frame);
    for_each_reference<PageSize>(bytes, [&](const page_reference<const std::byte>& child) {
      if (const page_ref ref = child.load(); is_frame(ref.id)) open.push_back(ref.id);
    });
  }
  algorithms::reverse(found.begin(), found.end());
  return found;
}

/// Adds the run that `take()` takes to the list; room for it comes first, since what is taken must not be lost.
template <class Take>
void take_run(std::vector<page_run>& taken, const Take& take) {
  taken.emplace_back();
  try {
    taken.back() = take();
  } catch (...) {
    taken.pop_back();
    throw;
  }
}

/// Gives ids to those frames of one page that are leaves, or to those that are not, in as few runs as there are.
template <std::size_t PageSize, class Space>
void assign_singles(const frame_arena<PageSize>& arena, Space& space, std::vector<outgoing>& frames, bool leaves,
                    std::vector<page_run>& taken) {
  const auto belongs = [&](const outgoing& frame) {
    return arena.piece(frame.frame).empty() &&
           (load_shape(arena.frame(frame.frame)).kind() == page_kind::leaf) == leaves;
  };
  std::uint32_t count = 0;
  for (const outgoing& frame : frames) count += belongs(frame) ? 1U : 0U;
  const auto first_run = static_cast<std::ptrdiff_t>(taken.size());
  while (count > 0) {
    take_run(taken, [&] { return space.allocate_up_to(count); });
    count -= taken.back().pages;
  }
  algorithms::sort(taken.begin() + first_run, taken.end(),
                   [](const page_run& a, const page_run& b) { return a.first < b.first; });
  auto run = taken.begin() + first_run;
  std::uint32_t used = 0;
  for (outgoing& frame : frames) {
    if (!belongs(frame)) continue;
    if (used == run->pages) {
      ++run;
      used = 0;
    }
    frame.first = run->first + used++;
  }
}

/// Gives ids to the collected frames and sorts them by id. What was taken before an error is in the list of
/// `taken` runs, for the caller to give back.
///
/// Branches and leaves get runs of their own: branches die with the next commit, so a run of branches comes back
/// whole and fits the next one's. In a simulation of one-row commits that left 2.0 runs a commit instead of 4.9.
/// Errors: `no_space`, std::bad_alloc.
template <std::size_t PageSize, class Space>
void assign_ids(frame_arena<PageSize>& arena, Space& space, std::vector<outgoing>& frames,
                std::vector<page_run>& taken) {
  for (outgoing& frame : frames) {
    if (!arena.piece(frame.frame).empty()) {
      take_run(taken, [&] { return page_run{space.allocate(frame.pages), frame.pages}; });
      frame.first = taken.back().first;
    }
  }
  assign_singles(arena, space, frames, false, taken);
  assign_singles(arena, space, frames, true, taken);
  for (const outgoing& frame : frames) arena.info(frame.frame).assigned = frame.first;
  algorithms::sort(frames.begin(), frames.end(),
                   [](const outgoing& a, const outgoing& b) { return a.first < b.first; });
}

/// Makes the page of the file out of a frame: a copy with its references translated, sealed.
template <class Checksum, std::size_t PageSize>
void encode_frame(const frame_arena<PageSize>& arena, const outgoing& frame, std::uint64_t d, std::uint64_t seed,
                  std::byte* to) noexcept {
  const std::size_t size = std::size_t{frame.pages} * PageSize;
  const std::span<const std::byte> piece = arena.piece(frame.frame);
  if (piece.empty()) {
    std::memset(to, 0, size);  // what holds nothing in the frame must not reach the file
    copy_page<PageSize>(to, arena.frame(frame.frame));
    for_each_reference<PageSize>(to, [&](const page_reference<std::byte>& child) {
      const page_ref ref = child.load();
      if (is_frame(ref.id)) child.store({page_id{arena.info(ref.id).assigned}, static_cast<std::uint32_t>(d)});
    });
  } else {
    std::memcpy(to, piece.data(), size);
  }
  seal_page<Checksum>(to, size, page_id{frame.first}, d, seed);
}

/// Collects encoded pages in ascending order of ids and stores them run by run, holding at most `capacity`
/// bytes; keeps all of them if they fit, and then digests them.
template <class When>
class basic_staging {
 public:
  template <class T>
  using vector = typename When::template vector<T>;
  template <class T>
  using span = typename When::template span<T>;

  /// Errors: std::bad_alloc.
  basic_staging(std::size_t page_size, std::size_t capacity)
      : page_size_(page_size), capacity_(capacity), bytes_(new std::byte[capacity]) {}

  /// Room for a run of pages behind what is staged. Requires that it fits: `has_room`.
  [[nodiscard]] std::byte* add(std::uint32_t first, std::uint32_t pages) {
    if (!runs_.empty() && runs_.back().first + runs_.back().pages == first) {
      runs_.back().pages += pages;
    } else {
      runs_.push_back({first, pages});
    }
    std::byte* const place = bytes_.get() + size_;
    size_ += pages * page_size_;
    return place;
  }

  [[nodiscard]] bool has_room(std::uint32_t pages) const noexcept { return size_ + pages * page_size_ <= capacity_; }
  [[nodiscard]] span<const page_run> runs() const noexcept { return runs_; }
  [[nodiscard]] bytes_view bytes() const noexcept { return {bytes_.get(), size_}; }

  /// Writes what is staged, run by run. Errors: `io`, `no_space`.
  template <class Pager>
  void store(Pager& pager) const {
    for_each_run([&](page_run run, const std::byte* bytes) {
      const bytes_view pieces[] = {{bytes, run.pages * page_size_}};
      pager.store(run.first, pieces);
    });
  }

  /// Calls `visit(page_run, const std::byte*)` for every run.
  template <class Visit>
  void for_each_run(Visit&& visit) const {
    const std::byte* bytes = bytes_.get();
    for (const page_run& run : runs_) {
      visit(run, bytes);
      bytes += run.pages * page_size_;
    }
  }

  /// Forgets what is staged, to stage more.
  void clear() noexcept {
    runs_.clear();
    size_ = 0;
  }

 private:
  std::size_t page_size_;
  std::size_t capacity_;
  std::size_t size_ = 0;
  std::unique_ptr<std::byte[]> bytes_;
  vector<page_run> runs_;
};
using staging = basic_staging<when_used>;

}  // namespace macaw::inline MACAW_ABI::detail
