// SPDX-License-Identifier: MIT
//
// The trace of a program on a simulated disk: what was pending whenever something was about to be synced,
// and how far the program was then. What cuts may have left is gone through afterwards. Layer 7 (testing).
//
//     macaw::testing::simulated_files disk;
//     macaw::testing::disk_trace trace(disk);
//     for (std::uint64_t n = 1; n <= 10; ++n) {
//       trace.begin(n);
//       ... step n of the program ...
//       trace.acknowledge(n);  // from here on it must outlive a cut
//     }
//     trace.for_each_state({}, [](macaw::testing::simulated_files after, macaw::testing::trace_bounds bounds) {
//       ... open the files of `after`: steps up to bounds.acknowledged are there, none after bounds.begun ...
//     });
//
// A cut in the midst of what lies between two syncs leaves what a cut at the end may leave, so one window
// for each sync stands for all cuts.
//
// Thread safety: that of the observers of the disk; marks by one thread.

#pragma once

#include <macaw/macros.hpp>
#include <macaw/testing/crash_states.hpp>
#include <macaw/testing/crash_window.hpp>
#include <macaw/testing/file_observer.hpp>
#include <macaw/testing/simulated_files.hpp>

#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

namespace macaw::inline MACAW_ABI::testing {

/// Between which steps a program can be after a cut.
struct trace_bounds {
  std::uint64_t acknowledged = 0;  ///< the last step that was done before the cut
  std::uint64_t begun = 0;         ///< the last step that had begun before it
};

/// What was pending before a sync, and how far the program was.
struct trace_window {
  crash_window window;
  std::uint64_t acknowledged = 0;
  std::vector<std::pair<std::uint64_t, std::uint64_t>> begun{};  ///< sequence numbers, and the steps begun there

  /// How far the program was at the earliest cut that leaves what was chosen, and at the latest.
  [[nodiscard]] trace_bounds bounds(const crash_choice& choice) const noexcept {
    trace_bounds found{acknowledged, begun.front().second};
    const std::uint64_t end = window.earliest_end(choice);
    for (const auto& [sequence, step] : begun) {
      if (sequence < end || step <= acknowledged) found.begun = step;
    }
    return found;
  }
};

/// Records what happens on a disk from now on.
class disk_trace final : private file_observer {
 public:
  /// Of a program that is as far as `already` says.
  explicit disk_trace(simulated_files disk, const trace_bounds& already = {})
      : disk_(std::move(disk)), begun_{{0, already.begun}}, acknowledged_(already.acknowledged) {
    disk_.add_observer(*this);
  }
  disk_trace(const disk_trace&) = delete;
  disk_trace& operator=(const disk_trace&) = delete;
  ~disk_trace() override { disk_.remove_observer(*this); }

  /// A step begins: from here on a cut may leave it done. Steps are numbered upwards, from 1.
  void begin(std::uint64_t step) {
    MACAW_ASSERT(step >= begun_.back().second);
    begun_.emplace_back(disk_.effects(), step);
  }
  /// A step is done for good: from here on a cut leaves it, or a later one.
  void acknowledge(std::uint64_t step) {
    MACAW_ASSERT(step >= acknowledged_ && step <= begun_.back().second);
    acknowledged_ = step;
  }
  /// The last step that is done for good.
  [[nodiscard]] std::uint64_t acknowledged() const noexcept { return acknowledged_; }
  /// Takes what is pending as a window, without a sync. The end of a trace is one.
  void take_window();
  [[nodiscard]] const std::vector<trace_window>& windows() const noexcept { return windows_; }
  /// Forgets the windows, and goes on from here.
  void forget_windows() noexcept { windows_.clear(); }

  /// Calls `f(simulated_files, trace_bounds)` with each state that a cut may have left until now.
  /// Returns: how many states there were.
  template <class F>
  std::size_t for_each_state(const crash_plan& plan, F f) {
    take_window();
    std::size_t count = 0;
    for (const trace_window& at : windows_) {
      count += crash_states(at.window, plan).for_each([&](const crash_choice& choice) {
        f(at.window.disk(choice), at.bounds(choice));
      });
    }
    return count;
  }

 private:
  void observe(const file_event& event) override {
    if (event.what == file_event::kind::sync || event.what == file_event::kind::sync_directory) take_window();
  }

  simulated_files disk_;
  std::vector<trace_window> windows_;
  std::vector<std::pair<std::uint64_t, std::uint64_t>> begun_;  // effects before, and the steps begun there
  std::uint64_t acknowledged_;
};

inline void disk_trace::take_window() {
  crash_window window(disk_);
  // Of the steps only the last one begun before the window matters, and those within.
  std::vector<std::pair<std::uint64_t, std::uint64_t>> begun;
  for (const auto& mark : begun_) {
    if (mark.first < window.first_effect()) begun.clear();
    begun.push_back(mark);
  }
  begun_ = begun;
  windows_.push_back({std::move(window), acknowledged_, std::move(begun)});
}

}  // namespace macaw::inline MACAW_ABI::testing
