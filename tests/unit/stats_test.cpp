// SPDX-License-Identifier: MIT

#include <macaw/stats.hpp>

#include "support/catch.hpp"

TEST_CASE("the fill of a table follows from its counts") {
  macaw::table_stats figures;
  CHECK(figures.fill() == 0);
  CHECK(figures.pages() == 0);
  figures.leaf_pages = 4;
  figures.branch_pages = 1;
  figures.large_pages = 10;
  figures.page_size = 512;
  figures.leaf_bytes_used = 1024;
  figures.branch_bytes_used = 100;
  CHECK(figures.pages() == 15);
  CHECK(figures.fill() == 0.5);
  CHECK(figures.bytes_free() == 5 * 512 - 1124);
}
