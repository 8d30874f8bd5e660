// SPDX-License-Identifier: MIT

#include <macaw/detail/format/tree_root.hpp>

#include "support/catch.hpp"

#include <cstdint>

namespace {

using macaw::detail::holds_pages;
using macaw::detail::tree_root;

constexpr tree_root with_pages(std::uint64_t branches, std::uint64_t leaves, std::uint64_t large) {
  tree_root root;
  root.branch_pages = branches;
  root.leaf_pages = leaves;
  root.large_pages = large;
  return root;
}

}  // namespace

TEST_CASE("a root without height is that of an empty tree") {
  tree_root root;
  CHECK(root.empty());
  CHECK((root == tree_root{}));
  root.height = 1;
  CHECK_FALSE(root.empty());
  CHECK_FALSE((root == tree_root{}));
}

TEST_CASE("a root may say no more pages than the file has, in sum and without overflow") {
  constexpr std::uint64_t many = ~std::uint64_t{0};
  CHECK(holds_pages(with_pages(1, 2, 3), 6));
  CHECK_FALSE(holds_pages(with_pages(1, 2, 3), 5));
  CHECK(holds_pages(with_pages(0, 0, 0), 0));
  CHECK_FALSE(holds_pages(with_pages(many, 1, 0), 6));
  CHECK_FALSE(holds_pages(with_pages(1, many, 1), 6));
  CHECK_FALSE(holds_pages(with_pages(0, 2, many), 6));
  CHECK_FALSE(holds_pages(with_pages(many, many, 2), 6));
}
