// SPDX-License-Identifier: MIT
//
// One small atomic number for every page of a file, indexed by page id. Layer 2 (storage).
//
// Invariants:
//  1. An entry never moves: a directory of chunks that appear, zeroed, when first asked for, each
//     published by a release store.
//  2. An entry whose chunk does not exist reads as zero.
//
// Thread safety: every member from any thread.

#pragma once

#include <macaw/detail/base/algorithms.hpp>
#include <macaw/detail/memory/reserved_bytes.hpp>
#include <macaw/error.hpp>
#include <macaw/ids.hpp>
#include <macaw/macros.hpp>

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <mutex>
#include <new>
#include <vector>

namespace macaw::inline MACAW_ABI::detail {

/// Numbers of type `T` by page id, zero at first. Takes address space a chunk of pages at a time, and
/// memory only for the parts that are touched.
template <class T>
class page_array {
 public:
  using entry = std::atomic<T>;
  static_assert(entry::is_always_lock_free && sizeof(entry) == sizeof(T), "zeroed memory must be entries of zero");

  static constexpr unsigned chunk_bits = 20;
  static constexpr std::uint32_t chunk_pages = std::uint32_t{1} << chunk_bits;

  page_array() = default;
  page_array(const page_array&) = delete;
  page_array& operator=(const page_array&) = delete;

  /// The number of a page.
  /// Requires: `page` below `page_id_limit`.
  [[nodiscard]] MACAW_ALWAYS_INLINE T load(std::uint32_t page, std::memory_order order) const noexcept {
    const entry* found = find(page);
    return found == nullptr ? T{0} : found->load(order);
  }

  /// The entry of a page, or null where its chunk does not exist (and so the number is zero).
  /// Requires: `page` below `page_id_limit`.
  [[nodiscard]] MACAW_ALWAYS_INLINE entry* find(std::uint32_t page) const noexcept {
    MACAW_ASSERT(page < page_id_limit);
    entry* chunk = directory_[page >> chunk_bits].load(std::memory_order_acquire);
    return chunk == nullptr ? nullptr : chunk + (page & (chunk_pages - 1));
  }

  /// The entry of a page, made if need be.
  /// Requires: `page` below `page_id_limit`.
  /// Errors: std::bad_alloc.
  [[nodiscard]] entry& at(std::uint32_t page) {
    if (entry* found = find(page)) [[likely]]
      return *found;
    make_chunk(page >> chunk_bits);
    return *find(page);
  }

  /// Makes the entries of [first, first + count), so that `find` finds them.
  /// Errors: std::bad_alloc.
  void cover(std::uint32_t first, std::uint32_t count) {
    MACAW_ASSERT(first <= page_id_limit && count <= page_id_limit - first);
    if (count == 0) return;
    for (std::uint32_t chunk = first >> chunk_bits; chunk <= (first + count - 1) >> chunk_bits; ++chunk) {
      static_cast<void>(at(chunk << chunk_bits));
    }
  }

  /// Calls `visit(page, entry)` for every page of [first, last) whose entry exists, in ascending order.
  template <class Visit>
  void for_each(std::uint32_t first, std::uint32_t last, Visit visit) const {
    std::uint32_t page = first;
    while (page < last) {
      entry* chunk = find(page);
      const std::uint32_t end = algorithms::min(last, (page | (chunk_pages - 1)) + 1);
      for (; chunk != nullptr && page < end; ++page) visit(page, *chunk++);
      page = end;
    }
  }

 private:
  MACAW_NOINLINE void make_chunk(std::uint32_t index) {
    const std::lock_guard lock(mutex_);
    if (directory_[index].load(std::memory_order_relaxed) != nullptr) return;
    try {
      chunks_.emplace_back(std::size_t{chunk_pages} * sizeof(entry));
    } catch (const error&) {
      throw std::bad_alloc();  // addresses are memory to whoever waits for an entry
    }
    directory_[index].store(reinterpret_cast<entry*>(chunks_.back().data()), std::memory_order_release);
  }

  std::array<std::atomic<entry*>, (page_id_limit >> chunk_bits)> directory_{};
  std::mutex mutex_;
  std::vector<reserved_bytes> chunks_;
};

}  // namespace macaw::inline MACAW_ABI::detail
