// SPDX-License-Identifier: MIT

#include <macaw/detail/tree/check_tree.hpp>

#include <algorithm>
#include <cstdint>
#include <random>
#include <set>
#include <string>
#include <vector>

#include "support/catch.hpp"
#include "support/random.hpp"
#include "support/tree_under_test.hpp"

namespace {

using namespace macaw_test;
using namespace macaw::detail;
using macaw::page_id;
using macaw::page_ref;
using small_tree = tree_under_test<dense_layout<512, 8, 8>>;
using text_tree = tree_under_test<slotted_layout<512, 0>>;

void fill(small_tree& tree, std::uint64_t count) {
  for (std::uint64_t i = 0; i < count; ++i) tree.put(number_key(i * 7919 % count, 8), filled(8, i));
}
void fill(text_tree& tree, std::uint64_t count) {
  for (std::uint64_t i = 0; i < count; ++i) {
    tree.put("key/" + std::to_string(i * 7919 % count), filled(i % 25 == 0 ? 140000 : i % 50, i));
  }
}

template <class Tree>
bool finds(const Tree& tree, const std::string& text) {
  const auto found = tree.findings();
  CAPTURE(found);
  return std::any_of(found.begin(), found.end(),
                     [&](const std::string& finding) { return finding.find(text) != std::string::npos; });
}

/// Children of the root, and a leaf, to do damage to.
struct places {
  page_ref branch;  // of level 1, with its place in the root
  page_ref leaf;
};
template <class Tree>
places places_of(Tree& tree) {
  REQUIRE(tree.root.height == 3);
  const page_ref branch = tree.layout.branch.child(tree.pages.raw(tree.root.ref), 1);
  return {branch, tree.layout.branch.child(tree.pages.raw(branch), 1)};
}

}  // namespace

TEST_CASE("an empty tree and a whole tree are found sound") {
  const small_tree empty;
  REQUIRE(empty.findings().empty());
  for (const bool frames : {false, true}) {
    small_tree tree(small_tree().layout, frames);
    fill(tree, 2000);
    REQUIRE(tree.findings().empty());
    text_tree text(text_tree().layout, frames);
    fill(text, 300);
    REQUIRE(text.findings().empty());
  }
}

TEST_CASE("wrong figures of the root are found, all of them") {
  text_tree tree;
  fill(tree, 300);
  ++tree.root.entries;
  --tree.root.leaf_pages;
  ++tree.root.branch_pages;
  --tree.root.large_pages;
  REQUIRE(tree.findings().size() == 4);
  tree.root.height = height_max + 1;
  REQUIRE(finds(tree, "higher"));
  tree.root.height = 1;
  REQUIRE(finds(tree, "shape"));
}

TEST_CASE("a page reached twice is found and entered once") {
  small_tree tree;
  fill(tree, 1500);
  const places at = places_of(tree);
  std::byte* const root = tree.pages.raw(tree.root.ref);
  tree.layout.branch.set_child(root, 0, at.branch);
  REQUIRE(finds(tree, "twice"));
  tree.layout.branch.set_child(root, 0, tree.root.ref);
  REQUIRE(finds(tree, "twice"));
  std::byte* const branch = tree.pages.raw(at.branch);
  tree.layout.branch.set_child(branch, 0, at.leaf);
  REQUIRE(finds(tree, "twice"));
}

TEST_CASE("pages of another level, out of their bounds or not there are found with their path") {
  small_tree tree;
  fill(tree, 1500);
  const places at = places_of(tree);
  std::byte* const branch = tree.pages.raw(at.branch);
  const page_ref first = tree.layout.branch.child(branch, 0);
  tree.layout.branch.set_child(branch, 0, at.leaf);
  tree.layout.branch.set_child(branch, 1, first);
  REQUIRE(finds(tree, "bounds"));
  std::vector<page_ref> path;
  check_tree(
      tree.pages, tree.root, tree.layout,
      [&](const tree_finding& finding) {
        path.assign(finding.path.begin(), finding.path.end());
        if (path.size() == 2) REQUIRE(path == std::vector<page_ref>{tree.root.ref, at.branch});
      },
      [](const walked_page&) {});
  tree.layout.branch.set_child(branch, 0, {page_id{77777}, 0});
  REQUIRE(finds(tree, "no such page"));
  tree.layout.branch.set_child(branch, 0, {page_id{1}, 0});
  REQUIRE(finds(tree, "out of range"));
}

TEST_CASE("wrong notes of a leaf's entries are found") {
  small_tree tree;
  fill(tree, 1500);
  const places at = places_of(tree);
  std::byte* const branch = tree.pages.raw(at.branch);
  tree.layout.branch.set_entries(branch, 1, tree.layout.branch.entries(branch, 1) + 1);
  REQUIRE(finds(tree, "notes"));
  tree.layout.branch.set_entries(branch, 1, (tree.layout.branch.entries(branch, 1) - 1) | entries_flag_references);
  REQUIRE(finds(tree, "notes"));
}

TEST_CASE("damage in large values is found and the rest is still looked at") {
  text_tree tree;
  fill(tree, 300);
  std::vector<large_record> records;
  auto at = tree.cursor();
  for (at.seek_first(); at.valid(); at.next()) {
    const cell_value value = tree.layout.leaf.value(at.page(), at.index());
    if (value.tag == value_tag::large) records.push_back(load_large_record(value.bytes));
  }
  REQUIRE(records.size() == 12);
  std::byte* const index = tree.pages.raw(records[3].root);
  large_index<512>::set_child(index, 1, large_index<512>::child(index, 0));
  store_count(tree.pages.raw(records[5].root), 1);
  const auto found = tree.findings();
  CAPTURE(found);
  REQUIRE(std::count_if(found.begin(), found.end(), [](const std::string& text) {
            return text.find("large") != std::string::npos || text.find("twice") != std::string::npos;
          }) >= 2);
}

TEST_CASE("a page that cannot be read is a finding") {
  small_tree tree;
  fill(tree, 1500);
  tree.pages.fail_read_after = 5;
  REQUIRE(finds(tree, "failed"));
}

TEST_CASE("a check of trees with random damage ends") {
  const std::uint64_t seed = macaw_test::seed();
  CAPTURE(seed);
  std::mt19937_64 random(seed);
  int found = 0;
  for (int round = 0; round < 300; ++round) {
    text_tree tree;
    fill(tree, 120);
    const std::set<std::uint32_t> live = tree.pages.live_pages();
    for (std::uint64_t damage = 1 + random() % 4; damage > 0; --damage) {
      const auto victim = std::next(live.begin(), static_cast<long>(random() % live.size()));
      const page_ref ref{page_id{*victim}, 0};
      if (tree.pages.piece_size(ref) != 512) continue;
      std::byte* const page = tree.pages.raw(ref);
      const std::uint64_t kind = random() % 3;
      const std::size_t place = kind == 0 ? random() % 64 : random() % 512;
      page[place] = kind == 2 ? static_cast<std::byte>(random()) : page[place] ^ (std::byte{1} << (random() % 8));
    }
    found += tree.findings().empty() ? 0 : 1;
  }
  REQUIRE(found > 50);
}

TEST_CASE("a set of page ids knows what it holds") {
  page_id_set set;
  for (std::uint32_t round = 0; round < 2; ++round) {
    for (std::uint32_t i = 0; i < 5000; ++i) REQUIRE(set.insert(page_id{i * 2654435761U}) == (round == 0));
  }
  REQUIRE(set.insert(page_id{0xFFFF'FFFF}));
  REQUIRE_FALSE(set.insert(page_id{0xFFFF'FFFF}));
}
