// SPDX-License-Identifier: MIT
//
// Memory for pieces of large values. Layer 1 (memory).
//
// The first touch of a page of memory costs as much as copying many of them, so large pieces come out of blocks that
// the system may back with huge pages, and what was given back is used again. Small ones come from the heap.
//
// Invariants:
//  1. A block is divided into units. A bit says of each whether it is taken; a piece takes consecutive ones.
//  2. `fit_[i]` is not less than the longest run of free units in block i, so that a block without room is passed by a
//     compare.
//  3. Blocks stand in order of their addresses. Of those that are empty a few are kept.
//
// Thread safety: as any owner of memory.

#pragma once

#include <macaw/detail/base/algorithms.hpp>
#include <macaw/detail/memory/huge_pages.hpp>
#include <macaw/detail/memory/poison.hpp>
#include <macaw/macros.hpp>

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

namespace macaw::inline MACAW_ABI::detail {

class piece_memory {
 public:
  piece_memory() = default;
  piece_memory(const piece_memory&) = delete;
  piece_memory& operator=(const piece_memory&) = delete;
  ~piece_memory() {
    for (const block& each : blocks_) unpoison_bytes(each.memory.data(), huge_page_size);
  }

  /// `size` bytes, uninitialised. Errors: std::bad_alloc; then nothing has changed.
  [[nodiscard]] std::byte* take(std::size_t size) {
    if (!is_pooled(size)) return new std::byte[size];
    const std::uint32_t units = units_of(size);
    std::size_t index = current_;
    std::uint32_t first = index < blocks_.size() ? find(index, units) : none;
    for (index = 0; first == none && index < blocks_.size(); ++index) {
      first = find(index, units);
      if (first != none) current_ = index;
    }
    if (first == none) {
      current_ = add_block();
      first = 0;
    }
    block& from = blocks_[current_];
    if (from.taken == 0) --empty_;
    from.mark(first, units, true);
    std::byte* const bytes = from.memory.data() + std::size_t{first} * unit_size;
    unpoison_bytes(bytes, std::size_t{units} * unit_size);
    return bytes;
  }

  /// Takes back what `take(size)` gave.
  void give(std::byte* bytes, std::size_t size) noexcept {
    if (!is_pooled(size)) return delete[] bytes;
    const std::uint32_t units = units_of(size);
    const std::size_t index = index_of(bytes);
    block& to = blocks_[index];
    poison_bytes(bytes, std::size_t{units} * unit_size);
    to.mark(static_cast<std::uint32_t>(bytes - to.memory.data()) / unit_size, units, false);
    fit_[index] = static_cast<std::uint16_t>(block_units - to.taken);
    if (to.taken != 0) return;
    if (empty_ == empty_max) return remove_block(index);
    ++empty_;
  }

  /// Bytes taken from the system for large pieces.
  [[nodiscard]] std::size_t held_bytes() const noexcept { return blocks_.size() * huge_page_size; }

 private:
  static constexpr std::uint32_t unit_size = 4096;
  static constexpr std::uint32_t block_units = huge_page_size / unit_size;
  /// Less would waste too large a part of the last unit.
  static constexpr std::size_t pooled_min = 8 * unit_size;
  /// Larger ones do not go into a block.
  static constexpr std::size_t pooled_max = huge_page_size / 2;
  /// As much memory as is kept for pieces to come.
  static constexpr std::size_t empty_max = 32;
  static constexpr std::uint32_t none = UINT32_MAX;

  struct block {
    huge_block memory;
    std::array<std::uint64_t, block_units / 64> bits{};
    std::uint32_t taken = 0;

    /// The first unit from `at` on that is taken, or is not; `block_units` if there is none.
    [[nodiscard]] std::uint32_t next(std::uint32_t at, bool wanted) const noexcept {
      while (at < block_units) {
        const std::uint64_t word = (wanted ? bits[at / 64] : ~bits[at / 64]) >> (at % 64);
        if (word != 0) return at + static_cast<std::uint32_t>(std::countr_zero(word));
        at += 64 - at % 64;
      }
      return block_units;
    }
    void mark(std::uint32_t first, std::uint32_t units, bool as) noexcept {
      for (std::uint32_t at = first; at < first + units; ++at) bits[at / 64] ^= std::uint64_t{1} << (at % 64);
      taken = as ? taken + units : taken - units;
    }
  };

  [[nodiscard]] static constexpr bool is_pooled(std::size_t size) noexcept {
    return size >= pooled_min && size <= pooled_max;
  }
  [[nodiscard]] static constexpr std::uint32_t units_of(std::size_t size) noexcept {
    return static_cast<std::uint32_t>((size + unit_size - 1) / unit_size);
  }

  /// The first run of so many free units in a block, or `none`.
  [[nodiscard]] std::uint32_t find(std::size_t index, std::uint32_t units) noexcept {
    if (fit_[index] < units) return none;
    const block& in = blocks_[index];
    std::uint32_t longest = 0;
    for (std::uint32_t first = in.next(0, false); first < block_units;) {
      const std::uint32_t end = in.next(first, true);
      if (end - first >= units) return first;
      longest = algorithms::max(longest, end - first);
      first = in.next(end, false);
    }
    fit_[index] = static_cast<std::uint16_t>(longest);
    return none;
  }

  [[nodiscard]] static std::uintptr_t address_of(const std::byte* bytes) noexcept {
    return reinterpret_cast<std::uintptr_t>(bytes);
  }
  /// The last block that does not begin behind these bytes, or the first.
  [[nodiscard]] std::size_t index_of(const std::byte* bytes) const noexcept {
    std::size_t low = 0;
    for (std::size_t high = blocks_.size(); high - low > 1;) {
      const std::size_t middle = (low + high) / 2;
      (address_of(bytes) < address_of(blocks_[middle].memory.data()) ? high : low) = middle;
    }
    return low;
  }

  /// The first block comes without the hint, so that a small database stays small.
  MACAW_NOINLINE std::size_t add_block() {
    if (blocks_.size() == blocks_.capacity()) {
      fit_.reserve(2 * blocks_.size() + 4);
      blocks_.reserve(2 * blocks_.size() + 4);
    }
    block made;
    made.memory = huge_block(huge_page_size, !blocks_.empty());
    poison_bytes(made.memory.data(), huge_page_size);
    std::size_t index = 0;
    while (index < blocks_.size() && address_of(blocks_[index].memory.data()) < address_of(made.memory.data())) ++index;
    blocks_.insert(blocks_.begin() + static_cast<std::ptrdiff_t>(index), std::move(made));
    fit_.insert(fit_.begin() + static_cast<std::ptrdiff_t>(index), static_cast<std::uint16_t>(block_units));
    ++empty_;
    return index;
  }

  void remove_block(std::size_t index) noexcept {
    unpoison_bytes(blocks_[index].memory.data(), huge_page_size);
    blocks_.erase(blocks_.begin() + static_cast<std::ptrdiff_t>(index));
    fit_.erase(fit_.begin() + static_cast<std::ptrdiff_t>(index));
    current_ = 0;
  }

  std::vector<block> blocks_;
  std::vector<std::uint16_t> fit_;
  std::size_t current_ = 0;  ///< the block that the last piece came from
  std::size_t empty_ = 0;
};

}  // namespace macaw::inline MACAW_ABI::detail
