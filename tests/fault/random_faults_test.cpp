// SPDX-License-Identifier: MIT
//
// Long lives with a fault now and then, wherever it hits: while reading, spilling, committing, syncing or opening.

#include "fault/fault_life.hpp"
#include "support/catch.hpp"
#include "support/random.hpp"
#include "support/test_databases.hpp"

#include <cstdint>
#include <map>
#include <optional>
#include <random>
#include <string>
#include <utility>

namespace {

using macaw_test::counts;
using macaw_test::lines;
using macaw_test::require_sound;

struct state {
  macaw_test::rows lines;
  std::map<std::string, std::uint64_t> counts;

  friend bool operator==(const state&, const state&) = default;
};

template <class Txn>
state read_state(const Txn& txn) {
  state found{macaw_test::read_rows(txn), {}};
  for (auto [key, value] : txn[counts]) found.counts.emplace(key, value);
  return found;
}

template <class Config>
class faulty_life {
 public:
  using database = macaw::basic_database<Config>;
  using write_txn = typename database::write_txn;

  explicit faulty_life(std::uint64_t seed) : random_(seed) {}

  void run(unsigned transactions) {
    open();
    for (unsigned i = 0; i < transactions; ++i) {
      set_fault();
      if (random_() % 16 == 0) {
        reopen();
        continue;
      }
      transact();
      if (random_() % 6 == 0) require_sound(*db_);
    }
    reopen();
    require_sound(*db_);
  }

 private:
  static macaw::open_options options() { return {.cache_size = 1 << 13, .dirty_size = 10'000}; }

  void set_fault() {
    files_.faults().heal();
    if (random_() % 3 == 0) return;
    const bool is_io = random_() % 2 == 0;
    files_.faults().fail({.call = random_() % (random_() % 3 == 0 ? 200 : 20),
                          .kind = is_io ? macaw::errc::io : macaw::errc::no_space,
                          .persists = random_() % 3 == 0,
                          .writes_half = is_io});
  }

  /// Opens where nothing fails, after an attempt where something may. The state is one that it may be.
  void open() {
    try {
      db_.emplace(database::open("db", options(), files_));
    } catch (const macaw::error& failure) {
      REQUIRE(failure.kind() != macaw::errc::corrupt);
    }
    files_.faults().heal();
    if (!db_) db_.emplace(database::open("db", options(), files_));
    const state found = read_state(db_->begin_read());
    const bool expected = found == durable_ || (under_way_ && found == *under_way_);
    REQUIRE(expected);
    published_ = durable_ = found;
    under_way_.reset();
    unknown_ = false;
  }

  void reopen() {
    if (!unknown_) under_way_ = published_;
    db_.reset();  // syncs if it can
    open();
  }

  void transact() {
    const std::uint64_t durable = db_->stats().durable;
    try {
      auto txn = db_->begin_write();
      if (db_->stats().durable != durable) durable_ = published_;
      state model = published_;
      change(txn, model);
      commit(std::move(txn), model);
    } catch (const macaw::error& failure) {
      note(failure);
      if (!unknown_ && db_->stats().durable != durable) durable_ = published_;
    }
    files_.faults().heal();
    REQUIRE(read_state(db_->begin_read()) == published_);
    if (unknown_) reopen();
  }

  void commit(write_txn txn, const state& model) {
    const std::uint64_t before = db_->stats().durable;
    under_way_ = model;
    const bool deferred = random_() % 2 == 0;
    txn.commit({.durability = deferred ? macaw::durability::deferred : macaw::durability::immediate,
                .two_phase = random_() % 4 == 0});
    published_ = model;
    if (db_->stats().durable != before) durable_ = model;
    under_way_.reset();
  }

  void note(const macaw::error& failure) {
    CAPTURE(failure.what());
    REQUIRE((failure.kind() == macaw::errc::io || failure.kind() == macaw::errc::no_space));
    unknown_ = failure.outcome() == macaw::commit_outcome::unknown;
    if (!unknown_) {
      under_way_.reset();
    } else if (!under_way_) {
      under_way_ = published_;
    }
  }

  /// A few steps, each undone alone where it fails; the last error ends the transaction now and then.
  void change(write_txn& txn, state& model) {
    const auto steps = 1 + random_() % 30;
    for (std::uint64_t i = 0; i < steps; ++i) {
      const state before = model;
      const auto point = txn.savepoint();
      try {
        step(txn, model);
        if (random_() % 2 == 0) txn.release(point);
      } catch (const macaw::error& failure) {
        if (random_() % 4 == 0) throw;
        note(failure);
        REQUIRE_FALSE(unknown_);
        txn.rollback_to(point);
        model = before;
        if (random_() % 2 == 0) continue;
        files_.faults().heal();
        REQUIRE(read_state(txn) == model);
      }
    }
  }

  void step(write_txn& txn, state& model) {
    const std::uint64_t key = random_() % 400;
    switch (random_() % 8) {
      case 0: {
        auto inner = txn.nested();
        state inside = model;
        step(inner, inside);
        if (random_() % 2 == 0) return;
        inner.commit();
        model = std::move(inside);
        return;
      }
      case 1:
        txn[lines].erase(txn[lines].range(key, key + 30));
        model.lines.erase(model.lines.lower_bound(key), model.lines.lower_bound(key + 30));
        return;
      case 2: {
        const auto is_third = [](std::uint64_t number) { return number % 3 == 0; };
        txn[lines].erase_if(txn[lines].range(key, key + 60), [&](const auto& row) { return is_third(row.key()); });
        std::erase_if(model.lines,
                      [&](const auto& row) { return row.first >= key && row.first < key + 60 && is_third(row.first); });
        return;
      }
      case 3:
        for (std::uint64_t i = 0; i < 10; ++i) {
          const std::string name = "a name " + std::to_string((key + i * 7) % 90);
          txn[counts].put(name, key);
          model.counts[name] = key;
        }
        return;
      case 4:
        if (key % 8 != 0) return;
        txn.drop(counts);
        return model.counts.clear();
      default: {
        std::string line(random_() % 12 == 0 ? random_() % 7000 : random_() % 100, static_cast<char>('a' + key % 26));
        txn[lines].put(key, line);
        model.lines[key] = std::move(line);
      }
    }
  }

  macaw_test::faulty_memory_files files_;
  std::mt19937_64 random_;
  std::optional<database> db_;
  state published_;
  state durable_;                   ///< acknowledged
  std::optional<state> under_way_;  ///< of what may have become durable
  bool unknown_ = false;
};

template <class Config>
void live(unsigned lives) {
  const std::uint64_t seed = macaw_test::seed();
  for (unsigned life = 0; life < lives; ++life) {
    INFO("MACAW_SEED=" << seed + life);
    faulty_life<Config>(seed + life).run(60);
  }
}

}  // namespace

TEST_CASE("a life with faults keeps what was acknowledged: file pager") {
  live<macaw_test::faulty_file_config>(macaw_test::rounds(25));
}

TEST_CASE("a life with faults keeps what was acknowledged: mapped pager") {
  live<macaw_test::faulty_mmap_config>(macaw_test::rounds(25));
}
