// SPDX-License-Identifier: MIT
//
// Adding entries in ascending order behind the last one: a finger on the tree's right edge. Layer 4 (tree).
//
// Invariants:
//  1. The tree is whole after every call, its counts included.
//  2. Full leaves stay full: the right edge is split at its end (insert.hpp).
//  3. The loader relies on the pages of its path being changeable in place. Whoever does anything else to the
//     tree, publishes, begins a level or writes pages out calls `reset` before the next `add`.

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

template <class L, page_writer W>
class bulk_loader {
 public:
  /// A loader behind the last entry of a tree. Reads nothing yet.
  bulk_loader(W& writer, tree_root& root, const L& layout) noexcept : writer_(writer), root_(root), layout_(layout) {}
  bulk_loader(const bulk_loader&) = delete;
  bulk_loader& operator=(const bulk_loader&) = delete;

  /// Whether the key may be added: whether it is greater than the last one.
  /// Errors: what reading raises, on the first call and the first after `reset`.
  [[nodiscard]] bool follows(bytes_view key) {
    if (!led_) lead();
    if (root_.height == 0) return true;
    const std::uint64_t head = head_of(key);
    return head != last_head_ ? head > last_head_ : follows_by_tail(key);
  }

  /// Adds an entry. Requires: `follows(key)`; key and value fit an entry.
  /// Returns: where the value's bytes go, all of them before the next use of the tree.
  /// Errors: what reading and reserving raise; nothing has changed then.
  /// Complexity: within a leaf no page but the leaf and its parent is touched, nothing is reserved.
  MACAW_ALWAYS_INLINE std::byte* add(bytes_view key, std::size_t value_size, value_tag tag = value_tag::inlined) {
    MACAW_ASSERT(follows(key));
    std::byte* value = nullptr;
    if (owned_) {
      path_step& leaf = path_.leaf();
      value = layout_.leaf.insert(leaf.own, leaf.index + 1, key, value_size, tag);
    }
    if (value != nullptr) [[likely]] {
      ++path_.leaf().index;
      note_leaf(layout_, path_);
      ++root_.entries;
    } else {
      value = add_slowly(key, value_size, tag);
    }
    last_head_ = head_of(key);
    return value;
  }

  /// As `add`, of a large value, which then belongs to the tree.
  void add_large(bytes_view key, const large_record& record) {
    store_large_record(add(key, large_record_size, value_tag::large), record);
    root_.large_pages += large_pages<W::page_size>(record.size);
  }

  /// Forgets the path and the last key: the next call finds them again.
  void reset() noexcept { led_ = owned_ = false; }

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
    const path_step& leaf = path_.leaf();
    const std::byte* const end = layout_.leaf.copy_key(leaf.page, leaf.index, last.data());
    return compare_bytes({last.data(), end}, key) < 0;
  }

  /// Finds the right edge and the last key.
  MACAW_NOINLINE void lead() {
    descend(writer_, root_, layout_, path_, [&](const std::byte* page) { return layout_.branch.count(page) - 1; });
    owned_ = false;
    if (path_.height > 0) {
      path_step& leaf = path_.leaf();
      const std::uint32_t count = layout_.leaf.count(leaf.page);
      if (count == 0) throw_corrupt(leaf.ref.id, "an empty leaf");
      leaf.index = count - 1;
      std::array<std::byte, geometry<W::page_size>::key_size_max> last;
      const std::byte* const end = layout_.leaf.copy_key(leaf.page, leaf.index, last.data());
      last_head_ = head_of({last.data(), end});
    }
    led_ = true;
  }

  MACAW_NOINLINE std::byte* add_slowly(bytes_view key, std::size_t value_size, value_tag tag) {
    if (!led_) lead();
    if (path_.height == height_max) throw_error(errc::no_space, "the tree cannot grow higher");
    writer_.reserve(frames_to_insert(path_.height), path_.height);
    if (path_.height == 0) {
      plant_root(writer_, root_, layout_, path_);
    } else {
      own_path(writer_, root_, layout_, path_);
      ++path_.leaf().index;
    }
    owned_ = true;
    return insert_entry(writer_, root_, layout_, path_, key, value_size, tag);
  }

  W& writer_;
  tree_root& root_;
  [[no_unique_address]] L layout_;
  bool led_ = false;    // whether path and last key's head are known
  bool owned_ = false;  // whether the path's pages may be changed in place
  std::uint64_t last_head_ = 0;
  tree_path path_;
};

}  // namespace macaw::inline MACAW_ABI::detail
