// SPDX-License-Identifier: MIT

#include <macaw/detail/tree/erase_range.hpp>

#include <algorithm>
#include <cstdint>
#include <iterator>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "support/catch.hpp"
#include "support/random.hpp"
#include "support/tree_under_test.hpp"

namespace {

using namespace macaw_test;
using namespace macaw::detail;
using small_tree = tree_under_test<dense_layout<512, 8, 8>>;
using wide_tree = tree_under_test<dense_layout<512, 8, 150>>;
using text_tree = tree_under_test<slotted_layout<512, 0>>;
using bound = std::optional<std::string>;

template <class Tree>
void require_sound(const Tree& tree) {
  const auto found = tree.findings();
  CAPTURE(found);
  REQUIRE(found.empty());
  REQUIRE(tree.root.entries == tree.model.size());
}

template <class Tree>
std::vector<std::string> contents(const Tree& tree) {
  std::vector<std::string> keys;
  auto at = tree.cursor();
  for (at.seek_first(); at.valid(); at.next()) keys.push_back(tree.key_at(at.page(), at.index()));
  return keys;
}

/// Erases a range of a published tree, compares, and takes it back.
template <class Tree>
void try_range(Tree& tree, const bound& lower, const bound& upper) {
  CAPTURE(lower.value_or("-"), upper.value_or("-"));
  const tree_root root = tree.root;
  const auto model = tree.model;
  tree.erase_range(lower, upper);
  require_sound(tree);
  std::vector<std::string> expected;
  for (const auto& [key, value] : tree.model) expected.push_back(key);
  REQUIRE(contents(tree) == expected);
  tree.pages.rollback();
  tree.root = root;
  tree.model = model;
}

/// Tries every range between two keys, or from or to an end.
template <class Tree>
void try_all_ranges(Tree& tree, std::size_t stride = 1) {
  tree.pages.publish();
  std::vector<bound> bounds{std::nullopt};
  for (const auto& [key, value] : tree.model) bounds.push_back(key);
  for (std::size_t i = 0; i < bounds.size(); i += stride) {
    for (std::size_t j = 0; j < bounds.size(); ++j) try_range(tree, bounds[i], bounds[j]);
  }
  require_sound(tree);
}

std::uint64_t height_of(const tree_root& root) { return root.height; }

}  // namespace

TEST_CASE("every range of a tree of two levels is erased") {
  small_tree tree;
  for (std::uint64_t i = 0; i < 90; ++i) tree.put(number_key(i * 37 % 90, 8), filled(8, i));
  REQUIRE(tree.root.height == 2);
  try_all_ranges(tree);
}

TEST_CASE("every range of a tree of one leaf is erased") {
  small_tree tree;
  for (std::uint64_t i = 0; i < 10; ++i) tree.put(number_key(i, 8), filled(8, i));
  REQUIRE(tree.root.height == 1);
  try_all_ranges(tree);
}

TEST_CASE("every range of a tree of three levels is erased") {
  wide_tree tree;
  for (std::uint64_t i = 0; i < 130; ++i) tree.put(number_key(i * 37 % 130, 8), filled(150, i));
  REQUIRE(tree.root.height == 3);
  try_all_ranges(tree);
}

TEST_CASE("every range of a high and narrow tree is erased") {
  text_tree tree;
  for (std::uint64_t i = 0; i < 90; ++i) {
    const std::string tail = number_key(i * 37 % 90, 2);
    tree.put(std::string(90, 'k') + tail + std::string(i % 5, 'z'), filled(60, i));
  }
  tree.require_same();
  REQUIRE(tree.root.height >= 3);
  try_all_ranges(tree);
}

TEST_CASE("every range of a tree filled in ascending order is erased") {
  wide_tree tree;
  for (std::uint64_t i = 0; i < 120; ++i) tree.put(number_key(i, 8), filled(150, i));
  REQUIRE(tree.root.height >= 3);
  try_all_ranges(tree, 3);
}

TEST_CASE("ranges of a private tree are erased one after another until nothing is left") {
  std::mt19937_64 random(macaw_test::seed());
  for (int round = 0; round < 20; ++round) {
    small_tree tree(small_tree().layout, round % 2 == 0);
    for (std::uint64_t i = 0; i < 3000; ++i) tree.put(number_key(random() % 5000, 8), filled(8, i));
    while (tree.root.height > 0) {
      const std::uint64_t from = random() % 5000;
      tree.erase_range(number_key(from, 8), number_key(from + random() % (1U << (random() % 12)), 8));
      require_sound(tree);
      if (random() % 3 == 0) tree.pages.publish();
      if (random() % 50 == 0) tree.erase_range(number_key(random() % 5000, 8), std::nullopt);
    }
    REQUIRE(tree.pages.live() == 0);
  }
}

TEST_CASE("a range is erased from a tree whose keys are between the bounds") {
  small_tree tree;
  for (std::uint64_t i = 0; i < 500; ++i) tree.put(number_key(10 * i, 8), filled(8, i));
  tree.pages.publish();
  for (std::uint64_t i = 0; i < 60; ++i) {
    try_range(tree, number_key(5, 8), number_key(i * 85 + 3, 8));
    try_range(tree, number_key(i * 85 + 3, 8), number_key(99999, 8));
    try_range(tree, number_key(i * 85 + 3, 8), number_key(i * 85 + 4, 8));
  }
}

TEST_CASE("an empty or inverted range erases nothing and copies nothing") {
  small_tree tree;
  for (std::uint64_t i = 0; i < 500; ++i) tree.put(number_key(10 * i, 8), filled(8, i));
  tree.pages.publish();
  const tree_root root = tree.root;
  tree.pages.pages_copied = 0;
  for (std::uint64_t i = 0; i < 500; ++i) {
    tree.erase_range(number_key(10 * i + 1, 8), number_key(10 * i + 10, 8));
    tree.erase_range(number_key(10 * i, 8), number_key(10 * i, 8));
    tree.erase_range(number_key(10 * i + 30, 8), number_key(10 * i, 8));
  }
  tree.erase_range(number_key(5000, 8), std::nullopt);
  REQUIRE(tree.root == root);
  REQUIRE(tree.pages.pages_copied == 0);
  small_tree none;
  none.erase_range(std::nullopt, std::nullopt);
  none.erase_range(number_key(1, 8), std::nullopt);
}

TEST_CASE("erasing a range reads the branches that it drops and no leaf between") {
  small_tree tree;
  for (std::uint64_t i = 0; i < 20000; ++i) tree.put(number_key(i * 7919 % 20000, 8), filled(8, i));
  tree.pages.publish();
  const tree_root root = tree.root;
  const auto model = tree.model;
  REQUIRE(root.height >= 4);
  for (std::uint64_t i = 1; i < 40; ++i) {
    const bool open = i % 5 == 0;
    tree.pages.pages_read = 0;
    tree.erase_range(open ? bound() : number_key(i * 17, 8), i % 7 == 0 ? bound() : number_key(i * 480 + 20, 8));
    const std::uint64_t read = tree.pages.pages_read;
    const std::uint64_t dropped = root.branch_pages - tree.root.branch_pages;
    CAPTURE(i, read, dropped);
    REQUIRE(read <= dropped + 4 * height_of(root));
    require_sound(tree);
    tree.pages.rollback();
    tree.root = root;
    tree.model = model;
  }
}

TEST_CASE("large values in the range are dropped and only their leaves are read") {
  text_tree tree;
  for (int i = 0; i < 1000; ++i) tree.put("k" + std::to_string(1000 + i), filled(30, 1));
  for (int i = 100; i < 1000; i += 100) tree.put("k" + std::to_string(1000 + i) + "L", filled(200000, 2));
  tree.pages.publish();
  const tree_root root = tree.root;
  tree.pages.pages_read = tree.pages.pieces_read = 0;
  tree.erase_range("k1050", "k1950");
  const std::uint64_t dropped = root.branch_pages - tree.root.branch_pages;
  REQUIRE(tree.pages.pages_read <= dropped + 4U * root.height + 9 + 9);  // a leaf and an index page for each
  REQUIRE(tree.pages.pieces_read == 0);
  REQUIRE(tree.root.large_pages == 0);
  tree.require_same();
}

TEST_CASE("every range of a tree with large values is erased") {
  text_tree tree;
  for (int i = 0; i < 60; ++i) tree.put("k" + std::to_string(100 + i * 37 % 60), filled(i % 4 == 0 ? 700 : 40, 1));
  try_all_ranges(tree);
}

TEST_CASE("erasing a range that fails while it is prepared has changed nothing") {
  for (const bool reads : {false, true}) {
    text_tree tree;
    for (int i = 0; i < 400; ++i) {
      tree.put("k" + std::to_string(1000 + i * 37 % 400), filled(i % 50 == 0 ? 2000 : 40, 1));
    }
    tree.pages.publish();
    const tree_root root = tree.root;
    const auto model = tree.model;
    const std::set<std::uint32_t> pages = tree.pages.live_pages();
    const std::vector<std::pair<bound, bound>> ranges = {{"k1010", "k1380"},
                                                         {"k1050", "k1051"},
                                                         {std::nullopt, "k1200"},
                                                         {"k1200", std::nullopt},
                                                         {std::nullopt, std::nullopt}};
    for (const auto& [lower, upper] : ranges) {
      for (long calls = 0;; ++calls) {
        REQUIRE(calls < 500);
        (reads ? tree.pages.fail_read_after : tree.pages.fail_after) = calls;
        bool failed = false;
        try {
          tree.erase_range(lower, upper);
        } catch (const std::exception&) {
          failed = true;
        }
        tree.pages.fail_read_after = tree.pages.fail_after = -1;
        require_sound(tree);
        if (!failed) break;
        REQUIRE(tree.root == root);
        REQUIRE(tree.pages.live_pages() == pages);
      }
      tree.pages.rollback();
      tree.root = root;
      tree.model = model;
    }
  }
}

TEST_CASE("a tree that claims too little is refused before anything changes") {
  small_tree tree;
  for (std::uint64_t i = 0; i < 3000; ++i) tree.put(number_key(i, 8), filled(8, i));
  const tree_root root = tree.root;
  const auto refused = [&](std::uint64_t tree_root::*figure) {
    tree.root.*figure = 1;
    const std::string lower = number_key(100, 8), upper = number_key(2900, 8);
    REQUIRE_THROWS_AS(erase_range(tree.pages, tree.root, tree.layout, macaw::as_bytes(lower), macaw::as_bytes(upper)),
                      macaw::error);
    REQUIRE_THROWS_AS(drop_tree(tree.pages, tree.root, tree.layout), macaw::error);
    tree.root = root;
    tree.require_same();
  };
  refused(&tree_root::entries);
  refused(&tree_root::leaf_pages);
  refused(&tree_root::branch_pages);

  text_tree text;
  for (int i = 0; i < 20; ++i) text.put("k" + std::to_string(100 + i), filled(5000, 1));
  const std::string lower = "k101", upper = "k115";
  for (const std::uint64_t claimed : {std::uint64_t{0}, large_pages<512>(5000)}) {
    const tree_root before = text.root;
    text.root.large_pages = claimed;
    REQUIRE_THROWS_AS(erase_range(text.pages, text.root, text.layout, macaw::as_bytes(lower), macaw::as_bytes(upper)),
                      macaw::error);
    text.root = before;
  }
  text.require_same();
}
