// SPDX-License-Identifier: MIT

#include "support/small_engine.hpp"

#include <macaw/detail/txn/level_copies.hpp>

using namespace macaw;
using namespace macaw::detail;
using namespace macaw_test;

static_assert(page_reader<level_copies<small_file_config>>);

TEST_CASE("a walk over more than the cache holds sees one page of each level at a time") {
  testing::simulated_files disk;
  const auto db = engine<small_file_config>::open("db", {.cache_size = 1}, disk);
  {
    const auto txn = db->begin_write();
    for (std::uint64_t i = 0; i < 5000; ++i) put(*txn, "t", i, i);
    txn->commit({});
  }
  const auto reader = db->begin_read();
  catalog_record record;
  {
    const auto operation = reader.enter();
    REQUIRE(reader.find_table("t", record));
  }
  store<small_file_config>::pins pins;
  const level_copies<small_file_config> copies(db->home().reading, pins);
  const small_layout layout{};
  std::uint64_t rows_seen = 0;
  const std::byte* leaf_buffer = nullptr;
  walk_tree(copies, record.root, layout, walk_leaves::read, [&](const walked_page& page) {
    if (page.kind != page_kind::leaf) return;
    CHECK((leaf_buffer == nullptr || leaf_buffer == page.bytes));
    leaf_buffer = page.bytes;
    rows_seen += layout.leaf.count(page.bytes);
  });
  CHECK(rows_seen == 5000);
}
