// SPDX-License-Identifier: MIT

#include "support/small_engine.hpp"

#include <macaw/detail/txn/store.hpp>

using namespace macaw;
using namespace macaw::detail;
using namespace macaw_test;

static_assert(store<small_file_config>::has_files && !store<small_memory_config>::has_files);

TEST_CASE("a store begins empty and in memory, at publication 1") {
  const store<small_file_config> home{open_options{}, cold_calls_of<small_file_config>};
  CHECK(home.in_memory());
  CHECK(home.newest.t == 1);
  CHECK(home.readers.newest_t() == 1);
  CHECK(home.newest.catalog.empty());
}

TEST_CASE("starting publishes the state of the file") {
  store<small_file_config> home{open_options{}, cold_calls_of<small_file_config>};
  tree_root catalog;
  catalog.height = 1;
  catalog.ref = {page_id{16}, 9};
  catalog.entries = 3;
  home.start(catalog, 9);
  CHECK(home.readers.newest().catalog == catalog);
  CHECK(home.readers.newest().d == 9);
  CHECK(home.figures.tables == 3);
  std::vector<std::uint64_t> pins{home.newest.t};
  home.history.to_durable(pins);
  CHECK(pins == std::vector<std::uint64_t>{9});
}
