// SPDX-License-Identifier: MIT
//
// What the tree algorithms ask of the place where pages live: two concepts. Layer 4 (tree). The tree
// sees nothing else of storage, so the same code runs over a snapshot, over a write transaction and, in
// tests, over a vector of pages.
//
// Laws of a reader:
//  1. `page` compares the page's shape with the one expected at every call and raises `corrupt` on a
//     mismatch; it validates the page's bytes against the bounds only when it first materialises them.
//     What it is given as bounds becomes `page_bounds` when it is converted, which may read the pages above
//     once more (path.hpp); so a reader converts no sooner.
//  2. A pointer that `page` returned stays good until the operation ends or that page is dropped.
//     `reserve`, `create`, `create_piece` and `writable` of another page move nothing.
// Laws of a writer:
//  3. After `reserve(frames, drops)` that many calls of `writable` and `create` together, and that many
//     of `drop`, cannot fail; the reservation holds until the next call of `reserve`.
//  4. `writable(ref, bytes, kind)` returns bytes that may be changed in place: those of the page itself if it is
//     a frame made at the innermost level of the transaction; otherwise a copy, and then it puts the
//     copy's reference into `ref` and drops the page copied. The caller stores `ref` into the parent.
//     The copy is made by `kind.copy(to, bytes)`; what that leaves out holds nothing, and may be any bytes.
//     `bytes` are those that `page` returned for `ref`, and are still good: nothing is looked up, so nothing fails.
//     So a page that may be changed in place has ancestors that all may be.
//  5. `reserve` and `create_piece` may throw, and then have changed nothing.

#pragma once

#include <macaw/bytes.hpp>
#include <macaw/detail/format/page_header.hpp>
#include <macaw/detail/format/validate.hpp>
#include <macaw/detail/memory/piece_buffer.hpp>
#include <macaw/ids.hpp>
#include <macaw/macros.hpp>

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <type_traits>

namespace macaw::inline MACAW_ABI::detail {

/// A page just made, or a piece just made: how it is named and where its bytes are.
struct new_page {
  page_ref ref;
  std::byte* bytes = nullptr;
};

/// Gives pages to read.
///
/// | expression                     | returns            | errors       | meaning                                    |
/// |--------------------------------|--------------------|--------------|--------------------------------------------|
/// | `R::page_size`                 | constant           |              | bytes of a page                            |
/// | `r.page(ref, shape, bounds)`   | `const std::byte*` | corrupt, io  | the page's bytes (laws 1 and 2)            |
/// | `r.prefetch(ref, size)`        | `void`             | none         | a hint that the page's first `size` bytes  |
/// |                                |                    |              | will be read                               |
/// | `r.piece(ref, payload, buf)`   | `bytes_view`       | corrupt, io  | the payload of a large value's piece, in   |
/// |                                |                    |              | place or in `buf`                          |
template <class R>
concept page_reader = requires(const R& reader, page_ref ref, page_shape shape, const page_bounds& bounds,
                               piece_buffer& buffer) {
  typename std::integral_constant<std::size_t, R::page_size>;
  { reader.page(ref, shape, bounds) } -> std::same_as<const std::byte*>;
  { reader.prefetch(ref, std::size_t{}) }
  noexcept;
  { reader.piece(ref, std::size_t{}, buffer) } -> std::same_as<bytes_view>;
};

/// Copies all bytes of a page, whatever its kind.
template <std::size_t PageSize>
struct whole_page {
  void copy(std::byte* to, const std::byte* from) const noexcept { std::memcpy(to, from, PageSize); }
};

/// Gives pages to read and to change.
///
/// | expression                  | returns      | errors         | meaning                                          |
/// |-----------------------------|--------------|----------------|--------------------------------------------------|
/// | `w.reserve(frames, drops)`  | `void`       | bad_alloc, ... | makes the next calls certain (law 3)             |
/// | `w.writable(ref, bytes,     | `std::byte*` | none           | the page's bytes, to be changed (law 4)          |
/// |    kind)`                   |              |                |                                                  |
/// | `w.create(shape)`           | `new_page`   | none           | an empty page: zeroed header, shape set          |
/// | `w.drop(ref, pages)`        | `void`       | none           | the tree no longer holds the page, or the        |
/// |                             |              |                | `pages` pages of a piece                         |
/// | `w.create_piece(payload)`   | `new_page`   | bad_alloc, ... | a piece of a large value; its bytes are where    |
/// |                             |              |                | the payload goes, all of it before the next call |
template <class W>
concept page_writer = page_reader<W> &&
    requires(W& writer, page_ref& ref, const std::byte* bytes, page_shape shape, std::size_t count) {
  writer.reserve(count, count);
  { writer.writable(ref, bytes, whole_page<W::page_size>()) }
  noexcept->std::same_as<std::byte*>;
  { writer.create(shape) }
  noexcept->std::same_as<new_page>;
  { writer.drop(ref, std::uint32_t{}) }
  noexcept;
  { writer.create_piece(count) } -> std::same_as<new_page>;
};

}  // namespace macaw::inline MACAW_ABI::detail
