// SPDX-License-Identifier: MIT
//
// Choosing among the places where a page may be cut. Layer 1 (format).

#pragma once

#include <macaw/detail/format/position.hpp>
#include <macaw/macros.hpp>

#include <cstddef>

namespace macaw::inline MACAW_ABI::detail {

/// Takes the cuts that leave room on both sides and keeps the best: within 1/32 of the middle the one with
/// the shortest separator, otherwise the one nearest to the middle.
class split_chooser {
 public:
  /// `left` and `right` are the bytes used on either side; `separator_size` is asked only near the middle.
  template <class SeparatorSize>
  void offer(split_plan plan, std::size_t left, std::size_t right, const SeparatorSize& separator_size) noexcept {
    const std::size_t distance = left < right ? right - left : left - right;
    const bool near = distance <= (left + right) / 16;
    const std::size_t separator = near ? separator_size() : far;
    if (separator < separator_ || (separator == separator_ && distance < distance_)) {
      best_ = plan;
      separator_ = separator;
      distance_ = distance;
    }
  }
  /// Whether any cut was offered.
  [[nodiscard]] bool found() const noexcept { return distance_ != none; }
  [[nodiscard]] split_plan best() const noexcept {
    MACAW_ASSERT(found());
    return best_;
  }

 private:
  static constexpr std::size_t none = static_cast<std::size_t>(-1);
  static constexpr std::size_t far = none - 1;

  split_plan best_;
  std::size_t separator_ = none;
  std::size_t distance_ = none;
};

}  // namespace macaw::inline MACAW_ABI::detail
