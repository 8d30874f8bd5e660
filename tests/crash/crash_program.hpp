// SPDX-License-Identifier: MIT
//
// A database on a simulated disk that is changed step by step, with a trace, and a model of every step.

#pragma once

#include "crash/crash_campaign.hpp"
#include "crash/write_set_oracle.hpp"

#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <random>
#include <string>
#include <utility>
#include <vector>

namespace macaw_test {

template <class Config>
class crash_program {
 public:
  using database = macaw::basic_database<Config>;

  /// Goes on with a database that shows what `now` says, or makes one where the disk has none.
  explicit crash_program(simulated_files disk, step_pointer now = std::make_shared<const step_contents>(contents()))
      : disk_(std::move(disk)), trace_(disk_) {
    history_.push_back(std::move(now));
  }

  void open() {
    db_.emplace(database::open(crash_path, crash_options(), disk_));
    durable_ = db_->stats().durable;
    watch_.emplace(disk_, crash_path);
  }
  void close() {
    while (!readers_.empty()) release_reader();
    db_->close();
    db_.reset();
    trace_.acknowledge(last_step());
    watch_->expect_durable();
    note_fault();
  }

  /// Drops a database whose last step failed, and opens it again: what it shows then is the next step, and done.
  void restart() {
    const std::uint64_t first = trace_.acknowledged();
    readers_.clear();
    db_.reset();
    open();
    const auto snapshot = db_->begin_read();
    for (std::uint64_t step = first; step < history_.size(); ++step) {
      if (!shows(snapshot, history_[step]->model)) continue;
      history_.push_back(history_[step]);
      trace_.begin(last_step());
      trace_.acknowledge(last_step());
      return;
    }
    fault_ = "what is shown after a failure is none of the steps that may be";
  }

  /// One transaction of one action.
  void step(crash_action action, std::uint64_t draw) {
    auto txn = db_->begin_write();
    note_durable();
    contents next = history_.back()->model;
    act(txn, next, action, draw, Config::page_size);
    history_.push_back(std::make_shared<const step_contents>(std::move(next)));
    trace_.begin(last_step());
    txn.commit(commit_as(action));
    note_durable();
  }
  /// Begins a snapshot, and ends the oldest where there are more than `held`.
  void hold_reader(std::size_t held) {
    readers_.push_back({db_->begin_read(), history_.back(), durable_});
    watch_->hold(durable_);
    while (readers_.size() > held) release_reader();
  }
  /// All snapshots held must still show what they showed when they began.
  void expect_readers_unchanged() {
    for (const reader& held : readers_) {
      if (!shows(held.snapshot, held.step->model)) fault_ = "a snapshot has changed";
    }
  }
  /// What was wrong while it ran; empty: nothing.
  [[nodiscard]] const std::string& fault() {
    note_fault();
    return fault_;
  }

  [[nodiscard]] disk_trace& trace() noexcept { return trace_; }
  [[nodiscard]] database& db() noexcept { return *db_; }
  [[nodiscard]] simulated_files& disk() noexcept { return disk_; }
  [[nodiscard]] std::vector<step_pointer>& history() noexcept { return history_; }
  [[nodiscard]] std::uint64_t last_step() const noexcept { return history_.size() - 1; }

 private:
  struct reader {
    typename database::read_txn snapshot;
    step_pointer step;
    std::uint64_t durable;
  };

  void release_reader() {
    watch_->release(readers_.front().durable);
    readers_.pop_front();
  }
  void note_fault() {
    if (fault_.empty() && watch_) fault_ = watch_->fault();
  }
  /// The step before the one that begins is done for good once the database says that more is durable.
  void note_durable() {
    const std::uint64_t durable = db_->stats().durable;
    if (durable == durable_) return;
    trace_.acknowledge(last_step());
    watch_->expect_durable();
    durable_ = durable;
  }

  simulated_files disk_;
  disk_trace trace_;
  std::optional<database> db_;
  std::optional<write_set_oracle<Config::page_size>> watch_;
  std::deque<reader> readers_;
  std::string fault_;
  std::vector<step_pointer> history_;
  std::uint64_t durable_ = 0;
};

/// A tree to start from: its size, its fragmentation and its tables follow from a number.
template <class Config>
std::pair<simulated_files, step_pointer> seed_tree(std::uint64_t number) {
  crash_program<Config> program{simulated_files()};
  program.open();
  std::mt19937_64 random(number);
  constexpr std::uint64_t rows[] = {0, 1, 6, 30, 90, 200};
  program.db().write([&](auto& txn) {
    for (std::uint64_t i = 0; i < rows[number % 6]; ++i) txn[numbers].put(i * (1 + number % 3), i);
    for (std::uint64_t i = 0; i < rows[number / 6 % 4]; ++i) {
      txn[texts].put(detail_crash::key_of(i * 5), std::string(random() % 90, 's'));
    }
  });
  contents filled;
  for (std::uint64_t i = 0; i < rows[number % 6]; ++i) filled.numbers[i * (1 + number % 3)] = i;
  {
    const auto snapshot = program.db().begin_read();
    for (auto [key, value] : snapshot[texts]) filled.texts.emplace(key, value);
  }
  program.history().push_back(std::make_shared<const step_contents>(std::move(filled)));
  program.trace().begin(1);
  for (std::uint64_t i = 0; i < number % 5 * 3; ++i) {
    program.step(static_cast<crash_action>(random() % crash_action_count), random());
    program.trace().forget_windows();
  }
  program.close();
  return {program.disk().duplicate(), program.history().back()};
}

}  // namespace macaw_test
