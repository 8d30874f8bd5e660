// SPDX-License-Identifier: MIT

#include <macaw/detail/tree/insert.hpp>

#include <cstdint>
#include <string>

#include "support/catch.hpp"
#include "support/tree_under_test.hpp"

namespace {

using namespace macaw_test;
using namespace macaw::detail;
using macaw::as_bytes;

/// Inserts and checks that the path leads to the new entry. Returns: how many frames it took.
template <class Tree>
std::uint64_t insert(Tree& tree, const std::string& key, const std::string& value) {
  const auto wanted = tree.layout.make_key(as_bytes(key));
  tree_path path;
  descend_to(tree.pages, tree.root, tree.layout, path, wanted);
  const std::uint64_t live = tree.pages.live();
  tree.pages.reserve(frames_to_insert(path.height), path.height);
  if (path.height == 0) {
    plant_root(tree.pages, tree.root, tree.layout, path);
  } else {
    path.leaf().index = tree.layout.leaf.lower_bound(path.leaf().page, wanted).index;
    own_path(tree.pages, tree.root, tree.layout, path);
  }
  std::byte* const to =
      insert_entry(tree.pages, tree.root, tree.layout, path, as_bytes(key), value.size(), value_tag::inlined);
  if (!value.empty()) std::memcpy(to, value.data(), value.size());
  tree.model[key] = value;
  REQUIRE(path.height == tree.root.height);
  REQUIRE(path.steps[path.height - 1].ref == tree.root.ref);
  for (std::uint32_t level = path.height; level-- > 1;) {
    REQUIRE(tree.layout.branch.child(path.steps[level].page, path.steps[level].index) == path.steps[level - 1].ref);
  }
  REQUIRE(tree.key_at(path.leaf().page, path.leaf().index) == key);
  return tree.pages.live() - live;
}

}  // namespace

TEST_CASE("after an insertion the path leads to the new entry, whatever was split") {
  for (const unsigned order : {0U, 1U, 2U}) {  // ascending, descending, scattered
    tree_under_test<dense_layout<512, 8, 100>> tree;
    for (std::uint64_t i = 0; i < 600; ++i) {
      const std::uint64_t number = order == 0 ? i : order == 1 ? 600 - i : i * 7919 % 600;
      insert(tree, number_key(number, 8), filled(100, i));
      if (i % 16 == 0) tree.require_same();
    }
    REQUIRE(tree.root.height >= 3);
    tree.require_same();
  }
}

TEST_CASE("after an insertion of a long key the path leads to it, whatever was split") {
  tree_under_test<slotted_layout<512, 0>> tree;
  for (std::uint64_t i = 0; i < 500; ++i) {
    const std::uint64_t number = i * 7919 % 500;
    insert(tree, filled(1 + number % 97, number % 7) + number_key(number, 2), filled(number % 90, i));
    if (i % 16 == 0) tree.require_same();
  }
  REQUIRE(tree.root.height >= 4);
  tree.require_same();
}

TEST_CASE("an insertion takes one page for each level that it splits") {
  tree_under_test<dense_layout<512, 8, 100>> tree;
  for (std::uint64_t i = 0; i < 300; ++i) {
    const tree_root before = tree.root;
    const std::uint64_t taken = insert(tree, number_key(i * 7919 % 300, 8), filled(100, i));
    REQUIRE(taken <= before.height + 1U);
    REQUIRE(tree.root.leaf_pages + tree.root.branch_pages == before.leaf_pages + before.branch_pages + taken);
  }
}
