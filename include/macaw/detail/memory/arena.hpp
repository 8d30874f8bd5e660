// SPDX-License-Identifier: MIT
//
// The frames: pages in memory that are not, or not yet, in the file. Layer 1 (memory).
//
// Invariants:
//  1. A frame never moves, and its number resolves with one load from a directory that never moves.
//  2. A directory entry is written once, before the first frame of its chunk is handed out. A reader knows
//     a frame's number only through something published after that, so it reads the entry plainly.
//  3. After `reserve(n)`, n allocations cannot fail.
//  4. Frames stand one cache line further apart than a page, so that the lines that every visit of a page touches
//     first do not all compete for the same few sets of the caches (measured: 24 -> 14 ns a visit of three pages
//     among 4,000). Small pages are spread well enough, and would pay too much for it.
//  5. Frames that are not allocated form a list through `frame_info::assigned`, so `free` needs no memory.
//
// Thread safety: one thread at a time changes the arena (the writer). Any number of threads call `frame`
// and `piece` at the same time, for frames that were published to them and are not freed meanwhile.

#pragma once

#include <macaw/detail/base/algorithms.hpp>
#include <macaw/detail/memory/huge_pages.hpp>
#include <macaw/detail/memory/piece_memory.hpp>
#include <macaw/detail/memory/poison.hpp>
#include <macaw/detail/memory/reserved_bytes.hpp>
#include <macaw/error.hpp>
#include <macaw/ids.hpp>
#include <macaw/macros.hpp>

#include <bit>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <new>
#include <span>
#include <utility>
#include <vector>

namespace macaw::inline MACAW_ABI::detail {

/// What the writer knows of a frame. Only the writer reads or writes it, but for `piece`, which is set
/// before the frame is published.
struct frame_info {
  std::uint64_t level = 0;       ///< stamp of the nesting level that made it
  std::uint64_t made = 0;        ///< publication that made it visible; 0: none yet
  std::uint64_t dropped = 0;     ///< publication that no longer reaches it; 0: none yet
  std::uint32_t assigned = 0;    ///< page id that the write-out in progress gave it
  std::uint32_t piece_size = 0;  ///< bytes in `piece`
  std::byte* piece = nullptr;    ///< the bytes of a piece of a large value, else null
};

/// Hands out frames of one page each, and buffers for pieces of large values under numbers of the same kind.
template <std::size_t PageSize>
class frame_arena {
 public:
  static_assert(std::has_single_bit(PageSize) && PageSize >= 64 && PageSize <= huge_page_size / 2);

  static constexpr std::size_t page_size = PageSize;
  /// From one frame to the next.
  static constexpr std::size_t frame_distance = PageSize >= 2048 ? PageSize + 64 : PageSize;
  /// Frames in one chunk of 2 MiB.
  static constexpr std::uint32_t chunk_frames = static_cast<std::uint32_t>(huge_page_size / frame_distance);

  /// An empty arena. Only addresses are taken for the directory, memory as it fills.
  /// Errors: std::bad_alloc.
  frame_arena() : addresses_(reserve_directory()), directory_(reinterpret_cast<chunk*>(addresses_.data())) {}
  frame_arena(const frame_arena&) = delete;
  frame_arena& operator=(const frame_arena&) = delete;
  ~frame_arena() {
    for (const auto& infos : infos_) {
      for (std::uint32_t i = 0; i < chunk_frames; ++i) give_piece(infos[i]);
    }
    for (std::size_t i = 0; i < blocks_.size(); ++i) unpoison_bytes(blocks_[i].data(), huge_page_size);
  }

  /// Makes sure that the next `count` allocations succeed.
  /// Errors: std::bad_alloc; then nothing has changed but spare memory.
  void reserve(std::size_t count) {
    while (free_count_ < count) add_chunk();
  }

  /// Whether the next `count` allocations succeed as it is.
  [[nodiscard]] bool has_room(std::size_t count) const noexcept { return free_count_ >= count; }

  /// Takes a frame; its bytes are undefined, its info is fresh.
  /// Requires: an earlier `reserve` that covers it.
  /// Complexity: constant; no allocation.
  [[nodiscard]] page_id allocate() noexcept {
    MACAW_ASSERT(free_count_ > 0);
    const std::uint32_t index = first_free_;
    frame_info& taken = info_at(index);
    first_free_ = taken.assigned;
    --free_count_;
    ++live_;
    taken.level = 0;
    taken.made = 0;
    taken.dropped = 0;
    taken.assigned = 0;
    unpoison_bytes(frame_at(index), PageSize);
    return page_id{index | page_id_limit};
  }

  /// Takes a frame that stands for a piece of a large value; its buffer has `size` undefined bytes.
  /// Errors: std::bad_alloc; then nothing has changed.
  [[nodiscard]] page_id allocate_piece(std::size_t size) {
    MACAW_ASSERT(size > 0 && size <= UINT32_MAX);
    reserve(1);
    std::byte* const bytes = pieces_.take(size);
    const page_id id = allocate();
    frame_info& taken = info(id);
    taken.piece = bytes;
    taken.piece_size = static_cast<std::uint32_t>(size);
    piece_bytes_ += size;
    return id;
  }

  /// Gives a frame back, the buffer of its piece too.
  /// Requires: `id` is allocated, and no thread reads it any more.
  void free(page_id id) noexcept {
    frame_info& given = info(id);
    give_piece(given);
    --live_;
    push_free(index_of(id));
  }

  /// The bytes of a frame.
  /// Invalidates: nothing; the address stays until `free`.
  [[nodiscard]] MACAW_ALWAYS_INLINE std::byte* frame(page_id id) const noexcept { return frame_at(index_of(id)); }

  /// The buffer of a piece; empty if the frame is a page.
  [[nodiscard]] std::span<std::byte> piece(page_id id) const noexcept {
    const frame_info& known = info_at(index_of(id));
    return {known.piece, known.piece_size};
  }

  [[nodiscard]] frame_info& info(page_id id) noexcept {
    frame_info& known = info_at(index_of(id));
    MACAW_ASSERT(known.level != level_of_free);
    return known;
  }
  [[nodiscard]] const frame_info& info(page_id id) const noexcept { return const_cast<frame_arena*>(this)->info(id); }

  /// Whether a number names a frame that is allocated now. For assertions and tests.
  [[nodiscard]] bool is_live(page_id id) const noexcept {
    const std::uint32_t index = to_number(id) & (page_id_limit - 1);
    return is_frame(id) && index / chunk_numbers < blocks_.size() && index % chunk_numbers < chunk_frames &&
           info_at(index).level != level_of_free;
  }

  /// Frames allocated now, pieces among them.
  [[nodiscard]] std::size_t live() const noexcept { return live_; }
  /// Bytes that the allocated frames and pieces hold.
  [[nodiscard]] std::size_t live_bytes() const noexcept { return live_ * PageSize + piece_bytes_; }
  /// Bytes that the arena has taken from the system, side arrays apart.
  [[nodiscard]] std::size_t held_bytes() const noexcept { return blocks_.size() * huge_page_size + piece_bytes_; }

 private:
  struct chunk {
    std::byte* frames;
    frame_info* infos;
  };

  /// Numbers set aside for a chunk: a power of two, so that finding a frame takes no division.
  static constexpr std::uint32_t chunk_numbers = static_cast<std::uint32_t>(huge_page_size / PageSize);
  static_assert(chunk_frames <= chunk_numbers);
  /// As many chunks as there are numbers for, up to 2 TiB.
  static constexpr std::uint32_t chunk_count_max =
      algorithms::min(page_id_limit / chunk_numbers, std::uint32_t{1} << 20U);
  /// No level counter reaches it.
  static constexpr std::uint64_t level_of_free = UINT64_MAX;

  [[nodiscard]] static std::uint32_t index_of(page_id id) noexcept {
    MACAW_ASSERT(is_frame(id));
    return to_number(id) & (page_id_limit - 1);
  }
  [[nodiscard]] MACAW_ALWAYS_INLINE std::byte* frame_at(std::uint32_t index) const noexcept {
    return directory_[index / chunk_numbers].frames + std::size_t{index % chunk_numbers} * frame_distance;
  }
  [[nodiscard]] frame_info& info_at(std::uint32_t index) const noexcept {
    return directory_[index / chunk_numbers].infos[index % chunk_numbers];
  }

  // Not from the heap: a heap that has memory of this size to reuse zeroes all of it.
  [[nodiscard]] static reserved_bytes reserve_directory() {
    try {
      return reserved_bytes(std::size_t{chunk_count_max} * sizeof(chunk));
    } catch (const error&) {
      throw std::bad_alloc();
    }
  }

  void push_free(std::uint32_t index) noexcept {
    frame_info& given = info_at(index);
    given.level = level_of_free;
    given.assigned = first_free_;
    first_free_ = index;
    ++free_count_;
    poison_bytes(frame_at(index), PageSize);
  }

  void give_piece(frame_info& from) noexcept {
    if (from.piece == nullptr) return;
    piece_bytes_ -= from.piece_size;
    pieces_.give(std::exchange(from.piece, nullptr), std::exchange(from.piece_size, 0));
  }

  /// The first chunk comes without the hint, so that a small database stays small.
  MACAW_NOINLINE void add_chunk() {
    const std::size_t number = blocks_.size();
    if (number == chunk_count_max) throw std::bad_alloc();
    blocks_.reserve(number + 1);
    infos_.reserve(number + 1);
    std::unique_ptr<frame_info[]> infos(new frame_info[chunk_frames]);
    blocks_.emplace_back(huge_page_size, number != 0);
    infos_.push_back(std::move(infos));
    directory_[number] = {blocks_.back().data(), infos_.back().get()};
    poison_bytes(blocks_.back().data(), huge_page_size);
    const auto first = static_cast<std::uint32_t>(number * chunk_numbers);
    for (std::uint32_t i = chunk_frames; i-- != 0;) push_free(first + i);
  }

  reserved_bytes addresses_;  // of the directory
  chunk* directory_;
  std::uint32_t first_free_ = 0;
  std::size_t free_count_ = 0;
  std::size_t live_ = 0;
  std::size_t piece_bytes_ = 0;
  piece_memory pieces_;
  std::vector<huge_block> blocks_;
  std::vector<std::unique_ptr<frame_info[]>> infos_;
};

}  // namespace macaw::inline MACAW_ABI::detail
