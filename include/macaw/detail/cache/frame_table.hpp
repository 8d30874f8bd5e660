// SPDX-License-Identifier: MIT
//
// The memory of a page cache: frames of one page each, and what is noted beside them. Layer 2 (storage).
//
// Invariants:
//  1. Frames are numbered from 1 and never move. They appear in chunks, whose places in the directory
//     are written before any frame's number is published.
//  2. Bytes, touch and pins may be used by readers that found the number; the note belongs to whoever
//     holds the cache's lock.

#pragma once

#include <macaw/detail/base/algorithms.hpp>
#include <macaw/detail/cache/pin_counts.hpp>
#include <macaw/detail/memory/huge_pages.hpp>
#include <macaw/macros.hpp>

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <new>
#include <utility>
#include <vector>

#include <sys/mman.h>

namespace macaw::inline MACAW_ABI::detail {

/// Where a frame is among the lists of a cache.
enum class frame_list : std::uint8_t { none, ready, spare, retiring, retired, held, arrivals, residents, branches };

/// What a cache notes of a frame.
struct frame_note {
  std::uint64_t stamp = 0;     ///< of a retired frame: the epoch from which on nobody sees it
  std::uint32_t page = 0;      ///< whose bytes it holds
  std::uint32_t next = 0;      ///< in its list; 0: none
  std::uint32_t previous = 0;  ///< in its list; 0: none
  frame_list list = frame_list::none;
  std::uint8_t worth = 0;  ///< how often it was found touched of late, up to 3
};

/// Frames by number.
template <std::size_t PageSize>
class frame_table {
 public:
  /// Frames come in chunks of a megabyte.
  static constexpr std::uint32_t chunk_frames = (std::uint32_t{1} << 20) / PageSize;

  /// Room for `usual` frames, and for as many again, a gigabyte at least, while they are pinned.
  explicit frame_table(std::uint32_t usual)
      : chunks_(usual / chunk_frames + 1 + algorithms::max(usual / chunk_frames + 1, extra_chunks_min)) {}

  [[nodiscard]] MACAW_ALWAYS_INLINE std::byte* bytes(std::uint32_t frame) const noexcept {
    return chunk_of(frame).bytes + std::size_t{frame % chunk_frames} * PageSize;
  }
  /// Set by readers that find the frame, cleared by the clock.
  [[nodiscard]] MACAW_ALWAYS_INLINE std::atomic<bool>& touched(std::uint32_t frame) const noexcept {
    return chunk_of(frame).touched[frame % chunk_frames];
  }
  /// How many pins keep the frame's bytes.
  [[nodiscard]] pin_count& pins(std::uint32_t frame) const noexcept {
    return (*chunk_of(frame).pins)[frame % chunk_frames];
  }
  [[nodiscard]] frame_note& note(std::uint32_t frame) const noexcept {
    return chunk_of(frame).notes[frame % chunk_frames];
  }

  /// How many frames there are, whether they have memory or not.
  [[nodiscard]] std::uint32_t size() const noexcept { return size_; }

  /// Makes one more frame and returns its number.
  /// Errors: std::bad_alloc, and nothing has changed.
  [[nodiscard]] std::uint32_t add() {
    const std::uint32_t frame = size_ + 1;
    if (frame / chunk_frames >= chunks_.size()) throw std::bad_alloc();
    if (chunk_of(frame).bytes == nullptr) make_chunk(frame / chunk_frames);
    size_ = frame;
    return frame;
  }

  /// Returns the memory of a frame to the system where that can be done; the frame stays usable.
  void give_memory_back(std::uint32_t frame) const noexcept {
#if defined(MADV_DONTNEED)
    if constexpr (PageSize % 4096 == 0) ::madvise(bytes(frame), PageSize, MADV_DONTNEED);
#else
    static_cast<void>(frame);
#endif
  }

 private:
  static constexpr std::uint32_t extra_chunks_min = 1024;
  static constexpr std::size_t chunk_size = std::size_t{chunk_frames} * PageSize;

  static constexpr std::size_t block_chunks = huge_page_size / chunk_size;

  struct chunk {
    std::byte* bytes = nullptr;  // in a block
    std::unique_ptr<std::atomic<bool>[]> touched;
    typename pin_counts<chunk_frames>::pointer pins;
    std::unique_ptr<frame_note[]> notes;
  };

  [[nodiscard]] MACAW_ALWAYS_INLINE const chunk& chunk_of(std::uint32_t frame) const noexcept {
    return chunks_[frame / chunk_frames];
  }

  // The bytes are not touched here: the system gives memory to those that are used. The first block comes without the
  // hint, so that a small cache stays small; of the others it may give 2 MiB at a time.
  void make_chunk(std::uint32_t index) {
    const std::size_t block = index / block_chunks;
    if (block == blocks_.size()) blocks_.emplace_back(huge_page_size, block != 0);
    chunk made;
    made.touched = std::make_unique<std::atomic<bool>[]>(chunk_frames);
    made.pins = pin_counts<chunk_frames>::make();
    made.notes = std::make_unique<frame_note[]>(chunk_frames);
    made.bytes = blocks_[block].data() + index % block_chunks * chunk_size;
    chunks_[index] = std::move(made);
  }

  std::vector<huge_block> blocks_;
  std::vector<chunk> chunks_;
  std::uint32_t size_ = 0;
};

/// A list of frames through their notes. A frame is in one list at most.
template <std::size_t PageSize>
class frame_queue {
 public:
  frame_queue(const frame_table<PageSize>& table, frame_list list) noexcept : table_(table), list_(list) {}
  frame_queue(const frame_queue&) = delete;
  frame_queue& operator=(const frame_queue&) = delete;

  [[nodiscard]] std::uint32_t size() const noexcept { return size_; }
  [[nodiscard]] bool empty() const noexcept { return size_ == 0; }
  /// The frame that has been in the list longest, or 0.
  [[nodiscard]] std::uint32_t front() const noexcept { return front_; }

  void push_back(std::uint32_t frame) noexcept {
    frame_note& note = table_.note(frame);
    MACAW_ASSERT(note.list == frame_list::none);
    note.list = list_;
    note.next = 0;
    note.previous = back_;
    (back_ == 0 ? front_ : table_.note(back_).next) = frame;
    back_ = frame;
    ++size_;
  }

  void erase(std::uint32_t frame) noexcept {
    frame_note& note = table_.note(frame);
    MACAW_ASSERT(note.list == list_);
    (note.previous == 0 ? front_ : table_.note(note.previous).next) = note.next;
    (note.next == 0 ? back_ : table_.note(note.next).previous) = note.previous;
    note.list = frame_list::none;
    --size_;
  }

  /// Takes the frame that has been in the list longest; 0 where there is none.
  [[nodiscard]] std::uint32_t pop_front() noexcept {
    const std::uint32_t frame = front_;
    if (frame != 0) erase(frame);
    return frame;
  }

  /// The frame after this one, or 0.
  [[nodiscard]] std::uint32_t next(std::uint32_t frame) const noexcept { return table_.note(frame).next; }

 private:
  const frame_table<PageSize>& table_;
  frame_list list_;
  std::uint32_t front_ = 0;
  std::uint32_t back_ = 0;
  std::uint32_t size_ = 0;
};

}  // namespace macaw::inline MACAW_ABI::detail
