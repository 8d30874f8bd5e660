// SPDX-License-Identifier: MIT
//
// Faults while another thread waits. Apart from the sweeps: ThreadSanitizer runs only what has threads.

#include "fault/fault_life.hpp"
#include "support/catch.hpp"

#include <thread>

TEST_CASE("who waits for a commit that ends in an unknown state writes nothing either") {
  macaw_test::faulty_memory_files files;
  auto db = macaw::basic_database<macaw_test::faulty_file_config>::open("db", {}, files);
  db.write([](auto& txn) { txn[macaw_test::lines].put(1, "deferred"); }, {.durability = macaw::durability::deferred});
  auto txn = db.begin_write();
  txn[macaw_test::lines].put(2, "two");
  macaw::errc found{};
  std::thread waiting([&] {
    try {
      db.sync();
    } catch (const macaw::error& failure) {
      found = failure.kind();
    }
  });
  files.faults().fail({.kind = macaw::errc::io, .persists = true, .of = macaw::testing::file_call::sync});
  CHECK_THROWS_AS(txn.commit(), macaw::error);
  waiting.join();
  CHECK(found == macaw::errc::poisoned);
}
