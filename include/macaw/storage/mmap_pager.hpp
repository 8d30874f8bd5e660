// SPDX-License-Identifier: MIT
//
// A pager that shows a file's pages through a mapping. Layer 2 (storage).
//
// Invariants:
//  1. The mapping is for reading; pages are written by positioned writes, so that no stray pointer can
//     damage the file.
//  2. A mapping never goes while the pager lives. It reaches far past the end of the file, so growing
//     moves nothing; where one is outgrown all the same, a larger one stands beside it, and what was
//     read through the old one stays good.
//  3. Only pages that exist are touched, so a full disk is an exception and never a fault.
//  4. A page is checked when first touched and trusted from then on. So nobody else may change the file,
//     and the medium must return what it returned before: for anything less there is `file_pager`.
//
// Thread safety: reading from any thread, writing from one at a time.

#pragma once

#include <macaw/bytes.hpp>
#include <macaw/detail/base/algorithms.hpp>
#include <macaw/detail/base/prefetch.hpp>
#include <macaw/detail/cache/paged_file.hpp>
#include <macaw/detail/cache/stable_pages.hpp>
#include <macaw/error.hpp>
#include <macaw/ids.hpp>
#include <macaw/macros.hpp>
#include <macaw/stats.hpp>
#include <macaw/storage/file_system.hpp>
#include <macaw/storage/pager.hpp>

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <span>
#include <utility>
#include <vector>

namespace macaw::inline MACAW_ABI {

/// Pages of a mapped file.
template <std::size_t PageSize, file_system FileSystem>
  requires mappable_file<typename FileSystem::file_type>
class mmap_pager {
 public:
  using file_type = typename FileSystem::file_type;
  using pins = detail::stable_pages::pins;
  using pin = detail::stable_pages::pin;
  using operation = detail::stable_pages::operation;

  static constexpr std::size_t page_size = PageSize;

  /// Maps the file. The cache size is for other pagers: here the system's page cache is the cache.
  explicit mmap_pager(file_type file, std::size_t /*cache_bytes*/ = 0) : pages_(std::move(file)) {
    reach(pages_.page_count());
  }
  mmap_pager(const mmap_pager&) = delete;
  mmap_pager& operator=(const mmap_pager&) = delete;

  operation enter(pins&) const noexcept { return {}; }

  MACAW_ALWAYS_INLINE const std::byte* lookup(page_ref ref, pins&) const noexcept {
    const std::uint32_t page = to_number(ref.id);
    return pages_.states().is_valid(page) ? address(page) : nullptr;
  }

  MACAW_ALWAYS_INLINE const std::byte* fetch(page_ref ref, const page_check& check, pins& owner) const {
    const std::byte* found = lookup(ref, owner);
    return found != nullptr ? found : touch(ref, check);
  }

  [[nodiscard]] pin hold(page_ref, const std::byte*, pins&) const noexcept { return {}; }

  bytes_view fetch_piece(page_ref ref, std::size_t pages, const page_check& check, piece_buffer&) const {
    pages_.require_pages(ref, pages);
    const std::uint32_t first = to_number(ref.id);
    const std::uint32_t count = static_cast<std::uint32_t>(pages);
    const bytes_view bytes{address(first), pages * PageSize};
    detail::prefetch_bytes(bytes.data(), bytes.size());
    if (!pages_.states().is_piece(first, count)) {
      check(bytes, ref);
      pages_.states().prove_piece(first, count);
    }
    return bytes;
  }

  void prefetch(page_ref ref, std::size_t size) const noexcept {
    if (to_number(ref.id) < pages_.page_count()) detail::prefetch_page(address(to_number(ref.id)), size);
  }

  [[nodiscard]] cache_stats stats() const noexcept { return {}; }
  [[nodiscard]] std::uint32_t page_count() const noexcept { return pages_.page_count(); }

  void grow(std::uint32_t count) {
    if (count <= page_count()) return;
    const std::uint32_t allocated = pages_.allocate(count);
    reach(allocated);
    if constexpr (warmable_file<file_type>) {
      const std::uint64_t begin = pages_.offset_of(page_count());
      pages_.file().warm(begin, pages_.offset_of(allocated) - begin);
    }
    pages_.publish(allocated);
  }
  void shrink(std::uint32_t count) { pages_.shrink(count); }

  void claim(std::uint32_t first, std::uint32_t count) { pages_.claim(first, count); }
  void store(std::uint32_t first, std::span<const bytes_view> pieces) { pages_.store(first, pieces); }
  void adopt(std::uint32_t first, std::uint32_t count, const std::byte* bytes) noexcept {
    pages_.adopt(first, count, bytes, [](std::uint32_t, const std::byte*) {});
  }
  void forget(std::uint32_t first, std::uint32_t count) noexcept { pages_.states().forget(first, count); }
  void sync(sync_scope scope) { pages_.file().sync(scope); }

  [[nodiscard]] file_type& file() noexcept { return pages_.file(); }
  [[nodiscard]] const file_type& file() const noexcept { return pages_.file(); }

 private:
  // Addresses are plenty where pointers have 64 bits, but a mapping of more than they share with all else takes tables
  // of its own to be translated, which an opening waits for. The thread sanitizer keeps several bytes for each address.
#if defined(MACAW_THREAD_SANITIZER)
  static constexpr std::uint64_t reach_wanted = std::uint64_t{1} << 34;
#else
  static constexpr std::uint64_t reach_wanted = sizeof(void*) >= 8 ? std::uint64_t{1} << 36 : std::uint64_t{1} << 28;
#endif

  // Every page that a thread knows to exist, or to be valid, lies within the base that it sees: the base
  // is stored before the page count and the state are, and read after them. Acquired, since a thread may
  // see a larger mapping though it has read nothing else from the writer since.
  [[nodiscard]] MACAW_ALWAYS_INLINE const std::byte* address(std::uint32_t page) const noexcept {
    return base_.load(std::memory_order_acquire) + std::size_t{page} * PageSize;
  }

  MACAW_NOINLINE const std::byte* touch(page_ref ref, const page_check& check) const {
    pages_.require_pages(ref, 1);
    const std::uint32_t page = to_number(ref.id);
    pages_.states().require_page(page);
    check({address(page), PageSize}, ref);
    pages_.states().prove(page);
    return address(page);
  }

  // Maps the first `count` pages and as much behind them as the system grants, unless they are already.
  void reach(std::uint32_t count) {
    const std::uint64_t needed = pages_.offset_of(count);
    const std::uint64_t reached = mappings_.empty() ? 0 : mappings_.back().bytes().size();
    if (needed <= reached) return;
    mappings_.reserve(mappings_.size() + 1);
    mappings_.push_back(map(needed));
    base_.store(mappings_.back().bytes().data(), std::memory_order_release);
  }

  [[nodiscard]] typename file_type::mapping map(std::uint64_t needed) const {
    for (std::uint64_t size = detail::algorithms::max(reach_wanted, 2 * needed); size > needed; size /= 2) {
      try {
        return pages_.file().map(size);
      } catch (const error&) {  // too many addresses, or past the end is not for this file: ask for fewer
      }
    }
    return pages_.file().map(needed);
  }

  detail::paged_file<PageSize, file_type> pages_;
  std::vector<typename file_type::mapping> mappings_;
  std::atomic<const std::byte*> base_{nullptr};
};

}  // namespace macaw::inline MACAW_ABI
