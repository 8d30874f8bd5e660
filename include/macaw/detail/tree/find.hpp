// SPDX-License-Identifier: MIT
//
// Looking up keys: one, or many at a time. Layer 4 (tree). Keeps no path and allocates nothing.
//
// `find_many` walks a group of keys level by level, asking for every page of the next level before it
// reads the first: the cache misses of a group overlap, which no sequence of single lookups reaches.

#pragma once

#include <macaw/detail/format/tree_root.hpp>
#include <macaw/detail/tree/page_source.hpp>
#include <macaw/detail/tree/path.hpp>
#include <macaw/ids.hpp>
#include <macaw/macros.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

namespace macaw::inline MACAW_ABI::detail {

/// An entry of a leaf; no page where there is none.
struct leaf_entry {
  page_ref ref;
  const std::byte* page = nullptr;
  std::uint32_t index = 0;

  [[nodiscard]] explicit operator bool() const noexcept { return page != nullptr; }
};

/// Finds the entry of a key.
/// Returns: the entry, or none.
/// Errors: corrupt, and what reading raises.
/// Complexity: reads as many pages as the tree is high; no allocation.
template <class L, page_reader R>
[[nodiscard]] leaf_entry find(const R& reader, const tree_root& root, const L& layout,
                              const typename L::search_key& key) {
  if (root.height == 0) return {};
  const way_to_key<L, R> way{reader, layout, key, root.ref, root.height};
  page_ref ref = root.ref;
  for (std::uint32_t level = root.height; level-- > 1;) {
    const std::byte* page = reader.page(ref, layout.branch.shape(static_cast<std::uint8_t>(level)), way.bounds(level));
    ref = layout.branch.child(page, layout.branch.child_index(page, key));
  }
  const std::byte* page = reader.page(ref, layout.leaf.shape(), way.bounds(0));
  layout.leaf.prefetch(page);
  const auto position = layout.leaf.lower_bound(page, key);
  if (!position.found) return {};
  return {ref, page, position.index};
}

/// Keys looked up together: about as many misses as a core keeps in flight.
inline constexpr std::size_t find_group_max = 16;

namespace find_many_detail {

template <class L, page_reader R>
void find_group(const R& reader, const tree_root& root, const L& layout, std::span<const typename L::search_key> keys,
                std::span<leaf_entry> results) {
  const auto way = [&](std::size_t i) { return way_to_key<L, R>{reader, layout, keys[i], root.ref, root.height}; };
  std::array<page_ref, find_group_max> refs;  // where each key has got to
  for (std::size_t i = 0; i < keys.size(); ++i) refs[i] = root.ref;
  for (std::uint32_t level = root.height; level-- > 1;) {
    const page_shape shape = layout.branch.shape(static_cast<std::uint8_t>(level));
    for (std::size_t i = 0; i < keys.size(); ++i) {
      const std::byte* page = reader.page(refs[i], shape, way(i).bounds(level));
      refs[i] = layout.branch.child(page, layout.branch.child_index(page, keys[i]));
      reader.prefetch(refs[i], page_front_size);
    }
  }
  std::array<const std::byte*, find_group_max> leaves;
  for (std::size_t i = 0; i < keys.size(); ++i) {
    leaves[i] = reader.page(refs[i], layout.leaf.shape(), way(i).bounds(0));
    if constexpr (requires { layout.leaf.prefetch_segment(leaves[i], keys[i]); }) {
      layout.leaf.prefetch_segment(leaves[i], keys[i]);
    }
  }
  for (std::size_t i = 0; i < keys.size(); ++i) {
    const auto position = layout.leaf.lower_bound(leaves[i], keys[i]);
    results[i] = position.found ? leaf_entry{refs[i], leaves[i], position.index} : leaf_entry{};
  }
}

}  // namespace find_many_detail

/// Finds the entries of many keys, in groups whose cache misses overlap.
/// Requires: as many results as keys.
/// Effects: `results[i]` is the entry of `keys[i]`, or none.
/// Errors: as `find`; the results are then unspecified.
template <class L, page_reader R>
void find_many(const R& reader, const tree_root& root, const L& layout, std::span<const typename L::search_key> keys,
               std::span<leaf_entry> results) {
  MACAW_ASSERT(keys.size() == results.size());
  if (root.height == 0) {
    for (leaf_entry& result : results) result = {};
    return;
  }
  for (std::size_t first = 0; first < keys.size(); first += find_group_max) {
    const std::size_t size = keys.size() - first < find_group_max ? keys.size() - first : find_group_max;
    find_many_detail::find_group<L>(reader, root, layout, keys.subspan(first, size), results.subspan(first, size));
  }
}

}  // namespace macaw::inline MACAW_ABI::detail
