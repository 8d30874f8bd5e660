// SPDX-License-Identifier: MIT
//
// Going through the windows of a trace: every state is judged, cuts within recoveries too, and counted once.

#pragma once

#include "crash/read_paths.hpp"
#include "crash/recovery_oracle.hpp"

#include <macaw/testing/crash_states.hpp>
#include <macaw/testing/disk_trace.hpp>
#include <macaw/testing/simulated_files.hpp>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <random>
#include <sstream>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

namespace macaw_test {

using macaw::testing::crash_choice;
using macaw::testing::crash_plan;
using macaw::testing::crash_window;
using macaw::testing::disk_trace;
using macaw::testing::trace_bounds;
using macaw::testing::trace_window;

/// What a campaign has seen. States are counted once, by what they hold.
struct crash_counts {
  std::array<std::uint64_t, 3> states{};  ///< after a cut; after a cut in a recovery; after one in that
  std::uint64_t runs = 0;                 ///< of these, tried by themselves
  std::uint64_t odd = 0;                  ///< with rubbish, torn bytes, odd lengths
  std::uint64_t failed_syncs = 0;         ///< disks whose cache and medium disagree after a failed sync
  std::uint64_t windows = 0;

  [[nodiscard]] std::string to_text() const {
    std::ostringstream text;
    text << states[0] << " crash states, " << states[1] << " of the second and " << states[2] << " of the third level ("
         << runs << " tried by themselves, the others equal to one of them in all that was read), " << odd
         << " with rubbish, torn bytes or odd lengths, " << failed_syncs << " after failed syncs, in " << windows
         << " windows";
    return text.str();
  }
};

/// How deep a campaign looks.
struct campaign_plan {
  crash_plan first{};
  crash_plan deeper{.exhaustive_parts = 5, .paired_parts = 12, .draws = 12};
  std::array<unsigned, 2> deeper_every{16, 80};  ///< one of so many recoveries is cut off itself, by its level
  unsigned odd_draws = 4;                        ///< random cuts with rubbish for each window
  unsigned failed_draws = 450;                   ///< failed syncs for each window
};

/// The states seen, by identity, and what each showed; in little memory, for there are millions.
class known_states {
 public:
  /// What a state showed; null if it was not seen. Good until the next call of `add`.
  [[nodiscard]] const std::uint64_t* find(std::uint64_t identity) const noexcept {
    const slot& found = slots_[place_of(identity)];
    return found.identity == identity ? &found.shown : nullptr;
  }
  /// Whether it is new.
  bool add(std::uint64_t identity, std::uint64_t shown) {
    if (4 * count_ >= 3 * slots_.size()) grow();
    slot& at = slots_[place_of(identity)];
    const bool is_new = at.identity != identity;
    at = {identity, shown};
    count_ += is_new ? 1 : 0;
    return is_new;
  }

 private:
  struct slot {
    std::uint64_t identity = 0;  // 0: none; no state that holds a database has it
    std::uint64_t shown = 0;
  };

  [[nodiscard]] std::size_t place_of(std::uint64_t identity) const noexcept {
    auto at = static_cast<std::size_t>(identity) & (slots_.size() - 1);
    while (slots_[at].identity != 0 && slots_[at].identity != identity) at = (at + 1) & (slots_.size() - 1);
    return at;
  }
  void grow() {
    const auto before = std::exchange(slots_, std::vector<slot>(2 * slots_.size()));
    for (const slot& moved : before) {
      if (moved.identity != 0) slots_[place_of(moved.identity)] = moved;
    }
  }

  std::vector<slot> slots_ = std::vector<slot>(1024);
  std::size_t count_ = 0;
};

template <class Config>
class crash_campaign {
 public:
  explicit crash_campaign(const campaign_plan& plan, std::uint64_t seed) : plan_(plan), random_(seed) {}

  /// Judges all that cuts in the windows of a trace may have left. `history[n]` is what step n left.
  /// Returns: what is wrong with the first state that is wrong; empty: nothing.
  std::string judge(const std::vector<trace_window>& windows, steps_view history) {
    for (const trace_window& at : windows) {
      if (std::string fault = judge_window(at, history, 0); !fault.empty()) return fault;
      if (std::string fault = judge_odd_cuts(at, history); !fault.empty()) return fault;
      if (std::string fault = judge_failed_syncs(at, history); !fault.empty()) return fault;
    }
    return {};
  }

  [[nodiscard]] const crash_counts& counts() const noexcept { return counts_; }

 private:
  static constexpr bool sees_reads = std::is_same_v<typename Config::template pager<Config>,
                                                    macaw::file_pager<Config::page_size, typename Config::file_system>>;

  std::string judge_window(const trace_window& at, steps_view history, std::size_t level) {
    std::string fault;
    counts_.windows += level == 0 ? 1 : 0;
    read_paths paths(at.window);
    crash_plan plan = level == 0 ? plan_.first : plan_.deeper;
    plan.seed = random_();
    macaw::testing::crash_states(at.window, plan).for_each([&](const crash_choice& choice) {
      if (fault.empty()) fault = judge_choice(at, choice, history, level, paths);
    });
    return fault;
  }

  std::string judge_choice(const trace_window& at, const crash_choice& choice, steps_view history, std::size_t level,
                           read_paths& paths) {
    const steps_view steps = steps_within(at.bounds(choice), history);
    const std::uint64_t identity = at.window.identity(choice);
    // What was seen to show one thing shows it again; whether it may show that here is another question.
    if (const std::uint64_t* const shown = known_[level].find(identity); shown && is_among(*shown, steps)) return {};
    if (const auto shown = paths.find(choice); shown && is_among(*shown, steps)) {
      counts_.states[level] += known_[level].add(identity, *shown) ? 1 : 0;
      return {};
    }
    simulated_files disk = at.window.disk(choice);
    cell_reads reads(at.window);
    if (sees_reads) disk.add_observer(reads);
    // What lacks one part is nearest to becoming whole later.
    const bool is_cut_itself = level < plan_.deeper_every.size() &&
                               (random_() % plan_.deeper_every[level] == 0 || (level == 0 && lacks_one_part(choice)));
    const recovery found =
        is_cut_itself ? judge_and_cut(disk, steps, level) : recovery_oracle<Config>::judge(disk, steps);
    if (!found.fault.empty()) return describe(found.fault, at.bounds(choice), level, choice);
    ++counts_.runs;
    counts_.states[level] += known_[level].add(identity, found.shown->digest) ? 1 : 0;
    if (sees_reads && has_one_file(at.window)) paths.add(choice, reads.cells(), found.shown->digest);
    return {};
  }

  static bool lacks_one_part(const crash_choice& choice) {
    return std::count(choice.parts.begin(), choice.parts.end(), false) == 1;
  }
  static steps_view steps_within(const trace_bounds& bounds, steps_view history) {
    return history.subspan(bounds.acknowledged, bounds.begun - bounds.acknowledged + 1);
  }
  static bool is_among(std::uint64_t shown, steps_view steps) {
    for (const step_pointer& step : steps) {
      if (step->digest == shown) return true;
    }
    return false;
  }

  /// Judges a disk, and what is left when the recovery and the commit after it are cut off. Steps 0, 1, ... of that
  /// are those that were possible, then comes the one shown, and then the next commit.
  recovery judge_and_cut(const simulated_files& disk, steps_view steps, std::size_t level) {
    disk_trace trace(disk, {.acknowledged = 0, .begun = steps.size() - 1});
    recovery found = recovery_oracle<Config>::judge(disk, steps, &trace);
    if (!found.fault.empty()) return found;
    std::vector<step_pointer> deeper(steps.begin(), steps.end());
    deeper.push_back(found.shown);
    deeper.push_back(found.next);
    for (const trace_window& at : trace.windows()) {
      found.fault = judge_window(at, deeper, level + 1);
      if (!found.fault.empty()) return found;
    }
    return found;
  }

  /// Cuts that leave more than lost sectors.
  std::string judge_odd_cuts(const trace_window& at, steps_view history) {
    for (unsigned i = 0; i < plan_.odd_draws && !at.window.is_settled(); ++i) {
      const macaw::testing::random_cut cut(random_(),
                                           {.rubbish = i % 3, .bytes_torn_below = 8192, .odd_growth = i % 2 == 0});
      simulated_files disk = at.window.before().after_power_cut(cut);
      counts_.odd += odd_.add(crash_window(disk).identity({}), 0) ? 1 : 0;
      const trace_bounds bounds{at.acknowledged, at.begun.back().second};
      const recovery found = recovery_oracle<Config>::judge(disk, steps_within(bounds, history));
      if (!found.fault.empty()) return describe(found.fault, bounds, 0, {}) + " after an odd cut";
    }
    return {};
  }

  /// The sync at the end of the window fails: something has reached the medium, the cache shows all of it, and the
  /// next sync succeeds. The program is started again, and the power is cut only later.
  std::string judge_failed_syncs(const trace_window& at, steps_view history) {
    for (unsigned i = 0; i < plan_.failed_draws && at.window.parts() != 0; ++i) {
      simulated_files disk = at.window.before().duplicate();
      if (!disk.exists(crash_path)) return {};
      disk.fail_sync({.sync = 0, .reached = random_()});
      try {
        disk.open(crash_path, macaw::open_mode::read_write).sync(macaw::sync_scope::data_and_size);
        return "a sync that was to fail has not";
      } catch (const macaw::error&) {
      }
      const std::uint64_t medium = crash_window(disk).identity({});
      const std::uint64_t cache = at.window.identity(everything(at.window));
      counts_.failed_syncs += failed_.add(medium * 3 + cache, 0) ? 1 : 0;
      const trace_bounds bounds{at.acknowledged, at.begun.back().second};
      const steps_view steps = steps_within(bounds, history);
      const bool is_cut_itself = random_() % (4 * plan_.deeper_every[0]) == 0;
      const recovery found =
          is_cut_itself ? judge_and_cut(disk, steps, 0) : recovery_oracle<Config>::judge(disk, steps);
      if (!found.fault.empty()) return describe(found.fault, bounds, 0, {}) + " after a failed sync";
    }
    return {};
  }

  static crash_choice everything(const crash_window& window) {
    return {std::vector<bool>(window.parts(), true), window.lengths(), (std::uint64_t{1} << window.names()) - 1};
  }

  static std::string describe(const std::string& fault, const trace_bounds& bounds, std::size_t level,
                              const crash_choice& choice) {
    std::ostringstream text;
    text << fault << "; steps " << bounds.acknowledged << " to " << bounds.begun << ", level " << level << ", lengths "
         << choice.lengths << ", names " << choice.names << ", parts ";
    for (const bool kept : choice.parts) text << (kept ? '1' : '0');
    return text.str();
  }

  campaign_plan plan_;
  std::mt19937_64 random_;
  crash_counts counts_;
  std::array<known_states, 3> known_;
  known_states odd_;
  known_states failed_;
};

}  // namespace macaw_test
