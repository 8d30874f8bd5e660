// SPDX-License-Identifier: MIT
//
// Knows when memory that was taken out of view can no longer be in anybody's hands. Layer 2 (storage).
//
// An *operation* notes the epoch in which it began in a slot of its own. Who takes memory out of view
// does so, then advances the epoch and stamps the memory with the new one; when every operation under
// way began in that epoch or later, the memory is free.
//
// Why that holds: let a reader find memory m in view, and later a scan read the reader's slot. Entering
// (a write of the slot), finding m, hiding m and scanning are sequentially consistent. If the scan came
// before the entering in that order, then so did the hiding, and m was not found. So the scan sees the
// slot taken, with an epoch. Had the reader read the stamp's epoch or a later one, it would have seen m
// hidden. So its epoch is less than the stamp, and m is not freed until the reader leaves by a release
// store that the next scan acquires.
//
// Thread safety: every member from any thread.

#pragma once

#include <macaw/detail/base/algorithms.hpp>
#include <macaw/macros.hpp>

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>

namespace macaw::inline MACAW_ABI::detail {

/// Epochs, and the operations under way in them. As many as there are, without a limit.
class grace_periods {
 public:
  /// Where an operation is noted. On lines of its own: it is written at every begin and end.
  struct alignas(128) slot {
    std::atomic<std::uint64_t> since{0};  ///< the epoch in which the operation began; 0: free
    std::atomic<std::uint64_t> hits{0};   ///< counted by whoever has the slot; nobody else adds
  };

  grace_periods() = default;
  grace_periods(const grace_periods&) = delete;
  grace_periods& operator=(const grace_periods&) = delete;
  ~grace_periods() {
    for (block* each = blocks_.next.load(std::memory_order_relaxed); each != nullptr;) {
      const std::unique_ptr<block> owned(each);
      each = each->next.load(std::memory_order_relaxed);
    }
  }

  /// Begins an operation. `hint` is a slot that the caller had before, or null.
  /// Errors: std::bad_alloc, where more operations are under way than ever before.
  /// Complexity: one atomic exchange where the hint is free.
  [[nodiscard]] MACAW_ALWAYS_INLINE slot& enter(slot* hint) {
    const std::uint64_t epoch = epoch_.load(std::memory_order_acquire);
    if (hint != nullptr && take(*hint, epoch)) [[likely]]
      return *hint;
    return enter_anywhere(epoch);
  }

  /// Ends an operation.
  MACAW_ALWAYS_INLINE static void leave(slot& taken) noexcept { taken.since.store(0, std::memory_order_release); }

  /// Begins a new epoch and returns it: the stamp of what was taken out of view before.
  [[nodiscard]] std::uint64_t advance() noexcept { return epoch_.fetch_add(1, std::memory_order_seq_cst) + 1; }

  /// The epoch of the oldest operation under way: memory with this stamp or a smaller one is free.
  [[nodiscard]] std::uint64_t oldest() const noexcept {
    std::uint64_t oldest = ~std::uint64_t{0};
    for_each([&oldest](const slot& each) {
      const std::uint64_t since = each.since.load(std::memory_order_seq_cst);
      if (since != 0) oldest = algorithms::min(oldest, since);
    });
    return oldest;
  }

  /// The hits noted in all slots.
  [[nodiscard]] std::uint64_t hits() const noexcept {
    std::uint64_t sum = 0;
    for_each([&sum](const slot& each) { sum += each.hits.load(std::memory_order_relaxed); });
    return sum;
  }

 private:
  static constexpr std::size_t block_slots = 32;

  struct block {
    std::array<slot, block_slots> slots;
    std::atomic<block*> next{nullptr};
  };

  [[nodiscard]] MACAW_ALWAYS_INLINE static bool take(slot& wanted, std::uint64_t epoch) noexcept {
    std::uint64_t free = 0;
    return wanted.since.compare_exchange_strong(free, epoch, std::memory_order_seq_cst, std::memory_order_relaxed);
  }

  // Threads start looking at different slots, so that they rarely meet.
  [[nodiscard]] static std::size_t thread_number() noexcept {
    static std::atomic<std::size_t> threads{0};
    thread_local const std::size_t number = threads.fetch_add(1, std::memory_order_relaxed);
    return number;
  }

  [[nodiscard]] slot& enter_anywhere(std::uint64_t epoch) {
    const std::size_t start = thread_number();
    for (block* each = &blocks_;; each = &next_of(*each)) {
      for (std::size_t i = 0; i < block_slots; ++i) {
        slot& wanted = each->slots[(start + i) % block_slots];
        if (wanted.since.load(std::memory_order_relaxed) == 0 && take(wanted, epoch)) return wanted;
      }
    }
  }

  [[nodiscard]] static block& next_of(block& last) {
    if (block* next = last.next.load(std::memory_order_acquire)) return *next;
    auto made = std::make_unique<block>();
    block* found = nullptr;
    if (!last.next.compare_exchange_strong(found, made.get(), std::memory_order_seq_cst)) return *found;
    return *made.release();
  }

  template <class Visit>
  void for_each(Visit visit) const noexcept {
    for (const block* each = &blocks_; each != nullptr; each = each->next.load(std::memory_order_seq_cst)) {
      for (const slot& one : each->slots) visit(one);
    }
  }

  alignas(128) std::atomic<std::uint64_t> epoch_{1};
  block blocks_;
};

}  // namespace macaw::inline MACAW_ABI::detail
