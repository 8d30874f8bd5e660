// SPDX-License-Identifier: MIT

#include <macaw/detail/tree/count_range.hpp>

#include "support/catch.hpp"
#include "support/random.hpp"
#include "support/test_databases.hpp"

#include <macaw/testing/counting_pager.hpp>

#include <cstdint>
#include <random>

namespace {

constexpr macaw::table<std::uint32_t, std::uint32_t> numbers{"numbers"};

struct counted : macaw::file_config<512> {
  using file_system = macaw::memory_files;
  template <class C>
  using pager = macaw::counting_pager<macaw::file_pager<C::page_size, typename C::file_system>>;
};

}  // namespace

TEST_CASE("rows of a range are counted without visiting the leaves between its ends") {
  macaw_test::database_home<counted> home;
  auto db = home.open();
  db.write([](auto& txn) {
    for (std::uint32_t i = 0; i < 20'000; ++i) txn[numbers].append(i, i);
  });
  const auto snap = db.begin_read();
  const auto rows = snap[numbers];
  const auto figures = rows.stats();
  REQUIRE(figures.height >= 3);
  std::mt19937_64 random(macaw_test::seed());
  CAPTURE(macaw_test::seed());
  using pager = counted::pager<counted>;
  for (int i = 0; i < 200; ++i) {
    const std::uint32_t from = static_cast<std::uint32_t>(random() % 20'000);
    const std::uint32_t to = from + static_cast<std::uint32_t>(random() % (20'000 - from + 1));
    const auto before = pager::counts();
    CHECK(rows.count(rows.range(from, to)) == to - from);
    const std::uint64_t fetched = pager::counts().since(before).fetches;
    CHECK(fetched <= figures.branch_pages + 2 * figures.height);
  }
}
