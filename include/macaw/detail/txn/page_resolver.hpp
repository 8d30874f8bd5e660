// SPDX-License-Identifier: MIT
//
// From a reference to bytes: a frame of the arena, or a page of the file by way of the pager. Layer 5
// (txn). Shared by snapshots and the writer.
//
// Invariants (PROTOCOL R3, R4, R6, W2):
//  1. Every page is compared with the shape expected of it at every step.
//  2. A page of the file is proven when its bytes are first materialised in this process: checksum, place,
//     birth, structure, separator bounds. After that it is trusted.
//
// Thread safety: all members may be called from many threads, each with pins of its own.

#pragma once

#include <macaw/bytes.hpp>
#include <macaw/detail/base/prefetch.hpp>
#include <macaw/detail/format/geometry.hpp>
#include <macaw/detail/format/large_value.hpp>
#include <macaw/detail/format/page_header.hpp>
#include <macaw/detail/format/validate.hpp>
#include <macaw/detail/memory/arena.hpp>
#include <macaw/detail/memory/piece_buffer.hpp>
#include <macaw/error.hpp>
#include <macaw/ids.hpp>
#include <macaw/macros.hpp>
#include <macaw/storage/pager.hpp>

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <type_traits>

namespace macaw::inline MACAW_ABI::detail {

/// What a page must be to be of this file, as it is now.
struct page_origin {
  std::uint64_t seed = 0;       ///< of the file's page checksums
  std::uint64_t birth_max = 0;  ///< the commit under way, which may have spilled pages
};

/// Raises unless the bytes are those that `ref` speaks of: checksum, place and birth.
template <class Checksum>
void require_identity(std::span<const std::byte> bytes, page_ref ref, const page_origin& origin) {
  if (!checksum_ok<Checksum>(bytes.data(), bytes.size(), ref.id, origin.seed)) {
    throw_corrupt(ref.id, "the checksum does not match: the page is damaged, or not of this file or place");
  }
  if (load_page_id(bytes.data()) != ref.id) throw_corrupt(ref.id, "the page says it is another one");
  if (static_cast<std::uint32_t>(load_birth(bytes.data())) != ref.birth) {
    throw_corrupt(ref.id, "another version of the page than its reference names: a write was lost");
  }
  // Otherwise what it refers to might pass for younger than it is, and be used again under readers.
  if (load_birth(bytes.data()) > origin.birth_max) throw_corrupt(ref.id, "the page is of a commit that has not been");
}

/// The check of a tree page on first touch.
template <class Checksum, std::size_t PageSize>
struct tree_page_check {
  page_origin origin;
  page_shape expected;
  const page_bounds* bounds;

  static void run(const void* context, std::span<const std::byte> page, page_ref ref) {
    const auto& self = *static_cast<const tree_page_check*>(context);
    require_identity<Checksum>(page, ref, self.origin);
    if (const char* finding = validate_page<PageSize>(page.data(), self.expected, *self.bounds)) {
      throw_corrupt(ref.id, finding);
    }
  }
};

/// The check of a piece of a large value on first touch.
template <class Checksum>
struct piece_check {
  page_origin origin;
  std::size_t payload;

  static void run(const void* context, std::span<const std::byte> piece, page_ref ref) {
    const auto& self = *static_cast<const piece_check*>(context);
    require_identity<Checksum>(piece, ref, self.origin);
    if (const char* finding = validate_piece(piece.data(), self.payload)) throw_corrupt(ref.id, finding);
  }
};

template <class Config>
class page_resolver {
 public:
  using pager_type = typename Config::template pager<Config>;
  using pins = typename pager_type::pins;
  using pin = typename pager_type::pin;
  /// Keeps fetched bytes in place while it lives.
  using operation = std::conditional_t<std::is_default_constructible_v<typename pager_type::operation>,
                                       typename pager_type::operation, std::optional<typename pager_type::operation>>;

  static constexpr std::size_t page_size = Config::page_size;

  explicit page_resolver(const frame_arena<page_size>& arena) noexcept : arena_(&arena) {}

  /// From now on pages come from this pager; `seed` is that of the file's page checksums, `d` its durable commit.
  void attach(const pager_type& pager, std::uint64_t seed, std::uint64_t d) noexcept {
    pager_ = &pager;
    seed_ = seed;
    note_durable(d);
    fetch_ = &fetch;
    fetch_piece_ = &fetch_piece;
  }

  /// Commit `d` is durable. Comes before its pages are shown.
  void note_durable(std::uint64_t d) noexcept { birth_max_.store(d + 1, std::memory_order_relaxed); }

  [[nodiscard]] MACAW_ALWAYS_INLINE operation enter(pins& txn) const {
    if constexpr (std::is_empty_v<operation>) {
      return operation{};
    } else {
      if (pager_ == nullptr) return operation{};
      return pager_->enter(txn);
    }
  }

  /// The bytes of a tree page. They stay in place until the operation ends. `bounds` becomes `page_bounds` only where
  /// the page is to be proven. Errors: `corrupt`, `io`, std::bad_alloc.
  template <class Bounds>
  [[nodiscard]] MACAW_ALWAYS_INLINE const std::byte* page(page_ref ref, page_shape expected, const Bounds& bounds,
                                                          pins& txn) const {
    const std::byte* bytes = lookup(ref, txn);
    if (bytes == nullptr) [[unlikely]]
      bytes = fetch_(*this, ref, expected, bounds, txn);
    if (load_shape(bytes) != expected) [[unlikely]]
      throw_shape(ref, load_shape(bytes), expected);
    return bytes;
  }

  /// The bytes of a page if they are at hand, else null.
  [[nodiscard]] MACAW_ALWAYS_INLINE const std::byte* lookup(page_ref ref, pins& txn) const noexcept {
    return is_frame(ref.id) ? arena_->frame(ref.id) : pager_->lookup(ref, txn);
  }

  void prefetch(page_ref ref, std::size_t size) const noexcept {
    if (!is_frame(ref.id)) return pager_->prefetch(ref, size);
    prefetch_page(arena_->frame(ref.id), size);
  }

  /// The payload of a piece of a large value: in place where the pager maps it, else read into `buffer`.
  [[nodiscard]] bytes_view piece(page_ref ref, std::size_t payload, piece_buffer& buffer) const {
    if (!is_frame(ref.id)) return fetch_piece_(*this, ref, payload, buffer);
    const bytes_view piece = arena_->piece(ref.id);
    prefetch_bytes(piece.data(), piece.size());
    return piece.subspan(page_header_size, payload);
  }

  /// Keeps a page's bytes in place beyond the operation.
  [[nodiscard]] pin hold(page_ref ref, const std::byte* bytes, pins& txn) const {
    return is_frame(ref.id) || pager_ == nullptr ? pin{} : pager_->hold(ref, bytes, txn);
  }

  [[nodiscard]] std::uint64_t seed() const noexcept { return seed_; }
  [[nodiscard]] page_origin origin() const noexcept { return {seed_, birth_max_.load(std::memory_order_relaxed)}; }

 private:
  // Both read the file and prove what they have read: they are called through pointers, so that only the units that
  // open databases compile them (decision 21).

  static const std::byte* fetch(const page_resolver& self, page_ref ref, page_shape expected, const page_bounds& bounds,
                                pins& txn) {
    page_bounds within = bounds;
    if constexpr (durable_pager<pager_type>) within.id_end = self.pager_->page_count();
    const tree_page_check<typename Config::checksum, page_size> check{self.origin(), expected, &within};
    return self.pager_->fetch(ref, page_check{&check.run, &check}, txn);
  }
  static bytes_view fetch_piece(const page_resolver& self, page_ref ref, std::size_t payload, piece_buffer& buffer) {
    const piece_check<typename Config::checksum> check{self.origin(), payload};
    const bytes_view piece = self.pager_->fetch_piece(ref, geometry<page_size>::piece_pages(payload),
                                                      page_check{&check.run, &check}, buffer);
    if (const char* finding = validate_piece(piece.data(), payload)) throw_corrupt(ref.id, finding);
    return piece.subspan(page_header_size, payload);
  }

  [[noreturn]] MACAW_NOINLINE static void throw_shape(page_ref ref, page_shape found, page_shape expected) {
    if (found.kind() != expected.kind()) throw_corrupt(ref.id, "a page of another kind than its reference promises");
    if (found.level() != expected.level()) throw_corrupt(ref.id, "a page of another level than its reference promises");
    throw_corrupt(ref.id, "a page of another layout than its table's");
  }

  const frame_arena<page_size>* arena_;
  const pager_type* pager_ = nullptr;
  decltype(&fetch) fetch_ = nullptr;
  decltype(&fetch_piece) fetch_piece_ = nullptr;
  std::uint64_t seed_ = 0;
  std::atomic<std::uint64_t> birth_max_{0};
};

}  // namespace macaw::inline MACAW_ABI::detail
