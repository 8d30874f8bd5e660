// SPDX-License-Identifier: MIT
//
// Slotted branches against models.

#include <macaw/detail/format/slotted_branch.hpp>

#include "support/catch.hpp"
#include "support/page_lives.hpp"

using namespace macaw_test;

TEST_CASE("slotted branches live as their models do") {
  test_branches(slotted_layout<512, 0>(), slotted_layout<512, dynamic_width>(0, 0), 4000);
  test_branches(slotted_layout<4096, 0>(), slotted_layout<4096, dynamic_width>(0, 0), 4000);
  test_branches(slotted_layout<65536, 0>(), slotted_layout<65536, dynamic_width>(0, 0), 6000);
}
