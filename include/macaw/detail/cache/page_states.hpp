// SPDX-License-Identifier: MIT
//
// What this process knows of each page of a file: whether its bytes were proven, or are being written.
// Layer 2 (storage). Shared by the pagers that have a file (PROTOCOL R6).
//
// Invariants:
//  1. A page is `valid` only after its bytes passed the full check, or after this process wrote them.
//  2. A page is `writing` from its claim until it is published or forgotten; only unknown pages are
//     claimed, so a space map that offers a page which this process has reached is found out.
//  3. Pages inside a large value's piece are `part`: in use, and never taken for a page of a tree,
//     since their bytes are the user's. They become `part` before the piece's first page becomes
//     `valid`.
//
// Thread safety: every member from any thread; only the writer claims, publishes and forgets.

#pragma once

#include <macaw/detail/cache/page_array.hpp>
#include <macaw/error.hpp>
#include <macaw/ids.hpp>
#include <macaw/macros.hpp>

#include <atomic>
#include <cstdint>

namespace macaw::inline MACAW_ABI::detail {

/// What is known of a page.
enum class page_state : std::uint8_t {
  unknown,  ///< nothing: to be checked at first touch, or free
  valid,    ///< proven: a page, or a piece's first page
  writing,  ///< claimed for writing: no transaction may reach it
  part,     ///< inside a proven piece
};

/// The states of all pages of a file.
class page_states {
 public:
  /// Whether the page was proven. One load, or two.
  [[nodiscard]] MACAW_ALWAYS_INLINE bool is_valid(std::uint32_t page) const noexcept {
    return states_.load(page, std::memory_order_acquire) == number(page_state::valid);
  }

  [[nodiscard]] page_state load(std::uint32_t page) const noexcept {
    return static_cast<page_state>(states_.load(page, std::memory_order_acquire));
  }

  /// Refuses a page that is being written or lies inside a piece: a reference to it is a lie.
  /// Errors: corrupt.
  void require_page(std::uint32_t page) const { refuse(page, load(page)); }

  /// Notes that a page's bytes were checked. Several threads may check the same page.
  /// Errors: corrupt where the page was claimed meanwhile, or lies inside a piece; std::bad_alloc.
  void prove(std::uint32_t page) {
    std::uint8_t found = number(page_state::unknown);
    states_.at(page).compare_exchange_strong(found, number(page_state::valid), std::memory_order_acq_rel);
    refuse(page, static_cast<page_state>(found));
  }

  /// Whether [first, first + count) are pages of one proven piece, its first page foremost.
  /// Errors: corrupt where the first page is proven and the others are not its own.
  [[nodiscard]] bool is_piece(std::uint32_t first, std::uint32_t count) const {
    const page_state head = load(first);
    refuse(first, head);
    if (head != page_state::valid) return false;
    for (std::uint32_t i = 1; i < count; ++i) {
      if (load(first + i) != page_state::part) throw_corrupt(page_id{first + i}, "a piece reaches past its end");
    }
    return true;
  }

  /// Notes that a piece's bytes were checked.
  /// Errors: corrupt where one of its pages is known as something else; std::bad_alloc. Nothing has changed then,
  /// unless two pieces overlap: such pages may stay `part`, and are refused.
  void prove_piece(std::uint32_t first, std::uint32_t count) {
    states_.cover(first, count);
    for (std::uint32_t i = 1; i < count; ++i) {
      std::uint8_t found = number(page_state::unknown);
      const bool was_unknown =
          entry(first + i).compare_exchange_strong(found, number(page_state::part), std::memory_order_acq_rel);
      // `part` already: another thread proves the same piece. Pieces with different first pages
      // cannot both pass, since the later one's first page is `part` or was `valid` before.
      if (was_unknown || found == number(page_state::part)) continue;
      set(first + 1, i - 1, page_state::unknown);
      throw_corrupt(page_id{first + i}, "a piece and something else share a page");
    }
    prove(first);
  }

  /// Takes unknown pages for writing.
  /// Errors: corrupt where this process has reached one of them; std::bad_alloc. Nothing has changed then.
  void claim(std::uint32_t first, std::uint32_t count) {
    states_.cover(first, count);
    for (std::uint32_t i = 0; i < count; ++i) {
      std::uint8_t found = number(page_state::unknown);
      if (entry(first + i).compare_exchange_strong(found, number(page_state::writing), std::memory_order_acq_rel)) {
        continue;
      }
      set(first, i, page_state::unknown);
      throw_corrupt(page_id{first + i}, "the space map offers a page in use");
    }
  }

  /// Makes a claimed page one that readers trust.
  void publish(std::uint32_t page) noexcept { set(page, 1, page_state::valid); }

  /// Makes claimed pages one piece that readers trust.
  void publish_piece(std::uint32_t first, std::uint32_t count) noexcept {
    set(first + 1, count - 1, page_state::part);
    publish(first);
  }

  /// Nothing is known of these pages any more.
  void forget(std::uint32_t first, std::uint32_t count) noexcept { set(first, count, page_state::unknown); }

 private:
  [[nodiscard]] static constexpr std::uint8_t number(page_state state) noexcept {
    return static_cast<std::uint8_t>(state);
  }

  static void refuse(std::uint32_t page, page_state state) {
    if (state == page_state::writing) throw_corrupt(page_id{page}, "a reference leads to a page that is free");
    if (state == page_state::part) throw_corrupt(page_id{page}, "a reference leads into a large value");
  }

  [[nodiscard]] std::atomic<std::uint8_t>& entry(std::uint32_t page) const noexcept { return *states_.find(page); }

  // Entries that do not exist are unknown, and only they are ever set to anything but that (`claim`).
  void set(std::uint32_t first, std::uint32_t count, page_state state) noexcept {
    states_.for_each(first, first + count, [state](std::uint32_t, std::atomic<std::uint8_t>& entry) {
      entry.store(number(state), std::memory_order_release);
    });
  }

  page_array<std::uint8_t> states_;
};

}  // namespace macaw::inline MACAW_ABI::detail
