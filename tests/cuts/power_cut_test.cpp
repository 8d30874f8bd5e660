// SPDX-License-Identifier: MIT
//
// The power is cut: a real file system on a device of its own loses all that is not on the device, its own log
// included, at a random moment or at a chosen effect, and is mounted again. Some of the blocks that were written have
// been pushed out before, in no order.

#include "cuts/mounts.hpp"
#include "cuts/tested_life.hpp"
#include "support/catch.hpp"
#include "support/random.hpp"

#include <macaw/error.hpp>

#include <array>
#include <cstdint>
#include <random>
#include <string>
#include <vector>

#include <signal.h>
#include <unistd.h>

namespace {

using macaw_test::end_plan;
using macaw_test::image_device;
using macaw_test::life_plan;
using macaw_test::mounted;
using macaw_test::pager_kind;

/// A file system of the machine's, and the ways to mount it.
struct real_file_system {
  std::string type;
  std::string make_command;
  std::uint64_t size;
  std::vector<std::string> options;
};

real_file_system ext4() {
  return {.type = "ext4",
          .make_command = "mkfs.ext4 -q -F -b 4096 -J size=4 -E lazy_itable_init=0,lazy_journal_init=0",
          .size = std::uint64_t{96} << 20,
          .options = {"", "data=writeback", "nodelalloc", "data=writeback,nodelalloc"}};
}
real_file_system xfs() {
  return {.type = "xfs", .make_command = "mkfs.xfs -q -f", .size = std::uint64_t{320} << 20, .options = {""}};
}

/// A file on a file system that is cut off again and again.
class cut_campaign {
 public:
  cut_campaign(mounted& disk, const real_file_system& system, pager_kind pager, std::uint64_t seed)
      : disk_(disk), system_(system), pager_(pager), random_(seed), file_(disk.path(), seed) {}

  void run(unsigned cuts) {
    while (counts_.cuts < cuts) {
      INFO("cut " << counts_.cuts);
      cut_life();
      // The recovery from a cut is cut off in its turn.
      while (random_() % 4 == 0) cut_recovery();
      const std::string fault = file_.judge(random_pager());
      REQUIRE(fault == "");
    }
    counts_.add(file_);
  }

  [[nodiscard]] const macaw_test::life_counts& counts() const noexcept { return counts_; }

 private:
  void cut_life() {
    life_plan plan{.pager = pager_, .seed = random_(), .commits = 1 + random_() % 60};
    if (random_() % 3 == 0) {
      plan.end = random_end(macaw_test::end_plan::never);
      file_.live(plan, {.time = random_() % 30'000, .stop = [&] { disk_.cut(); }});
      note_failure();
    } else {
      plan.end = random_end(random_() % (file_.exists() ? 150 : 15));
      file_.live(plan);
      CHECK_FALSE(file_.report().failure.has_value());
    }
    come_back(false);
  }
  void cut_recovery() {
    file_.live({.pager = random_pager(), .seed = random_(), .end = random_end(random_() % 3)});
    CHECK_FALSE(file_.report().failure.has_value());
    come_back(true);
  }

  /// Once the file system is gone, every call fails, and says why.
  void note_failure() {
    if (!file_.report().failure.has_value()) return;
    const auto kind = static_cast<macaw::errc>(*file_.report().failure);
    CHECK((kind == macaw::errc::io || kind == macaw::errc::read_only));
  }

  void come_back(bool is_recovery) {
    counts_.add_life(file_, true, is_recovery);
    disk_.cut();  // where the child has closed the database and gone
    disk_.remount_anew(system_.options[random_() % system_.options.size()]);
    REQUIRE(disk_.fault() == "");
  }

  [[nodiscard]] end_plan random_end(std::uint64_t effect) {
    constexpr std::array<std::uint32_t, 4> shares{0, 2, 8, 14};
    return {.effect = effect,
            .place = static_cast<macaw_test::end_place>(random_() % 3),
            .pushed_of_16 = shares[random_() % 4],
            .seed = random_(),
            .end = [directory = disk_.directory()] {
              mounted::shut_down(directory);
              ::kill(::getpid(), SIGKILL);
              for (;;) ::pause();
            }};
  }
  [[nodiscard]] pager_kind random_pager() {
    const std::vector<pager_kind> kinds = macaw_test::pager_kinds();
    return kinds[random_() % kinds.size()];
  }

  mounted& disk_;
  const real_file_system& system_;
  pager_kind pager_;
  std::mt19937_64 random_;
  macaw_test::tested_file file_;
  macaw_test::life_counts counts_;
};

void say_left_out(const real_file_system& system, const std::string& why) {
  WARN(system.type << " is left out: " << why);
}

/// Cuts the power so many times with each pager.
void cut_power_on(const real_file_system& system, unsigned cuts) {
  if (!macaw_test::why_no_mounts().empty()) return macaw_test::say_skipped(macaw_test::why_no_mounts());
  const image_device device(system.make_command, system.size);
  if (!device.fault().empty()) return say_left_out(system, device.fault());
  mounted disk(device.path(), system.type, "");
  if (!disk.fault().empty()) return say_left_out(system, disk.fault());
  for (const pager_kind pager : macaw_test::pager_kinds()) {
    const std::uint64_t seed = macaw_test::seed() + static_cast<std::uint64_t>(pager);
    INFO(system.type << ", MACAW_SEED=" << seed);
    cut_campaign campaign(disk, system, pager, seed);
    campaign.run(cuts);
    CHECK(campaign.counts().commits > campaign.counts().cuts);
    WARN(system.type << ": " << campaign.counts().to_text());
  }
}

}  // namespace

TEST_CASE("what a power cut leaves on ext4 is exactly one of the commits") {
  cut_power_on(ext4(), macaw_test::rounds(30));
}

TEST_CASE("what a power cut leaves on XFS is exactly one of the commits") {
  cut_power_on(xfs(), macaw_test::rounds(30));
}
