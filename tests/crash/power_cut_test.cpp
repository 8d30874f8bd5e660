// SPDX-License-Identifier: MIT

#include "crash/crash_life.hpp"
#include "support/random.hpp"

namespace {

template <class Config>
void live(unsigned lives, unsigned transactions, unsigned cuts_per_event) {
  const std::uint64_t seed = macaw_test::seed();
  std::uint64_t cuts = 0;
  for (unsigned life = 0; life < lives; ++life) {
    INFO("MACAW_SEED=" << seed + life);
    macaw_test::crash_life<Config> alive(seed + life, cuts_per_event);
    alive.run(transactions);
    cuts += alive.cuts();
  }
  WARN(cuts << " power cuts survived");
  CHECK(cuts > 0);
}

}  // namespace

TEST_CASE("a power cut leaves the last acknowledged commit or the one under way: file pager, pages of 512 bytes") {
  live<macaw_test::simulated_file_config<512>>(6, 40, 3);
}

TEST_CASE("a power cut leaves the last acknowledged commit or the one under way: mapped pager, pages of 512 bytes") {
  live<macaw_test::simulated_mmap_config<512>>(6, 40, 3);
}

TEST_CASE("a power cut leaves the last acknowledged commit or the one under way: pages of 4096 bytes") {
  live<macaw_test::simulated_file_config<4096>>(3, 40, 3);
}
