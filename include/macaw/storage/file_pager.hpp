// SPDX-License-Identifier: MIT
//
// A pager that reads a file's pages into a cache of a given size. Layer 2 (storage).
//
// Works wherever positioned reads and writes do, bounds memory, and checks a page whenever it is read
// from the file. Pages that were just written are kept while there is room. Pieces of large values are
// read into the caller's buffer and pass the cache by.
//
// Invariants:
//  1. A page is cached only while its state is `valid`; `forget` first changes the state, then drops the
//     frame, and a page being read is shown only if its state is still `valid` under the cache's lock.
//  2. Two threads that miss the same page may both read it; one frame is shown, and both return it.
//
// Thread safety: reading from any thread, writing from one at a time.

#pragma once

#include <macaw/bytes.hpp>
#include <macaw/detail/cache/grace_periods.hpp>
#include <macaw/detail/cache/page_cache.hpp>
#include <macaw/detail/cache/paged_file.hpp>
#include <macaw/detail/format/page_header.hpp>
#include <macaw/error.hpp>
#include <macaw/ids.hpp>
#include <macaw/macros.hpp>
#include <macaw/stats.hpp>
#include <macaw/storage/file_system.hpp>
#include <macaw/storage/pager.hpp>

#include <cstddef>
#include <cstdint>
#include <span>
#include <utility>

namespace macaw::inline MACAW_ABI {

namespace detail {

/// The operations of one transaction: where they are noted, and how deep they are nested.
class cache_pins {
 public:
  cache_pins() = default;
  cache_pins(cache_pins&& other) noexcept : slot_(std::move(other.slot_)) { MACAW_ASSERT(other.depth_ == 0); }
  cache_pins& operator=(cache_pins&& other) noexcept {
    MACAW_ASSERT(depth_ == 0 && other.depth_ == 0);
    slot_ = std::move(other.slot_);
    return *this;
  }
  ~cache_pins() { MACAW_ASSERT(depth_ == 0); }

  [[nodiscard]] bool is_active() const noexcept { return depth_ != 0; }
  MACAW_ALWAYS_INLINE void count_hit() noexcept { ++hits_; }

  MACAW_ALWAYS_INLINE void enter(grace_periods& operations) {
    if (depth_ == 0) {
      if (!slot_) [[unlikely]]
        claim(operations);
      operations.enter(*slot_);
    }
    ++depth_;
  }
  MACAW_ALWAYS_INLINE void leave() noexcept {
    if (--depth_ != 0) return;
    slot_->hits.store(slot_->hits.load(std::memory_order_relaxed) + hits_, std::memory_order_relaxed);
    hits_ = 0;
    grace_periods::leave(*slot_);
  }

 private:
  MACAW_NOINLINE void claim(grace_periods& operations) { slot_ = operations.claim(); }

  grace_periods::slot_owner slot_;  // from the first operation on
  std::uint32_t depth_ = 0;
  std::uint32_t hits_ = 0;
};

/// An operation under way, or none; ends it when destroyed.
class [[nodiscard]] cache_operation {
 public:
  cache_operation() noexcept = default;
  MACAW_ALWAYS_INLINE cache_operation(cache_pins& pins, grace_periods& operations) : pins_(&pins) {
    pins.enter(operations);
  }
  cache_operation(cache_operation&& other) noexcept : pins_(std::exchange(other.pins_, nullptr)) {}
  cache_operation& operator=(cache_operation&& other) noexcept {
    cache_operation taken(std::move(other));
    std::swap(pins_, taken.pins_);
    return *this;
  }
  MACAW_ALWAYS_INLINE ~cache_operation() {
    if (pins_ != nullptr) pins_->leave();
  }

 private:
  cache_pins* pins_ = nullptr;
};

}  // namespace detail

/// Pages of a file, read through a cache.
template <std::size_t PageSize, file_system FileSystem>
class file_pager {
 public:
  using file_type = typename FileSystem::file_type;
  using pins = detail::cache_pins;
  using pin = detail::frame_pin;
  using operation = detail::cache_operation;

  static constexpr std::size_t page_size = PageSize;

  /// Keeps up to `cache_bytes` of pages in memory, 16 pages at least, and more only while they are in use.
  explicit file_pager(file_type file, std::size_t cache_bytes) : pages_(std::move(file)), cache_(cache_bytes) {}
  file_pager(const file_pager&) = delete;
  file_pager& operator=(const file_pager&) = delete;

  MACAW_ALWAYS_INLINE operation enter(pins& owner) const { return {owner, cache_.operations()}; }

  MACAW_ALWAYS_INLINE const std::byte* lookup(page_ref ref, pins& owner) const noexcept {
    MACAW_ASSERT(owner.is_active());
    const std::byte* const found = cache_.find(to_number(ref.id));
    if (found != nullptr) owner.count_hit();
    return found;
  }

  MACAW_ALWAYS_INLINE const std::byte* fetch(page_ref ref, const page_check& check, pins& owner) const {
    const std::byte* const found = lookup(ref, owner);
    return found != nullptr ? found : load(ref, check);
  }

  [[nodiscard]] pin hold(page_ref ref, const std::byte* bytes, [[maybe_unused]] pins& owner) const noexcept {
    MACAW_ASSERT(owner.is_active());
    return cache_.hold(to_number(ref.id), bytes);
  }

  bytes_view fetch_piece(page_ref ref, std::size_t pages, const page_check& check, piece_buffer& buffer) const {
    pages_.require_pages(ref, pages);
    const std::uint32_t first = to_number(ref.id);
    const std::uint32_t count = static_cast<std::uint32_t>(pages);
    const bool is_known = pages_.states().is_piece(first, count);
    const std::span<std::byte> bytes = buffer.ensure(pages * PageSize);
    pages_.read(ref, bytes);
    check(bytes, ref);
    if (!is_known) pages_.states().prove_piece(first, count);
    return bytes;
  }

  void prefetch(page_ref ref, std::size_t size) const noexcept { cache_.prefetch(to_number(ref.id), size); }

  [[nodiscard]] cache_stats stats() const noexcept { return cache_.stats(); }
  [[nodiscard]] std::uint32_t page_count() const noexcept { return pages_.page_count(); }

  void grow(std::uint32_t count) {
    if (count > page_count()) pages_.publish(pages_.allocate(count));
  }
  void shrink(std::uint32_t count) {
    const std::uint32_t before = page_count();
    pages_.shrink(count);
    if (count < before) cache_.drop(count, before);
  }

  void claim(std::uint32_t first, std::uint32_t count) { pages_.claim(first, count); }
  void store(std::uint32_t first, std::span<const bytes_view> pieces) { pages_.store(first, pieces); }
  void adopt(std::uint32_t first, std::uint32_t count, const std::byte* bytes) noexcept {
    pages_.adopt(first, count, bytes,
                 [this](std::uint32_t page, const std::byte* stored) { cache_.keep(page, stored, is_branch(stored)); });
  }
  void forget(std::uint32_t first, std::uint32_t count) noexcept {
    pages_.states().forget(first, count);
    cache_.drop(first, first + count);
  }
  void sync(sync_scope scope) { pages_.file().sync(scope); }

  [[nodiscard]] file_type& file() noexcept { return pages_.file(); }
  [[nodiscard]] const file_type& file() const noexcept { return pages_.file(); }

 private:
  using cache = detail::page_cache<PageSize>;

  /// A frame on its way into the cache; goes back if it does not get there.
  class frame_being_filled {
   public:
    explicit frame_being_filled(cache& cache) : cache_(cache), frame_(cache.take()) {}
    frame_being_filled(const frame_being_filled&) = delete;
    frame_being_filled& operator=(const frame_being_filled&) = delete;
    ~frame_being_filled() {
      if (frame_ != 0) cache_.discard(frame_);
    }

    [[nodiscard]] std::span<std::byte> bytes() const noexcept { return {cache_.bytes(frame_), PageSize}; }

    template <class IsValid>
    [[nodiscard]] const std::byte* show(std::uint32_t page, IsValid is_valid) {
      const std::byte* shown = cache_.show(page, frame_, is_branch(bytes().data()), is_valid);
      frame_ = 0;
      return shown;
    }

   private:
    cache& cache_;
    std::uint32_t frame_;
  };

  // What a lookup passes through on its way to what it looks for.
  [[nodiscard]] static bool is_branch(const std::byte* page) noexcept {
    const detail::page_kind kind = detail::load_shape(page).kind();
    return kind == detail::page_kind::branch || kind == detail::page_kind::large_index;
  }

  MACAW_NOINLINE const std::byte* load(page_ref ref, const page_check& check) const {
    pages_.require_pages(ref, 1);
    const std::uint32_t page = to_number(ref.id);
    pages_.states().require_page(page);
    frame_being_filled frame(cache_);
    pages_.read(ref, frame.bytes());
    check(frame.bytes(), ref);
    pages_.states().prove(page);
    const std::byte* shown = frame.show(page, [this, page] { return pages_.states().is_valid(page); });
    if (shown == nullptr) detail::throw_corrupt(ref.id, "a reference leads to a page that was freed");
    return shown;
  }

  detail::paged_file<PageSize, file_type> pages_;
  mutable cache cache_;
};

}  // namespace macaw::inline MACAW_ABI
