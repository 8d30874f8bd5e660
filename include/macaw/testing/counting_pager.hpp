// SPDX-License-Identifier: MIT
//
// A pager that counts what is asked of another one: for tests and measurements of how many pages an
// operation reads. Layer 7 (testing).
//
//     struct counted : macaw::file_config<4096> {
//       template <class C>
//       using pager = macaw::counting_pager<macaw::file_pager<C::page_size, typename C::file_system>>;
//     };
//
// Thread safety: as the pager counted; each thread counts for itself.

#pragma once

#include <macaw/bytes.hpp>
#include <macaw/ids.hpp>
#include <macaw/macros.hpp>
#include <macaw/stats.hpp>
#include <macaw/storage/file_system.hpp>
#include <macaw/storage/pager.hpp>

#include <cstddef>
#include <cstdint>
#include <span>

namespace macaw::inline MACAW_ABI {

/// What a thread asked of counting pagers.
struct pager_counts {
  std::uint64_t fetches = 0;          ///< pages fetched, or found by `lookup`
  std::uint64_t piece_fetches = 0;    ///< calls of `fetch_piece`
  std::uint64_t stored_pages = 0;     ///< pages given to `store`
  std::uint64_t adopted_pages = 0;    ///< pages given to `adopt`
  std::uint64_t forgotten_pages = 0;  ///< pages given to `forget`
  std::uint64_t syncs = 0;            ///< calls of `sync`

  /// What was asked since `before`.
  [[nodiscard]] pager_counts since(const pager_counts& before) const noexcept {
    return {fetches - before.fetches,
            piece_fetches - before.piece_fetches,
            stored_pages - before.stored_pages,
            adopted_pages - before.adopted_pages,
            forgotten_pages - before.forgotten_pages,
            syncs - before.syncs};
  }
};

/// A `Pager` that counts. The counts are the thread's, over all pagers of this type, because a test that opens
/// a database does not get at its pager.
template <pager Pager>
class counting_pager : public Pager {
 public:
  using pins = typename Pager::pins;

  using Pager::Pager;

  /// What this thread asked so far.
  [[nodiscard]] static pager_counts& counts() noexcept {
    thread_local pager_counts mine;
    return mine;
  }

  /// Counts as a fetch where it finds the page, since no other follows then.
  const std::byte* lookup(page_ref ref, pins& owner) const noexcept {
    const std::byte* found = Pager::lookup(ref, owner);
    counts().fetches += found != nullptr ? 1 : 0;
    return found;
  }
  const std::byte* fetch(page_ref ref, const page_check& check, pins& owner) const {
    ++counts().fetches;
    return Pager::fetch(ref, check, owner);
  }
  bytes_view fetch_piece(page_ref ref, std::size_t pages, const page_check& check, piece_buffer& buffer) const {
    ++counts().piece_fetches;
    return Pager::fetch_piece(ref, pages, check, buffer);
  }

  void store(std::uint32_t first, std::span<const bytes_view> pieces) {
    for (const bytes_view piece : pieces) counts().stored_pages += piece.size() / Pager::page_size;
    Pager::store(first, pieces);
  }
  void adopt(std::uint32_t first, std::uint32_t count, const std::byte* bytes) noexcept {
    counts().adopted_pages += count;
    Pager::adopt(first, count, bytes);
  }
  void forget(std::uint32_t first, std::uint32_t count) noexcept {
    counts().forgotten_pages += count;
    Pager::forget(first, count);
  }
  void sync(sync_scope scope) {
    ++counts().syncs;
    Pager::sync(scope);
  }
};

}  // namespace macaw::inline MACAW_ABI
