// SPDX-License-Identifier: MIT

#include <macaw/detail/tree/find.hpp>

#include <cstdint>
#include <string>
#include <vector>

#include "support/catch.hpp"
#include "support/tree_under_test.hpp"

namespace {

using namespace macaw_test;
using namespace macaw::detail;
using macaw::as_bytes;
using small_tree = tree_under_test<dense_layout<512, 8, 8>>;
using text_tree = tree_under_test<slotted_layout<512, 0>>;

void fill(small_tree& tree, std::uint64_t count) {
  for (std::uint64_t i = 0; i < count; ++i) tree.put(number_key(2 * (i * 7919 % count) + 1, 8), filled(8, i));
}

}  // namespace

TEST_CASE("an empty tree holds no key and reads no page") {
  const small_tree tree;
  REQUIRE_FALSE(tree.get(number_key(1, 8)));
  REQUIRE(tree.pages.pages_read == 0);
}

TEST_CASE("every key is found and every gap is not") {
  small_tree tree;
  fill(tree, 3000);
  REQUIRE(tree.root.height >= 3);
  for (std::uint64_t i = 0; i < 6001; ++i) {
    const std::string key = number_key(i, 8);
    REQUIRE(tree.get(key).has_value() == (i % 2 == 1 && i < 6000));
    if (i % 2 == 1 && i < 6000) REQUIRE(*tree.get(key) == tree.model.at(key));
  }
}

TEST_CASE("a lookup reads one page of each level") {
  small_tree tree;
  fill(tree, 3000);
  tree.pages.pages_read = 0;
  REQUIRE(find(tree.pages, tree.root, tree.layout, tree.layout.make_key(as_bytes(number_key(77, 8)))));
  REQUIRE(tree.pages.pages_read == tree.root.height);
}

TEST_CASE("many keys are found at once as one by one") {
  small_tree tree;
  for (const std::uint64_t count : {0U, 1U, 20U, 3000U}) {
    fill(tree, count);
    for (const std::size_t asked : {0U, 1U, 15U, 16U, 17U, 100U}) {
      std::vector<std::string> names;
      for (std::size_t i = 0; i < asked; ++i) names.push_back(number_key(i * 37 % 6001, 8));
      std::vector<small_tree::model_type::mapped_type> values;
      std::vector<dense_search_key> keys;
      for (const std::string& name : names) keys.push_back(tree.layout.make_key(as_bytes(name)));
      std::vector<leaf_entry> found(asked);
      find_many(tree.pages, tree.root, tree.layout, std::span<const dense_search_key>(keys),
                std::span<leaf_entry>(found));
      for (std::size_t i = 0; i < asked; ++i) {
        const leaf_entry alone = find(tree.pages, tree.root, tree.layout, keys[i]);
        REQUIRE(found[i].page == alone.page);
        REQUIRE(found[i].index == alone.index);
        REQUIRE(found[i].ref == alone.ref);
      }
    }
  }
}

TEST_CASE("a root higher than any tree is refused where a path is kept") {
  text_tree tree;
  tree.put("a", "1");
  tree.root.height = height_max + 1;
  REQUIRE_THROWS_AS(tree.cursor(), macaw::error);
  tree.root.height = 2;  // the leaf is no branch
  REQUIRE_THROWS_AS(tree.get("a"), macaw::error);
  tree.root.height = 1;
  REQUIRE(tree.get("a"));
}

TEST_CASE("references that lead round in a circle end in an error") {
  small_tree tree;
  fill(tree, 3000);
  std::byte* const root = tree.pages.raw(tree.root.ref);
  tree.layout.branch.set_child(root, 0, tree.root.ref);
  REQUIRE_THROWS_AS(tree.get(number_key(0, 8)), macaw::error);
}
