// SPDX-License-Identifier: MIT
//
//     macaw_interleavings [readers|pages|databases|all [part of a scenario's name [interruptions beyond the usual]]]

#include "interleavings/scenarios.hpp"

#include <cinttypes>
#include <cstdio>
#include <cstdlib>
#include <string_view>

namespace macaw_test {

exploration report::print(const char* what, exploration_limits limits, const maker& make) {
  limits.preemptions += more_;
  const exploration done = explore(limits, make);
  runs_ += done.runs;
  std::printf("%9" PRIu64
              " interleavings of %zu threads, up to %zu points, %u interruptions, %u stores held back: %s\n",
              done.runs, limits.threads, done.longest, limits.preemptions, limits.delays, what);
  std::fflush(stdout);
  return done;
}

void report::expect_sound(const char* what, const exploration_limits& limits, const maker& make) {
  if (!wanted(what)) return;
  const exploration done = print(what, limits, make);
  if (done.failure.empty()) return;
  std::printf("          FAILED: %s\n", done.failure.c_str());
  failed_ = true;
}

void report::expect_found(const char* what, const exploration_limits& limits, const maker& make) {
  if (!wanted(what)) return;
  const exploration done = print(what, limits, make);
  if (!done.failure.empty()) {
    std::printf("          found, as it should be: %s\n", done.failure.c_str());
    return;
  }
  std::printf("          FAILED: it was not found\n");
  failed_ = true;
}

}  // namespace macaw_test

int main(int count, char** arguments) {
  const std::string_view name = count > 1 && arguments[1] != std::string_view("all") ? arguments[1] : "";
  const std::string_view chosen = count > 2 ? arguments[2] : "";
  const auto more = static_cast<unsigned>(count > 3 ? std::strtoul(arguments[3], nullptr, 10) : 0);
  macaw_test::report result(chosen, more);
  macaw_test::group::explore_all(name, result);
  std::printf("%9" PRIu64 " interleavings\n", result.runs());
  return result.failed() || result.runs() == 0 ? 1 : 0;
}
