// SPDX-License-Identifier: MIT

#include <macaw/storage/memory_pager.hpp>

#include "support/catch.hpp"
#include "support/pager_bench.hpp"
#include "support/sample_pages.hpp"

static_assert(macaw::pager<macaw::memory_pager<512>> && !macaw::durable_pager<macaw::memory_pager<512>>);

TEST_CASE("A memory pager has no page to show", "[pager]") {
  using pager_type = macaw::memory_pager<512>;
  const pager_type pager;
  pager_type::pins pins;
  const macaw_test::sample_check check;
  const macaw::page_ref page{macaw::page_id{20}, 1};
  const auto operation = pager.enter(pins);
  CHECK(macaw_test::raises(macaw::errc::corrupt, [&] { pager.fetch(page, check.check(), pins); }) == page.id);
  macaw::piece_buffer buffer;
  CHECK(macaw_test::raises(macaw::errc::corrupt, [&] { pager.fetch_piece(page, 1, check.check(), buffer); }) ==
        page.id);
  pager.prefetch(page, 64);
  CHECK(check.calls() == 0);
  CHECK(pager.stats().misses == 0);
}
