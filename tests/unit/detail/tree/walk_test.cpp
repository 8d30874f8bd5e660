// SPDX-License-Identifier: MIT

#include <macaw/detail/tree/walk.hpp>

#include <cstdint>
#include <map>
#include <set>
#include <string>

#include "support/catch.hpp"
#include "support/tree_under_test.hpp"

namespace {

using namespace macaw_test;
using namespace macaw::detail;
using text_tree = tree_under_test<slotted_layout<512, 0>>;

struct tally {
  std::set<std::uint32_t> seen;
  std::map<page_kind, std::uint64_t> pages;
  std::uint64_t leaves_without_bytes = 0;
};

tally walk(const text_tree& tree, walk_leaves leaves) {
  tally found;
  walk_tree(tree.pages, tree.root, tree.layout, leaves, [&](const walked_page& page) {
    REQUIRE(found.seen.insert(to_number(page.ref.id)).second);
    found.pages[page.kind] += page.pages;
    if (page.kind == page_kind::branch) REQUIRE(load_shape(page.bytes) == tree.layout.branch.shape(page.level));
    if (page.kind == page_kind::leaf && page.bytes == nullptr) ++found.leaves_without_bytes;
  });
  return found;
}

void require_all(const text_tree& tree, const tally& found) {
  REQUIRE(found.seen == tree.pages.live_pages());
  const auto at = [&](page_kind kind) { return found.pages.count(kind) == 0 ? 0 : found.pages.at(kind); };
  REQUIRE(at(page_kind::leaf) == tree.root.leaf_pages);
  REQUIRE(at(page_kind::branch) == tree.root.branch_pages);
  REQUIRE(at(page_kind::piece) + at(page_kind::large_index) == tree.root.large_pages);
}

}  // namespace

TEST_CASE("a walk visits every page once, whether leaves are read or not") {
  text_tree tree;
  require_all(tree, walk(tree, walk_leaves::read));
  for (int i = 0; i < 900; ++i) {
    tree.put("k" + std::to_string(i * 7919 % 900), filled(i % 100 == 50 ? 300000 : 40, 1));
    if (i == 3 || i == 30 || i == 899) {
      for (const walk_leaves leaves : {walk_leaves::read, walk_leaves::skip}) require_all(tree, walk(tree, leaves));
    }
  }
  REQUIRE(walk(tree, walk_leaves::read).leaves_without_bytes == 0);
  tree.pages.pages_read = tree.pages.pieces_read = 0;
  const tally skipping = walk(tree, walk_leaves::skip);
  REQUIRE(tree.pages.pages_read <= tree.root.branch_pages + 9 * 5);  // marks may outlive what they marked
  REQUIRE(skipping.leaves_without_bytes >= tree.root.leaf_pages - 9 * 4);
  REQUIRE(tree.pages.pieces_read == 0);
}

TEST_CASE("a walk of a tree with more pages than it claims ends") {
  text_tree tree;
  for (int i = 0; i < 900; ++i) tree.put("k" + std::to_string(i), filled(40, 1));
  const tree_root root = tree.root;
  tree.root.leaf_pages -= 1;
  REQUIRE_THROWS_AS(walk(tree, walk_leaves::skip), macaw::error);
  tree.root = root;
  tree.root.branch_pages -= 1;
  REQUIRE_THROWS_AS(walk(tree, walk_leaves::skip), macaw::error);
}
