// SPDX-License-Identifier: MIT
//
// How many rows a page of fixed columns has room for, and where they begin. Layer 1 (format).

#pragma once

#include <macaw/detail/format/columns.hpp>
#include <macaw/detail/format/hints.hpp>
#include <macaw/detail/format/page_header.hpp>
#include <macaw/detail/format/width.hpp>
#include <macaw/macros.hpp>

#include <cstddef>
#include <cstdint>

namespace macaw::inline MACAW_ABI::detail {

/// The fixed figures of a page whose columns never move.
struct dense_plan {
  std::uint32_t capacity = 0;
  std::uint32_t hint_stride = 0;
  std::uint32_t base = 0;  ///< where the first column begins
  bool hinted = false;

  /// Rows of a head, a tail and `rest` more bytes. Hints are planned where the rows that fit beside them
  /// still make them worth it; otherwise the rows stay few enough to do without.
  constexpr dense_plan(std::size_t page_size, std::size_t key_width, std::size_t rest) noexcept {
    const std::size_t head = head_width_of(key_width);
    const std::size_t row = head + (key_width > 8 ? key_width - 8 : 0) + rest;
    const std::size_t room = page_size - page_header_size;
    std::size_t rows = (room - hint_count * head) / row;
    hinted = has_hints(rows, head);
    if (!hinted) {
      const std::size_t rows_max = 256 / head;
      rows = room / row < rows_max ? room / row : rows_max;
    }
    capacity = static_cast<std::uint32_t>(rows);
    hint_stride = detail::hint_stride(capacity, static_cast<std::uint32_t>(head));
    base = static_cast<std::uint32_t>(page_header_size + (hinted ? hint_count * head : 0));
  }

  [[nodiscard]] constexpr column_place place() const noexcept { return {base, capacity}; }
};

/// The plan for these widths: a constant where they are, otherwise made once.
template <std::size_t PageSize, std::size_t KeyWidth, std::size_t Rest>
class dense_plan_of {
 public:
  constexpr dense_plan_of() noexcept = default;
  constexpr dense_plan_of(std::size_t, std::size_t, std::size_t) noexcept {}
  [[nodiscard]] static constexpr const dense_plan& get() noexcept { return plan; }

 private:
  static constexpr dense_plan plan{PageSize, KeyWidth, Rest};
};

template <std::size_t PageSize, std::size_t KeyWidth, std::size_t Rest>
  requires(KeyWidth == dynamic_width || Rest == dynamic_width)
class dense_plan_of<PageSize, KeyWidth, Rest> {
 public:
  constexpr dense_plan_of(std::size_t page_size, std::size_t key_width, std::size_t rest) noexcept
      : plan_(page_size, key_width, rest) {}
  [[nodiscard]] constexpr const dense_plan& get() const noexcept { return plan_; }

 private:
  dense_plan plan_;
};

static_assert(dense_plan(4096, 8, 8).capacity == 244 && dense_plan(4096, 8, 8).hint_stride == 16);
static_assert(dense_plan(4096, 4, 4).capacity == 496 && dense_plan(512, 8, 8).capacity == 28);

}  // namespace macaw::inline MACAW_ABI::detail
