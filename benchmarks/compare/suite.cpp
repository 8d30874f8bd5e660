// SPDX-License-Identifier: MIT

#include "suite.hpp"

#include <algorithm>
#include <cstdio>
#include <exception>
#include <iostream>

namespace macaw_benchmark {

bool selection::has_engine(std::string_view name) const {
  return engines.empty() || std::find(engines.begin(), engines.end(), name) != engines.end();
}

bool selection::has_work(std::string_view name) const {
  return works.empty() || std::any_of(works.begin(), works.end(), [&](const std::string& part) {
           return name.find(part) != std::string_view::npos;
         });
}

void suite::add(std::string_view engine, std::string_view name, unit in, double bound, std::function<double()> run) {
  if (!wanted_.has_engine(engine) || !wanted_.has_work(name)) return;
  if (std::find(engines_.begin(), engines_.end(), engine) == engines_.end()) engines_.emplace_back(engine);
  auto at = std::find_if(works_.begin(), works_.end(), [&](const work& other) { return other.name == name; });
  if (at == works_.end()) at = works_.insert(at, {std::string(name), in, bound, {}, {}});
  at->runs.emplace(engine, std::move(run));
}

void suite::run() {
  for (std::size_t round = 1; round <= size_.rounds; ++round) {
    for (work& what : works_) {
      for (const std::string& engine : engines_) {
        if (what.runs.contains(engine)) run(what, engine, round);
      }
    }
  }
}

void suite::forget_runs() noexcept {
  for (work& what : works_) what.runs.clear();
}

void suite::run(work& what, const std::string& engine, std::size_t round) {
  std::cerr << size_.rows << " rows, round " << round << ": " << what.name << ", " << engine << std::flush;
  try {
    const double amount = what.runs.at(engine)();
    what.found[engine][round] = amount;
    std::cerr << ": " << amount << '\n';
  } catch (const std::exception& failure) {
    ++failures_;
    std::cerr << ": FAILED: " << failure.what() << '\n';
  }
}

}  // namespace macaw_benchmark
