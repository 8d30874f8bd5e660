// SPDX-License-Identifier: MIT
//
// What reading costs in atomic read-modify-writes and locks, counted.

#include "atomics/counted_atomics.hpp"

#include <macaw/detail/os/process_barrier.hpp>
#include <macaw/macaw.hpp>
#include <macaw/ops/check.hpp>
#include <macaw/storage/memory_files.hpp>
#include <macaw/storage/mmap_pager.hpp>

#include <cstdint>
#include <cstdio>

namespace {

struct cached : macaw::file_config<4096> {
  using file_system = macaw::memory_files;
};

struct mapped : macaw::file_config<4096> {
  using file_system = macaw::memory_files;
  template <class C>
  using pager = macaw::mmap_pager<C::page_size, typename C::file_system>;
};

constexpr macaw::table<std::uint64_t, std::uint64_t> numbers{"numbers"};

bool failed = false;

/// Counts what `f()` does, once it has been done before, and holds it to a bound.
template <class F>
void expect_at_most(std::size_t most, const char* pager, const char* what, const F& f) {
  f();
  const macaw_test::atomic_counts before = macaw_test::counted_atomics();
  f();
  const macaw_test::atomic_counts after = macaw_test::counted_atomics();
  const std::size_t changes = after.read_modify_writes - before.read_modify_writes;
  const std::size_t locks = after.locks - before.locks;
  std::printf("%-8s %-28s %zu read-modify-writes, %zu locks\n", pager, what, changes, locks);
  if (changes > most || locks > 0) {
    std::printf("  too many: at most %zu, and no lock\n", most);
    failed = true;
  }
}

template <class Database>
void count(const char* pager, Database db, std::size_t most_in_lookup) {
  db.write([](auto& txn) {
    for (std::uint64_t i = 0; i < 100'000; ++i) txn[numbers].append(i, i);
  });
  expect_at_most(1, pager, "begin and end of a reader", [&] { static_cast<void>(db.begin_read().id()); });
  const auto txn = db.begin_read();
  const auto table = txn[numbers];
  expect_at_most(most_in_lookup, pager, "a lookup", [&] { failed |= table.get(77'777) != 77'777U; });
  failed |= !db.check().ok();
}

}  // namespace

int main() {
  count("memory", macaw::basic_database<macaw::memory_config<4096>>::in_memory(), 0);
  macaw::memory_files files;
  // Without fences of the whole process an exchange says that the thread looks at the cache's frames.
  const std::size_t exchanges = macaw::detail::process_barrier().is_available() ? 0 : 1;
  count("cached", macaw::basic_database<cached>::open("cached", {}, files), exchanges);
  count("mapped", macaw::basic_database<mapped>::open("mapped", {}, files), 0);
  return failed ? 1 : 0;
}
