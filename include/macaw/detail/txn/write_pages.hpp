// SPDX-License-Identifier: MIT
//
// The pages of one write transaction: a model of `page_writer`. Layer 5 (txn). PROTOCOL R8, R16, W1, W3.
//
// "May I change this page in place?" is one question, asked in `owned`: yes, if it is a frame made at the
// innermost open level. Everything else is copied to a new frame first, and noted as dropped.
//
// Invariants:
//  1. `made_` lists every frame made and still private, perhaps twice, perhaps freed since (the arena knows
//     which). Rolling back frees what was made since, and truncates.
//  2. `drops_` lists what the new state no longer holds and an enclosing level or the published state does.
//  3. A spilled page is in the file, unsynced and reachable from this transaction alone. It is given back at
//     once when it is dropped at the level that spilled it, or that level is rolled back.

#pragma once

#include <macaw/detail/base/algorithms.hpp>
#include <macaw/detail/tree/page_source.hpp>
#include <macaw/detail/txn/levels.hpp>
#include <macaw/detail/txn/spilled_pages.hpp>
#include <macaw/detail/txn/store.hpp>
#include <macaw/ids.hpp>
#include <macaw/macros.hpp>

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <vector>

namespace macaw::inline MACAW_ABI::detail {

template <class Config>
class write_pages {
 public:
  static constexpr std::size_t page_size = Config::page_size;

  explicit write_pages(store<Config>& store)
      : store_(store),
        levels_(store.newest.catalog),
        drops_(std::move(store.spare_drops)),
        made_(std::move(store.spare_made)) {}

  write_pages(const write_pages&) = delete;
  write_pages& operator=(const write_pages&) = delete;

  // Reading.

  /// What reads pages for this transaction, and the pins to read with.
  [[nodiscard]] const page_resolver<Config>& resolver() const noexcept { return store_.reading; }
  [[nodiscard]] typename store<Config>::pins& pins() const noexcept { return pins_; }

  [[nodiscard]] MACAW_ALWAYS_INLINE auto enter() const { return store_.reading.enter(pins_); }

  template <class Bounds = page_bounds>
  [[nodiscard]] MACAW_ALWAYS_INLINE const std::byte* page(page_ref ref, page_shape expected,
                                                          const Bounds& bounds) const {
    return store_.reading.page(ref, expected, bounds, pins_);
  }
  void prefetch(page_ref ref, std::size_t size) const noexcept { store_.reading.prefetch(ref, size); }
  [[nodiscard]] bytes_view piece(page_ref ref, std::size_t payload, piece_buffer& buffer) const {
    return store_.reading.piece(ref, payload, buffer);
  }
  [[nodiscard]] auto hold(page_ref ref, const std::byte* bytes) const { return store_.reading.hold(ref, bytes, pins_); }

  // Changing.

  /// Makes the next `frames` calls of `create` and `writable`, and `drops` of `drop`, certain.
  /// Each `writable` may drop the page it copies. Errors: std::bad_alloc; then nothing has changed.
  void reserve(std::size_t frames, std::size_t drops) {
    if (made_.capacity() - made_.size() < frames || drops_.capacity() - drops_.size() < frames + drops ||
        !store_.arena.has_room(frames)) [[unlikely]] {
      store_.cold.reserve(*this, frames, drops);
    }
  }
  /// As `reserve`, where there is no room.
  void reserve_more(std::size_t frames, std::size_t drops) {
    grow(made_, frames);
    grow(drops_, frames + drops);
    store_.arena.reserve(frames);
  }

  /// The page's bytes, to be changed: in place where `owned`, else of a copy, whose reference goes into `ref`.
  /// Requires: `page` is what reading `ref` gave in this operation, which keeps it even if the cache has let go of it.
  template <class Kind>
  [[nodiscard]] std::byte* writable(page_ref& ref, const std::byte* page, const Kind& kind) noexcept {
    if (owned(ref)) return store_.arena.frame(ref.id);
    const page_id copy = make_frame();
    std::byte* const bytes = store_.arena.frame(copy);
    kind.copy(bytes, page);
    drop(ref);
    ref = {copy, 0};
    return bytes;
  }

  [[nodiscard]] new_page create(page_shape shape) noexcept {
    const page_id made = make_frame();
    std::byte* const bytes = store_.arena.frame(made);
    std::memset(bytes, 0, page_size);  // memory of the process's past must not reach the file
    format_header(bytes, shape);
    return {{made, 0}, bytes};
  }

  /// A piece of a large value with room for `payload` bytes. Errors: std::bad_alloc.
  [[nodiscard]] new_page create_piece(std::size_t payload) { return store_.cold.create_piece(*this, payload); }
  /// Notes all pages of a large value as to be dropped. Errors: as of `detail::collect_large`.
  void collect_large(const large_record& record, std::vector<dropped_run>& runs) const {
    store_.cold.collect_large(*this, record, runs);
  }
  /// What `create_piece` does.
  [[nodiscard]] new_page make_piece(std::size_t payload);

  /// The tree no longer holds this page, or piece of `pages` pages.
  void drop(page_ref ref, std::uint32_t pages = 1) noexcept {
    if (owned(ref)) {
      free_made(ref.id);
    } else if (spilled_run* const run = spilled_here(ref.id)) {
      store_.cold.give_back(store_, run->first, run->pages);
      spilled_pages::remove(*run);
    } else {
      MACAW_ASSERT(drops_.size() < drops_.capacity());
      drops_.push_back({ref, pages});
    }
  }

  /// Whether the page may be changed in place.
  [[nodiscard]] bool owned(page_ref ref) const noexcept {
    return is_frame(ref.id) && store_.arena.info(ref.id).level >= levels_.innermost().stamp;
  }

  // What levels, spilling and committing work on.

  [[nodiscard]] store<Config>& home() const noexcept { return store_; }
  [[nodiscard]] level_stack& levels() noexcept { return levels_; }
  [[nodiscard]] const level_stack& levels() const noexcept { return levels_; }
  [[nodiscard]] std::vector<dropped_run>& drops() noexcept { return drops_; }
  [[nodiscard]] std::vector<page_id>& made() noexcept { return made_; }
  [[nodiscard]] spilled_pages& spilled() noexcept { return spilled_; }
  /// Bytes of the frames and pieces that this transaction made and holds.
  [[nodiscard]] std::size_t dirty_bytes() const noexcept { return dirty_bytes_; }
  /// Whether this transaction has written to the file: then it commits durably and in two phases (R16).
  [[nodiscard]] bool has_spilled() const noexcept { return has_spilled_; }
  void note_spill() noexcept { has_spilled_ = true; }

  /// Undoes what was made and dropped since `began`, which was taken off the stack.
  void undo(const level& began) noexcept {
    while (made_.size() > began.frames) {
      const page_id frame = made_.back();
      made_.pop_back();
      if (store_.arena.is_live(frame) && store_.arena.info(frame).level >= began.stamp) free_made(frame);
    }
    drops_.resize(began.drops);
    spilled_.for_each([&](spilled_run& run) {
      if (run.level < began.stamp) return;
      store_.cold.give_back(store_, run.first, run.pages);
      spilled_pages::remove(run);
    });
  }

  /// Leaves the memory of the lists to the next transaction. Requires: the turn, and nothing of use in them.
  void leave_memory() noexcept {
    drops_.clear();
    made_.clear();
    store_.spare_drops = std::move(drops_);
    store_.spare_made = std::move(made_);
  }

  /// Frees a frame that this transaction made.
  void free_made(page_id frame) noexcept {
    dirty_bytes_ -= bytes_of(frame);
    store_.arena.free(frame);
  }

 private:
  template <class T>
  static void grow(std::vector<T>& list, std::size_t count) {
    if (list.capacity() - list.size() < count) list.reserve(algorithms::max(list.size() + count, 2 * list.capacity()));
  }

  [[nodiscard]] std::size_t bytes_of(page_id frame) const noexcept {
    const std::size_t piece = store_.arena.piece(frame).size();
    return piece == 0 ? page_size : piece;
  }

  [[nodiscard]] page_id make_frame() noexcept { return note_made(store_.arena.allocate()); }

  page_id note_made(page_id made) noexcept {
    store_.arena.info(made).level = levels_.counter();
    MACAW_ASSERT(made_.size() < made_.capacity());
    made_.push_back(made);
    dirty_bytes_ += bytes_of(made);
    return made;
  }

  /// The run that begins at this page, if the innermost level has spilled it; else nullptr.
  [[nodiscard]] spilled_run* spilled_here(page_id id) noexcept {
    if (spilled_.empty() || is_frame(id)) return nullptr;
    spilled_run* const run = spilled_.find(to_number(id));
    return run != nullptr && run->level >= levels_.innermost().stamp ? run : nullptr;
  }

  store<Config>& store_;
  mutable typename store<Config>::pins pins_;
  level_stack levels_;
  std::vector<dropped_run> drops_;
  std::vector<page_id> made_;
  spilled_pages spilled_;
  std::size_t dirty_bytes_ = 0;
  bool has_spilled_ = false;
};

template <class Config>
new_page write_pages<Config>::make_piece(std::size_t payload) {
  grow(made_, 1);
  const std::size_t pages = geometry<page_size>::piece_pages(payload);
  const page_id made = note_made(store_.arena.allocate_piece(pages * page_size));
  const std::span<std::byte> piece = store_.arena.piece(made);
  format_piece(piece.data(), payload);
  const std::size_t used = page_header_size + payload;
  std::memset(piece.data() + used, 0, piece.size() - used);
  return {{made, 0}, piece.data() + page_header_size};
}

}  // namespace macaw::inline MACAW_ABI::detail
