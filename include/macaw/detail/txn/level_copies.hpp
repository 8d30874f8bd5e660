// SPDX-License-Identifier: MIT
//
// A reader of pages for walks over whole trees: it copies what it reads, one page a level. Layer 5 (txn).
//
// An operation of the pager keeps everything in memory that it may have seen. A walk over a file larger
// than memory therefore must not be one operation; but it needs the branches above the page at hand. So it
// reads each page in an operation of its own, into a buffer of that page's level.
//
// Invariant: the bytes of a page stay until another page of the same kind and level is read, which is as
// long as a walk that enters children before the next sibling needs them.

#pragma once

#include <macaw/bytes.hpp>
#include <macaw/detail/format/geometry.hpp>
#include <macaw/detail/format/page_header.hpp>
#include <macaw/detail/format/validate.hpp>
#include <macaw/detail/memory/piece_buffer.hpp>
#include <macaw/detail/tree/page_source.hpp>
#include <macaw/detail/txn/page_resolver.hpp>
#include <macaw/ids.hpp>
#include <macaw/macros.hpp>

#include <array>
#include <cstddef>
#include <cstring>
#include <memory>

namespace macaw::inline MACAW_ABI::detail {

template <class Config>
class level_copies {
 public:
  static constexpr std::size_t page_size = Config::page_size;
  using pins = typename page_resolver<Config>::pins;

  level_copies(const page_resolver<Config>& pages, pins& txn) noexcept : pages_(pages), pins_(txn) {}

  template <class Bounds = page_bounds>
  [[nodiscard]] const std::byte* page(page_ref ref, page_shape expected, const Bounds& bounds) const {
    const auto operation = pages_.enter(pins_);
    const std::byte* const bytes = pages_.page(ref, expected, bounds, pins_);
    auto& buffer = (expected.kind() == page_kind::large_index ? indexes_ : tree_)[expected.level()];
    if (!buffer) buffer.reset(new std::byte[page_size]);
    std::memcpy(buffer.get(), bytes, page_size);
    return buffer.get();
  }
  void prefetch(page_ref, std::size_t) const noexcept {}
  [[nodiscard]] bytes_view piece(page_ref ref, std::size_t payload, piece_buffer& buffer) const {
    const auto operation = pages_.enter(pins_);
    return pages_.piece(ref, payload, buffer);
  }

 private:
  using buffers = std::array<std::unique_ptr<std::byte[]>, 256>;  // a level is one byte

  const page_resolver<Config>& pages_;
  pins& pins_;
  mutable buffers tree_;
  mutable buffers indexes_;
};

}  // namespace macaw::inline MACAW_ABI::detail
