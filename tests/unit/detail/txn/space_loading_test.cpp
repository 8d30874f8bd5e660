// SPDX-License-Identifier: MIT

#include "support/small_engine.hpp"

#include <macaw/detail/txn/space_loading.hpp>

#include <cstddef>
#include <cstdint>
#include <optional>

using namespace macaw;
using namespace macaw::detail;
using namespace macaw_test;

namespace {

using engine_type = engine<small_file_config>;

/// Keeps what a power cut leaves that comes before the next meta page is written, but after all pages are.
class cut_before_meta final : public testing::file_observer {
 public:
  explicit cut_before_meta(testing::simulated_files& disk) : disk_(disk) { disk_.add_observer(*this); }
  ~cut_before_meta() override { disk_.remove_observer(*this); }
  cut_before_meta(const cut_before_meta&) = delete;
  cut_before_meta& operator=(const cut_before_meta&) = delete;

  void observe(const testing::file_event& event) override {
    const bool is_meta = event.what == testing::file_event::kind::write && event.offset < first_page_offset;
    if (is_meta && !left) left = disk_.after_power_cut(testing::uniform_cut{true});
  }

  std::optional<testing::simulated_files> left;

 private:
  testing::simulated_files& disk_;
};

}  // namespace

TEST_CASE("a map that does not read stops writing, not reading, and can be rebuilt by a walk") {
  testing::simulated_files disk;
  page_ref head;
  {
    const auto db = engine_type::open("db", {}, disk);
    for (std::uint64_t round = 0; round < 60; ++round) {
      const auto txn = db->begin_write();
      for (std::uint64_t i = 0; i < 40; ++i) put(*txn, "t", (round * 40 + i) * 7919 % 1009, i);
      txn->commit({.two_phase = true});
    }
    head = db->home().living.meta.space_head;
  }
  REQUIRE(to_number(head.id) != 0);
  const std::byte noise[] = {std::byte{0x11}};
  disk.damage("db", std::uint64_t{to_number(head.id)} * 512 + 80, noise);
  rows expected;
  {
    const auto db = engine_type::open("db", {}, disk);
    expected = read_table(db->begin_read(), "t");
    CHECK(expected.size() > 900);
    try {
      static_cast<void>(db->begin_write());
      FAIL("the damage was not noticed");
    } catch (const error& failure) {
      CHECK(failure.kind() == errc::corrupt);
      CHECK(failure.page() == head.id);
    }
  }
  {
    const auto db = engine_type::open("db", {.rebuild_space_map = true}, disk);
    const auto txn = db->begin_write();
    put(*txn, "t", 5, 5);
    expected[5] = 5;
    txn->commit({});
    REQUIRE_SOUND(*db);
  }
  const auto db = engine_type::open("db", {}, disk);
  const auto txn = db->begin_write();
  put(*txn, "t", 6, 6);
  expected[6] = 6;
  txn->commit({});
  CHECK(read_table(db->begin_read(), "t") == expected);
  REQUIRE_SOUND(*db);
}

TEST_CASE("what the last commit is proven by outlives a rebuild of the map until the next one is durable") {
  std::size_t proven_logs = 0;
  for (std::uint64_t rounds = 60; rounds < 120; ++rounds) {
    testing::simulated_files disk;
    rows expected;
    {
      const auto db = engine_type::open("db", {}, disk);
      for (std::uint64_t round = 0; round < rounds; ++round) {
        const auto txn = db->begin_write();
        for (std::uint64_t i = 0; i < 12; ++i) {
          const std::uint64_t key = (round * 12 + i) * 7919 % 1009;
          put(*txn, "t", key, round);
          expected[key] = round;
        }
        txn->commit({});
      }
      const page_ref head = db->home().living.meta.space_head;
      proven_logs += head.birth == static_cast<std::uint32_t>(db->home().living.meta.d) ? 1U : 0U;
    }
    const cut_before_meta cut(disk);
    {
      const auto db = engine_type::open("db", {.rebuild_space_map = true}, disk);
      const auto txn = db->begin_write();
      for (std::uint64_t i = 0; i < 40; ++i) put(*txn, "t", i * 7919 % 1009, 1);
      txn->commit({});
      REQUIRE_SOUND(*db);
    }
    REQUIRE(cut.left);
    const auto db = engine_type::open("db", {.rebuild_space_map = true}, *cut.left);
    CHECK(read_table(db->begin_read(), "t") == expected);
    db->begin_write()->commit({});
    REQUIRE_SOUND(*db);
  }
  CHECK(proven_logs > 10);
}

TEST_CASE("a walk visits every page that a state reaches, each once") {
  testing::simulated_files disk;
  const auto db = engine_type::open("db", {}, disk);
  for (const char* name : {"a", "b", "c"}) {
    const auto txn = db->begin_write();
    for (std::uint64_t i = 0; i < 400; ++i) put(*txn, name, i, i);
    txn->commit({});
  }
  page_uses uses(16, db->home().space->mark());
  std::uint64_t pages = 0;
  walk_state(db->home(), db->home().newest.catalog, [&](page_run run) {
    CHECK(uses.note(run, page_uses::use::tree) == nullptr);
    pages += run.pages;
  });
  const space_map& map = *db->home().space;
  CHECK(pages == map.mark() - 16 - map.allocatable() - map.pending() - map.log_pages());
}

TEST_CASE("a page of a tree that the meta page names as one of the log is refused, and not taken for proven") {
  testing::simulated_files disk;
  page_ref leaf;
  {
    const auto db = engine_type::open("db", {}, disk);
    const auto txn = db->begin_write();
    put(*txn, "t", 1, 1);
    txn->commit({.two_phase = true});
    leaf = db->home().newest.catalog.ref;
  }
  const auto write = [&](std::uint64_t offset, bytes_view bytes) { disk.damage("db", offset, bytes); };
  auto file = disk.open("db", open_mode::read_only);
  // The leaf's cell lies about its size; only validation can tell, since the checksum is right.
  std::array<std::byte, 512> page;
  file.read(std::uint64_t{to_number(leaf.id)} * 512, page);
  const auto living = read_meta(file, 0, file.size()).meta.d > read_meta(file, 1, file.size()).meta.d ? 0U : 1U;
  meta_page meta = read_meta(file, living, file.size()).meta;
  store_le(page.data() + header_field::heap_size, std::uint32_t{3});
  seal_page<xxh3>(page.data(), page.size(), leaf.id, load_birth(page.data()), uuid_seed(meta.uuid));
  write(std::uint64_t{to_number(leaf.id)} * 512, page);
  meta.space_head = leaf;
  std::array<std::byte, meta_size> bytes;
  encode_meta(meta, bytes);
  write(meta_offset[living], bytes);
  const auto db = engine_type::open("db", {}, disk);
  for (int attempt = 0; attempt < 2; ++attempt) {
    CHECK_THROWS_AS(db->begin_write(), error);
    CHECK_THROWS_AS(read_table(db->begin_read(), "t"), error);
  }
}
