// SPDX-License-Identifier: MIT
//
// Dense branches against models, over static and run-time widths.

#include <macaw/detail/format/dense_branch.hpp>

#include "support/catch.hpp"
#include "support/page_lives.hpp"

using namespace macaw_test;

TEST_CASE("dense branches live as their models do") {
  test_branches(dense_layout<512, 8, 8>(), dense_layout<512, dynamic_width, 8>(8, 8), 3000);
  test_branches(dense_layout<512, 100, 8>(), dense_layout<512, dynamic_width, 8>(100, 8), 1000);
  test_branches(dense_layout<4096, 8, 8>(), dense_layout<4096, dynamic_width, 8>(8, 8), 4000);
  test_branches(dense_layout<4096, 3, 8>(), dense_layout<4096, dynamic_width, 8>(3, 8), 4000);
  test_branches(dense_layout<4096, 20, 8>(), dense_layout<4096, dynamic_width, 8>(20, 8), 3000);
  test_branches(dense_layout<4096, 1, 8>(), dense_layout<4096, dynamic_width, 8>(1, 8), 1000);
}
