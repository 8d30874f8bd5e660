// SPDX-License-Identifier: MIT
//
// Every crash of short programs, and many of long ones. MACAW_ROUNDS says how much of it: campaign.sh.

#include "crash/crash_program.hpp"
#include "support/catch.hpp"
#include "support/random.hpp"

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <utility>

namespace {

using namespace macaw_test;

/// All sequences of up to three actions, on all trees to start from, in an order that mixes them: so the first few
/// are a sample, and as many as there are, all of them.
class action_sequences {
 public:
  static constexpr std::uint64_t trees = 24;
  static constexpr std::uint64_t choices = crash_action_count + 1;  // or none
  static constexpr std::uint64_t count = trees * choices * choices * choices;

  explicit action_sequences(std::uint64_t number) : number_(number * 7919 % count) {}

  [[nodiscard]] std::uint64_t tree() const noexcept { return number_ % trees; }
  /// Calls `f(crash_action, draw)` for each action.
  template <class F>
  void for_each(F f) const {
    std::uint64_t rest = number_ / trees;
    for (int i = 0; i < 3; ++i, rest /= choices) {
      if (rest % choices != crash_action_count) f(static_cast<crash_action>(rest % choices), number_ * 31 + rest);
    }
  }

 private:
  std::uint64_t number_;
};
static_assert(action_sequences::count % 7919 != 0);

/// Up to 16 parts in all combinations, and up to 200 in pairs, in a campaign; else less of everything.
campaign_plan usual_plan() {
  if (rounds(24) > 24) return {};
  return {
      .first = {.exhaustive_parts = 8, .paired_parts = 16, .draws = 60}, .deeper_every = {32, 100}, .failed_draws = 12};
}

/// Goes through so many sequences, those of `MACAW_SEED` first.
template <class Config>
void try_sequences(std::uint64_t sequences, const campaign_plan& plan) {
  crash_campaign<Config> campaign(plan, seed());
  std::map<std::uint64_t, std::pair<simulated_files, step_pointer>> trees;
  for (std::uint64_t i = 0; i < sequences && i < action_sequences::count; ++i) {
    const action_sequences sequence(seed() + i);
    INFO("MACAW_SEED=" << seed() + i);
    if (!trees.contains(sequence.tree())) trees.emplace(sequence.tree(), seed_tree<Config>(sequence.tree()));
    const auto& [disk, model] = trees.at(sequence.tree());
    crash_program<Config> program(disk.duplicate(), model);
    program.open();
    sequence.for_each([&](crash_action action, std::uint64_t draw) { program.step(action, draw); });
    program.close();
    REQUIRE(program.fault() == "");
    program.trace().take_window();
    REQUIRE(campaign.judge(program.trace().windows(), program.history()) == "");
  }
  WARN(campaign.counts().to_text());
  CHECK(campaign.counts().states[0] > sequences);
}

}  // namespace

TEST_CASE("every crash of three transactions leaves a commit: pages of 512 bytes") {
  try_sequences<simulated_file_config<512>>(rounds(24), usual_plan());
}

TEST_CASE("every crash of three transactions leaves a commit: pages of 1024 bytes") {
  try_sequences<simulated_file_config<1024>>(rounds(8), usual_plan());
}

TEST_CASE("every crash of three transactions leaves a commit: mapped file") {
  campaign_plan plan = usual_plan();
  plan.first.exhaustive_parts /= 2;  // reads of a mapping are not seen, so every state is tried by itself
  plan.first.paired_parts = 16;
  try_sequences<simulated_mmap_config<512>>((rounds(24) + 3) / 4, plan);
}
