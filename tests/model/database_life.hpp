// SPDX-License-Identifier: MIT
//
// Runs a program on a database and on its model, and compares them all the way.
//
// Held snapshots are compared with what they showed at first, whatever has happened since; after every reopening
// the database must hold what was published.

#pragma once

#include "model/database_model.hpp"
#include "model/database_program.hpp"
#include "model/row_actions.hpp"

#include <macaw/ops/check.hpp>

#include <cstddef>
#include <cstdint>
#include <exception>
#include <iterator>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

namespace macaw_test {

/// `Home` opens databases: `config`, `open(options)`, `has_files`.
template <class Home>
class database_life {
 public:
  using database = macaw::basic_database<typename Home::config>;
  using read_txn = typename database::read_txn;
  using write_txn = typename database::write_txn;

  /// Runs the program. Returns what went wrong, if anything did.
  [[nodiscard]] static outcome run(const program& operations) {
    std::size_t at = 0;
    try {
      database_life life;
      for (; at < operations.size(); ++at) life.apply(operations[at]);
      life.finish();
      return std::nullopt;
    } catch (const std::exception& failure) {
      const std::string place = at < operations.size() ? name_of(operations[at].what) : "the end";
      return "operation " + std::to_string(at) + " (" + place + "): " + failure.what();
    }
  }

  ~database_life() {
    while (!levels_.empty()) levels_.pop_back();
  }

 private:
  struct mark {
    typename database::savepoint point;
    contents model;
  };
  struct open_level {
    write_txn txn;
    contents before;
    std::vector<mark> marks;
  };
  struct held_snapshot {
    read_txn txn;
    std::shared_ptr<const contents> model;
  };

  static constexpr std::size_t levels_max = 5;
  static constexpr std::size_t snapshots_max = 6;

  static macaw::open_options options() { return {.cache_size = 24'000, .dirty_size = 20'000}; }

  // The transaction.

  void begin() {
    if (levels_.empty()) levels_.push_back({db_->begin_write(), now_, {}});
  }
  [[nodiscard]] write_txn& txn() { return levels_.back().txn; }

  void commit(const macaw::commit_options& how) {
    begin();
    while (levels_.size() > 1) commit_nested();
    txn().commit(how);
    levels_.clear();
    published_ = std::make_shared<const contents>(now_);
  }
  void commit_nested() {
    txn().commit();
    levels_.pop_back();
  }
  void roll_back_nested() {
    txn().rollback();
    now_ = std::move(levels_.back().before);
    levels_.pop_back();
  }
  void roll_back() {
    while (!levels_.empty()) roll_back_nested();
  }

  void set_mark() {
    begin();
    levels_.back().marks.push_back({txn().savepoint(), now_});
  }
  void return_to_mark(std::uint64_t number) {
    if (levels_.empty() || levels_.back().marks.empty()) return;
    auto& marks = levels_.back().marks;
    const std::size_t index = number % marks.size();
    marks.resize(index + 1, marks[index]);
    txn().rollback_to(marks[index].point);
    now_ = marks[index].model;
  }
  void release_mark(std::uint64_t number) {
    if (levels_.empty() || levels_.back().marks.empty()) return;
    auto& marks = levels_.back().marks;
    const std::size_t index = number % marks.size();
    txn().release(marks[index].point);
    marks.resize(index, marks[index]);
  }

  // Rows.

  /// Does something with a table that may change it; then the table exists if it has rows, or had been made.
  template <class F>
  void change(std::uint64_t number, F&& f) {
    begin();
    contents::with_table(now_, number, [&](const auto& descriptor, auto& map) {
      auto table = txn()[descriptor];
      f(table, map);
      if (!map.empty()) now_.names.emplace(descriptor.name());
      expect(table.size() == map.size(), "the size after a change is wrong");
    });
  }

  template <class F>
  void look(std::uint64_t number, F&& f) {
    contents::with_table(now_, number, [&](const auto& descriptor, auto& map) {
      if (levels_.empty()) {
        const auto snapshot = db_->begin_read();
        f(snapshot[descriptor], map);
      } else {
        // Also from around a nested transaction.
        f(std::as_const(levels_[number / 5 % levels_.size()].txn)[descriptor], map);
      }
    });
  }

  /// A load that breaks off leaves a level fit for rollback only, and that undoes it alone.
  void failing_load(const operation& at) {
    begin();
    const auto point = txn().savepoint();
    contents::with_table(now_, at.table, [&](const auto& descriptor, auto& map) {
      using map_type = std::remove_reference_t<decltype(map)>;
      auto table = txn()[descriptor];
      const auto key = next_key(map, at.key);
      const auto value = row_actions::value_sample<map_type>::value(at.value);
      const std::vector<std::pair<typename map_type::key_type, typename map_type::mapped_type>> rows{{key, value},
                                                                                                     {key, value}};
      expect_error(macaw::errc::key_out_of_range, [&] { table.load(rows); });
      expect_error(macaw::errc::txn_failed, [&] { table.put(key, value); });
      expect_error(macaw::errc::txn_failed, [&] { txn().release(point); });
      txn().rollback_to(point);
      txn().release(point);
      expect_rows(table, map);
    });
  }

  /// Writes a value piece by piece, and reads it so.
  void stream(const operation& at) {
    begin();
    const std::string value = sample<std::string>::value(at.value);
    const std::string key = sample<std::string>::key(at.key);
    auto table = txn()[texts];
    {
      auto writer = table.writer(key);
      for (std::size_t done = 0; done < value.size(); done += 1000)
        writer.write(std::string_view(value).substr(done, 1000));
      if (at.key % 5 == 0) return;  // abandoned
      expect(writer.finish() == !now_.texts.contains(key), "a stream's finish");
    }
    now_.texts[key] = value;
    now_.names.emplace(texts.name());
    auto reader = table.reader(key);
    expect(static_cast<bool>(reader) && reader.size() == value.size(), "a reader's size");
    std::string found(value.size(), '\0');
    const std::size_t half = value.size() / 2;
    const std::span bytes = std::as_writable_bytes(std::span(found));
    reader.seek(half);
    expect(reader.read(bytes.subspan(half)) == value.size() - half, "a reader reads less");
    expect(reader.read_at(0, bytes.first(half)) == half, "a reader reads less");
    expect(found == value, "a stream's bytes");
  }

  // Tables.

  void drop_table(const operation& at) {
    begin();
    contents::with_table(now_, at.table, [&](const auto& descriptor, auto& map) {
      const std::string name(descriptor.name());
      expect(txn().contains(descriptor) == now_.names.contains(name), "contains");
      expect(txn().drop(descriptor) == (now_.names.erase(name) > 0), "drop");
      map.clear();
    });
  }

  void rename_table(const operation& at) {
    begin();
    const bool there = at.key % 2 == 0;
    const auto& from = there ? numbers : others;
    const auto& to = there ? others : numbers;
    const std::string old_name(from.name()), new_name(to.name());
    const bool possible = now_.names.contains(old_name) && !now_.names.contains(new_name);
    expect(txn().rename(from, new_name) == possible, "rename");
    if (!possible) return;
    std::swap(now_.numbers, now_.others);
    now_.names.erase(old_name);
    now_.names.insert(new_name);
  }

  // The database.

  void take_snapshot() {
    if (snapshots_.size() < snapshots_max) snapshots_.push_back({db_->begin_read(), published_});
  }
  void use_snapshot(const operation& at) {
    if (snapshots_.empty()) return;
    const std::size_t index = at.key % snapshots_.size();
    held_snapshot& held = snapshots_[index];
    switch (at.what) {
      case action::copy_snapshot:
        if (snapshots_.size() < snapshots_max) snapshots_.push_back(held_snapshot(held));
        return;
      case action::refresh_snapshot:
        held.txn.refresh();
        held.model = published_;
        return;
      case action::drop_snapshot: snapshots_.erase(snapshots_.begin() + static_cast<std::ptrdiff_t>(index)); return;
      default: expect_contents(held.txn, *held.model);
    }
  }

  void compare() {
    if (levels_.empty()) {
      expect_contents(db_->begin_read(), now_);
    } else {
      expect_contents(txn(), now_);
    }
  }

  void check() {
    roll_back();
    const macaw::check_report report = db_->check();
    if (!report.ok()) throw mismatch("check: " + report.findings.front().to_text());
  }

  void reopen() {
    roll_back();
    snapshots_.clear();
    if constexpr (Home::has_files) {
      db_->close();
      db_.emplace(home_.open(options()));
    }
    compare();
  }

  void finish() {
    for (const held_snapshot& held : snapshots_) expect_contents(held.txn, *held.model);
    if (!levels_.empty()) compare();
    check();
    snapshots_.clear();
    check();
    reopen();
    check();
  }

  template <class F>
  static void expect_error(macaw::errc kind, F&& f) {
    try {
      f();
    } catch (const macaw::error& failure) {
      return expect(failure.kind() == kind, failure.what());
    }
    throw mismatch("no error where one is due");
  }

  void apply(const operation& at) {
    switch (at.what) {
      case action::put:
      case action::insert:
      case action::replace: return change(at.table, [&](auto& table, auto& map) { row_actions::put(at, table, map); });
      case action::update:
        return change(at.table, [&](auto& table, auto& map) { row_actions::update(at, table, map); });
      case action::extract:
      case action::erase:
      case action::erase_at:
        return change(at.table, [&](auto& table, auto& map) { row_actions::take_out(at, table, map); });
      case action::erase_range:
      case action::erase_if:
      case action::clear:
        return change(at.table, [&](auto& table, auto& map) { row_actions::erase_rows(at, table, map); });
      case action::append:
      case action::load: return change(at.table, [&](auto& table, auto& map) { row_actions::append(at, table, map); });
      case action::failing_load: return failing_load(at);
      case action::walk: return change(at.table, [&](auto& table, auto& map) { row_actions::walk(at, table, map); });
      case action::stream: return stream(at);
      case action::look_up:
        return look(at.table, [&](const auto& table, const auto& map) { row_actions::look_up(at, table, map); });
      case action::look_around:
        return look(at.table, [&](const auto& table, const auto& map) { row_actions::look_around(at, table, map); });
      case action::count:
        return look(at.table, [&](const auto& table, const auto& map) { row_actions::count(at, table, map); });
      case action::drop_table: return drop_table(at);
      case action::rename_table: return rename_table(at);
      default: apply_to_transactions(at);
    }
  }

  void apply_to_transactions(const operation& at) {
    switch (at.what) {
      case action::begin_nested:
        begin();
        if (levels_.size() < levels_max) levels_.push_back({txn().nested(), now_, {}});
        return;
      case action::commit_nested:
        if (levels_.size() > 1) commit_nested();
        return;
      case action::roll_back_nested:
        if (levels_.size() > 1) roll_back_nested();
        return;
      case action::mark: return set_mark();
      case action::return_to_mark: return return_to_mark(at.key);
      case action::release_mark: return release_mark(at.key);
      case action::commit: return commit({});
      case action::commit_deferred: return commit({.durability = macaw::durability::deferred});
      case action::commit_two_phase: return commit({.two_phase = true});
      case action::roll_back: return roll_back();
      case action::compare: return compare();
      case action::take_snapshot: return take_snapshot();
      case action::sync:
        roll_back();
        db_->sync();
        return;
      case action::check: return check();
      case action::reopen: return reopen();
      default: use_snapshot(at);
    }
  }

  Home home_;
  std::optional<database> db_{home_.open(options())};
  contents now_;  ///< what the innermost transaction shows, or else the newest published state
  std::shared_ptr<const contents> published_ = std::make_shared<const contents>();
  std::vector<open_level> levels_;
  std::vector<held_snapshot> snapshots_;
};

/// Runs programs at random, as many as MACAW_ROUNDS says; gives what goes wrong, shortened.
template <class Home>
[[nodiscard]] outcome run_programs(std::uint64_t seed, unsigned rounds, std::size_t length) {
  for (unsigned round = 0; round < rounds; ++round) {
    const program operations = random_program(seed + round, length);
    if (!database_life<Home>::run(operations)) continue;
    const program shortest = shrink(operations, &database_life<Home>::run);
    const outcome found = database_life<Home>::run(shortest);
    return "MACAW_SEED=" + std::to_string(seed + round) + ": " + found.value_or("(not again)") + "\n" +
           to_text(shortest);
  }
  return std::nullopt;
}

}  // namespace macaw_test
