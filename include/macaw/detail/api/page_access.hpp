// SPDX-License-Identifier: MIT
//
// How the API reads pages: one type for snapshots and for write transactions, so that each reading
// algorithm exists once. Layer 6 (API). Models `page_reader`.

#pragma once

#include <macaw/bytes.hpp>
#include <macaw/detail/memory/piece_buffer.hpp>
#include <macaw/detail/tree/page_source.hpp>
#include <macaw/detail/txn/page_resolver.hpp>
#include <macaw/ids.hpp>
#include <macaw/macros.hpp>

#include <cstddef>
#include <type_traits>

namespace macaw::inline MACAW_ABI::detail {

/// The pages that a transaction sees. Borrows from it; two pointers, passed by value.
template <class Config>
class page_access {
 public:
  using resolver = page_resolver<Config>;
  using pin = typename resolver::pin;

  static constexpr std::size_t page_size = Config::page_size;
  /// Whether a page's bytes stay where they are for as long as the transaction sees the page, without a pin.
  static constexpr bool keeps_pages_in_place = std::is_empty_v<pin>;

  /// No pages: what a default-made iterator refers to.
  constexpr page_access() noexcept = default;
  page_access(const resolver& pages, typename resolver::pins& pins) noexcept : pages_(&pages), pins_(&pins) {}

  /// Keeps all pages read in place while the result lives.
  [[nodiscard]] MACAW_ALWAYS_INLINE auto enter() const { return pages_->enter(*pins_); }

  template <class Bounds = page_bounds>
  [[nodiscard]] MACAW_ALWAYS_INLINE const std::byte* page(page_ref ref, page_shape expected,
                                                          const Bounds& bounds) const {
    return pages_->page(ref, expected, bounds, *pins_);
  }
  void prefetch(page_ref ref, std::size_t size) const noexcept { pages_->prefetch(ref, size); }
  [[nodiscard]] bytes_view piece(page_ref ref, std::size_t payload, piece_buffer& buffer) const {
    return pages_->piece(ref, payload, buffer);
  }
  /// Keeps one page's bytes in place beyond the operation.
  [[nodiscard]] pin hold(page_ref ref, const std::byte* bytes) const { return pages_->hold(ref, bytes, *pins_); }

 private:
  const resolver* pages_ = nullptr;
  typename resolver::pins* pins_ = nullptr;
};

template <class Config>
inline constexpr page_access<Config> no_pages{};

}  // namespace macaw::inline MACAW_ABI::detail
