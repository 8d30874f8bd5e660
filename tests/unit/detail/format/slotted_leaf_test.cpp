// SPDX-License-Identifier: MIT
//
// Slotted leaves against models, over static and run-time widths.

#include <macaw/detail/format/slotted_leaf.hpp>

#include "support/catch.hpp"
#include "support/page_lives.hpp"

using namespace macaw_test;

TEST_CASE("slotted leaves of any values live as their models do") {
  test_leaves(slotted_layout<512, 0>(), slotted_layout<512, 0>(0, 0), 4000);
  test_leaves(slotted_layout<1024, 0>(), slotted_layout<1024, 0>(0, 0), 2000);
  test_leaves(slotted_layout<4096, 0>(), slotted_layout<4096, 0>(0, 0), 3000);
  test_leaves(slotted_layout<65536, 0>(), slotted_layout<65536, 0>(0, 0), 6000);
}

TEST_CASE("slotted leaves of values of one size live as their models do") {
  test_leaves(slotted_layout<512, 8>(), slotted_layout<512, dynamic_width>(0, 8), 4000);
  test_leaves(slotted_layout<4096, 8>(), slotted_layout<4096, dynamic_width>(0, 8), 3000);
}
