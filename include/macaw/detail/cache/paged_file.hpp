// SPDX-License-Identifier: MIT
//
// A file as a row of pages, and what is known of each: what the pagers over files have in common.
// Layer 2 (storage).
//
// Invariant: pages below `page_count` exist with blocks of their own, so that writing one cannot fail
// for space and touching one that is mapped cannot fault.
//
// Thread safety: `const` members from any thread; the others from the writer's alone.

#pragma once

#include <macaw/bytes.hpp>
#include <macaw/detail/base/algorithms.hpp>
#include <macaw/detail/cache/page_states.hpp>
#include <macaw/detail/format/geometry.hpp>
#include <macaw/detail/format/page_header.hpp>
#include <macaw/error.hpp>
#include <macaw/ids.hpp>
#include <macaw/macros.hpp>
#include <macaw/storage/file_system.hpp>

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <span>
#include <utility>

namespace macaw::inline MACAW_ABI::detail {

template <std::size_t PageSize, file File>
class paged_file {
 public:
  static_assert(valid_page_size(PageSize), "page sizes are powers of two from 512 to 65536");

  explicit paged_file(File&& file) : file_(std::move(file)), page_count_(whole_pages(file_.size())) {}

  [[nodiscard]] File& file() noexcept { return file_; }
  [[nodiscard]] const File& file() const noexcept { return file_; }
  [[nodiscard]] page_states& states() const noexcept { return states_; }

  [[nodiscard]] std::uint32_t page_count() const noexcept { return page_count_.load(std::memory_order_acquire); }
  [[nodiscard]] static constexpr std::uint64_t offset_of(std::uint32_t page) noexcept {
    return std::uint64_t{page} * PageSize;
  }

  /// Refuses a reference to pages that do not exist.
  /// Errors: corrupt.
  void require_pages(page_ref ref, std::size_t count) const {
    const std::uint32_t first = to_number(ref.id);
    const std::uint32_t end = page_count();
    if (first < geometry<PageSize>::first_page || first >= end || count == 0 || count > end - first) {
      throw_corrupt(ref.id, "a reference leads out of the file");
    }
  }

  /// Reads existing pages.
  /// Errors: io, corrupt.
  void read(page_ref ref, std::span<std::byte> into) const {
    if (file_.read(offset_of(to_number(ref.id)), into) != into.size()) {
      throw_corrupt(ref.id, "the file has become shorter than it was");
    }
  }

  /// Gives blocks to at least `count` pages, more where that costs little, and returns how many have them now.
  /// The new ones exist once `publish` has been told.
  /// Errors: no_space, io.
  [[nodiscard]] std::uint32_t allocate(std::uint32_t count) {
    const std::uint32_t before = page_count();
    if (count <= before) return before;
    if (count > page_id_limit) throw_error(errc::no_space, "a file has at most 2^31 pages");
    const std::uint32_t generous = algorithms::max(count, algorithms::min(page_id_limit, before + growth_step(before)));
    try {
      file_.allocate(offset_of(before), offset_of(generous - before));
      return generous;
    } catch (const error& failure) {
      if (failure.kind() != errc::no_space || generous == count) throw;
    }
    file_.allocate(offset_of(before), offset_of(count - before));
    return count;
  }

  void publish(std::uint32_t count) noexcept { page_count_.store(count, std::memory_order_release); }

  /// Cuts the file to `count` pages.
  void shrink(std::uint32_t count) {
    const std::uint32_t before = page_count();
    if (count >= before) return;
    file_.truncate(offset_of(count));
    states_.forget(count, before - count);
    publish(count);
  }

  void claim(std::uint32_t first, std::uint32_t count) {
    MACAW_ASSERT(first >= geometry<PageSize>::first_page);
    states_.claim(first, count);
  }

  void store(std::uint32_t first, std::span<const bytes_view> pieces) {
    require_claimed(first, pieces);
    file_.write(offset_of(first), pieces);
  }

  /// Trusts stored pages. `keep(page, bytes)` is called for each page that is not of a large value,
  /// once it is trusted.
  template <class Keep>
  void adopt(std::uint32_t first, std::uint32_t count, const std::byte* bytes, Keep keep) noexcept {
    if (bytes == nullptr) return states_.forget(first, count);
    std::uint32_t done = 0;
    while (done < count) {
      const std::byte* page = bytes + std::size_t{done} * PageSize;
      const std::uint32_t pages = pages_of(page);
      MACAW_ASSERT(pages <= count - done);
      if (load_shape(page).kind() == page_kind::piece) {
        states_.publish_piece(first + done, pages);
      } else {
        states_.publish(first + done);
        keep(first + done, page);
      }
      done += pages;
    }
  }

 private:
  static constexpr std::uint64_t growth_min = std::uint64_t{64} << 10;
  static constexpr std::uint64_t growth_max = std::uint64_t{64} << 20;

  // An eighth of the file: few calls, and little that stays unused.
  [[nodiscard]] static constexpr std::uint32_t growth_step(std::uint32_t pages) noexcept {
    return static_cast<std::uint32_t>(algorithms::clamp(offset_of(pages) / 8, growth_min, growth_max) / PageSize);
  }

  [[nodiscard]] static std::uint32_t whole_pages(std::uint64_t size) noexcept {
    return static_cast<std::uint32_t>(algorithms::min<std::uint64_t>(size / PageSize, page_id_limit));
  }

  [[nodiscard]] static std::uint32_t pages_of(const std::byte* page) noexcept {
    if (load_shape(page).kind() != page_kind::piece) return 1;
    const std::size_t payload = load_le<std::uint32_t>(page + header_field::heap_size);
    return static_cast<std::uint32_t>((page_header_size + payload + PageSize - 1) / PageSize);
  }

  void require_claimed(std::uint32_t first, std::span<const bytes_view> pieces) const noexcept {
#if MACAW_CHECKS
    std::size_t size = 0;
    for (const bytes_view piece : pieces) size += piece.size();
    MACAW_ASSERT(size % PageSize == 0 && size / PageSize <= page_count() && first <= page_count() - size / PageSize);
    for (std::uint32_t i = 0; i < size / PageSize; ++i) {
      MACAW_ASSERT(states_.load(first + i) == page_state::writing);
    }
#else
    static_cast<void>(first), static_cast<void>(pieces);
#endif
  }

  File file_;
  std::atomic<std::uint32_t> page_count_;
  mutable page_states states_;
};

}  // namespace macaw::inline MACAW_ABI::detail
