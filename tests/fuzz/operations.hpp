// SPDX-License-Identifier: MIT
//
// Lives of a database read from bytes: transactions with all that may be in them, faults of the file system between
// them and in them, process kills and power cuts, and a model of what must be there.
//
// Of each state of the database it is known whether it was acknowledged as durable. After a kill or a cut there must be
// the last one that was, or the one whose commit was under way when an error left it open.

#pragma once

#include "fuzz/target.hpp"

#include <macaw/macaw.hpp>
#include <macaw/ops/check.hpp>
#include <macaw/testing/faulty_files.hpp>
#include <macaw/testing/power_cut.hpp>
#include <macaw/testing/simulated_files.hpp>

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <utility>

namespace macaw_test {

/// Decisions, one byte after another; zeros when they have come to an end.
class decisions {
 public:
  explicit decisions(std::span<const std::uint8_t> bytes) : bytes_(bytes) {}

  [[nodiscard]] bool ended() const { return next_ == bytes_.size(); }
  unsigned byte() { return ended() ? 0 : bytes_[next_++]; }
  unsigned below(unsigned end) { return byte() % end; }
  std::uint64_t number() {
    const unsigned high = byte();
    return high * 256U + byte();
  }

 private:
  std::span<const std::uint8_t> bytes_;
  std::size_t next_ = 0;
};

/// What a database holds.
struct fuzzed_contents {
  std::map<std::uint64_t, std::string> lines;
  std::map<std::string, std::uint64_t> counts;

  friend bool operator==(const fuzzed_contents&, const fuzzed_contents&) = default;
};

inline constexpr macaw::table<std::uint64_t, std::string> fuzzed_lines{"lines"};
inline constexpr macaw::table<std::string, std::uint64_t> fuzzed_counts{"counts"};

using fuzzed_files = macaw::testing::faulty_files<macaw::testing::simulated_files>;

/// One life on a simulated disk. `Config::file_system` is `fuzzed_files`.
template <class Config>
class fuzzed_life {
  using database = macaw::basic_database<Config>;
  using write_txn = typename database::write_txn;
  using read_txn = typename database::read_txn;

 public:
  explicit fuzzed_life(std::span<const std::uint8_t> bytes) : in_(bytes) {}

  void run() {
    open();
    for (unsigned steps = 0; !in_.ended() && steps < 200; ++steps) step();
    end_snapshot();
    reopen();
    sound();
  }

 private:
  static constexpr const char* path = "db";
  static macaw::open_options options() { return {.cache_size = 1 << 13, .dirty_size = 10'000}; }

  void step() {
    switch (in_.below(16)) {
      case 0: return reopen();
      case 1: return crash(false);
      case 2: return crash(true);
      case 3: return set_fault();
      case 4: files_.wrapped().fail_sync({.sync = in_.below(4), .reached = in_.byte()}); return;
      case 5: return hold_snapshot();
      case 6: return end_snapshot();
      case 7: return sync();
      case 8: return sound();
      default: return transact();
    }
  }

  void set_fault() {
    const unsigned how = in_.byte();
    const bool is_io = how % 2 == 0;
    files_.faults().fail({.call = in_.below(64),
                          .kind = is_io ? macaw::errc::io : macaw::errc::no_space,
                          .persists = how / 2 % 2 == 0,
                          .writes_half = is_io && how / 4 % 2 == 0});
  }
  void heal() { files_.faults().heal(); }

  // The states that there may be.

  template <class Txn>
  static fuzzed_contents contents(const Txn& txn) {
    fuzzed_contents found;
    for (auto [key, value] : txn[fuzzed_lines]) found.lines.emplace(key, value);
    for (auto [key, value] : txn[fuzzed_counts]) found.counts.emplace(key, value);
    must(txn[fuzzed_lines].size() == found.lines.size(), "the size of a table is not that of its rows");
    return found;
  }

  /// Opens the database where nothing fails, after attempts where something may.
  void open() {
    for (int attempt = 0; !db_; ++attempt) {
      try {
        db_.emplace(database::open(path, options(), files_));
      } catch (const macaw::error& failure) {
        must(failure.kind() == macaw::errc::io || failure.kind() == macaw::errc::no_space, failure.what());
        must(attempt < 3, "the database does not open where nothing fails");
        heal();  // a sync that is to fail does so once
      }
    }
    heal();
    const fuzzed_contents found = contents(db_->begin_read());
    must(found == durable_ || (under_way_ && found == *under_way_), "the contents are those of no commit that may be");
    published_ = durable_ = found;
    under_way_.reset();
    unknown_ = false;
  }

  void reopen() {
    end_snapshot();
    if (!unknown_) under_way_ = published_;
    db_.reset();  // syncs if it can
    open();
  }

  /// The process dies, or the power goes with it.
  void crash(bool power) {
    end_snapshot();
    const std::uint64_t seed = in_.number();
    macaw::testing::simulated_files left =
        power ? files_.wrapped().after_power_cut(macaw::testing::random_cut(
                    seed, {.rubbish = static_cast<unsigned>(seed % 3), .bytes_torn_below = 8192, .odd_growth = true}))
              : files_.wrapped().duplicate();
    db_.reset();  // works on the disk that is forgotten
    files_ = fuzzed_files(std::move(left));
    open();
  }

  void note(const macaw::error& failure) {
    must(failure.kind() == macaw::errc::io || failure.kind() == macaw::errc::no_space, failure.what());
    unknown_ = failure.outcome() == macaw::commit_outcome::unknown;
    if (!unknown_) {
      under_way_.reset();
    } else if (!under_way_) {
      under_way_ = published_;
    }
  }

  /// Runs something that may make what is published durable, or fail.
  template <class F>
  void attempt(F&& f) {
    const std::uint64_t before = db_->stats().durable;
    try {
      f();
    } catch (const macaw::error& failure) {
      note(failure);
      if (!unknown_ && db_->stats().durable != before) durable_ = published_;
    }
    heal();
    must(contents(db_->begin_read()) == published_, "after a transaction others are shown another state");
    if (unknown_) reopen();
  }

  void sync() {
    attempt([&] {
      db_->sync();
      durable_ = published_;
    });
  }

  void sound() {
    heal();
    const auto report = db_->check();
    must(report.ok(), report.ok() ? "" : report.findings.front().to_text().c_str());
  }

  void hold_snapshot() {
    end_snapshot();
    snapshot_.emplace(db_->begin_read());
    shown_ = published_;
  }
  void end_snapshot() {
    if (!snapshot_) return;
    heal();
    must(contents(*snapshot_) == shown_, "a snapshot has changed");
    snapshot_.reset();
  }

  // Transactions.

  void transact() {
    attempt([&] {
      const std::uint64_t before = db_->stats().durable;
      auto txn = db_->begin_write();
      if (db_->stats().durable != before) durable_ = published_;  // what was deferred
      fuzzed_contents model = published_;
      for (unsigned left = 1 + in_.below(24); left > 0 && !in_.ended(); --left) change(txn, model, 0);
      if (in_.below(8) == 0) return;  // rolled back
      const std::uint64_t began = db_->stats().durable;
      const unsigned how = in_.byte();
      under_way_ = model;
      txn.commit({.durability = how % 2 == 0 ? macaw::durability::immediate : macaw::durability::deferred,
                  .two_phase = how / 2 % 4 == 0});
      published_ = model;
      if (db_->stats().durable != began) durable_ = model;
      under_way_.reset();
    });
  }

  void change(write_txn& txn, fuzzed_contents& model, unsigned depth) {
    const unsigned what = in_.below(12);
    const std::uint64_t key = in_.number() % 400;
    switch (what) {
      case 0: return nested(txn, model, depth);
      case 1: return marked(txn, model, depth);
      case 2: {
        const std::uint64_t end = key + in_.byte();
        const auto first = model.lines.lower_bound(key), last = model.lines.lower_bound(end);
        const auto rows = static_cast<std::uint64_t>(std::distance(first, last));
        must(txn[fuzzed_lines].erase(txn[fuzzed_lines].range(key, end)) == rows, "other rows were erased");
        model.lines.erase(first, last);
        return;
      }
      case 3: {
        const std::uint64_t part = 1 + in_.below(5);
        txn[fuzzed_lines].erase_if([part](const auto& row) { return row.key() % part == 0; });
        std::erase_if(model.lines, [part](const auto& row) { return row.first % part == 0; });
        return;
      }
      case 4:
        must(txn[fuzzed_lines].erase(key) == (model.lines.erase(key) > 0), "a row was erased that there was not");
        return;
      case 5:
      case 6:
        for (std::uint64_t i = 0; i < 10; ++i) {
          const std::string name = "a name " + std::to_string((key + i * 7) % 90);
          txn[fuzzed_counts].put(name, key);
          model.counts[name] = key;
        }
        return;
      case 7:
        if (key % 8 != 0) return;
        txn.drop(fuzzed_counts);
        return model.counts.clear();
      case 8: must(contents(txn) == model, "a transaction shows something else than was done"); return;
      default: {
        const unsigned size = in_.byte();
        std::string line(size > 240 ? size * 40 : size, static_cast<char>('a' + key % 26));
        txn[fuzzed_lines].put(key, line);
        model.lines[key] = std::move(line);
      }
    }
  }

  void nested(write_txn& txn, fuzzed_contents& model, unsigned depth) {
    if (depth == 3) return;
    auto inner = txn.nested();
    fuzzed_contents inside = model;
    for (unsigned left = in_.below(6); left > 0; --left) change(inner, inside, depth + 1);
    if (in_.below(2) == 0) return;
    inner.commit();
    model = std::move(inside);
  }

  /// Goes back to a savepoint, also where what came after it failed.
  void marked(write_txn& txn, fuzzed_contents& model, unsigned depth) {
    if (depth == 3) return;
    const auto point = txn.savepoint();
    const fuzzed_contents before = model;
    const bool go_back = in_.below(2) == 0;
    try {
      for (unsigned left = in_.below(6); left > 0; --left) change(txn, model, depth + 1);
      if (!go_back) return txn.release(point);
    } catch (const macaw::error& failure) {
      must(failure.kind() == macaw::errc::io || failure.kind() == macaw::errc::no_space, failure.what());
      if (in_.below(4) == 0) throw;
    }
    txn.rollback_to(point);
    model = before;
  }

  decisions in_;
  fuzzed_files files_;
  std::optional<database> db_;
  std::optional<read_txn> snapshot_;
  fuzzed_contents shown_;
  fuzzed_contents published_;
  fuzzed_contents durable_;                   ///< acknowledged
  std::optional<fuzzed_contents> under_way_;  ///< what may have become durable
  bool unknown_ = false;
};

}  // namespace macaw_test
