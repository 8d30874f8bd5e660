// SPDX-License-Identifier: MIT
//
// Taking pages of the file for what is about to be written, and giving them back when it fails. Layer 5
// (txn). PROTOCOL R9, R17, S7, S9, W4.
//
// Invariant: pages taken by an `id_reservation` that is not kept go back to the space map, and the pager
// forgets them: they were never published.

#pragma once

#include <macaw/detail/format/meta_page.hpp>
#include <macaw/detail/txn/store.hpp>
#include <macaw/detail/txn/write_out.hpp>
#include <macaw/error.hpp>
#include <macaw/macros.hpp>
#include <macaw/storage/file_system.hpp>

#include <cstddef>
#include <cstdint>
#include <type_traits>
#include <vector>

namespace macaw::inline MACAW_ABI::detail {

/// At most this much of a commit is staged at once; larger ones are written in two phases.
inline constexpr std::size_t staging_size_max = manifest_size_max;
/// What larger ones stream through. Holds any piece.
inline constexpr std::size_t streaming_size = std::size_t{1} << 20;

/// What a commit of two phases writes stays in the cache up to this much: it is likely to be read again.
inline constexpr std::size_t adopted_size_max = 4 * staging_size_max;

/// Moves pages that no reader can see any more to the allocatable ones. Errors: std::bad_alloc.
template <class Config>
void release_unpinned(store<Config>& home) {
  home.readers.scan(home.pins_scratch);
  home.history.to_durable(home.pins_scratch);
  home.space->set_blocks(home.pager->page_count());
  home.space->release(home.pins_scratch,
                      [&](std::uint32_t first, std::uint32_t pages) { home.pager->forget(first, pages); });
}

/// Frees frames that no reader can see any more, when enough have gathered. Not being able to look is no error.
template <class Config>
void reclaim_frames(store<Config>& home) noexcept {
  if (!home.retired.due()) return;
  try {
    home.readers.scan(home.pins_scratch);
  } catch (const std::bad_alloc&) {
    return;
  }
  home.retired.reclaim(home.pins_scratch, [&](page_id frame) { home.arena.free(frame); });
}

/// Pages of the file taken for one write-out or spill.
template <class Config>
class id_reservation {
 public:
  explicit id_reservation(store<Config>& home) : home_(home) {}
  id_reservation(const id_reservation&) = delete;
  id_reservation& operator=(const id_reservation&) = delete;
  ~id_reservation() { give_back(); }

  /// Gives every frame an id. Errors: `no_space`, std::bad_alloc.
  void assign(std::vector<outgoing>& frames) { assign_ids(home_.arena, *home_.space, frames, taken_); }

  /// Sees that every page below the mark has blocks, and that the reserve stays (R17).
  /// Errors: `no_space`, `io`.
  void make_room() {
    const std::uint64_t mark = home_.space->mark();
    const std::uint64_t spare = home_.space->allocatable();
    const std::uint64_t wanted = mark + (spare >= reserve_pages() ? 0 : reserve_pages() - spare);
    if (wanted > page_id_limit) throw_error(errc::no_space, "the file has as many pages as it can have");
    home_.pager->grow(static_cast<std::uint32_t>(wanted));
  }

  /// Whether what is taken fits the blocks that the file has, the reserve included.
  [[nodiscard]] bool fits() const noexcept { return home_.space->mark() <= home_.pager->page_count(); }

  /// Tells the pager that the pages are about to be written. Errors: `corrupt`, std::bad_alloc.
  void claim() {
    for (; claimed_ < taken_.size(); ++claimed_) home_.pager->claim(taken_[claimed_].first, taken_[claimed_].pages);
  }

  [[nodiscard]] const std::vector<page_run>& taken() const noexcept { return taken_; }
  /// The pages stay taken. Returns how many.
  std::uint64_t keep() noexcept {
    std::uint64_t pages = 0;
    for (const page_run& run : taken_) pages += run.pages;
    taken_.clear();
    return pages;
  }

 private:
  /// Pages that stay ready so that deleting works on a full disk.
  static constexpr std::uint64_t reserve_pages() noexcept { return 64; }

  void give_back() noexcept {
    for (std::size_t i = 0; i < taken_.size(); ++i) {
      // What the pager refused to give may be in use: it must not forget it.
      if (i < claimed_) home_.pager->forget(taken_[i].first, taken_[i].pages);
      home_.space->give_back(taken_[i].first, taken_[i].pages);
    }
  }

  store<Config>& home_;
  std::vector<page_run> taken_;
  std::size_t claimed_ = 0;  ///< runs that the pager has given
};

/// What becomes of pages that were streamed to the file, which nobody can reach yet but the transaction itself.
enum class adoption : std::uint8_t {
  unseen,  ///< whoever sees them first checks them; where pages are mapped they are trusted all the same
  seen,    ///< they are trusted, and kept in the cache
};

/// Whether pages that are trusted take no memory.
template <class Config>
inline constexpr bool trust_is_free = std::is_empty_v<typename store<Config>::pager_type::operation>;

/// Encodes frames in order of their ids and stores them, a mebibyte at a time; the medium works on one while the next
/// is made.
template <class Config>
void store_frames(store<Config>& home, const std::vector<outgoing>& frames, std::uint64_t birth, adoption how) {
  constexpr std::uint64_t long_run = std::uint64_t{256} << 10;  // what is worth a call of its own
  staging stage(Config::page_size, streaming_size);
  const auto flush = [&] {
    stage.store(*home.pager);
    stage.for_each_run([&](page_run run, const std::byte* bytes) {
      const std::uint64_t size = std::uint64_t{run.pages} * Config::page_size;
      if (size >= long_run) begin_sync(home.pager->file(), std::uint64_t{run.first} * Config::page_size, size);
      home.pager->adopt(run.first, run.pages, how == adoption::seen || trust_is_free<Config> ? bytes : nullptr);
    });
    stage.clear();
  };
  for (const outgoing& frame : frames) {
    if (!stage.has_room(frame.pages)) flush();
    encode_frame<typename Config::checksum>(home.arena, frame, birth, home.reading.seed(),
                                            stage.add(frame.first, frame.pages));
  }
  flush();
}

}  // namespace macaw::inline MACAW_ABI::detail
