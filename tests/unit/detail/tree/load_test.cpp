// SPDX-License-Identifier: MIT

#include <macaw/detail/tree/load.hpp>

#include <cstdint>
#include <string>

#include "support/catch.hpp"
#include "support/tree_under_test.hpp"

namespace {

using namespace macaw_test;
using namespace macaw::detail;
using macaw::as_bytes;
using small_tree = tree_under_test<dense_layout<512, 8, 8>>;
using text_tree = tree_under_test<slotted_layout<512, 0>>;

template <class Tree>
class loading {
 public:
  explicit loading(Tree& tree) : tree_(tree), loader(tree.pages, tree.root, tree.layout, edge) {}

  void add(const std::string& key, const std::string& value) {
    REQUIRE(loader.follows(as_bytes(key)));
    std::byte* const to = loader.add(as_bytes(key), value.size());
    if (!value.empty()) std::memcpy(to, value.data(), value.size());
    tree_.model[key] = value;
  }

 private:
  Tree& tree_;

 public:
  right_edge edge;
  bulk_loader<decltype(tree_.layout), typename Tree::pages_type> loader;
};

}  // namespace

TEST_CASE("an empty tree is loaded with full leaves and is whole after every entry") {
  small_tree tree;
  loading<small_tree> load(tree);
  const std::uint64_t count = tree.layout.leaf.capacity() * 100;
  for (std::uint64_t i = 0; i < count; ++i) {
    load.add(number_key(i, 8), filled(8, i));
    if (i % 100 == 0) tree.require_same();
  }
  tree.require_same();
  REQUIRE(tree.root.leaf_pages == 100);
}

TEST_CASE("texts of all sizes are loaded") {
  text_tree tree;
  loading<text_tree> load(tree);
  for (std::uint64_t i = 0; i < 800; ++i) {
    const std::string key = "prefix " + std::to_string(10000 + i) + std::string(i % 40, '.');
    load.add(key, filled(i * 7 % 120, i));
  }
  tree.require_same();
}

TEST_CASE("loading goes on behind the last entry of a shared tree") {
  small_tree tree;
  for (std::uint64_t i = 0; i < 300; ++i) tree.put(number_key(i, 8), filled(8, i));
  tree.pages.publish();
  {
    loading<small_tree> load(tree);
    REQUIRE_FALSE(load.loader.follows(as_bytes(number_key(299, 8))));
    REQUIRE_FALSE(load.loader.follows(as_bytes(number_key(5, 8))));
    for (std::uint64_t i = 300; i < 700; ++i) load.add(number_key(i, 8), filled(8, i));
    tree.require_same();
    tree.pages.publish();  // the path's pages may not be changed any more
    load.edge.forget();
    for (std::uint64_t i = 700; i < 900; ++i) load.add(number_key(i, 8), filled(8, i));
  }
  tree.require_same();
}

TEST_CASE("keys are told apart beyond their first bytes") {
  text_tree tree;
  loading<text_tree> load(tree);
  load.add("", "");
  REQUIRE_FALSE(load.loader.follows(as_bytes("")));
  load.add(std::string(1, '\0'), "0");
  load.add(std::string(2, '\0'), "00");
  REQUIRE_FALSE(load.loader.follows(as_bytes(std::string_view("\0", 1))));
  load.add("12345678", "a");
  load.add(std::string("12345678\0", 9), "b");
  REQUIRE_FALSE(load.loader.follows(as_bytes("12345678")));
  load.add("123456780", "c");
  REQUIRE_FALSE(load.loader.follows(as_bytes("12345678/")));
  load.add("2", "d");
  tree.require_same();
}

TEST_CASE("large values are loaded") {
  text_tree tree;
  right_edge edge;
  bulk_loader<slotted_layout<512, 0>, page_vector<512>> loader(tree.pages, tree.root, tree.layout, edge);
  for (int i = 100; i < 160; ++i) {
    const std::string key = std::to_string(i), value = filled(900, 1);
    loader.add_large(as_bytes(key), write_large(tree.pages, as_bytes(value)));
    tree.model[key] = value;
  }
  tree.require_same();
}

TEST_CASE("an entry that cannot be reserved for changes nothing") {
  small_tree tree;
  loading<small_tree> load(tree);
  for (std::uint64_t i = 0; i < 500; ++i) {
    const tree_root root = tree.root;
    const std::string key = number_key(i, 8);
    tree.pages.fail_after = 0;
    try {
      store_le(load.loader.add(as_bytes(key), 8), i);
      const std::string value(reinterpret_cast<const char*>(&i), 8);
      tree.model[key] = value;
      tree.pages.fail_after = -1;
    } catch (const std::bad_alloc&) {
      tree.pages.fail_after = -1;
      REQUIRE(tree.root == root);
      load.add(key, filled(8, i));
    }
  }
  tree.require_same();
}

TEST_CASE("a later loader goes on at the edge that one has left") {
  text_tree tree;
  right_edge edge;
  const auto add = [&](std::uint64_t i) {
    bulk_loader<slotted_layout<512, 0>, page_vector<512>> loader(tree.pages, tree.root, tree.layout, edge);
    const std::string key = std::to_string(10000 + i), value = filled(i % 50, i);
    REQUIRE(loader.follows(as_bytes(key)));
    if (i > 0) REQUIRE_FALSE(loader.follows(as_bytes(tree.model.rbegin()->first)));
    std::byte* const to = loader.add(as_bytes(key), value.size());
    if (!value.empty()) std::memcpy(to, value.data(), value.size());
    tree.model[key] = value;
  };
  for (std::uint64_t i = 0; i < 500; ++i) {
    add(i);
    REQUIRE(edge.owned);
    if (i % 40 == 0) tree.require_same();
  }
  for (std::uint64_t i = 300; i < 500; ++i) tree.erase(std::to_string(10000 + i));
  edge.forget();
  for (std::uint64_t i = 600; i < 700; ++i) add(i);
  tree.require_same();
}

TEST_CASE("what was prepared cannot fail") {
  small_tree tree;
  right_edge edge;
  bulk_loader<decltype(tree.layout), small_tree::pages_type> loader(tree.pages, tree.root, tree.layout, edge);
  for (std::uint64_t i = 0; i < 500; ++i) {
    const std::string key = number_key(i, 8);
    loader.prepare();
    tree.pages.fail_after = 0;
    store_le(loader.add(as_bytes(key), 8), i);
    tree.pages.fail_after = -1;
    tree.model[key] = std::string(reinterpret_cast<const char*>(&i), 8);
  }
  tree.require_same();
}
