// SPDX-License-Identifier: MIT

#include <macaw/detail/tree/path.hpp>

#include <cstdint>
#include <string>

#include "support/catch.hpp"
#include "support/tree_under_test.hpp"

namespace {

using namespace macaw_test;
using namespace macaw::detail;
using macaw::as_bytes;
using small_tree = tree_under_test<dense_layout<512, 8, 8>>;

void fill(small_tree& tree, std::uint64_t count) {
  for (std::uint64_t i = 0; i < count; ++i) tree.put(number_key(i * 7919 % count, 8), filled(8, i));
}

tree_path path_to(const small_tree& tree, std::uint64_t number) {
  const std::string key = number_key(number, 8);
  tree_path path;
  descend_to(tree.pages, tree.root, tree.layout, path, tree.layout.make_key(as_bytes(key)));
  return path;
}

std::string separator(const small_tree& tree, const std::byte* page, std::uint32_t index) {
  std::string text(8, '\0');
  tree.layout.branch.copy_separator(page, index, reinterpret_cast<std::byte*>(text.data()));
  return text;
}

}  // namespace

TEST_CASE("a path leads from the root to the leaf of a key, one step a level") {
  small_tree tree;
  fill(tree, 1500);
  const tree_path path = path_to(tree, 700);
  REQUIRE(path.height == tree.root.height);
  REQUIRE(path.steps[path.height - 1].ref == tree.root.ref);
  for (std::uint32_t level = path.height; level-- > 1;) {
    const path_step& step = path.steps[level];
    REQUIRE(load_shape(step.page) == shape_at(tree.layout, level));
    REQUIRE(tree.layout.branch.child(step.page, step.index) == path.steps[level - 1].ref);
  }
  REQUIRE(load_shape(path.leaf().page) == tree.layout.leaf.shape());
}

TEST_CASE("the bounds of a child are the nearest separators around it") {
  small_tree tree;
  fill(tree, 1500);
  const tree_path path = path_to(tree, 700);
  for (std::uint32_t level = 1; level < path.height; ++level) {
    for (std::uint32_t child = 0; child < tree.layout.branch.count(path.steps[level].page); ++child) {
      const page_bounds bounds = bounds_below(tree.layout, path, level, child);
      const macaw::page_ref ref = tree.layout.branch.child(path.steps[level].page, child);
      REQUIRE(validate_page<512>(tree.pages.page(ref, shape_at(tree.layout, level - 1), bounds),
                                 shape_at(tree.layout, level - 1), bounds) == nullptr);
      if (bounds.lower_page != nullptr && bounds.upper_page != nullptr) {
        REQUIRE(separator(tree, bounds.lower_page, bounds.lower_index) <
                separator(tree, bounds.upper_page, bounds.upper_index));
      }
    }
  }
  const page_bounds edge = bounds_below(tree.layout, path_to(tree, 0), 1, 0);
  REQUIRE(edge.lower_page == nullptr);
  REQUIRE(edge.upper_page != nullptr);
}

TEST_CASE("bounds that are worked out late are those of the path") {
  small_tree tree;
  fill(tree, 3000);
  REQUIRE(tree.root.height >= 3);
  using way_type = way_to_key<dense_layout<512, 8, 8>, small_tree::pages_type>;
  const auto same = [](const page_bounds& a, const page_bounds& b) {
    return a.lower_page == b.lower_page && a.lower_index == b.lower_index && a.upper_page == b.upper_page &&
           a.upper_index == b.upper_index && a.id_end == b.id_end;
  };
  for (std::uint64_t number = 0; number < 6002; number += 7) {
    const std::string name = number_key(number, 8);
    const auto key = tree.layout.make_key(as_bytes(name));
    tree_path path;
    descend_to(tree.pages, tree.root, tree.layout, path, key);
    const way_type way{tree.pages, tree.layout, key, tree.root.ref, tree.root.height};
    for (std::uint32_t level = 0; level < path.height; ++level) {
      const page_bounds late = way.bounds(level);
      const page_bounds in_path = bounds_in_path<dense_layout<512, 8, 8>>{tree.layout, path, level};
      REQUIRE(same(late, in_path));
      if (level + 1 < path.height) {
        REQUIRE(same(late, bounds_below(tree.layout, path, level + 1, path.steps[level + 1].index)));
      } else {
        REQUIRE(same(late, page_bounds{}));
      }
    }
  }
}

TEST_CASE("bounds refuse a page in another's place") {
  small_tree tree;
  fill(tree, 1500);
  const tree_path path = path_to(tree, 700);
  const page_bounds bounds = bounds_below(tree.layout, path, 1, path.steps[1].index);
  const tree_path other = path_to(tree, 100);
  REQUIRE(validate_page<512>(other.leaf().page, tree.layout.leaf.shape(), bounds) != nullptr);
  REQUIRE(validate_page<512>(path.leaf().page, tree.layout.leaf.shape(), bounds) == nullptr);
}

TEST_CASE("owning a path copies what is shared and enters the copies in their parents") {
  small_tree tree;
  fill(tree, 1500);
  tree.pages.publish();
  tree_path path = path_to(tree, 700);
  const macaw::page_ref before = tree.root.ref;
  tree.pages.reserve(path.height, path.height);
  own_path(tree.pages, tree.root, tree.layout, path);
  REQUIRE(tree.root.ref != before);
  REQUIRE(tree.pages.pages_copied == path.height);
  for (std::uint32_t level = path.height; level-- > 1;) {
    REQUIRE(tree.layout.branch.child(path.steps[level].own, path.steps[level].index) == path.steps[level - 1].ref);
  }
  tree.require_same();
  own_path(tree.pages, tree.root, tree.layout, path);
  REQUIRE(tree.pages.pages_copied == path.height);
}

TEST_CASE("the right edge is known") {
  small_tree tree;
  fill(tree, 1500);
  REQUIRE(at_right_edge(tree.layout, path_to(tree, 1499)));
  REQUIRE_FALSE(at_right_edge(tree.layout, path_to(tree, 0)));
}
