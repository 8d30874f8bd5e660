// SPDX-License-Identifier: MIT
//
// One key's place in a tree that is about to change: one descent serves looking, putting and erasing.
// Layer 4 (tree).
//
// Changing is in two steps (R8). `prepare_...` reads and reserves whatever the change may need: it may
// throw, and then nothing has changed. The change itself is noexcept.
//
// Invariants:
//  1. Between the constructor and the change nobody else changes the tree.
//  2. One change for one slot: after it only `root` is of use. `put` of a found key keeps the key.
//  3. A large value that is replaced or erased is dropped with all its pages.

#pragma once

#include <macaw/bytes.hpp>
#include <macaw/detail/format/tree_root.hpp>
#include <macaw/detail/tree/insert.hpp>
#include <macaw/detail/tree/large_value.hpp>
#include <macaw/detail/tree/page_source.hpp>
#include <macaw/detail/tree/path.hpp>
#include <macaw/detail/tree/rebalance.hpp>
#include <macaw/error.hpp>
#include <macaw/macros.hpp>

#include <cstddef>
#include <vector>

namespace macaw::inline MACAW_ABI::detail {

template <class L, page_writer W>
class tree_slot {
 public:
  /// Finds where the key is or belongs. Requires: `key` outlives the slot.
  /// Errors: corrupt, and what reading raises.
  /// Complexity: reads as many pages as the tree is high; no allocation.
  tree_slot(W& writer, tree_root& root, const L& layout, bytes_view key)
      : writer_(writer), root_(root), layout_(layout), key_(key) {
    const typename L::search_key wanted = layout.make_key(key);
    descend_to(writer, root, layout, path_, wanted);
    if (path_.height == 0) return;
    const auto position = layout.leaf.lower_bound(path_.leaf().page, wanted);
    path_.leaf().index = position.index;
    found_ = position.found;
  }
  tree_slot(const tree_slot&) = delete;
  tree_slot& operator=(const tree_slot&) = delete;

  /// Whether the tree holds the key.
  [[nodiscard]] bool found() const noexcept { return found_; }

  /// The value there. Requires: `found()`. Invalidates: the next change.
  [[nodiscard]] cell_value old() const noexcept {
    MACAW_ASSERT(found_);
    return layout_.leaf.value(path_.leaf().page, path_.leaf().index);
  }

  /// Sees that `put` cannot fail.
  /// Errors: what reading and reserving raise; nothing has changed then.
  /// Complexity: no page read, but the index pages of a large value that is to be replaced.
  void prepare_put() {
    if (path_.height == height_max) [[unlikely]]
      throw_error(errc::no_space, "the tree cannot grow higher");
    if (found_ && old().tag == value_tag::large) collect_old();
    writer_.reserve(frames_to_insert(path_.height), path_.height + old_pages_.size());
  }

  /// Gives the key a value of `value_size` bytes, inserting it where it was absent.
  /// Requires: `prepare_put`; the key is not larger than `key_size_max`, and both fit an entry.
  /// Returns: where the value's bytes go, all of them before the next use of the tree.
  MACAW_ALWAYS_INLINE std::byte* put(std::size_t value_size, value_tag tag = value_tag::inlined) noexcept {
    if (path_.height == 0) {
      plant_root(writer_, root_, layout_, path_);
    } else {
      own_path(writer_, root_, layout_, path_);
    }
    return found_ ? replace(value_size, tag) : insert_entry(writer_, root_, layout_, path_, key_, value_size, tag);
  }

  /// As `put`, of a large value, which then belongs to the tree.
  void put_large(const large_record& record) noexcept {
    store_large_record(put(large_record_size, value_tag::large), record);
    root_.large_pages += large_pages<W::page_size>(record.size);
  }

  /// Sees that `erase` cannot fail. Requires: `found()`.
  /// Errors: what reading and reserving raise; nothing has changed then.
  /// Complexity: reads no page unless the leaf becomes sparse, then one on each level that loses a page.
  void prepare_erase() {
    const cell_value value = old();
    if (value.tag == value_tag::large) collect_old();
    load_neighbours(writer_, layout_, path_, 0, 1, key_.size() + value.bytes.size() + 16, beside_);
    writer_.reserve(frames_to_erase(path_.height), drops_to_erase(path_.height) + old_pages_.size());
  }

  /// Erases the entry. Requires: `prepare_erase`.
  void erase() noexcept {
    own_path(writer_, root_, layout_, path_);
    const path_step& leaf = path_.leaf();
    layout_.leaf.erase(leaf.own, leaf.index, leaf.index + 1);
    --root_.entries;
    drop_old();
    mend_path(writer_, root_, layout_, path_, beside_, 0);
  }

  [[nodiscard]] bytes_view key() const noexcept { return key_; }

 private:
  MACAW_NOINLINE void collect_old() {
    const large_record record = load_large_record(old().bytes);
    expect_claimed<W::page_size>(record, root_);
    old_pages_.clear();
    if constexpr (requires { writer_.collect_large(record, old_pages_); }) {
      writer_.collect_large(record, old_pages_);
    } else {
      collect_large(writer_, record, old_pages_);
    }
    old_size_ = record.size;
  }

  void drop_old() noexcept {
    if (old_pages_.empty()) return;
    for (const dropped_run& run : old_pages_) writer_.drop(run.ref, run.pages);
    root_.large_pages -= large_pages<W::page_size>(old_size_);
    old_pages_.clear();
  }

  std::byte* replace(std::size_t value_size, value_tag tag) noexcept {
    drop_old();
    path_step& leaf = path_.leaf();
    std::byte* const value = layout_.leaf.resize(leaf.own, leaf.index, value_size, tag);
    if (value != nullptr) [[likely]] {
      note_leaf(layout_, path_);
      return value;
    }
    layout_.leaf.erase(leaf.own, leaf.index, leaf.index + 1);
    --root_.entries;
    return insert_entry(writer_, root_, layout_, path_, key_, value_size, tag);
  }

  W& writer_;
  tree_root& root_;
  [[no_unique_address]] L layout_;
  bytes_view key_;
  bool found_ = false;
  std::uint64_t old_size_ = 0;
  tree_path path_;
  std::vector<dropped_run> old_pages_;  // those of the large value that is to go
  neighbours beside_;                   // set by prepare_erase
};

}  // namespace macaw::inline MACAW_ABI::detail
