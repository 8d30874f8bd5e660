// SPDX-License-Identifier: MIT
//
// Pages as they stand in a file now, proven at every reading. Layer 7 (tools). Models `page_reader`.
//
// An open database trusts a page that it has proven once. Tools that copy, show or rescue pages must not: they read the
// file itself, past the pager, and prove what they have read. Frames, which are in no file, come from the arena.
//
// Invariants:
//  1. The bytes of a page stay until another page of the same kind and level is read: as long as a walk needs them
//     that enters children before the next sibling.
//  2. What `page` and `piece` return is whole, of this place and of the commit that the reference names; where the
//     file's identity is lost, the checksum alone is left out.
//
// Thread safety: one thread at a time uses an object; several may read the same file.

#pragma once

#include <macaw/bytes.hpp>
#include <macaw/detail/format/geometry.hpp>
#include <macaw/detail/format/large_value.hpp>
#include <macaw/detail/format/page_header.hpp>
#include <macaw/detail/format/validate.hpp>
#include <macaw/detail/memory/arena.hpp>
#include <macaw/detail/memory/piece_buffer.hpp>
#include <macaw/detail/tree/page_source.hpp>
#include <macaw/detail/txn/page_resolver.hpp>
#include <macaw/error.hpp>
#include <macaw/ids.hpp>
#include <macaw/macros.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>

namespace macaw::inline MACAW_ABI::detail {

/// What is known of the file that pages are read from.
struct raw_origin {
  page_origin identity;        ///< of its pages
  bool identified = true;      ///< whether `identity.seed` is known: if not, no checksum can be compared
  std::uint32_t page_end = 0;  ///< one past the last whole page of the file
};

/// Reads the pages of a file, or of a database without one.
template <class Config>
class raw_pages {
 public:
  static constexpr std::size_t page_size = Config::page_size;
  using file_type = typename Config::file_system::file_type;
  using arena_type = frame_arena<page_size>;

  /// `file` may be null where nothing is in a file, `arena` where nothing is in memory. Both must outlive this.
  raw_pages(const file_type* file, const arena_type* arena, const raw_origin& origin) noexcept
      : file_(file), arena_(arena), origin_(origin) {}

  [[nodiscard]] const raw_origin& origin() const noexcept { return origin_; }
  /// A reader of the same pages with buffers of its own, for a walk within a walk.
  [[nodiscard]] raw_pages again() const noexcept { return {file_, arena_, origin_}; }

  /// Errors: `corrupt`, `io`, std::bad_alloc.
  [[nodiscard]] const std::byte* page(page_ref ref, page_shape expected, const page_bounds& bounds) const {
    if (is_frame(ref.id)) return frame(ref, expected);
    auto& buffer = (expected.kind() == page_kind::large_index ? indexes_ : tree_)[expected.level()];
    if (!buffer) buffer.reset(new std::byte[page_size]);
    const std::span<std::byte> bytes(buffer.get(), page_size);
    read(to_number(ref.id), bytes);
    require(ref, bytes);
    page_bounds within = bounds;
    within.id_end = origin_.page_end;
    if (const char* const finding = validate_page<page_size>(bytes.data(), expected, within)) {
      throw_corrupt(ref.id, finding);
    }
    return bytes.data();
  }
  void prefetch(page_ref, std::size_t) const noexcept {}

  /// Errors: as `page`.
  [[nodiscard]] bytes_view piece(page_ref ref, std::size_t payload, piece_buffer& buffer) const {
    if (is_frame(ref.id)) return bytes_view(arena_of(ref).piece(ref.id)).subspan(page_header_size, payload);
    const std::span<std::byte> bytes = buffer.ensure(geometry<page_size>::piece_pages(payload) * page_size);
    read(to_number(ref.id), bytes);
    require(ref, bytes);
    if (const char* const finding = validate_piece(bytes.data(), payload)) throw_corrupt(ref.id, finding);
    return bytes_view(bytes).subspan(page_header_size, payload);
  }

  /// Reads consecutive pages as they are. Errors: `io`; `corrupt` where the file ends before.
  void read(std::uint32_t first, std::span<std::byte> into) const {
    const std::uint64_t end = first + std::uint64_t{into.size() / page_size};
    if (file_ == nullptr || first < geometry<page_size>::first_page || end > origin_.page_end ||
        file_->read(std::uint64_t{first} * page_size, into) != into.size()) {
      throw_corrupt(page_id{first}, "a reference leads out of the file");
    }
  }

  /// Raises unless the bytes of a page, or of a piece, are those that the reference names. Errors: `corrupt`.
  void require(page_ref ref, std::span<const std::byte> bytes) const {
    if (origin_.identified) return require_identity<typename Config::checksum>(bytes, ref, origin_.identity);
    if (load_page_id(bytes.data()) != ref.id) throw_corrupt(ref.id, "the page says it is another one");
    if (static_cast<std::uint32_t>(load_birth(bytes.data())) != ref.birth) {
      throw_corrupt(ref.id, "another version of the page than its reference names: a write was lost");
    }
  }

 private:
  using buffers = std::array<std::unique_ptr<std::byte[]>, 256>;  // a level is one byte

  [[nodiscard]] const arena_type& arena_of(page_ref ref) const {
    if (arena_ == nullptr) throw_corrupt(ref.id, "a page of the file names a page that is in memory only");
    return *arena_;
  }

  [[nodiscard]] const std::byte* frame(page_ref ref, page_shape expected) const {
    const std::byte* const bytes = arena_of(ref).frame(ref.id);
    if (load_shape(bytes) != expected) throw_corrupt(ref.id, "page has another shape than its reference says");
    return bytes;
  }

  const file_type* file_;
  const arena_type* arena_;
  raw_origin origin_;
  mutable buffers tree_;
  mutable buffers indexes_;
};

}  // namespace macaw::inline MACAW_ABI::detail
