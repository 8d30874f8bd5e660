// SPDX-License-Identifier: MIT

#include "support/small_engine.hpp"

#include <macaw/detail/txn/snapshot.hpp>

using namespace macaw;
using namespace macaw::detail;
using namespace macaw_test;

static_assert(page_reader<snapshot<small_file_config>> && page_reader<snapshot<small_memory_config>>);
static_assert(std::is_nothrow_move_constructible_v<snapshot<small_file_config>>);

TEST_CASE("a snapshot finds tables and lists them") {
  const auto db = engine<small_memory_config>::in_memory();
  {
    const auto txn = db->begin_write();
    for (const char* name : {"b", "a", "c"}) put(*txn, name, 1, 1);
    txn->commit({});
  }
  const auto reader = db->begin_read();
  catalog_record record;
  CHECK(reader.find_table("a", record));
  CHECK(record.root.entries == 1);
  CHECK_FALSE(reader.find_table("d", record));
  std::string names;
  reader.for_each_table([&](std::string_view name, const catalog_record&) { names += name; });
  CHECK(names == "abc");
}

TEST_CASE("a snapshot that was moved from holds nothing, its heir everything") {
  const auto db = engine<small_memory_config>::in_memory();
  auto first = db->begin_read();
  CHECK(db->stats().readers == 1);
  {
    const auto heir = std::move(first);
    CHECK(db->stats().readers == 1);
    CHECK(heir.id() == txn_id{1});
  }
  CHECK(db->stats().readers == 0);
}

TEST_CASE("a page that is held stays in place beyond the operation") {
  testing::simulated_files disk;
  const auto db = engine<small_file_config>::open("db", {.cache_size = 1}, disk);
  {
    const auto txn = db->begin_write();
    for (std::uint64_t i = 0; i < 5000; ++i) put(*txn, "t", i, i);
    txn->commit({});
  }
  const auto reader = db->begin_read();
  const small_layout layout{};
  const std::byte* bytes = nullptr;
  snapshot<small_file_config>::pin pin;
  std::vector<std::byte> before;
  {
    const auto operation = reader.enter();
    catalog_record record;
    REQUIRE(reader.find_table("t", record));
    const auto key = key_bytes(17);
    const leaf_entry entry = find(reader, record.root, layout, layout.make_key(key));
    REQUIRE(entry);
    bytes = entry.page;
    pin = reader.hold(entry.ref, entry.page);
    before.assign(bytes, bytes + 512);
  }
  for (int i = 0; i < 3; ++i) CHECK(read_table(reader, "t").size() == 5000);  // far more than the cache holds
  CHECK(std::equal(before.begin(), before.end(), bytes));
}
