// SPDX-License-Identifier: MIT
//
// The list of works. An engine takes part by a file of its own that calls `add_works`, see engines/.

#pragma once

#include "engine.hpp"
#include "subject.hpp"
#include "suite.hpp"
#include "works/committing.hpp"
#include "works/loading.hpp"
#include "works/reading.hpp"

#include <memory>
#include <string_view>
#include <utility>

namespace macaw_benchmark {

template <engine E>
void add_works(suite& to) {
  to.add_engine(E::name);
  const auto subject = std::make_shared<macaw_benchmark::subject<E>>(to);
  const auto add = [&](std::string_view work, auto run) {
    to.add(work, E::name, [subject, run = std::move(run)] { return run(*subject); });
  };
  using with = macaw_benchmark::subject<E>;
  add("ascending load, synced", [](with& of) { return ascending_load(of); });
  add("ascending appends", [](with& of) { return ascending_appends(of); });
  add("random load, transactions of 1", [](with& of) { return random_load(of, of.size().small_rows, 1); });
  add("random load, transactions of 100", [](with& of) { return random_load(of, of.size().small_rows, 100); });
  add("random load, transactions of 10,000", [](with& of) { return random_load(of, of.size().rows, 10'000); });
  add("random erase", [](with& of) { return random_erase(of); });
  add("random get", [](with& of) { return random_get(of); });
  add("missing get", [](with& of) { return missing_get(of); });
  add("get of 16 keys at once, per key", [](with& of) { return grouped_get(of); });
  add("full scan, per row", [](with& of) { return full_scan(of); });
  add("range of 100 rows", [](with& of) { return short_ranges(of); });
  add("begin and end of a read transaction", [](with& of) { return begin_and_end(of); });
  add("read transaction of one get", [](with& of) { return single_gets(of); });
  if constexpr (E::has_file) {
    add("file after random load, per row", [](with& of) { return file_size(of); });
    add("synced transaction of 1 put", [](with& of) { return synced_commits(of, 1); });
    add("synced transaction of 100 puts", [](with& of) { return synced_commits(of, 100); });
  }
}

// Each defined in engines/.
void add_file_pager(suite& to);
void add_mmap_pager(suite& to);
void add_memory_pager(suite& to);
void add_lmdb(suite& to);

}  // namespace macaw_benchmark
