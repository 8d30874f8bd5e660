// SPDX-License-Identifier: MIT

#include <macaw/detail/tree/rebalance.hpp>

#include <cstdint>
#include <string>

#include "support/catch.hpp"
#include "support/tree_under_test.hpp"

namespace {

using namespace macaw_test;
using namespace macaw::detail;
using macaw::as_bytes;
using wide_tree = tree_under_test<dense_layout<512, 8, 40>>;

void fill(wide_tree& tree, std::uint64_t count) {
  for (std::uint64_t i = 0; i < count; ++i) tree.put(number_key(i, 8), filled(40, i));
}

tree_path owned_path(wide_tree& tree, std::uint64_t number) {
  const std::string key = number_key(number, 8);
  tree_path path;
  descend_to(tree.pages, tree.root, tree.layout, path, tree.layout.make_key(as_bytes(key)));
  tree.pages.reserve(path.height, path.height);
  own_path(tree.pages, tree.root, tree.layout, path);
  return path;
}

/// Empties the leaf of its first key but for `kept` entries and mends the path, which must still lead to that key.
void thin_out(wide_tree& tree, std::uint64_t number, std::uint32_t kept) {
  tree_path path = owned_path(tree, number);
  const std::byte* const page = path.leaf().page;
  const std::uint32_t count = tree.layout.leaf.count(page);
  neighbours beside;
  load_neighbours(tree.pages, tree.layout, path, 0, count - kept, tree.layout.leaf.used(page), beside);
  for (std::uint32_t i = kept; i < count; ++i) tree.model.erase(tree.key_at(page, i));
  tree.pages.reserve(frames_to_erase(path.height), drops_to_erase(path.height));
  tree.layout.leaf.erase(path.leaf().own, kept, count);
  tree.root.entries -= count - kept;
  mend_path(tree.pages, tree.root, tree.layout, path, beside, 0);
  if (kept == 0) return;
  const path_step& leaf = path.leaf();
  REQUIRE(tree.key_at(leaf.own, leaf.index) == number_key(number, 8));
  if (path.height == 1) return;
  REQUIRE(tree.layout.branch.child(path.steps[1].own, path.steps[1].index) == leaf.ref);
}

}  // namespace

TEST_CASE("an empty leaf is dropped") {
  wide_tree tree;
  const std::uint64_t each = tree.layout.leaf.capacity();
  fill(tree, 10 * each);
  REQUIRE(tree.root.leaf_pages == 10);
  for (const std::uint64_t leaf : {5U, 0U, 9U}) {
    const std::uint64_t leaves = tree.root.leaf_pages;
    thin_out(tree, leaf * each, 0);
    REQUIRE(tree.root.leaf_pages == leaves - 1);
    tree.require_same();
  }
}

TEST_CASE("a sparse leaf is joined with the emptier neighbour") {
  wide_tree tree;
  const std::uint64_t each = tree.layout.leaf.capacity();
  REQUIRE(each >= 8);
  fill(tree, 10 * each);
  thin_out(tree, 4 * each, 3);  // both neighbours are full: it stays
  REQUIRE(tree.root.leaf_pages == 10);
  thin_out(tree, 6 * each, 2);
  REQUIRE(tree.root.leaf_pages == 10);
  thin_out(tree, 5 * each, 1);  // between the two
  REQUIRE(tree.root.leaf_pages == 9);
  tree.require_same();
  thin_out(tree, 0, 1);
  thin_out(tree, each, 1);
  REQUIRE(tree.root.leaf_pages == 8);
  tree.require_same();
}

TEST_CASE("the root gives way to its only child") {
  wide_tree tree;
  const std::uint64_t each = tree.layout.leaf.capacity();
  fill(tree, 2 * each);
  REQUIRE(tree.root.height == 2);
  thin_out(tree, 0, 0);
  REQUIRE(tree.root.height == 1);
  tree.require_same();
  thin_out(tree, each, 0);
  REQUIRE(tree.root == tree_root{});
  REQUIRE(tree.pages.live() == 0);
}

TEST_CASE("a leaf that stays full enough reads no neighbour") {
  wide_tree tree;
  fill(tree, 200);
  tree.pages.publish();
  tree.pages.pages_read = 0;
  tree.erase(number_key(100, 8));
  REQUIRE(tree.pages.pages_read == tree.root.height);
}
