// SPDX-License-Identifier: MIT
//
// How many pins keep the bytes of each frame of a cache. Layer 2 (storage).
//
// A pin may be dropped after its cache is gone: the entry that holds it was declared before the database, or the
// database was closed first. So the counts of a chunk of frames are one block, which the cache abandons rather than
// frees; the last pin frees it.
//
// Invariants:
//  1. A block begins at a multiple of its alignment, so a count leads to its block, and a pin is one pointer.
//  2. A count that no pin has reached stays so once the cache has abandoned it: pins are then only copied.

#pragma once

#include <macaw/macros.hpp>

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <new>
#include <utility>

namespace macaw::inline MACAW_ABI::detail {

using pin_count = std::atomic<std::uint32_t>;

/// What the blocks of all sizes have in common.
class pin_block {
 public:
  /// Drops a pin. Frees the block where it was the last, and the cache has gone.
  static void drop(pin_count& count) noexcept {
    if (count.fetch_sub(1, std::memory_order_acq_rel) == abandoned + 1) [[unlikely]]
      of(count).settle();
  }

 protected:
  static constexpr std::size_t alignment = 16384;
  static constexpr std::uint32_t abandoned = 0x8000'0000U;  // in a count: the cache has gone

  explicit pin_block(std::uint32_t unsettled) noexcept : unsettled_(unsettled) {}

  /// A count has seen the last of its cache and of its pins.
  MACAW_NOINLINE void settle() noexcept {
    if (unsettled_.fetch_sub(1, std::memory_order_acq_rel) == 1) ::operator delete (this, std::align_val_t{alignment});
  }

 private:
  [[nodiscard]] static pin_block& of(pin_count& count) noexcept {
    auto* const at = reinterpret_cast<std::byte*>(&count);
    return *reinterpret_cast<pin_block*>(at - reinterpret_cast<std::uintptr_t>(at) % alignment);
  }

  std::atomic<std::uint32_t> unsettled_;
};

/// The counts of `Frames` frames.
template <std::uint32_t Frames>
class pin_counts : public pin_block {
 public:
  struct abandon {
    void operator()(pin_counts* counts) const noexcept {
      for (std::uint32_t i = 0; i < Frames; ++i) {
        if (counts->counts_[i].fetch_add(abandoned, std::memory_order_acq_rel) == 0) counts->settle();
      }
    }
  };
  using pointer = std::unique_ptr<pin_counts, abandon>;

  /// Errors: std::bad_alloc.
  [[nodiscard]] static pointer make() {
    static_assert(sizeof(pin_counts) <= alignment);
    return pointer(new (::operator new (sizeof(pin_counts), std::align_val_t{alignment})) pin_counts());
  }

  [[nodiscard]] pin_count& operator[](std::uint32_t frame) noexcept { return counts_[frame]; }

 private:
  pin_counts() noexcept : pin_block(Frames) {}

  pin_count counts_[Frames] = {};
};

/// Keeps a frame's bytes. Copies keep them too; an empty one keeps nothing.
class frame_pin {
 public:
  frame_pin() = default;
  /// Adds to the pins of a frame.
  explicit frame_pin(pin_count& count) noexcept : count_(&count) { count.fetch_add(1, std::memory_order_relaxed); }
  frame_pin(const frame_pin& other) noexcept : count_(other.count_) {
    if (count_ != nullptr) count_->fetch_add(1, std::memory_order_relaxed);
  }
  frame_pin(frame_pin&& other) noexcept : count_(std::exchange(other.count_, nullptr)) {}
  frame_pin& operator=(frame_pin other) noexcept {
    std::swap(count_, other.count_);
    return *this;
  }
  ~frame_pin() {
    if (count_ != nullptr) pin_block::drop(*count_);
  }

 private:
  pin_count* count_ = nullptr;
};

}  // namespace macaw::inline MACAW_ABI::detail
