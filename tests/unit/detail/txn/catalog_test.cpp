// SPDX-License-Identifier: MIT

#include "support/small_engine.hpp"

#include <macaw/detail/txn/catalog.hpp>

using namespace macaw;
using namespace macaw::detail;
using namespace macaw_test;

TEST_CASE("records are found, replaced, listed in order and erased by name") {
  const auto db = engine<small_memory_config>::in_memory();
  const auto txn = db->begin_write();
  tree_root catalog;
  catalog_record record;
  record.key_codec = as_bytes("text");
  record.value_codec = as_bytes("u64");
  for (std::uint64_t i = 0; i < 60; ++i) {
    record.root.entries = 0;
    record.value_width = static_cast<std::uint16_t>(i);
    put_record(*txn, catalog, "table " + std::to_string(100 + i * 7 % 60), record);
  }
  CHECK(catalog.entries == 60);
  catalog_record found;
  REQUIRE(find_record(*txn, catalog, "table 107", found));
  CHECK(found.value_width == 1);
  CHECK(as_text(found.key_codec) == "text");
  CHECK_FALSE(find_record(*txn, catalog, "table", found));
  CHECK_FALSE(find_record(*txn, catalog, std::string(5000, 'x'), found));
  record.value_width = 77;
  put_record(*txn, catalog, "table 107", record);
  REQUIRE(find_record(*txn, catalog, "table 107", found));
  CHECK(found.value_width == 77);
  erase_record(*txn, catalog, "table 107");
  erase_record(*txn, catalog, "no such table");
  std::vector<std::string> names;
  for_each_record(*txn, catalog, [&](std::string_view name, const catalog_record&) { names.emplace_back(name); });
  CHECK(names.size() == 59);
  CHECK(std::is_sorted(names.begin(), names.end()));
  txn->rollback();
}

TEST_CASE("names and records that fit no page are refused") {
  const auto db = engine<small_memory_config>::in_memory();
  const auto txn = db->begin_write();
  tree_root catalog;
  catalog_record record;
  const std::string long_name(200, 'n');
  record.key_codec = as_bytes(long_name);
  const auto failure = [&](std::string_view name) {
    try {
      put_record(*txn, catalog, name, record);
    } catch (const error& raised) {
      return raised.kind();
    }
    return errc{};
  };
  CHECK(failure(long_name) == errc::key_too_large);
  CHECK(failure("short") == errc::value_too_large);
  CHECK(catalog.empty());
  txn->rollback();
}

TEST_CASE("a cell that is no record, or has impossible figures, is corruption") {
  std::vector<std::byte> bytes(catalog_record{}.encoded_size());
  catalog_record record;
  record.encode(bytes.data());
  const auto failure = [&](value_tag tag) {
    try {
      static_cast<void>(read_record<512>({bytes, tag}, {}));
    } catch (const error& raised) {
      return raised.kind();
    }
    return errc{};
  };
  CHECK(failure(value_tag::tree) == errc{});
  CHECK(failure(value_tag::inlined) == errc::corrupt);
  record.key_width = 5000;
  record.encode(bytes.data());
  CHECK(failure(value_tag::tree) == errc::corrupt);
}
