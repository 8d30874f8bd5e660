// SPDX-License-Identifier: MIT
//
// A program is tested against power cuts: everything that a cut may leave of its file is opened and looked at.

#include <macaw/macaw.hpp>
#include <macaw/testing/disk_trace.hpp>

#include <cstdint>
#include <iostream>
#include <string>

// The program under test: it moves money between accounts, and numbers what it does.
constexpr macaw::table<std::string, std::int64_t> accounts{"accounts"};
constexpr macaw::table<std::string, std::uint64_t> counters{"counters"};

template <class Config>
void transfer(macaw::basic_database<Config>& db, std::uint64_t number, std::int64_t amount) {
  db.write([&](auto& txn) {
    txn[accounts].put("ada", txn[accounts].get("ada").value_or(100) - amount);
    txn[accounts].put("grace", txn[accounts].get("grace").value_or(0) + amount);
    txn[counters].put("transfers", number);
  });
}

// The test.
struct tested : macaw::file_config<4096> {
  using file_system = macaw::testing::simulated_files;
};
using tested_database = macaw::basic_database<tested>;

int main() {
  macaw::testing::simulated_files disk;
  macaw::testing::disk_trace trace(disk);
  {
    auto db = tested_database::open("bank", {}, disk);
    for (std::uint64_t number = 1; number <= 3; ++number) {
      trace.begin(number);
      transfer(db, number, 7);
      trace.acknowledge(number);
    }
  }
  bool holds = true;
  const std::size_t states =
      trace.for_each_state({.exhaustive_parts = 8, .paired_parts = 20}, [&](auto left, auto bounds) {
        auto db = tested_database::open("bank", {}, left);
        const std::uint64_t number = db.get(counters, "transfers").value_or(0);
        const std::int64_t sum = db.get(accounts, "ada").value_or(100) + db.get(accounts, "grace").value_or(0);
        holds = holds && sum == 100 && bounds.acknowledged <= number && number <= bounds.begun;
      });
  std::cout << states << " states, and the promise " << (holds ? "holds\n" : "is broken\n");
  return holds && states > 100 ? 0 : 1;
}
