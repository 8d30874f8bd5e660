// SPDX-License-Identifier: MIT
//
// Measures macaw over each pager, and LMDB where it is installed, on the same data in one run. Options of
// Google Benchmark apply; these are its own, from the environment:
//
//     MACAW_BENCHMARK_ROWS        rows of the large table (1,000,000)
//     MACAW_BENCHMARK_ROUNDS      times that everything is measured (5)
//     MACAW_BENCHMARK_DIRECTORY   where files go, on the medium to be measured (the working directory)

#include "ratio_table.hpp"
#include "suite.hpp"
#include "works.hpp"

#include <benchmark/benchmark.h>

#include <algorithm>
#include <cstddef>
#include <cstdlib>
#include <iostream>
#include <string>

namespace {

std::size_t number_from_environment(const char* name, std::size_t otherwise) {
  const char* const given = std::getenv(name);
  return given == nullptr ? otherwise : std::max(std::size_t{1}, std::size_t{std::strtoull(given, nullptr, 10)});
}

std::string directory_from_environment() {
  const char* const given = std::getenv("MACAW_BENCHMARK_DIRECTORY");
  return std::string(given == nullptr ? "." : given) + "/macaw-benchmark-files";
}

void add_engines(macaw_benchmark::suite& to) {
  macaw_benchmark::add_file_pager(to);
#if defined(MACAW_BENCHMARK_HAVE_MMAP)
  macaw_benchmark::add_mmap_pager(to);
#endif
  macaw_benchmark::add_memory_pager(to);
#if defined(MACAW_BENCHMARK_HAVE_LMDB)
  macaw_benchmark::add_lmdb(to);
#endif
}

}  // namespace

int main(int argc, char** argv) {
  benchmark::Initialize(&argc, argv);
  if (benchmark::ReportUnrecognizedArguments(argc, argv)) return 2;
  const std::size_t rows = number_from_environment("MACAW_BENCHMARK_ROWS", 1'000'000);
  const std::size_t rounds = number_from_environment("MACAW_BENCHMARK_ROUNDS", 5);
  const macaw_benchmark::database_directory directory(directory_from_environment());
  macaw_benchmark::suite suite(macaw_benchmark::scale::of(rows, rounds), directory_from_environment());
  add_engines(suite);
  suite.enlist();

  benchmark::ConsoleReporter progress(benchmark::ConsoleReporter::OO_Tabular);
  progress.SetOutputStream(&std::cerr);
  benchmark::RunSpecifiedBenchmarks(&progress);
  benchmark::Shutdown();
  std::cout << "\n"
            << rows << " rows of 8 + 8 bytes; medians of " << rounds
            << " interleaved rounds; how many times better than LMDB [lower quartile].\n"
            << "Synced works: time passed; others: processor time.\n\n"
            << macaw_benchmark::ratio_table(suite);
  return suite.failures() == 0 ? 0 : 1;
}
