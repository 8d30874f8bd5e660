// SPDX-License-Identifier: MIT
//
// Dense leaves with values of one size against models, over static and run-time widths.

#include <macaw/detail/format/dense_leaf.hpp>

#include "support/catch.hpp"
#include "support/page_lives.hpp"

using namespace macaw_test;

TEST_CASE("dense leaves of values of one size live as their models do") {
  test_dense_leaves<512, 8, 8>(3000);
  test_dense_leaves<512, 100, 1>(1000);
  test_dense_leaves<512, 3, 5>(3000);
  test_dense_leaves<1024, 24, 8>(2000);
  test_dense_leaves<4096, 8, 8>(4000);
  test_dense_leaves<4096, 1, 4>(2000);
  test_dense_leaves<4096, 2, 6>(4000);
  test_dense_leaves<4096, 7, 100>(1000);
}
