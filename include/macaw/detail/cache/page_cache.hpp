// SPDX-License-Identifier: MIT
//
// Pages of a file in memory, within a budget. Layer 2 (storage). No I/O: the pager fills the frames.
//
// A frame's way:
//
//     spare --> ready --> (being filled) --> cached --> retired --> ready, or spare
//                                              |           `-----> held --> ready, or spare
//                                              `--> found by readers
//
// Invariants:
//  1. A page's entry in the translation array names its frame, or is 0, or says when the page was last
//     evicted. Entries name a frame only after the frame is filled (release), and pages never change.
//  2. Readers find frames inside operations only. A frame that is taken out of view is retired, and
//     filled anew only when no operation is left that may have found it (grace_periods.hpp) and no pin
//     keeps it. Pins are added only inside an operation that found the frame, or copied.
//  3. Frames with memory do not outnumber the budget, but for what operations and pins keep from reuse.
//
// Thread safety: every member from any thread. Finding takes no lock; all else takes one, briefly.

#pragma once

#include <macaw/detail/base/algorithms.hpp>
#include <macaw/detail/base/prefetch.hpp>
#include <macaw/detail/cache/clock.hpp>
#include <macaw/detail/cache/frame_table.hpp>
#include <macaw/detail/cache/grace_periods.hpp>
#include <macaw/detail/cache/page_array.hpp>
#include <macaw/detail/cache/pin_counts.hpp>
#include <macaw/macros.hpp>
#include <macaw/stats.hpp>

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <mutex>
#include <new>

namespace macaw::inline MACAW_ABI::detail {

template <std::size_t PageSize>
class page_cache {
 public:
  /// The least number of frames: a path, and some to replace.
  static constexpr std::uint32_t limit_min = 16;

  explicit page_cache(std::size_t bytes)
      : limit_(static_cast<std::uint32_t>(algorithms::clamp<std::size_t>(bytes / PageSize, limit_min, limit_max))),
        batch_(algorithms::clamp<std::uint32_t>(limit_ / 32, 2, 64)),
        table_(limit_),
        clock_(table_, limit_ - batch_) {}
  page_cache(const page_cache&) = delete;
  page_cache& operator=(const page_cache&) = delete;

  [[nodiscard]] grace_periods& operations() noexcept { return operations_; }

  /// The bytes of a page if it is cached, good until the operation ends; null if not.
  [[nodiscard]] MACAW_ALWAYS_INLINE const std::byte* find(std::uint32_t page) const noexcept {
    const std::uint32_t frame = frame_of(page);
    if (frame == 0) [[unlikely]]
      return nullptr;
    std::atomic<bool>& touched = table_.touched(frame);
    // The store is left out where it changes nothing, so that a hot page's line stays shared.
    if (!touched.load(std::memory_order_relaxed)) touched.store(true, std::memory_order_relaxed);
    return table_.bytes(frame);
  }

  /// Hints that the first `size` bytes of the page will be read.
  void prefetch(std::uint32_t page, std::size_t size) const noexcept {
    if (const std::uint32_t frame = frame_of(page)) prefetch_page(table_.bytes(frame), size);
  }

  /// Keeps bytes that were found, or returned by `show`, in the operation under way.
  [[nodiscard]] frame_pin hold(std::uint32_t page, const std::byte* bytes) noexcept {
    const std::uint32_t frame = frame_of(page);
    if (frame != 0 && table_.bytes(frame) == bytes) [[likely]]
      return frame_pin(table_.pins(frame));
    return hold_retired(bytes);
  }

  /// A frame to be filled by the caller, who must `show` it or `discard` it.
  /// Errors: std::bad_alloc.
  [[nodiscard]] std::uint32_t take() {
    const std::lock_guard lock(mutex_);
    if (const std::uint32_t frame = take_ready(true)) return frame;
    return make_frame();  // all are pinned or may still be seen: beyond the budget
  }

  [[nodiscard]] std::byte* bytes(std::uint32_t frame) const noexcept { return table_.bytes(frame); }

  /// Takes a frame back that was never shown.
  void discard(std::uint32_t frame) noexcept {
    const std::lock_guard lock(mutex_);
    make_ready(frame);
  }

  /// Makes a filled frame the page's and returns its bytes, or those of the frame that the page has already.
  /// Null, and nothing is shown, unless `is_valid()`, which is called under the lock that `drop` takes.
  template <class IsValid>
  [[nodiscard]] const std::byte* show(std::uint32_t page, std::uint32_t frame, bool is_branch, IsValid is_valid) {
    std::atomic<std::uint32_t>& entry = translation_.at(page);
    const std::lock_guard lock(mutex_);
    misses_.store(misses_.load(std::memory_order_relaxed) + 1, std::memory_order_relaxed);
    return show_locked(entry, page, frame, is_branch, is_valid());
  }

  /// Keeps a copy of a page if there is room, making some for a branch.
  void keep(std::uint32_t page, const std::byte* bytes, bool is_branch) noexcept {
    std::atomic<std::uint32_t>* entry = nullptr;
    std::uint32_t frame = 0;
    try {
      entry = &translation_.at(page);
      const std::lock_guard lock(mutex_);
      frame = take_ready(is_branch);
    } catch (const std::bad_alloc&) {
    }
    if (frame == 0) return;
    std::memcpy(table_.bytes(frame), bytes, PageSize);
    const std::lock_guard lock(mutex_);
    static_cast<void>(show_locked(*entry, page, frame, is_branch, true));
  }

  /// Drops what is cached of the pages [first, last).
  void drop(std::uint32_t first, std::uint32_t last) noexcept {
    const std::lock_guard lock(mutex_);
    translation_.for_each(first, last, [&](std::uint32_t, std::atomic<std::uint32_t>& entry) {
      const std::uint32_t frame = named(entry.load(std::memory_order_relaxed));
      if (frame != 0 || entry.load(std::memory_order_relaxed) != 0) entry.store(0, std::memory_order_seq_cst);
      if (frame == 0) return;
      clock_.erase(frame);
      retiring_.push_back(frame);
    });
    retire();
  }

  [[nodiscard]] cache_stats stats() const noexcept {
    return {operations_.hits(), misses_.load(std::memory_order_relaxed), evictions_.load(std::memory_order_relaxed),
            std::uint64_t{backed_.load(std::memory_order_relaxed)} * PageSize};
  }

 private:
  // Entries with this bit say when the page was evicted: in evictions, modulo 2^31.
  static constexpr std::uint32_t evicted_bit = 0x8000'0000U;
  static constexpr std::size_t limit_max = evicted_bit / 4;

  [[nodiscard]] static constexpr std::uint32_t named(std::uint32_t entry) noexcept {
    return entry < evicted_bit ? entry : 0;
  }
  [[nodiscard]] MACAW_ALWAYS_INLINE std::uint32_t frame_of(std::uint32_t page) const noexcept {
    return named(translation_.load(page, std::memory_order_seq_cst));
  }

  // Evicted, but not longer ago than it takes to replace the whole cache.
  [[nodiscard]] bool was_seen(std::uint32_t entry) const noexcept {
    if (entry < evicted_bit) return false;
    const std::uint32_t now = static_cast<std::uint32_t>(evictions_.load(std::memory_order_relaxed));
    return ((now - entry) & ~evicted_bit) < limit_;
  }

  const std::byte* show_locked(std::atomic<std::uint32_t>& entry, std::uint32_t page, std::uint32_t frame,
                               bool is_branch, bool is_valid) noexcept {
    const std::uint32_t before = entry.load(std::memory_order_relaxed);
    if (!is_valid || named(before) != 0) {
      make_ready(frame);
      return is_valid ? table_.bytes(named(before)) : nullptr;
    }
    table_.note(frame).page = page;
    clock_.insert(frame, is_branch, was_seen(before));
    entry.store(frame, std::memory_order_seq_cst);
    return table_.bytes(frame);
  }

  // A ready frame, made so if need be within the budget; 0 where there is none.
  [[nodiscard]] std::uint32_t take_ready(bool may_evict) {
    if (ready_.empty()) reclaim();
    if (ready_.empty() && backed_.load(std::memory_order_relaxed) < limit_) return make_frame();
    if (ready_.empty() && may_evict && retired_.size() < batch_) evict();
    if (ready_.empty()) return 0;
    const std::uint32_t frame = ready_.pop_front();
    // Evicts ahead, so that the grace period has passed when the frames are wanted.
    const bool is_full = backed_.load(std::memory_order_relaxed) >= limit_;
    if (may_evict && is_full && ready_.size() + retired_.size() < batch_) evict();
    return frame;
  }

  [[nodiscard]] std::uint32_t make_frame() {
    const std::uint32_t frame = spare_.empty() ? table_.add() : spare_.pop_front();
    backed_.store(backed_.load(std::memory_order_relaxed) + 1, std::memory_order_relaxed);
    return frame;
  }

  // Frames beyond the budget lose their memory.
  void make_ready(std::uint32_t frame) noexcept {
    const std::uint32_t backed = backed_.load(std::memory_order_relaxed);
    if (backed <= limit_) return ready_.push_back(frame);
    table_.give_memory_back(frame);
    spare_.push_back(frame);
    backed_.store(backed - 1, std::memory_order_relaxed);
  }

  // Takes a batch of pages out of view.
  void evict() noexcept {
    for (std::uint32_t i = 0; i < batch_; ++i) {
      const std::uint32_t frame = clock_.evict();
      if (frame == 0) break;
      const std::uint64_t evictions = evictions_.load(std::memory_order_relaxed);
      evictions_.store(evictions + 1, std::memory_order_relaxed);
      translation_.find(table_.note(frame).page)
          ->store(evicted_bit | static_cast<std::uint32_t>(evictions), std::memory_order_seq_cst);
      retiring_.push_back(frame);
    }
    retire();
    reclaim();
  }

  // Stamps frames that are out of view by now.
  void retire() noexcept {
    if (retiring_.empty()) return;
    const std::uint64_t stamp = operations_.advance();
    while (const std::uint32_t frame = retiring_.pop_front()) {
      table_.note(frame).stamp = stamp;
      retired_.push_back(frame);
    }
  }

  // Makes ready what no operation can see and no pin keeps.
  void reclaim() noexcept {
    release_held();
    if (retired_.empty()) return;
    const std::uint64_t oldest = operations_.oldest();
    while (retired_.front() != 0 && table_.note(retired_.front()).stamp <= oldest) {
      release(retired_.pop_front());
    }
  }

  // Pinned frames are looked at in turns: there may be many, and their pins last.
  void release_held() noexcept {
    for (std::uint32_t i = algorithms::min(held_.size(), 2 * batch_); i != 0; --i) release(held_.pop_front());
  }

  void release(std::uint32_t frame) noexcept {
    if (table_.pins(frame).load(std::memory_order_acquire) == 0) return make_ready(frame);
    held_.push_back(frame);
  }

  // The page was dropped or evicted since it was found in this operation; its frame waits.
  [[nodiscard]] MACAW_NOINLINE frame_pin hold_retired(const std::byte* bytes) noexcept {
    const std::lock_guard lock(mutex_);
    for (std::uint32_t frame = retired_.front(); frame != 0; frame = retired_.next(frame)) {
      if (table_.bytes(frame) == bytes) return frame_pin(table_.pins(frame));
    }
    MACAW_ASSERT(false && "bytes to hold are none that this operation found");
    return {};
  }

  const std::uint32_t limit_;
  const std::uint32_t batch_;
  page_array<std::uint32_t> translation_;
  grace_periods operations_;
  std::mutex mutex_;
  frame_table<PageSize> table_;
  clock<PageSize> clock_;
  frame_queue<PageSize> ready_{table_, frame_list::ready};
  frame_queue<PageSize> spare_{table_, frame_list::spare};
  frame_queue<PageSize> retiring_{table_, frame_list::retiring};
  frame_queue<PageSize> retired_{table_, frame_list::retired};
  frame_queue<PageSize> held_{table_, frame_list::held};
  std::atomic<std::uint32_t> backed_{0};
  std::atomic<std::uint64_t> misses_{0};
  std::atomic<std::uint64_t> evictions_{0};
};

}  // namespace macaw::inline MACAW_ABI::detail
