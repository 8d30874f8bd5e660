// SPDX-License-Identifier: MIT

#include "suite.hpp"

#include <benchmark/benchmark.h>

#include <algorithm>
#include <exception>
#include <utility>

namespace macaw_benchmark {

void suite::add(std::string_view work, std::string_view engine, std::function<measurement()> run) {
  if (std::find(works_.begin(), works_.end(), work) == works_.end()) works_.emplace_back(work);
  entries_[std::string(work)][std::string(engine)].run = std::move(run);
}

void suite::enlist() {
  for (std::size_t round = 1; round <= size_.rounds; ++round) {
    for (const std::string& work : works_) {
      for (const std::string& engine : engines_) {
        const auto found = entries_[work].find(engine);
        if (found != entries_[work].end()) enlist(work, engine, found->second, round);
      }
    }
  }
}

/// One iteration, whose "manual time" is the time of one operation, so that Google Benchmark's own output and
/// JSON say the same as the table.
void suite::enlist(const std::string& work, const std::string& engine, entry& what, std::size_t round) {
  const auto run = [this, &what, round](benchmark::State& state) {
    for (auto iteration : state) {
      static_cast<void>(iteration);
      try {
        const measurement result = what.run();
        what.found[round] = result;
        if (result.unit == unit::nanoseconds_per_operation) {
          state.SetIterationTime(result.amount * 1e-9);
        } else {
          state.SetIterationTime(0);
          state.counters["bytes_per_row"] = result.amount;
        }
      } catch (const std::exception& failure) {
        ++failures_;
        state.SkipWithError(failure.what());
        break;
      }
    }
  };
  const std::string name = work + "/" + engine + "/" + std::to_string(round);
  benchmark::RegisterBenchmark(name.c_str(), run)->Iterations(1)->UseManualTime()->Unit(benchmark::kNanosecond);
}

const samples& suite::results(const std::string& work, const std::string& engine) const {
  static const samples none;
  const auto engines = entries_.find(work);
  if (engines == entries_.end()) return none;
  const auto found = engines->second.find(engine);
  return found == engines->second.end() ? none : found->second.found;
}

}  // namespace macaw_benchmark
