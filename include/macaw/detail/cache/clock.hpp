// SPDX-License-Identifier: MIT
//
// Which page of a cache goes next. Layer 2 (storage). No memory, no I/O: lists of frames and their
// touches only.
//
// Pages arrive in a short queue, the *arrivals*. Who was touched again before reaching its front becomes
// a *resident*, who was not goes. So a scan, however long, passes through the arrivals and costs the
// residents nothing. Residents are in a clock: a touched one gains worth, up to 3, an untouched one
// loses some, and one without worth goes. *Branches* are in a clock of their own and go when no leaf is
// left to go, or when they fill most of the cache: every lookup needs them.
//
// Thread safety: none; readers may touch meanwhile.

#pragma once

#include <macaw/detail/base/algorithms.hpp>
#include <macaw/detail/cache/frame_table.hpp>
#include <macaw/macros.hpp>

#include <atomic>
#include <cstddef>
#include <cstdint>

namespace macaw::inline MACAW_ABI::detail {

template <std::size_t PageSize>
class clock {
 public:
  /// For a cache of `limit` frames.
  clock(const frame_table<PageSize>& table, std::uint32_t limit) noexcept
      : table_(table),
        arrivals_max_(algorithms::max<std::uint32_t>(1, limit / 10)),
        branches_max_(limit - limit / 8),
        arrivals_(table, frame_list::arrivals),
        residents_(table, frame_list::residents),
        branches_(table, frame_list::branches) {}

  /// Takes up a frame: a branch, a leaf that was seen before (and so is no part of a scan), or a new leaf.
  void insert(std::uint32_t frame, bool is_branch, bool was_seen) noexcept {
    table_.note(frame).worth = 0;
    table_.touched(frame).store(false, std::memory_order_relaxed);
    (is_branch ? branches_ : was_seen ? residents_ : arrivals_).push_back(frame);
  }

  /// Lets go of a frame that is not to be cached any more.
  void erase(std::uint32_t frame) noexcept {
    switch (table_.note(frame).list) {
      case frame_list::arrivals: return arrivals_.erase(frame);
      case frame_list::residents: return residents_.erase(frame);
      default: return branches_.erase(frame);
    }
  }

  /// Lets go of the frame that matters least and returns it; 0 where all are pinned.
  [[nodiscard]] std::uint32_t evict() noexcept {
    if (branches_.size() > branches_max_) {
      if (const std::uint32_t frame = turn(branches_)) return frame;
    }
    if (arrivals_.size() > arrivals_max_) {
      if (const std::uint32_t frame = pass_arrivals()) return frame;
    }
    if (const std::uint32_t frame = turn(residents_)) return frame;
    if (const std::uint32_t frame = pass_arrivals()) return frame;
    if (const std::uint32_t frame = turn(residents_)) return frame;  // arrivals just now promoted
    return turn(branches_);
  }

  /// How many frames are cached.
  [[nodiscard]] std::uint32_t size() const noexcept { return arrivals_.size() + residents_.size() + branches_.size(); }

 private:
  static constexpr std::uint8_t worth_max = 3;

  [[nodiscard]] bool is_pinned(std::uint32_t frame) const noexcept {
    return table_.pins(frame).load(std::memory_order_relaxed) != 0;
  }
  [[nodiscard]] bool take_touch(std::uint32_t frame) const noexcept {
    if (!table_.touched(frame).load(std::memory_order_relaxed)) return false;
    table_.touched(frame).store(false, std::memory_order_relaxed);
    return true;
  }

  // Ends with the arrivals: each is promoted or goes.
  [[nodiscard]] std::uint32_t pass_arrivals() noexcept {
    while (const std::uint32_t frame = arrivals_.pop_front()) {
      if (!take_touch(frame) && !is_pinned(frame)) return frame;
      residents_.push_back(frame);
    }
    return 0;
  }

  // Ends after as many turns as it takes to use up all worth, where readers do not add to it meanwhile.
  [[nodiscard]] std::uint32_t turn(frame_queue<PageSize>& queue) noexcept {
    for (std::uint64_t steps = (worth_max + 2) * std::uint64_t{queue.size()}; steps != 0; --steps) {
      const std::uint32_t frame = queue.pop_front();
      std::uint8_t& worth = table_.note(frame).worth;
      if (take_touch(frame)) {
        worth = static_cast<std::uint8_t>(algorithms::min<int>(worth_max, worth + 1));
      } else if (worth != 0) {
        --worth;
      } else if (!is_pinned(frame)) {
        return frame;
      }
      queue.push_back(frame);
    }
    return 0;
  }

  const frame_table<PageSize>& table_;
  std::uint32_t arrivals_max_;
  std::uint32_t branches_max_;
  frame_queue<PageSize> arrivals_;
  frame_queue<PageSize> residents_;
  frame_queue<PageSize> branches_;
};

}  // namespace macaw::inline MACAW_ABI::detail
