// SPDX-License-Identifier: MIT

#include <macaw/detail/format/value_cell.hpp>

#include <vector>

#include "support/catch.hpp"

using namespace macaw::detail;

TEST_CASE("a value is judged by its tag") {
  std::vector<std::byte> bytes(large_record_size);
  store_large_record(bytes.data(), {{macaw::page_id{9}, 0}, 100, 0});
  CHECK(validate_value<4096>({bytes, value_tag::inlined}) == nullptr);
  CHECK(validate_value<4096>({bytes, value_tag::large}) == nullptr);
  CHECK(validate_value<4096>({bytes, value_tag::tree}) != nullptr);
  catalog_record record;
  record.root = {{macaw::page_id{9}, 0}, 2, 3, 1, 2, 0};
  record.key_width = 8;
  bytes.resize(record.encoded_size());
  record.encode(bytes.data());
  CHECK(validate_value<4096>({bytes, value_tag::tree}) == nullptr);
  CHECK(validate_value<4096>({bytes, value_tag::large}) != nullptr);
  record.root.height = height_max + 1;
  record.encode(bytes.data());
  CHECK(validate_value<4096>({bytes, value_tag::tree}) != nullptr);
  record.root.height = 2;
  record.key_width = 5000;
  record.encode(bytes.data());
  CHECK(validate_value<4096>({bytes, value_tag::tree}) != nullptr);
}

TEST_CASE("a reference that comes in is noted in the page's flags") {
  std::vector<std::byte> page(512);
  note_tag(page.data(), value_tag::inlined);
  CHECK_FALSE(cells_hold_references(page.data()));
  note_tag(page.data(), value_tag::tree);
  CHECK(cells_hold_references(page.data()));
}
