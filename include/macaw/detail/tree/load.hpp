// SPDX-License-Identifier: MIT
//
// Adding entries in ascending order behind the last one: a finger on the tree's right edge. Layer 4 (tree).
//
// Invariants:
//  1. The tree is whole after every call, its counts included.
//  2. Full leaves stay full: the right edge is split at its end (insert.hpp).
//  3. An edge that is `owned` relies on the pages of its path being changeable in place: whoever does anything
//     else to the tree, publishes, begins a level or writes pages out forgets it before the next `add`. One that
//     is known but not owned is good within one operation.

#pragma once

#include <macaw/bytes.hpp>
#include <macaw/detail/base/endian.hpp>
#include <macaw/detail/format/geometry.hpp>
#include <macaw/detail/format/tree_root.hpp>
#include <macaw/detail/tree/insert.hpp>
#include <macaw/detail/tree/large_value.hpp>
#include <macaw/detail/tree/page_source.hpp>
#include <macaw/detail/tree/path.hpp>
#include <macaw/error.hpp>
#include <macaw/macros.hpp>

#include <array>
#include <cstddef>
#include <cstdint>

namespace macaw::inline MACAW_ABI::detail {

[[noreturn]] MACAW_NOINLINE inline void throw_not_ascending() {
  throw_error(errc::key_out_of_range, "rows are appended in ascending order: the key is not greater than the last one");
}

/// The place behind a tree's last entry, as far as it is known.
struct right_edge {
  tree_path path;
  std::uint64_t last_head = 0;  ///< the first bytes of the last key
  bool known = false;           ///< whether path and last key are those of the tree
  bool owned = false;           ///< whether the path's pages may be changed in place

  void forget() noexcept { known = owned = false; }
};

template <class L, page_writer W>
class bulk_loader {
 public:
  /// A loader behind the last entry of a tree, which goes on at `edge` and leaves there how far it has come. Reads
  /// nothing yet.
  bulk_loader(W& writer, tree_root& root, const L& layout, right_edge& edge) noexcept
      : writer_(writer), root_(root), layout_(layout), edge_(edge) {}
  bulk_loader(const bulk_loader&) = delete;
  bulk_loader& operator=(const bulk_loader&) = delete;

  /// Whether the key may be added: whether it is greater than the last one.
  /// Errors: what reading raises, where the edge is not known.
  [[nodiscard]] bool follows(bytes_view key) {
    if (!edge_.known) lead();
    if (root_.height == 0) return true;
    const std::uint64_t head = head_of(key);
    return head != edge_.last_head ? head > edge_.last_head : follows_by_tail(key);
  }

  /// Sees that the next `add` cannot fail.
  /// Errors: what reading and reserving raise; nothing has changed then.
  void prepare() {
    if (!edge_.known) lead();
    const std::uint32_t height = edge_.path.height;
    if (height == height_max) throw_error(errc::no_space, "the tree cannot grow higher");
    writer_.reserve(frames_to_insert(height), height);
    prepared_ = true;
  }

  /// Adds an entry. Requires: `follows(key)`; key and value fit an entry.
  /// Returns: where the value's bytes go, all of them before the next use of the tree.
  /// Errors: what reading and reserving raise, unless it was prepared; nothing has changed then.
  /// Complexity: where the edge is owned, no page is read; within a leaf nothing is reserved either.
  MACAW_ALWAYS_INLINE std::byte* add(bytes_view key, std::size_t value_size, value_tag tag = value_tag::inlined) {
    MACAW_ASSERT(follows(key));
    std::byte* value = nullptr;
    if (edge_.owned) {
      path_step& leaf = edge_.path.leaf();
      value = layout_.leaf.insert(leaf.own, leaf.index + 1, key, value_size, tag);
    }
    if (value != nullptr) [[likely]] {
      ++edge_.path.leaf().index;
      note_leaf(layout_, edge_.path);
      ++root_.entries;
    } else {
      value = add_slowly(key, value_size, tag);
    }
    prepared_ = false;
    edge_.last_head = head_of(key);
    return value;
  }

  /// As `add`, of a large value, which then belongs to the tree.
  void add_large(bytes_view key, const large_record& record) {
    store_large_record(add(key, large_record_size, value_tag::large), record);
    root_.large_pages += large_pages<W::page_size>(record.size);
  }

 private:
  /// The first eight bytes of a key as a number that orders as they do, zeros behind a shorter one.
  [[nodiscard]] static std::uint64_t head_of(bytes_view key) noexcept {
    if (key.size() >= 8) return load_be<std::uint64_t>(key.data());
    std::uint64_t head = 0;
    for (std::size_t i = 0; i < key.size(); ++i) {
      head |= std::to_integer<std::uint64_t>(key[i]) << (56U - 8U * static_cast<unsigned>(i));
    }
    return head;
  }

  /// Compares with the whole last key, where the first bytes do not decide.
  [[nodiscard]] MACAW_NOINLINE bool follows_by_tail(bytes_view key) const noexcept {
    std::array<std::byte, geometry<W::page_size>::key_size_max> last;
    const path_step& leaf = edge_.path.leaf();
    const std::byte* const end = layout_.leaf.copy_key(leaf.page, leaf.index, last.data());
    return compare_bytes({last.data(), end}, key) < 0;
  }

  /// Finds the right edge and the last key.
  MACAW_NOINLINE void lead() {
    tree_path& path = edge_.path;
    descend(writer_, root_, layout_, path, [&](const std::byte* page) { return layout_.branch.count(page) - 1; });
    if (path.height > 0) {
      path_step& leaf = path.leaf();
      const std::uint32_t count = layout_.leaf.count(leaf.page);
      if (count == 0) throw_corrupt(leaf.ref.id, "an empty leaf");
      leaf.index = count - 1;
      std::array<std::byte, geometry<W::page_size>::key_size_max> last;
      const std::byte* const end = layout_.leaf.copy_key(leaf.page, leaf.index, last.data());
      edge_.last_head = head_of({last.data(), end});
    }
    edge_.known = true;
  }

  MACAW_NOINLINE std::byte* add_slowly(bytes_view key, std::size_t value_size, value_tag tag) {
    if (!prepared_) prepare();
    tree_path& path = edge_.path;
    if (path.height == 0) {
      plant_root(writer_, root_, layout_, path);
    } else {
      own_path(writer_, root_, layout_, path);
      ++path.leaf().index;
    }
    edge_.owned = true;
    return insert_entry(writer_, root_, layout_, path, key, value_size, tag);
  }

  W& writer_;
  tree_root& root_;
  [[no_unique_address]] L layout_;
  right_edge& edge_;
  bool prepared_ = false;  // whether the next `add` has its frames
};

}  // namespace macaw::inline MACAW_ABI::detail
