// SPDX-License-Identifier: MIT
//
// What must hold of a disk after a crash, whatever the crash was.
//
//  1. The database opens, and shows exactly one of the commits that it may show: forwards, backwards, by key.
//  2. Opening reads the meta pages and what their manifests list, nothing else: its work is bounded by the last
//     commit.
//  3. `check` finds nothing, before and after another commit, so no page is lost.
//  4. The next commit succeeds, and is there after another opening, which is tried where the recovery is traced.

#pragma once

#include "crash/crash_model.hpp"

#include <macaw/detail/format/geometry.hpp>
#include <macaw/ops/check.hpp>
#include <macaw/testing/disk_trace.hpp>
#include <macaw/testing/simulated_files.hpp>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <utility>
#include <vector>

namespace macaw_test {

using macaw::testing::simulated_files;

/// Counts what is read.
class read_meter final : public macaw::testing::file_observer {
 public:
  void observe(const macaw::testing::file_event&) override {}
  void observe_read(const macaw::testing::file_read& read) override { bytes_ += read.size; }
  [[nodiscard]] std::uint64_t bytes() const noexcept { return bytes_; }

 private:
  std::uint64_t bytes_ = 0;
};

/// The bytes that an opening may read: both meta pages, each once, and what their manifests list.
inline std::uint64_t opening_bytes_max(simulated_files disk, std::uint64_t page_size, std::uint64_t reserved) {
  std::uint64_t sum = 2 * macaw::detail::meta_size;
  if (!disk.exists(crash_path)) return sum;
  const auto file = disk.open(crash_path, macaw::open_mode::read_only);
  // Whether its initialisation was cut off: all bytes, and a meta page again.
  if (file.size() <= reserved) sum += reserved + macaw::detail::meta_size;
  for (unsigned slot = 0; slot < 2; ++slot) {
    const auto found = macaw::detail::read_meta(file, slot, file.size());
    if (!found.valid()) continue;
    for (const auto& run : found.meta.manifest()) sum += run.pages * page_size;
  }
  return sum;
}

/// What a recovery came to.
struct recovery {
  std::string fault;        ///< what is wrong; empty: nothing
  step_pointer shown = {};  ///< the commit that was shown
  step_pointer next = {};   ///< what the commit after it holds
};

template <class Config>
class recovery_oracle {
 public:
  using database = macaw::basic_database<Config>;

  /// Judges a disk that may show any of these steps. A trace, if there is one, is told that the step after them begins
  /// and is done once the database shows one of them, and that the step after that begins and is done with the next
  /// commit.
  static recovery judge(simulated_files disk, steps_view steps, macaw::testing::disk_trace* trace = nullptr) {
    recovery found;
    try {
      recover(disk, steps, trace, found);
      if (found.fault.empty() && trace != nullptr) reopen(disk, found.next->model, found);
    } catch (const macaw::error& error) {
      found.fault = error.what();
    }
    return found;
  }

 private:
  static void recover(simulated_files& disk, steps_view steps, macaw::testing::disk_trace* trace, recovery& found) {
    constexpr std::uint64_t reserved =
        std::uint64_t{macaw::detail::geometry<Config::page_size>::first_page} * Config::page_size;
    const std::uint64_t bytes_max = opening_bytes_max(disk, Config::page_size, reserved);
    read_meter meter;
    disk.add_observer(meter);
    auto db = database::open(crash_path, crash_options(), disk);
    disk.remove_observer(meter);
    if (!is_mapped && meter.bytes() > bytes_max) found.fault = "opening read more than the last commits";
    find_step(db, steps, found);
    if (found.shown == nullptr) return;
    expect_sound(db, found);
    if (trace != nullptr) {
      trace->begin(steps.size());
      trace->acknowledge(steps.size());
      trace->begin(steps.size() + 1);
    }
    contents next = found.shown->model;
    next.numbers[7] = 4711;
    next.texts["after"] = "the crash";
    auto txn = db.begin_write();
    txn[numbers].put(7, 4711);
    txn[texts].put("after", "the crash");
    txn.commit();
    if (trace != nullptr) trace->acknowledge(steps.size() + 1);
    found.next = std::make_shared<const step_contents>(std::move(next));
    expect_sound(db, found);
    db.close();
  }

  static void find_step(const database& db, steps_view steps, recovery& found) {
    const auto snapshot = db.begin_read();
    for (const step_pointer& step : steps) {
      if (!shows(snapshot, step->model)) continue;
      found.shown = step;
      if (!answers(snapshot, step->model)) found.fault = "reading backwards or by key shows something else";
      return;
    }
    found.fault = "no commit that may be shown";
  }

  static void reopen(simulated_files& disk, const contents& next, recovery& found) {
    auto db = database::open(crash_path, crash_options(), disk);
    if (!shows(db.begin_read(), next)) found.fault = "the commit after the recovery is lost";
  }

  static void expect_sound(const database& db, recovery& found) {
    const auto report = db.check();
    if (!report.ok()) found.fault = report.findings.front().to_text();
  }

  static constexpr bool is_mapped = !std::is_same_v<typename Config::template pager<Config>,
                                                    macaw::file_pager<Config::page_size, typename Config::file_system>>;
};

}  // namespace macaw_test
