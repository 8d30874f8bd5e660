// SPDX-License-Identifier: MIT
//
// Frames that are out of the newest state but may still be seen by readers. Layer 5 (txn).
// PROTOCOL R9 and W6: a frame made in publication b and dropped in d is freed when no live reader has
// T in [b, d). So a long reader holds only what it can see.
//
// Used by the writer alone, under its turn.

#pragma once

#include <macaw/detail/base/algorithms.hpp>
#include <macaw/detail/base/when_used.hpp>
#include <macaw/ids.hpp>
#include <macaw/macros.hpp>

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace macaw::inline MACAW_ABI::detail {

/// Whether any of the ascending `pins` lies in [from, to).
[[nodiscard]] inline bool pinned_between(std::span<const std::uint64_t> pins, std::uint64_t from,
                                         std::uint64_t to) noexcept {
  const auto first = algorithms::lower_bound(pins.begin(), pins.end(), from);
  return first != pins.end() && *first < to;
}

template <class When>
class basic_frame_reclaimer {
 public:
  template <class T>
  using vector = typename When::template vector<T>;
  template <class T>
  using span = typename When::template span<T>;

  /// Makes room for `count` further frames, so that `retire` cannot fail. Errors: std::bad_alloc.
  void reserve(std::size_t count) {
    if (retired_.capacity() - retired_.size() < count) {
      retired_.reserve(algorithms::max(retired_.size() + count, 2 * retired_.capacity()));
    }
  }

  /// Hands over a frame visible to readers of [made, dropped).
  void retire(page_id frame, std::uint64_t made, std::uint64_t dropped) noexcept {
    MACAW_ASSERT(retired_.size() < retired_.capacity());
    retired_.push_back({made, dropped, frame});
  }

  /// Whether so many frames wait that looking through them is paid for by the work since the last look.
  [[nodiscard]] bool due() const noexcept { return retired_.size() >= threshold_; }

  /// Frees, through `free(page_id)`, the frames that no pin can see. The pins are those of a registry scan that
  /// began after the publication that dropped the frames.
  template <class Free>
  void reclaim(span<const std::uint64_t> pins, Free&& free) noexcept {
    std::size_t kept = 0;
    for (const retired_frame& entry : retired_) {
      if (pinned_between(pins, entry.made, entry.dropped)) {
        retired_[kept++] = entry;
      } else {
        free(entry.frame);
      }
    }
    retired_.resize(kept);
    threshold_ = algorithms::max<std::size_t>(batch, 2 * kept);
  }

  [[nodiscard]] std::size_t size() const noexcept { return retired_.size(); }

 private:
  struct retired_frame {
    std::uint64_t made;
    std::uint64_t dropped;
    page_id frame;
  };
  static constexpr std::size_t batch = 64;

  vector<retired_frame> retired_;
  std::size_t threshold_ = batch;
};
using frame_reclaimer = basic_frame_reclaimer<when_used>;

}  // namespace macaw::inline MACAW_ABI::detail
