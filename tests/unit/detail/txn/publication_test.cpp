// SPDX-License-Identifier: MIT

#include "support/small_engine.hpp"

#include <macaw/detail/txn/publication.hpp>

using namespace macaw;
using namespace macaw::detail;
using namespace macaw_test;

namespace {

using engine_type = engine<small_memory_config>;

void churn(engine_type& db, int rounds) {
  for (int round = 0; round < rounds; ++round) {
    const auto txn = db.begin_write();
    for (std::uint64_t i = 0; i < 30; ++i) put(*txn, "t", i * 37 % 500, txn->id().value);
    txn->commit({});
  }
}

}  // namespace

TEST_CASE("a snapshot never changes, however much is published after it") {
  const auto db = engine_type::in_memory();
  churn(*db, 3);
  std::vector<std::pair<snapshot<small_memory_config>, rows>> held;
  for (int i = 0; i < 20; ++i) {
    auto reader = db->begin_read();
    rows seen = read_table(reader, "t");
    held.emplace_back(std::move(reader), std::move(seen));
    churn(*db, 3);
    for (const auto& [snapshot, expected] : held) REQUIRE(read_table(snapshot, "t") == expected);
    if (i % 3 == 0) held.erase(held.begin());
  }
  REQUIRE_SOUND(*db);
}

TEST_CASE("a long reader holds only what it can see: memory stays bounded") {
  const auto db = engine_type::in_memory();
  churn(*db, 20);
  const auto plain = db->home().arena.live();
  const auto held = db->begin_read();
  churn(*db, 100);
  const auto with_reader = db->home().arena.live();
  churn(*db, 1000);
  CHECK(db->home().arena.live() <= with_reader + 200);
  CHECK(with_reader <= 2 * plain + 300);
  REQUIRE_SOUND(*db);
}

TEST_CASE("copies of a snapshot see the same state; refreshing moves to the newest") {
  const auto db = engine_type::in_memory();
  churn(*db, 2);
  auto reader = db->begin_read();
  const auto copy = reader;
  const rows before = read_table(reader, "t");
  churn(*db, 2);
  reader.refresh();
  CHECK(read_table(copy, "t") == before);
  CHECK(read_table(reader, "t") != before);
  CHECK(copy.id() < reader.id());
}
