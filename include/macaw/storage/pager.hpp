// SPDX-License-Identifier: MIT
//
// Where committed pages live: what the transaction layer asks of a pager. Layer 2 (storage).
//
// Models: memory_pager.hpp (no pages at all: everything is a frame), file_pager.hpp, mmap_pager.hpp, and
// testing/counting_pager.hpp, which wraps any of them. `tests/conformance/pager_conformance.hpp` checks
// every law; a new model joins it with one line.
//
// Laws of reading:
//  1. A page is read inside an *operation*. The bytes that `fetch` returns are good until the operation
//     ends, those that were held until the last copy of the pin goes or the page is forgotten. An
//     operation ought to be short: memory that it may have seen is not reused while it lasts.
//  2. `fetch` runs `check` over the bytes whenever it materialises a page (reads or first touches it),
//     and never hands out bytes that no check has passed or this process has not written. What `check`
//     throws comes out of `fetch`, and nothing is kept of the page.
//  3. The same reference gives the same bytes every time until `forget`.
//  4. A page that is claimed, or is inside a piece, is `corrupt` to `fetch` and to `fetch_piece`.
//  5. A `pins` belongs to one transaction and one pager and is used by one thread at a time. A pin may
//     outlive it; outliving the pager, a pin keeps nothing and may only be copied and destroyed.
//  6. A page or piece that was proven is not checked against later references: readers compare its shape.
//
// Laws of writing (a `durable_pager`); one thread at a time, while any number reads:
//  7. `claim` precedes `store` precedes `adopt`; `forget` undoes any of them. Claiming a page that this
//     process has reached is `corrupt`: the space map that offered it lies.
//  8. After `adopt` the pages are read as they were stored. It may be called before a sync, but what was
//     not synced must not be published.
//  9. `forget` is called when no transaction can reach the pages, and then drops what was kept of them.
// 10. Of an operation that throws, `claim`, `grow` and `shrink` leave no trace.

#pragma once

#include <macaw/bytes.hpp>
#include <macaw/detail/memory/piece_buffer.hpp>
#include <macaw/ids.hpp>
#include <macaw/macros.hpp>
#include <macaw/stats.hpp>
#include <macaw/storage/file_system.hpp>

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <span>
#include <type_traits>

namespace macaw::inline MACAW_ABI {

/// Scratch that pieces of large values are read into where a pager cannot show them in place.
using detail::piece_buffer;

/// How a page, or a piece of several pages, is proven when it is first seen.
struct page_check {
  /// Throws `errc::corrupt` unless `page` is what `ref` promises.
  void (*run)(const void* context, bytes_view page, page_ref ref);
  const void* context;

  void operator()(bytes_view page, page_ref ref) const { run(context, page, ref); }
};

/// Gives committed pages to read.
///
///     expression                returns       errors     meaning
///     P::page_size              constant                 bytes of a page
///     P::pins                   type                     of a transaction; default-constructible, movable
///     P::pin                    type                     keeps a page's bytes while a copy of it lives
///     P::operation              type                     bounds an operation; movable; ends it when destroyed,
///                                                        before its `pins` do
///     c.enter(pins)             operation     bad_alloc  begins an operation; they nest
///     c.lookup(ref, pins)       as fetch      none       what `fetch` would return without a check; null where it
///                                                        would have to materialise the page
///     c.fetch(ref, check,       first byte    io         the page's bytes (laws 1 to 4)
///       pins)                   of the page   corrupt
///                                             bad_alloc
///     c.hold(ref, bytes, pins)  pin           none       keeps bytes that `fetch` of `ref` returned in this
///                                                        operation beyond its end
///     c.fetch_piece(ref,        the bytes of  as fetch   a piece of a large value: in place, or read into
///       pages, check, buffer)   all pages                `buffer`; good while the buffer is not used again and
///                                                        the transaction lives; `check` sees all bytes
///     c.prefetch(ref, size)                   none       a hint that the page's first `size` bytes will be read
///     c.stats()                 cache_stats   none       all zero where there is no cache
template <class P>
concept pager = std::default_initializable<typename P::pins> &&
    std::is_nothrow_move_constructible_v<typename P::pins> && std::is_nothrow_move_assignable_v<typename P::pins> &&
    std::semiregular<typename P::pin> && std::is_nothrow_move_constructible_v<typename P::pin> &&
    std::is_nothrow_move_constructible_v<typename P::operation> &&
    // clang-format off
    requires(const P& c, typename P::pins& pins, page_ref ref, const page_check& check, const std::byte* bytes,
             std::size_t pages, piece_buffer& buffer) {
  typename std::integral_constant<std::size_t, P::page_size>;
  { c.enter(pins) } -> std::same_as<typename P::operation>;
  { c.lookup(ref, pins) } noexcept -> std::same_as<const std::byte*>;
  { c.fetch(ref, check, pins) } -> std::same_as<const std::byte*>;
  { c.hold(ref, bytes, pins) } noexcept -> std::same_as<typename P::pin>;
  { c.fetch_piece(ref, pages, check, buffer) } -> std::same_as<bytes_view>;
  { c.prefetch(ref, std::size_t{}) } noexcept -> std::same_as<void>;
  { c.stats() } noexcept -> std::same_as<cache_stats>;
};
// clang-format on

/// A pager over a file, which takes new pages too. Page p stands at byte p * page_size.
///
///     expression                returns       errors     meaning
///     P::file_type              type                     the file, which the pager owns
///     c.page_count()            pages         none       pages that exist, with blocks of their own
///     p.grow(n)                               no_space   at least n pages exist; grows in steps
///                                             io
///     p.shrink(n)                             io         n pages exist; nobody may reach those behind
///     p.claim(first, n)                       corrupt    the pages are about to be written (law 7)
///                                             bad_alloc
///     p.store(first, pieces)                  io         writes the pieces, whole pages in all, one after another
///                                             no_space   from page `first` on; the pages exist and are claimed
///     p.adopt(first, n, bytes)                none       readers may see them now (law 8). `bytes` are the pages
///                                                        as stored, headers and all; null where they are not at
///                                                        hand: then they are checked when first touched
///     p.forget(first, n)                      none       the ids are free (law 9)
///     p.sync(scope)                           io         as of `file`
///     p.file(), c.file()        file          none       for what stands below the first page
template <class P>
concept durable_pager = pager<P> && file<typename P::file_type> &&
    // clang-format off
    requires(P& p, const P& c, std::uint32_t page, std::uint32_t count, std::span<const bytes_view> pieces,
             const std::byte* bytes, sync_scope scope) {
  { c.page_count() } noexcept -> std::same_as<std::uint32_t>;
  { p.grow(count) } -> std::same_as<void>;
  { p.shrink(count) } -> std::same_as<void>;
  { p.claim(page, count) } -> std::same_as<void>;
  { p.store(page, pieces) } -> std::same_as<void>;
  { p.adopt(page, count, bytes) } noexcept -> std::same_as<void>;
  { p.forget(page, count) } noexcept -> std::same_as<void>;
  { p.sync(scope) } -> std::same_as<void>;
  { p.file() } noexcept -> std::same_as<typename P::file_type&>;
  { c.file() } noexcept -> std::same_as<const typename P::file_type&>;
};
// clang-format on

}  // namespace macaw::inline MACAW_ABI
