// SPDX-License-Identifier: MIT

#include "support/catch.hpp"

#include <macaw/detail/txn/levels.hpp>

using namespace macaw::detail;

TEST_CASE("a level begins with a counter above everything made before it") {
  level_stack levels(tree_root{});
  const auto outer = levels.innermost().stamp;
  CHECK(levels.counter() == outer);
  const auto id = levels.begin(tree_root{}, 3, 5);
  CHECK(levels.innermost().stamp > outer);
  CHECK(levels.innermost().drops == 3);
  CHECK(levels.innermost().frames == 5);
  CHECK(levels.find(id) == 1);
  CHECK(levels.depth() == 2);
}

TEST_CASE("merging keeps the counter, so what an inner level made may be changed in place by the outer one") {
  level_stack levels(tree_root{});
  const auto id = levels.begin(tree_root{}, 0, 0);
  const auto made_at = levels.counter();
  levels.merge_from(levels.find(id));
  CHECK(levels.depth() == 1);
  CHECK(made_at >= levels.innermost().stamp);
  CHECK(levels.find(id) == levels.depth());
}

TEST_CASE("undoing returns what the level began with, and raises the counter") {
  level_stack levels(tree_root{});
  tree_root root;
  root.entries = 7;
  const auto id = levels.begin(root, 1, 2);
  static_cast<void>(levels.begin(tree_root{}, 9, 9));
  const auto before = levels.counter();
  const level began = levels.undo_from(levels.find(id));
  CHECK(began.catalog.entries == 7);
  CHECK(began.drops == 1);
  CHECK(began.frames == 2);
  CHECK(levels.depth() == 1);
  CHECK(levels.counter() > before);
}

TEST_CASE("a failed level is seen from the levels around it, and not from beside it") {
  level_stack levels(tree_root{});
  const auto id = levels.begin(tree_root{}, 0, 0);
  levels.innermost().failed = true;
  CHECK(levels.failed_from(0));
  CHECK(levels.failed_from(1));
  static_cast<void>(levels.undo_from(levels.find(id)));
  CHECK_FALSE(levels.failed_from(0));
}
