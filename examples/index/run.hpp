// SPDX-License-Identifier: MIT
//
// The whole run over one database, whatever its policies: update, queries, figures.

#pragma once

#include "indexer.hpp"
#include "options.hpp"
#include "queries.hpp"
#include "source_text.hpp"

#include <chrono>
#include <cstdio>
#include <string>
#include <vector>

namespace text_index {

/// One for each policy, so that each is compiled in a unit of its own. They return the program's status.
int run_file(const options& chosen);
int run_mmap(const options& chosen);
int run_memory(const options& chosen);

template <class Config>
int run(macaw::basic_database<Config> db, const options& chosen) {
  const auto start = std::chrono::steady_clock::now();
  const auto seconds = [start] {
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  };

  auto before = db.begin_read();  // keeps the state as it was, however much is changed
  const auto known = before[words].size();
  const std::vector<found_file> found = find_files(chosen.paths);
  const update_figures figures = indexer<Config>(db).update(found);
  const double indexed = seconds();

  auto now = db.begin_read();
  const macaw::basic_txn<Config>& txn = now;
  std::printf("%llu files added, %llu changed, %llu removed, %llu unchanged, %llu skipped\n",
              static_cast<unsigned long long>(figures.added), static_cast<unsigned long long>(figures.changed),
              static_cast<unsigned long long>(figures.removed), static_cast<unsigned long long>(figures.unchanged),
              static_cast<unsigned long long>(figures.skipped));
  std::printf("a snapshot from before the update still shows %llu words in lines, a new one %llu\n\n",
              static_cast<unsigned long long>(before[words].size()),
              static_cast<unsigned long long>(txn[words].size()));
  if (before[words].size() != known) return 1;

  for (const std::string& word : chosen.words.empty() ? std::vector<std::string>{"allocator"} : chosen.words) {
    show_word(txn, word);
  }
  for (const std::string& text : chosen.prefixes.empty() ? std::vector<std::string>{"string_"} : chosen.prefixes) {
    show_prefix(txn, text);
  }
  show_largest(txn);

  const auto rows = txn[files].size() + txn[paths].size() + txn[words].size() + txn[lines].size() + txn[sizes].size();
  const macaw::database_stats stats = db.stats();
  std::printf("\n%llu rows; %.1f MB of text indexed in %.2f s; queries %.1f ms; %s %.1f MB\n",
              static_cast<unsigned long long>(rows), static_cast<double>(figures.bytes) / 1e6, indexed,
              (seconds() - indexed) * 1e3, stats.file_size != 0 ? "file" : "memory",
              static_cast<double>(stats.file_size != 0 ? stats.file_size : stats.frame_bytes) / 1e6);
  return 0;
}

/// Chooses the page size among those compiled in. `Open` makes the database of a configuration.
template <template <std::size_t> class Config, class Open>
int run_with_page_size(const options& chosen, const Open& open) {
  switch (chosen.page_size) {
    case 1024: return run<Config<1024>>(open.template operator()<Config<1024>>(), chosen);
    case 16384: return run<Config<16384>>(open.template operator()<Config<16384>>(), chosen);
    default: return run<Config<4096>>(open.template operator()<Config<4096>>(), chosen);
  }
}

}  // namespace text_index
