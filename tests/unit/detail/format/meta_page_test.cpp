// SPDX-License-Identifier: MIT

#include "support/catch.hpp"

#include <macaw/detail/format/meta_page.hpp>

#include <array>
#include <cstddef>
#include <memory>

using namespace macaw;
using namespace macaw::detail;

namespace {

template <class Meta>
concept lends_its_bytes = requires(Meta&& meta) {
  static_cast<Meta&&>(meta).manifest();
  static_cast<Meta&&>(meta).statement_bytes();
};
static_assert(lends_its_bytes<const meta_page&>);
static_assert(!lends_its_bytes<meta_page>);
static_assert(!lends_its_bytes<const meta_page>);

using meta_bytes = std::array<std::byte, meta_size>;

meta_page example() {
  meta_page meta;
  meta.page_size = 4096;
  meta.checksum_id = 1;
  for (std::size_t i = 0; i < meta.uuid.size(); ++i) meta.uuid[i] = static_cast<std::byte>(i + 1);
  meta.d = 77;
  meta.base = 76;
  meta.mark = 1000;
  meta.digest = 0x1122334455667788U;
  meta.catalog = {{page_id{12}, 77}, 2, 34, 1, 5, 0};
  meta.rejected_d = 75;
  meta.rejected_root = {page_id{9}, 75};
  meta.space_head = {page_id{40}, 70};
  meta.space_tail = 3;
  meta.sweep_address = 21;
  meta.sweep_index = 5;
  meta.run_count = 2;
  meta.runs[0] = {2, 3};
  meta.runs[1] = {12, 1};
  meta.statement_size = 16;
  for (std::size_t i = 0; i < 16; ++i) meta.statements[i] = static_cast<std::byte>(i);
  return meta;
}

}  // namespace

TEST_CASE("a meta page reads as it was written") {
  meta_bytes bytes;
  encode_meta(example(), bytes);
  const auto read = std::make_unique<meta_page>();
  REQUIRE(decode_meta(bytes, *read) == meta_finding::good);
  const meta_page wrote = example();
  CHECK(read->page_size == wrote.page_size);
  CHECK(read->checksum_id == wrote.checksum_id);
  CHECK(read->uuid == wrote.uuid);
  CHECK(read->d == wrote.d);
  CHECK(read->base == wrote.base);
  CHECK(read->two_phase == wrote.two_phase);
  CHECK(read->mark == wrote.mark);
  CHECK(read->digest == wrote.digest);
  CHECK(read->catalog == wrote.catalog);
  CHECK(read->rejected_d == wrote.rejected_d);
  CHECK(read->rejected_root == wrote.rejected_root);
  CHECK(read->space_head == wrote.space_head);
  CHECK(read->space_tail == wrote.space_tail);
  CHECK(read->sweep_address == wrote.sweep_address);
  CHECK(read->sweep_index == wrote.sweep_index);
  REQUIRE(read->manifest().size() == 2);
  CHECK(read->manifest()[1] == wrote.runs[1]);
  CHECK(equal_bytes(read->statement_bytes(), wrote.statement_bytes()));
  CHECK(manifest_in_order(*read, 2));
}

TEST_CASE("every single bit of a meta page is under its checksum") {
  meta_bytes bytes;
  encode_meta(example(), bytes);
  const auto read = std::make_unique<meta_page>();
  for (std::size_t bit = 0; bit < meta_size * 8; ++bit) {
    const std::byte flip{static_cast<unsigned char>(1U << (bit % 8))};
    bytes[bit / 8] ^= flip;
    if (decode_meta(bytes, *read) == meta_finding::good) FAIL("bit " << bit);
    bytes[bit / 8] ^= flip;
  }
  CHECK(decode_meta(bytes, *read) == meta_finding::good);
}

TEST_CASE("what is no meta page, damaged or of a newer format is told apart") {
  meta_bytes bytes{};
  const auto read = std::make_unique<meta_page>();
  CHECK(decode_meta(bytes, *read) == meta_finding::not_a_meta);
  encode_meta(example(), bytes);
  bytes[100] ^= std::byte{1};
  CHECK(decode_meta(bytes, *read) == meta_finding::damaged);
  meta_page newer = example();
  newer.version = format_version + 1;
  encode_meta(newer, bytes);
  CHECK(decode_meta(bytes, *read) == meta_finding::unsupported_version);
}

TEST_CASE("figures that contradict each other are damage, even under a right checksum") {
  const auto read = std::make_unique<meta_page>();
  const auto finding = [&read](auto&& change) {
    meta_page meta = example();
    change(meta);
    meta_bytes bytes;
    encode_meta(meta, bytes);
    return decode_meta(bytes, *read);
  };
  CHECK(finding([](meta_page& meta) { meta.d = 0; }) == meta_finding::damaged);
  CHECK(finding([](meta_page& meta) { meta.base = meta.d; }) == meta_finding::damaged);
  CHECK(finding([](meta_page& meta) { meta.d = std::uint64_t{1} << 63U; }) == meta_finding::damaged);
  CHECK(finding([](meta_page& meta) { meta.mark = page_id_limit + 1; }) == meta_finding::damaged);
}

TEST_CASE("a manifest out of order, overlapping, empty or beyond the mark is refused") {
  meta_page meta = example();
  CHECK_FALSE(manifest_in_order(meta, 3));
  meta.runs[1] = {4, 1};
  CHECK_FALSE(manifest_in_order(meta, 2));
  meta.runs[1] = {5, 0};
  CHECK_FALSE(manifest_in_order(meta, 2));
  meta.runs[1] = {5, 995};
  CHECK(manifest_in_order(meta, 2));
  meta.runs[1] = {5, 996};
  CHECK_FALSE(manifest_in_order(meta, 2));
  meta.runs[1] = {0xFFFF'FFFF, 0xFFFF'FFFF};
  CHECK_FALSE(manifest_in_order(meta, 2));
}
