// SPDX-License-Identifier: MIT

#include <macaw/detail/format/catalog_record.hpp>

#include <string_view>
#include <vector>

#include "support/catch.hpp"

using namespace macaw::detail;

namespace {

macaw::bytes_view text(const char* bytes) { return macaw::as_bytes(std::string_view(bytes)); }

std::vector<std::byte> encoded(const catalog_record& record) {
  std::vector<std::byte> bytes(record.encoded_size(), std::byte{0xEE});
  record.encode(bytes.data());
  return bytes;
}

catalog_record sample() {
  catalog_record record;
  record.root = {{macaw::page_id{41}, 42}, 3, 43, 44, 45, 46};
  record.flags = 1;
  record.key_width = 8;
  record.value_width = 16;
  record.features_ignore = 2;
  record.features_read_only = 3;
  record.features_refuse = 4;
  record.key_codec = text("u64");
  record.value_codec = text("point");
  record.further = text("what a later version wrote");
  return record;
}

}  // namespace

TEST_CASE("a catalog record comes back with its names and with what it does not know") {
  const std::vector<std::byte> bytes = encoded(sample());
  catalog_record read;
  REQUIRE(catalog_record::decode(bytes, read) == nullptr);
  CHECK(read.root == sample().root);
  CHECK(read.flags == 1);
  CHECK(read.key_width == 8);
  CHECK(read.value_width == 16);
  CHECK(read.features_ignore == 2);
  CHECK(read.features_read_only == 3);
  CHECK(read.features_refuse == 4);
  CHECK(macaw::as_text(read.key_codec) == "u64");
  CHECK(macaw::as_text(read.value_codec) == "point");
  CHECK(macaw::as_text(read.further) == "what a later version wrote");
  CHECK(encoded(read) == bytes);
}

TEST_CASE("a record that is cut short or contradicts itself is refused") {
  std::vector<std::byte> bytes = encoded(sample());
  catalog_record read;
  for (std::size_t size = 0; size < 72; ++size) {
    CHECK(catalog_record::decode(macaw::bytes_view(bytes).first(size), read) != nullptr);
  }
  bytes[catalog_field::zero] = std::byte{1};
  CHECK(catalog_record::decode(bytes, read) != nullptr);
  catalog_record empty = sample();
  empty.root.height = 0;
  CHECK(catalog_record::decode(encoded(empty), read) != nullptr);
  empty.root = {};
  CHECK(catalog_record::decode(encoded(empty), read) == nullptr);
}
