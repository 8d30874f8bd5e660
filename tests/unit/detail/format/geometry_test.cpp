// SPDX-License-Identifier: MIT

#include <macaw/detail/format/geometry.hpp>

#include "support/catch.hpp"

using namespace macaw::detail;

static_assert(valid_page_size(512) && valid_page_size(4096) && valid_page_size(65536));
static_assert(!valid_page_size(256) && !valid_page_size(131072) && !valid_page_size(5000) && !valid_page_size(0));
static_assert(geometry<512>::first_page == 16 && geometry<4096>::first_page == 2);
static_assert(geometry<8192>::first_page == 1 && geometry<65536>::first_page == 1);
static_assert(geometry<4096>::key_size_max == 996 && geometry<512>::key_size_max == 100);

TEST_CASE("widths are valid where a largest key and a value fit an entry") {
  CHECK(valid_widths<4096>(0, 0));
  CHECK(valid_widths<4096>(996, 0));
  CHECK_FALSE(valid_widths<4096>(997, 0));
  CHECK(valid_widths<4096>(8, geometry<4096>::entry_size_max - 8));
  CHECK_FALSE(valid_widths<4096>(8, geometry<4096>::entry_size_max - 7));
  CHECK(valid_widths<4096>(0, geometry<4096>::entry_size_max - 996));
  CHECK_FALSE(valid_widths<4096>(0, geometry<4096>::entry_size_max - 995));
  CHECK_FALSE(valid_widths<512>(0xFFFF, 0xFFFF));
}

TEST_CASE("pages of a piece hold header and payload") {
  for (std::size_t payload = 0; payload < 5000; ++payload) {
    const std::size_t pages = geometry<512>::piece_pages(payload);
    REQUIRE(pages * 512 >= payload + 64);
    REQUIRE((pages - 1) * 512 < payload + 64);
  }
  CHECK(geometry<512>::piece_pages(geometry<512>::piece_bytes_max) == geometry<512>::piece_pages_max);
  CHECK(geometry<65536>::piece_pages(geometry<65536>::piece_bytes_max) == 16);
}
