// SPDX-License-Identifier: MIT
//
// Dense leaves with values of any size against models, over static and run-time widths.

#include <macaw/detail/format/dense_cell_leaf.hpp>

#include "support/catch.hpp"
#include "support/page_lives.hpp"

using namespace macaw_test;

TEST_CASE("dense leaves of any values live as their models do") {
  test_dense_leaves<512, 8, 0>(3000);
  test_dense_leaves<512, 4, 0>(3000);
  test_dense_leaves<4096, 1, 0>(1000);
  test_dense_leaves<4096, 16, 0>(3000);
  test_dense_leaves<65536, 8, 0>(6000);
}
