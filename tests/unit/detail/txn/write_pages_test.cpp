// SPDX-License-Identifier: MIT

#include "support/small_engine.hpp"

#include <macaw/detail/tree/erase_range.hpp>
#include <macaw/detail/txn/write_pages.hpp>

#include <cstddef>
#include <cstdint>
#include <memory>

using namespace macaw;
using namespace macaw::detail;
using namespace macaw_test;

namespace {

using engine_type = engine<small_memory_config>;

page_ref only_leaf(engine_type& db) {
  const auto reader = db.begin_read();
  catalog_record record;
  REQUIRE(reader.find_table("t", record));
  REQUIRE(record.root.height == 1);
  return record.root.ref;
}

std::unique_ptr<engine_type> with_one_row() {
  auto db = engine_type::in_memory();
  const auto txn = db->begin_write();
  put(*txn, "t", 1, 1);
  txn->commit({});
  return db;
}

constexpr page_shape leaf_shape = make_shape(page_kind::leaf, 0, 8, 8);

std::byte* make_writable(write_set<small_memory_config>& txn, page_ref& ref) {
  return txn.writable(ref, txn.page(ref, leaf_shape, {}), whole_page<512>());
}

}  // namespace

TEST_CASE("a page is copied at its first change and changed in place from then on") {
  const auto db = with_one_row();
  const page_ref published = only_leaf(*db);
  const auto txn = db->begin_write();
  page_ref ref = published;
  CHECK_FALSE(txn->owned(ref));
  txn->reserve(1, 1);
  std::byte* const first = make_writable(*txn, ref);
  CHECK(ref.id != published.id);
  CHECK(txn->owned(ref));
  const page_ref own = ref;
  CHECK(make_writable(*txn, ref) == first);
  CHECK(ref == own);
  CHECK(txn->drops().size() == 1);
  CHECK(txn->drops().front().ref == published);
  CHECK(txn->dirty_bytes() == 512);
  txn->rollback();
  CHECK(only_leaf(*db) == published);
}

TEST_CASE("an inner level copies what the outer one made, and undoing it frees the copy alone") {
  const auto db = with_one_row();
  const auto txn = db->begin_write();
  txn->reserve(1, 0);
  const new_page outer = txn->create(leaf_shape);
  const auto level = txn->begin_level();
  CHECK_FALSE(txn->owned(outer.ref));
  page_ref ref = outer.ref;
  txn->reserve(1, 1);
  static_cast<void>(make_writable(*txn, ref));
  CHECK(ref != outer.ref);
  CHECK(txn->dirty_bytes() == 2 * 512);
  txn->rollback_level(level);
  CHECK(txn->dirty_bytes() == 512);
  CHECK(txn->owned(outer.ref));
  CHECK(txn->drops().empty());
  CHECK_FALSE(db->home().arena.is_live(ref.id));
  const auto kept = txn->begin_level();
  ref = outer.ref;
  txn->reserve(1, 1);
  static_cast<void>(make_writable(*txn, ref));
  txn->commit_level(kept);
  CHECK(txn->owned(ref));
  txn->rollback();
}

TEST_CASE("a frame of the same level is freed when it is dropped, and may be listed twice") {
  const auto db = with_one_row();
  const auto live = db->home().arena.live();
  const auto txn = db->begin_write();
  for (int i = 0; i < 50; ++i) {
    txn->reserve(1, 1);
    const new_page made = txn->create(leaf_shape);
    CHECK(txn->drops().empty());
    txn->drop(made.ref);
    CHECK(db->home().arena.live() == live);
  }
  CHECK(txn->made().size() == 50);
  txn->reserve(1, 1);
  static_cast<void>(txn->create(make_shape(page_kind::leaf, 0, 8, 8)));
  txn->rollback();
  CHECK(db->home().arena.live() == live);
}

TEST_CASE("new pages and the ends of pieces hold nothing of the past") {
  const auto db = with_one_row();
  const auto txn = db->begin_write();
  for (int i = 0; i < 3; ++i) {
    txn->reserve(1, 1);
    const new_page made = txn->create(leaf_shape);
    for (std::size_t at = page_header_size; at < 512; ++at) REQUIRE(made.bytes[at] == std::byte{0});
    std::memset(made.bytes, 0xEE, 512);
    txn->drop(made.ref);
  }
  const new_page piece = txn->create_piece(1000);
  const std::span<const std::byte> bytes = db->home().arena.piece(piece.ref.id);
  REQUIRE(bytes.size() == 3 * 512);
  for (std::size_t at = page_header_size + 1000; at < bytes.size(); ++at) REQUIRE(bytes[at] == std::byte{0});
  CHECK(piece_payload(bytes.data()) == 1000);
  txn->rollback();
}

TEST_CASE("pages are copied that the cache let go of while the same operation read many others") {
  constexpr std::uint64_t count = 180'000;
  testing::simulated_files disk;
  {
    const auto db = engine<small_file_config>::open("db", {}, disk);
    const auto txn = db->begin_write();
    for (std::uint64_t i = 0; i < count; ++i) put(*txn, "t", i, i);
    txn->commit({});
  }
  const auto db = engine<small_file_config>::open("db", {.cache_size = 0}, disk);
  const auto txn = db->begin_write();
  txn->before_change();
  table_state& table = txn->open_table("t");
  REQUIRE(table.record.root.branch_pages > 270);
  {
    const auto operation = txn->enter();
    const auto lower = key_bytes(500);
    const auto upper = key_bytes(count - 500);
    CHECK(erase_range(*txn, table.record.root, small_layout{}, bytes_view(lower), bytes_view(upper)) == count - 1000);
    table.mark_dirty();
  }
  txn->commit({});
  CHECK(read_table(db->begin_read(), "t").size() == 1000);
  REQUIRE_SOUND(*db);
}
