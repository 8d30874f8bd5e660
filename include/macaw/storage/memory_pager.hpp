// SPDX-License-Identifier: MIT
//
// The pager of databases that live in memory: all their pages are frames, so it has none.
// Layer 2 (storage).

#pragma once

#include <macaw/bytes.hpp>
#include <macaw/detail/cache/stable_pages.hpp>
#include <macaw/detail/format/geometry.hpp>
#include <macaw/error.hpp>
#include <macaw/ids.hpp>
#include <macaw/macros.hpp>
#include <macaw/stats.hpp>
#include <macaw/storage/pager.hpp>

#include <cstddef>

namespace macaw::inline MACAW_ABI {

/// A pager without pages: every `fetch` is of a page that does not exist, and so `corrupt`.
template <std::size_t PageSize>
class memory_pager {
 public:
  static_assert(detail::valid_page_size(PageSize), "page sizes are powers of two from 512 to 65536");

  using pins = detail::stable_pages::pins;
  using pin = detail::stable_pages::pin;
  using operation = detail::stable_pages::operation;

  static constexpr std::size_t page_size = PageSize;

  operation enter(pins&) const noexcept { return {}; }
  const std::byte* lookup(page_ref, pins&) const noexcept { return nullptr; }
  const std::byte* fetch(page_ref ref, const page_check&, pins&) const { refuse(ref); }
  [[nodiscard]] pin hold(page_ref, const std::byte*, pins&) const noexcept { return {}; }
  bytes_view fetch_piece(page_ref ref, std::size_t, const page_check&, piece_buffer&) const { refuse(ref); }
  void prefetch(page_ref, std::size_t) const noexcept {}
  [[nodiscard]] cache_stats stats() const noexcept { return {}; }

 private:
  [[noreturn]] static void refuse(page_ref ref) {
    detail::throw_corrupt(ref.id, "a database in memory has no page in a file");
  }
};

}  // namespace macaw::inline MACAW_ABI
