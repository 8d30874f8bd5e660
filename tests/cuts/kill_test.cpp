// SPDX-License-Identifier: MIT
//
// Programs that are killed while they commit, open, make, close or copy a database. All that they wrote is left.

#include "cuts/tested_life.hpp"
#include "support/catch.hpp"
#include "support/random.hpp"
#include "support/temp_directory.hpp"

#include <cstdint>
#include <random>
#include <string>

#include <signal.h>
#include <unistd.h>

namespace {

using macaw_test::end_plan;
using macaw_test::life_plan;
using macaw_test::pager_kind;

[[noreturn]] void kill_oneself() {
  ::kill(::getpid(), SIGKILL);
  for (;;) ::pause();
}

end_plan random_end(std::mt19937_64& random, std::uint64_t effects_max) {
  return {.effect = random() % effects_max,
          .place = static_cast<macaw_test::end_place>(random() % 3),
          .seed = random(),
          .end = kill_oneself};
}

void kill_often(const std::string& parent, pager_kind pager, unsigned kills) {
  const std::uint64_t seed = macaw_test::seed() + static_cast<std::uint64_t>(pager);
  INFO(parent << ", MACAW_SEED=" << seed);
  std::mt19937_64 random(seed);
  const macaw_test::temp_directory home(parent);
  macaw_test::tested_file file(home.path(), seed);
  macaw_test::life_counts counts;
  while (counts.cuts < kills) {
    INFO("kill " << counts.cuts);
    life_plan plan{.pager = pager, .seed = random(), .commits = 1 + random() % 60};
    if (random() % 3 == 0) {
      file.live(plan, {.time = random() % 20'000});
    } else {
      plan.end = random_end(random, file.exists() ? 150 : 15);
      file.live(plan);
    }
    counts.add_life(file, file.report().cut_off, false);
    CHECK_FALSE(file.report().failure.has_value());
    // What is left may be opened by one who is killed in his turn.
    while (random() % 4 == 0) {
      file.live({.pager = pager, .seed = random(), .end = random_end(random, 3)});
      counts.add_life(file, file.report().cut_off, true);
      CHECK_FALSE(file.report().failure.has_value());
    }
    const std::string fault = file.judge(pager);
    REQUIRE(fault == "");
  }
  counts.add(file);
  CHECK(counts.commits > counts.cuts);
  WARN(counts.to_text());
}

}  // namespace

// What a killed process leaves is in the system's cache, so it makes no difference to the judge whether there is a
// disk; to the moments of death it does.
TEST_CASE("a program that is killed leaves exactly one of its commits") {
  const bool has_memory = ::access("/dev/shm", W_OK) == 0;
  const std::string places[] = {macaw_test::temp_directory::usual_parent(), "/dev/shm"};
  for (const std::string& place : places) {
    for (const pager_kind pager : macaw_test::pager_kinds()) {
      kill_often(has_memory ? place : places[0], pager, macaw_test::rounds(140));
    }
  }
}
