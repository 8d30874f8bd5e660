// SPDX-License-Identifier: MIT
//
// Measures macaw over each pager, and other stores beside it where they are installed, on the same data in one run.

#include "bars.hpp"
#include "ratio_table.hpp"
#include "report.hpp"
#include "results.hpp"
#include "suite.hpp"
#include "works.hpp"
#include "yardsticks.hpp"

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <cstddef>
#include <exception>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

namespace {

using namespace macaw_benchmark;

struct request {
  std::vector<std::size_t> rows{1'000'000};
  std::size_t text_rows = 0;  // half of the others
  std::size_t rounds = 5;
  selection wanted;
  std::string directory = ".";
  bool bars = false;
  std::string json_path;
  std::string report_path;
  std::string report_from;
};

void add_engines(suite& to) {
  add_file_pager(to);
#if defined(MACAW_BENCHMARK_HAVE_MMAP)
  add_mmap_pager(to);
#endif
  add_memory_pager(to);
#if defined(MACAW_BENCHMARK_HAVE_LMDB)
  add_lmdb(to);
#endif
#if defined(MACAW_BENCHMARK_HAVE_SQLITE)
  add_sqlite(to);
#endif
#if defined(MACAW_BENCHMARK_HAVE_LEVELDB)
  add_leveldb(to);
#endif
#if defined(MACAW_BENCHMARK_HAVE_ROCKSDB)
  add_rocksdb(to);
#endif
  add_std_map(to);
#if defined(MACAW_BENCHMARK_HAVE_ABSEIL)
  add_btree_map(to);
#endif
}

/// What the command line asks for. Exits where it asks for help or is wrong.
request parse(int argc, char** argv) {
  request wanted;
  bool quick = false;
  bool full = false;
  CLI::App options("Measures macaw and other stores on the same data, side by side, and prints ratios to LMDB.");
  options.add_option("--rows", wanted.rows, "rows of the table of numbers; several, to see how costs grow")
      ->delimiter(',')
      ->check(CLI::Range(std::size_t{1}, std::size_t{1} << 30));
  options.add_option("--text-rows", wanted.text_rows,
                     "rows of 24-byte texts and 150-byte values (default: half of them)");
  options.add_option("--rounds", wanted.rounds, "times that everything is measured")->check(CLI::PositiveNumber);
  options.add_option("--engines", wanted.wanted.engines, "only these, as file,mmap,lmdb")->delimiter(',');
  options
      .add_option("--works", wanted.wanted.works,
                  "only works with one of these in their names, as 'random get;full scan'")
      ->delimiter(';');
  options.add_option("--directory", wanted.directory, "where files go: on the medium to be measured")
      ->check(CLI::ExistingDirectory);
  options.add_option("--json", wanted.json_path, "write all that was found to this file");
  options.add_option("--report", wanted.report_path, "write a report as HTML to this file");
  options.add_option("--report-from", wanted.report_from, "measure nothing: make the report from this JSON")
      ->check(CLI::ExistingFile);
  options.add_flag("--bars", wanted.bars, "print too which of the ratios in bars.hpp were reached");
  options.add_flag("--quick", quick, "20,000 rows, three rounds: under a minute");
  options.add_flag("--full", full, "from ten thousand to ten million rows, three rounds: about an hour");
  try {
    options.parse(argc, argv);
  } catch (const CLI::ParseError& wrong) {
    std::exit(options.exit(wrong) == 0 ? 0 : 2);
  }
  if (quick) {
    wanted.rows = {20'000};
    wanted.rounds = 3;
  }
  if (full) {
    wanted.rows = {10'000, 100'000, 1'000'000, 10'000'000};
    wanted.rounds = 3;
  }
  return wanted;
}

/// Beyond a million rows only macaw and LMDB, unless engines are named: the others take too long.
selection engines_for(const request& asked, std::size_t rows) {
  selection result = asked.wanted;
  if (result.engines.empty() && rows > 1'000'000) result.engines = {"file", "mmap", "memory", "lmdb"};
  return result;
}

void write_file(const std::string& path, const std::string& text) {
  std::ofstream file(path);
  file << text;
  file.close();
  if (!file) throw std::runtime_error("cannot write " + path);
}

void print(const suite& run, bool bars) {
  std::cout << "\n"
            << run.size().rows << " rows of 8 + 8 bytes, " << run.size().text_rows << " texts; medians of "
            << run.size().rounds << " interleaved rounds; how many times better than LMDB [lower quartile; minimum to "
            << "maximum].\n\n"
            << ratio_table(run);
  if (bars) std::cout << "\n" << bar_table(run);
}

int measure(const request& asked) {
  const store_directory files(std::filesystem::absolute(asked.directory).string() + "/macaw-benchmark-files");
  machine_facts facts = machine_facts::here();
  facts.machine = measure_machine(files.path());
  std::vector<suite> runs;
  std::size_t failures = 0;
  runs.reserve(asked.rows.size());  // works point to their suites
  for (const std::size_t rows : asked.rows) {
    const scale size{rows, asked.text_rows > 0 ? asked.text_rows : std::max(rows / 2, std::size_t{1}), asked.rounds};
    suite& run = runs.emplace_back(size, files.path(), facts.machine, engines_for(asked, rows));
    add_engines(run);
    run.run();
    run.forget_runs();
    failures += run.failures();
    print(run, asked.bars);
  }
  const nlohmann::json found = to_json(facts, runs);
  if (!asked.json_path.empty()) write_file(asked.json_path, found.dump(1) + "\n");
  if (!asked.report_path.empty()) write_file(asked.report_path, report(found));
  return failures == 0 ? 0 : 1;
}

}  // namespace

int main(int argc, char** argv) {
  try {
    const request asked = parse(argc, argv);
    if (asked.report_from.empty()) return measure(asked);
    write_file(asked.report_path.empty() ? "report.html" : asked.report_path,
               report(nlohmann::json::parse(std::ifstream(asked.report_from))));
    return 0;
  } catch (const std::exception& failure) {
    std::cerr << "macaw_benchmarks: " << failure.what() << '\n';
    return 1;
  }
}
