// SPDX-License-Identifier: MIT

#include <macaw/detail/tree/drop_tree.hpp>

#include <cstdint>
#include <set>
#include <string>

#include "support/catch.hpp"
#include "support/tree_under_test.hpp"

namespace {

using namespace macaw_test;
using namespace macaw::detail;
using small_tree = tree_under_test<dense_layout<512, 8, 8>>;
using text_tree = tree_under_test<slotted_layout<512, 0>>;

}  // namespace

TEST_CASE("dropping a tree reads its branches only and leaves no page") {
  small_tree tree;
  for (std::uint64_t i = 0; i < 5000; ++i) tree.put(number_key(i, 8), filled(8, i));
  tree.pages.pages_read = 0;
  const std::uint64_t branches = tree.root.branch_pages;
  REQUIRE(drop_tree(tree.pages, tree.root, tree.layout) == 5000);
  REQUIRE(tree.pages.pages_read == branches);
  REQUIRE(tree.pages.live() == 0);
  REQUIRE(tree.root == tree_root{});
  REQUIRE(drop_tree(tree.pages, tree.root, tree.layout) == 0);

  text_tree text;
  text.put("a", filled(400000, 1));
  text.put("b", "2");
  REQUIRE(drop_tree(text.pages, text.root, text.layout) == 2);
  REQUIRE(text.pages.live() == 0);
}

TEST_CASE("dropping a tree that fails while it is prepared has changed nothing") {
  text_tree tree;
  for (int i = 0; i < 200; ++i) tree.put("k" + std::to_string(i), filled(i % 40 == 0 ? 2000 : 40, 1));
  const tree_root root = tree.root;
  for (const bool reads : {false, true}) {
    const std::set<std::uint32_t> pages = tree.pages.live_pages();
    for (long calls = 0; calls < (reads ? 10 : 1); ++calls) {
      (reads ? tree.pages.fail_read_after : tree.pages.fail_after) = calls;
      REQUIRE_THROWS(drop_tree(tree.pages, tree.root, tree.layout));
      tree.pages.fail_read_after = tree.pages.fail_after = -1;
      REQUIRE(tree.root == root);
      REQUIRE(tree.pages.live_pages() == pages);
    }
  }
  tree.require_same();
}
