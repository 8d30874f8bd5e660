// SPDX-License-Identifier: MIT
//
// A leaf kept in memory for all the rows that are shown of it. Layer 6 (API).
//
// A pin is counted in memory that all threads share, so a row that had one of its own would pay two atomic operations.
// The entries of a leaf share a pin, and are counted where nothing is atomic: they are of one transaction, and so used
// by one thread at a time.
//
// Invariants:
//  1. The pin lives as long as a hold of it.
//  2. Another leaf takes the place of one that nothing else holds. One that entries hold is theirs from then on: when
//     their transaction ends, the next one that its state serves has nothing in common with them.

#pragma once

#include <macaw/ids.hpp>
#include <macaw/macros.hpp>

#include <cstddef>
#include <cstdint>
#include <utility>

namespace macaw::inline MACAW_ABI::detail {

/// Keeps a leaf's bytes in place, or nothing. Copies keep them too.
template <class Pin>
class leaf_hold {
 public:
  leaf_hold() = default;
  leaf_hold(const leaf_hold& other) noexcept : held_(other.held_) {
    if (held_ != nullptr) ++held_->holds;
  }
  leaf_hold(leaf_hold&& other) noexcept : held_(std::exchange(other.held_, nullptr)) {}
  leaf_hold& operator=(leaf_hold other) noexcept {
    std::swap(held_, other.held_);
    return *this;
  }
  ~leaf_hold() {
    if (held_ != nullptr && --held_->holds == 0) [[unlikely]]
      destroy(held_);
  }

  /// Whether it is of this leaf.
  [[nodiscard]] MACAW_ALWAYS_INLINE bool is_of(page_ref ref) const noexcept {
    return held_ != nullptr && held_->bytes != nullptr && held_->ref == ref;
  }
  /// Requires: it is of a leaf.
  [[nodiscard]] const std::byte* bytes() const noexcept { return held_->bytes; }

  /// Takes memory now, so that the next `move_to` needs none. Errors: std::bad_alloc.
  void prepare() {
    if (!is_prepared()) *this = leaf_hold(new held);
  }
  [[nodiscard]] bool is_prepared() const noexcept { return held_ != nullptr && held_->holds == 1; }
  /// Goes to another leaf. Errors: std::bad_alloc, unless prepared; then it stays where it was.
  void move_to(page_ref ref, const std::byte* bytes, Pin pin) {
    prepare();
    held_->ref = ref;
    held_->bytes = bytes;
    held_->pin = std::move(pin);
  }
  /// Keeps nothing any more. The memory stays where nothing else needs it.
  void reset() noexcept {
    if (held_ == nullptr) return;
    if (held_->holds != 1) {
      --std::exchange(held_, nullptr)->holds;
    } else {
      held_->bytes = nullptr;
      held_->pin = Pin();
    }
  }

 private:
  struct held {
    page_ref ref;
    const std::byte* bytes = nullptr;
    Pin pin;
    std::size_t holds = 1;
  };

  explicit leaf_hold(held* made) noexcept : held_(made) {}
  static MACAW_NOINLINE void destroy(held* last) noexcept { delete last; }

  held* held_ = nullptr;
};

}  // namespace macaw::inline MACAW_ABI::detail
