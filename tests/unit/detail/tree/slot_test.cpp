// SPDX-License-Identifier: MIT

#include <macaw/detail/tree/slot.hpp>

#include <algorithm>
#include <cstdint>
#include <numeric>
#include <set>
#include <string>
#include <vector>

#include "support/catch.hpp"
#include "support/tree_under_test.hpp"

namespace {

using namespace macaw_test;
using namespace macaw::detail;
using macaw::as_bytes;
using small_tree = tree_under_test<dense_layout<512, 8, 8>>;
using wide_tree = tree_under_test<dense_layout<512, 8, 150>>;  // two entries a leaf
using text_tree = tree_under_test<slotted_layout<512, 0>>;

template <class Tree>
void require_sound(const Tree& tree) {
  const auto found = tree.findings();
  CAPTURE(found);
  REQUIRE(found.empty());
}

/// Puts keys in every order, and erases them in the reverse, the same and a rotated order.
template <class Tree, class Key, class Value>
void try_all_orders(std::size_t count, const Key& key, const Value& value) {
  std::vector<std::size_t> order(count);
  std::iota(order.begin(), order.end(), 0U);
  unsigned erase_order = 0;
  do {
    Tree tree;
    for (const std::size_t i : order) {
      tree.put(key(i), value(i));
      require_sound(tree);
    }
    tree.require_same();
    std::vector<std::size_t> out = order;
    if (erase_order % 3 == 1) std::reverse(out.begin(), out.end());
    if (erase_order % 3 == 2) std::rotate(out.begin(), out.begin() + 2, out.end());
    ++erase_order;
    for (const std::size_t i : out) {
      tree.erase(key(i));
      require_sound(tree);
    }
    REQUIRE(tree.root == tree_root{});
    REQUIRE(tree.pages.live() == 0);
  } while (std::next_permutation(order.begin(), order.end()));
}

/// Does `change` with the n-th call that may fail failing, for every n, until none fails any more.
template <class Tree, class Change>
void try_all_failures(Tree& tree, bool reads, const Change& change) {
  const std::set<std::uint32_t> pages = tree.pages.live_pages();
  const tree_root root = tree.root;
  for (long calls = 0;; ++calls) {
    REQUIRE(calls < 200);
    (reads ? tree.pages.fail_read_after : tree.pages.fail_after) = calls;
    bool failed = false;
    try {
      change();
    } catch (const std::bad_alloc&) {
      failed = true;
    } catch (const macaw::error&) {
      failed = true;
    }
    tree.pages.fail_read_after = tree.pages.fail_after = -1;
    require_sound(tree);
    if (!failed) return;
    REQUIRE(tree.root == root);
    REQUIRE(tree.pages.live_pages() == pages);
  }
}

}  // namespace

TEST_CASE("entries of half a page are put and erased in every order") {
  try_all_orders<wide_tree>(
      7, [](std::size_t i) { return number_key(i, 8); }, [](std::size_t i) { return filled(150, i); });
}

TEST_CASE("entries of mixed sizes are put and erased in every order") {
  const std::size_t sizes[] = {190, 3, 120, 60, 190, 1, 100};
  try_all_orders<text_tree>(
      7, [](std::size_t i) { return "key" + std::to_string(i); }, [&](std::size_t i) { return filled(sizes[i], i); });
}

TEST_CASE("long keys that share little and much are put and erased in every order") {
  const std::string keys[] = {std::string(100, 'a'),       std::string(99, 'a') + "b", "a",
                              std::string(50, 'a') + "zz", std::string(100, 'b'),      std::string(60, 'b') + "c",
                              std::string(100, 'c')};
  try_all_orders<text_tree>(
      7, [&](std::size_t i) { return keys[i]; }, [](std::size_t i) { return filled(30 + 20 * i, i); });
}

TEST_CASE("ascending puts leave full leaves") {
  small_tree tree;
  const std::uint64_t capacity = tree.layout.leaf.capacity();
  for (std::uint64_t i = 0; i < capacity * 50; ++i) tree.put(number_key(i, 8), filled(8, i));
  tree.require_same();
  REQUIRE(tree.root.leaf_pages == 50);
}

TEST_CASE("a found key gives its value and takes another") {
  text_tree tree;
  for (int i = 0; i < 200; ++i) tree.put("k" + std::to_string(i), "value " + std::to_string(i));
  {
    const std::string key = "k77";
    const text_tree::slot_type slot(tree.pages, tree.root, tree.layout, as_bytes(key));
    REQUIRE(slot.found());
    REQUIRE(macaw::as_text(slot.old().bytes) == "value 77");
  }
  for (int i = 0; i < 200; i += 3) tree.put("k" + std::to_string(i), filled(static_cast<std::size_t>(i), 1));
  for (int i = 0; i < 200; i += 2) tree.put("k" + std::to_string(i), "");
  tree.require_same();
}

TEST_CASE("descending and preparing change nothing") {
  small_tree tree;
  for (std::uint64_t i = 0; i < 500; ++i) tree.put(number_key(i * 7919 % 500, 8), filled(8, i));
  const tree_root root = tree.root;
  const std::string present = number_key(250, 8), absent = number_key(999, 8);
  {
    small_tree::slot_type slot(tree.pages, tree.root, tree.layout, as_bytes(present));
    slot.prepare_put();
    slot.prepare_erase();
  }
  {
    small_tree::slot_type slot(tree.pages, tree.root, tree.layout, as_bytes(absent));
    REQUIRE_FALSE(slot.found());
    slot.prepare_put();
  }
  REQUIRE(tree.root == root);
  tree.require_same();
}

TEST_CASE("putting into pages that may be changed copies none") {
  small_tree tree;
  for (std::uint64_t i = 0; i < 500; ++i) tree.put(number_key(i * 7919 % 500 * 2, 8), filled(8, i));
  tree.pages.pages_copied = 0;
  for (std::uint64_t i = 0; i < 500; ++i) tree.put(number_key(i * 7919 % 500 * 2 + 1, 8), filled(8, i));
  REQUIRE(tree.pages.pages_copied == 0);
  tree.pages.publish();
  tree.put(number_key(100, 8), filled(8, 1));
  REQUIRE(tree.pages.pages_copied == tree.root.height);
  tree.put(number_key(100, 8), filled(8, 2));
  REQUIRE(tree.pages.pages_copied == tree.root.height);
}

TEST_CASE("a published state is not touched by later changes") {
  small_tree tree;
  for (std::uint64_t i = 0; i < 400; ++i) tree.put(number_key(i * 7919 % 400, 8), filled(8, i));
  tree.pages.publish();
  const tree_root before = tree.root;
  const auto model = tree.model;
  for (std::uint64_t i = 0; i < 300; ++i) tree.erase(number_key(i * 13 % 400, 8));
  for (std::uint64_t i = 400; i < 600; ++i) tree.put(number_key(i, 8), filled(8, i));
  tree.require_same();
  tree.pages.rollback();
  tree.root = before;
  tree.model = model;
  tree.require_same();
}

TEST_CASE("a change that fails while it is prepared has changed nothing") {
  for (const bool shared : {false, true}) {
    text_tree tree;
    for (std::size_t i = 0; i < 150; ++i) tree.put("key " + std::to_string(i * 7919 % 150), filled(20 + i, i));
    tree.put("key large", filled(5000, 1));
    tree.pages.publish();
    bool reads = false;
    const auto change = [&](const std::string& key, std::size_t size, bool erase) {
      CAPTURE(key, size, erase, shared);
      reads = !reads;
      try_all_failures(tree, reads, [&] {
        if (erase) {
          tree.erase(key);
        } else {
          tree.put(key, filled(size, size));
        }
      });
      if (shared) tree.pages.publish();
    };
    for (const std::size_t i : {0U, 7U, 33U, 80U, 149U, 1U, 8U}) {
      change("key " + std::to_string(i), 190, false);
      change("key " + std::to_string(i), 100000, false);
      change("key " + std::to_string(i) + "x", 180, false);
      change("key " + std::to_string(i), 0, true);
    }
    change("key large", 0, false);
    for (std::size_t i = 0; i < 150; ++i) change("key " + std::to_string(i) + (i % 30 == 0 ? "x" : ""), 0, true);
    tree.require_same();
  }
}

TEST_CASE("sparse neighbours are joined and the tree gets lower again") {
  small_tree tree;
  for (std::uint64_t i = 0; i < 3000; ++i) tree.put(number_key(i * 7919 % 3000, 8), filled(8, i));
  const std::uint64_t leaves = tree.root.leaf_pages;
  const std::uint8_t height = tree.root.height;
  REQUIRE(height >= 3);
  for (std::uint64_t i = 0; i < 3000; ++i) {
    if (i % 10 != 0) tree.erase(number_key(i, 8));
  }
  tree.require_same();
  REQUIRE(tree.root.leaf_pages * 3 < leaves);
  for (std::uint64_t i = 10; i < 3000; i += 10) tree.erase(number_key(i, 8));
  REQUIRE(tree.root.height == 1);
  tree.require_same();
}

TEST_CASE("replacing and erasing a large value drops its pages") {
  text_tree tree;
  tree.put("a", filled(300000, 1));
  const std::uint64_t large = tree.root.large_pages;
  REQUIRE(large == large_pages<512>(300000));
  REQUIRE(tree.pages.live() == large + 1);
  tree.put("a", filled(1000, 2));
  REQUIRE(tree.root.large_pages == large_pages<512>(1000));
  tree.require_same();
  tree.put("a", "short");
  REQUIRE(tree.root.large_pages == 0);
  tree.put("a", filled(1000, 3));
  tree.erase("a");
  REQUIRE(tree.pages.live() == 0);
}

TEST_CASE("branches note which leaves hold large values") {
  text_tree tree;
  for (int i = 0; i < 100; ++i) tree.put("k" + std::to_string(i), filled(60, 1));
  tree.put("k5x", filled(3000, 2));
  require_sound(tree);  // check_tree compares the notes
  tree.put("k5x", "small again");
  require_sound(tree);
}
