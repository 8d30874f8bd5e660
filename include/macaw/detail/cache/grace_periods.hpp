// SPDX-License-Identifier: MIT
//
// Knows when memory that was taken out of view can no longer be in anybody's hands. Layer 2 (storage).
//
// An *operation* notes the epoch in which it began in a slot of its own. Who takes memory out of view
// does so, then advances the epoch and stamps the memory with the new one; when every operation under
// way began in that epoch or later, the memory is free.
//
// Why that holds: let a reader find memory m in view, and later a scan read the reader's slot. Entering
// (a write of the slot) comes before finding m, and hiding m before scanning, each in an order that all
// threads agree on. If the scan came before the entering in that order, then so did the hiding, and m was
// not found. So the scan sees the slot taken, with an epoch. Had the reader read the stamp's epoch or a
// later one, it would have seen m hidden. So its epoch is less than the stamp, and m is not freed until the
// reader leaves by a release store that the next scan acquires.
//
// The order comes from a fence of the whole process that a scan begins with, so that readers need none; or, where the
// system has no such fence, from an exchange of each reader. With the former: a reader that has not written its slot
// when the fence runs on its thread looks for m after it, and finds m hidden; one that has is seen by the scan.
//
// Thread safety: every member from any thread; a slot belongs to one thread at a time.

#pragma once

#include <macaw/detail/base/algorithms.hpp>
#include <macaw/detail/os/process_barrier.hpp>
#include <macaw/macros.hpp>

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <utility>

namespace macaw::inline MACAW_ABI::detail {

/// Epochs, and the operations under way in them. As many as there are, without a limit.
class grace_periods {
  struct block;
  struct block_list;

 public:
  /// Where operations are noted, one after another. On lines of its own: it is written at every begin and end.
  struct alignas(128) slot {
    std::atomic<std::uint64_t> since{0};  ///< the epoch in which the operation began; 0: none is under way
    std::atomic<std::uint64_t> hits{0};   ///< counted by whoever has the slot; nobody else adds
    std::atomic<bool> owned{false};
  };

  /// Owns a slot, or none. May outlive the grace periods, which it keeps nothing of but the slot's memory.
  class slot_owner {
   public:
    slot_owner() noexcept = default;
    slot_owner(slot_owner&& other) noexcept
        : blocks_(std::move(other.blocks_)), slot_(std::exchange(other.slot_, nullptr)) {}
    slot_owner& operator=(slot_owner&& other) noexcept {
      slot_owner taken(std::move(other));
      std::swap(blocks_, taken.blocks_);
      std::swap(slot_, taken.slot_);
      return *this;
    }
    ~slot_owner() {
      if (slot_ != nullptr) slot_->owned.store(false, std::memory_order_release);
    }

    [[nodiscard]] explicit operator bool() const noexcept { return slot_ != nullptr; }
    [[nodiscard]] slot& operator*() const noexcept { return *slot_; }
    [[nodiscard]] slot* operator->() const noexcept { return slot_; }

   private:
    friend class grace_periods;
    slot_owner(std::shared_ptr<block_list> blocks, slot& owned) noexcept : blocks_(std::move(blocks)), slot_(&owned) {}

    std::shared_ptr<block_list> blocks_;
    slot* slot_ = nullptr;
  };

  /// Errors: std::bad_alloc.
  grace_periods() : blocks_(std::make_shared<block_list>()) {}
  grace_periods(const grace_periods&) = delete;
  grace_periods& operator=(const grace_periods&) = delete;

  /// A slot for operations that follow one another.
  /// Errors: std::bad_alloc, where more slots are owned than ever before.
  [[nodiscard]] slot_owner claim() {
    const std::size_t start = thread_number();
    for (block* each = &blocks_->first;; each = &next_of(*each)) {
      for (std::size_t i = 0; i < block_slots; ++i) {
        slot& wanted = each->slots[(start + i) % block_slots];
        if (!wanted.owned.load(std::memory_order_relaxed) && !wanted.owned.exchange(true, std::memory_order_acquire)) {
          return {blocks_, wanted};
        }
      }
    }
  }

  /// Begins an operation. Requires: none is under way in the slot.
  /// Complexity: a store; an atomic exchange where the system has no fence of the whole process.
  MACAW_ALWAYS_INLINE void enter(slot& owned) const noexcept {
    const std::uint64_t epoch = epoch_.load(std::memory_order_acquire);
    if (barrier_.is_available()) [[likely]] {
      owned.since.store(epoch, std::memory_order_release);  // what operations before it read is read by then
      process_barrier::light();
    } else {
      owned.since.exchange(epoch, std::memory_order_seq_cst);
    }
  }

  /// Ends it.
  MACAW_ALWAYS_INLINE static void leave(slot& owned) noexcept { owned.since.store(0, std::memory_order_release); }

  /// Begins a new epoch and returns it: the stamp of what was taken out of view before.
  [[nodiscard]] std::uint64_t advance() noexcept { return epoch_.fetch_add(1, std::memory_order_seq_cst) + 1; }

  /// The epoch of the oldest operation under way: memory with this stamp or a smaller one is free.
  /// Complexity: a look at each slot, after a system call.
  [[nodiscard]] std::uint64_t oldest() const noexcept {
    if (barrier_.is_available() && !barrier_.run()) [[unlikely]]
      return 0;  // nothing is known of the readers
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

  struct block_list {
    block_list() = default;
    block_list(const block_list&) = delete;
    block_list& operator=(const block_list&) = delete;
    ~block_list() {
      for (block* each = first.next.load(std::memory_order_relaxed); each != nullptr;) {
        const std::unique_ptr<block> owned(each);
        each = each->next.load(std::memory_order_relaxed);
      }
    }

    block first;
  };

  // Threads start looking at different slots, so that they rarely meet.
  [[nodiscard]] static std::size_t thread_number() noexcept {
    static std::atomic<std::size_t> threads{0};
    thread_local const std::size_t number = threads.fetch_add(1, std::memory_order_relaxed);
    return number;
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
    for (const block* each = &blocks_->first; each != nullptr; each = each->next.load(std::memory_order_seq_cst)) {
      for (const slot& one : each->slots) visit(one);
    }
  }

  const process_barrier barrier_;
  const std::shared_ptr<block_list> blocks_;
  alignas(128) std::atomic<std::uint64_t> epoch_{1};
};

}  // namespace macaw::inline MACAW_ABI::detail
