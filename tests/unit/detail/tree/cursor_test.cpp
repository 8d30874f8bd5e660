// SPDX-License-Identifier: MIT

#include <macaw/detail/tree/cursor.hpp>

#include <cstdint>
#include <iterator>
#include <string>
#include <type_traits>

#include "support/catch.hpp"
#include "support/tree_under_test.hpp"

namespace {

using namespace macaw_test;
using namespace macaw::detail;
using macaw::as_bytes;
using small_tree = tree_under_test<dense_layout<512, 8, 8>>;
using text_tree = tree_under_test<slotted_layout<512, 0>>;

static_assert(std::is_trivially_copyable_v<small_tree::cursor_type>);
static_assert(sizeof(small_tree::cursor_type) <= 192);

void fill(small_tree& tree, std::uint64_t count) {
  for (std::uint64_t i = 0; i < count; ++i) tree.put(number_key(2 * (i * 7919 % count) + 1, 8), filled(8, i));
}

}  // namespace

TEST_CASE("a cursor over an empty tree stays outside") {
  const small_tree tree;
  auto at = tree.cursor();
  at.seek_first();
  REQUIRE(at.at_end());
  at.seek_last();
  REQUIRE(at.at_end());
  at.next();
  REQUIRE(at.at_end());
  at.previous();
  REQUIRE(at.at_end());
  const std::string key = number_key(1, 8);
  REQUIRE_FALSE(at.seek_lower_bound(tree.layout.make_key(as_bytes(key))));
  REQUIRE(at.at_end());
}

TEST_CASE("a cursor visits all entries in both directions and goes round through outside") {
  small_tree tree;
  for (const std::uint64_t count : {1U, 2U, 27U, 28U, 29U, 1000U}) {
    tree.erase_range(std::nullopt, std::nullopt);
    fill(tree, count);
    auto at = tree.cursor();
    at.next();  // from outside to the first
    for (auto expected = tree.model.begin(); expected != tree.model.end(); ++expected, at.next()) {
      tree.require_at(at, expected);
    }
    REQUIRE(at.at_end());
    at.previous();  // from outside to the last
    for (auto expected = tree.model.rbegin(); expected != tree.model.rend(); ++expected, at.previous()) {
      tree.require_at(at, std::prev(expected.base()));
    }
    REQUIRE(at.at_end());
  }
}

TEST_CASE("bounds are found at every key and in every gap") {
  small_tree tree;
  fill(tree, 700);
  auto at = tree.cursor();
  for (std::uint64_t i = 0; i < 1403; ++i) {
    const std::string key = number_key(i, 8);
    const auto wanted = tree.layout.make_key(as_bytes(key));
    REQUIRE(at.seek_lower_bound(wanted) == (tree.model.count(key) == 1));
    tree.require_at(at, tree.model.lower_bound(key));
    at.previous();
    const auto expected = tree.model.lower_bound(key);
    tree.require_at(at, expected == tree.model.begin() ? tree.model.end() : std::prev(expected));
    at.seek_upper_bound(wanted);
    tree.require_at(at, tree.model.upper_bound(key));
  }
}

TEST_CASE("keys that separators cut short are still bounded rightly") {
  text_tree tree;
  for (int i = 0; i < 300; ++i) tree.put("key/" + std::to_string(i * 977 % 1000) + std::string(20, 'x'), "v");
  auto at = tree.cursor();
  for (int i = 0; i < 1000; ++i) {
    for (const std::string& tail : {std::string(), std::string("w"), std::string(20, 'x'), std::string("y")}) {
      const std::string key = "key/" + std::to_string(i) + tail;
      at.seek_lower_bound(tree.layout.make_key(as_bytes(key)));
      tree.require_at(at, tree.model.lower_bound(key));
    }
  }
}

TEST_CASE("moving within a leaf reads no page and moving on reads one of each level") {
  small_tree tree;
  fill(tree, 1000);
  REQUIRE(tree.root.height == 3);
  auto at = tree.cursor();
  at.seek_first();
  tree.pages.pages_read = 0;
  while (at.index() + 1 < at.count()) at.next();
  REQUIRE(tree.pages.pages_read == 0);
  at.next();
  REQUIRE(tree.pages.pages_read <= 2U * tree.root.height);
  REQUIRE(at.index() == 0);
}

TEST_CASE("a copy of a cursor moves by itself") {
  small_tree tree;
  fill(tree, 100);
  auto at = tree.cursor();
  at.seek_first();
  auto copy = at;
  for (int i = 0; i < 60; ++i) copy.next();
  tree.require_at(at, tree.model.begin());
  tree.require_at(copy, std::next(tree.model.begin(), 60));
}

TEST_CASE("a cursor goes to the next leaf and within its leaf at will") {
  small_tree tree;
  fill(tree, 100);
  auto at = tree.cursor();
  at.seek_first();
  at.move_to(at.count() - 1);
  tree.require_at(at, std::next(tree.model.begin(), static_cast<long>(at.count()) - 1));
  const long entries = static_cast<long>(at.count());
  at.move_to(0);
  at.next_leaf();
  tree.require_at(at, std::next(tree.model.begin(), entries));
  at.reset();
  REQUIRE(at.at_end());
}

TEST_CASE("a cursor asks for its leaf again without moving") {
  small_tree tree;
  fill(tree, 100);
  auto at = tree.cursor();
  at.seek_last();
  tree.pages.pages_read = 0;
  at.refetch();
  REQUIRE(tree.pages.pages_read == 1);
  tree.require_at(at, std::prev(tree.model.end()));
}

TEST_CASE("a cursor that could not read stays where it was") {
  small_tree tree;
  fill(tree, 1000);
  auto at = tree.cursor();
  at.seek_first();
  auto expected = tree.model.begin();
  while (at.valid()) {
    for (long reads = 0;; ++reads) {
      tree.pages.fail_read_after = reads;
      auto copy = at;
      try {
        copy.next();
        tree.pages.fail_read_after = -1;
        break;
      } catch (const macaw::error&) {
        tree.pages.fail_read_after = -1;
        tree.require_at(copy, expected);
        REQUIRE(reads < 2 * tree.root.height);
      }
    }
    at.next();
    ++expected;
    tree.require_at(at, expected);
  }
}

TEST_CASE("an empty leaf is corrupt") {
  small_tree tree;
  fill(tree, 100);
  auto at = tree.cursor();
  at.seek_first();
  tree.layout.leaf.format(tree.pages.raw(at.leaf_ref()));
  REQUIRE_THROWS_AS(at.seek_first(), macaw::error);
}

TEST_CASE(
    "a cursor refuses a leaf that stands where its keys do not belong, and one that has other entries than noted") {
  for (const bool shared : {true, false}) {
    small_tree tree;
    fill(tree, 600);
    REQUIRE(tree.root.height == 3);
    const auto& branch = tree.layout.branch;
    std::byte* page = tree.pages.raw(tree.root.ref);
    page = tree.pages.raw(branch.child(page, 1));
    if (shared) {
      branch.set_child(page, 2, branch.child(page, 1));
    } else {
      branch.set_entries(page, 2, branch.entries(page, 2) - 1);
    }
    auto at = tree.cursor();
    std::size_t rows = 0;
    const auto walk = [&](bool forward) {
      for (forward ? at.seek_first() : at.seek_last(); at.valid(); forward ? at.next() : at.previous()) ++rows;
    };
    REQUIRE_THROWS_AS(walk(true), macaw::error);
    REQUIRE(at.valid());  // where it was
    REQUIRE(rows < 600);
    REQUIRE_THROWS_AS(walk(false), macaw::error);
    REQUIRE(rows < 1200);
  }
}
