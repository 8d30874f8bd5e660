// SPDX-License-Identifier: MIT
//
// Readers prove that what they see is one state while a writer churns: an oracle knows all states, or a row holds the
// exclusive or of all others, and another one how many there are. Worth most under ThreadSanitizer.

#include "concurrency/snapshot_oracle.hpp"
#include "support/catch.hpp"
#include "support/random.hpp"
#include "support/test_databases.hpp"

#include <macaw/ops/check.hpp>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdint>
#include <random>
#include <string>
#include <thread>
#include <type_traits>
#include <utility>
#include <vector>

namespace {

constexpr macaw::table<std::uint64_t, std::uint64_t> numbers{"numbers"};
constexpr macaw::table<std::string, std::string> texts{"texts"};
constexpr std::uint64_t proof = UINT64_MAX;  // the row that proves the others

using homes =
    std::tuple<macaw_test::database_home<macaw_test::small_file>, macaw_test::database_home<macaw_test::small_mmap>,
               macaw_test::database_home<macaw_test::small_memory>>;

/// Whether a transaction shows one state, and nothing of another.
template <class Txn>
bool is_whole(const Txn& txn) {
  std::uint64_t mixed = 0;
  std::uint64_t expected = 0;
  std::uint64_t count = 0;
  for (auto [key, value] : txn[numbers]) {
    ++count;
    if (key == proof) {
      expected = value;
    } else {
      mixed ^= key * 31 + value;
    }
  }
  if (mixed != expected || count != txn[numbers].size()) return false;
  const auto written = txn[texts].get("count");
  if (!written) return count == 0;
  for (auto [key, value] : txn[texts].prefix("large")) {
    for (const char c : value) {
      if (c != value[0]) return false;
    }
  }
  return std::to_string(count) == *written;
}

/// Changes rows, and with them the rows that prove them.
template <class Txn>
void change(Txn& txn, std::mt19937_64& random) {
  auto table = txn[numbers];
  std::uint64_t mixed = table.get(proof).value_or(0);
  const auto take_out = [&](std::uint64_t key) {
    if (const auto old = table.extract(key)) mixed ^= key * 31 + *old;
  };
  for (int i = 0; i < 6; ++i) {
    const std::uint64_t key = random() % 300;
    take_out(key);
    if (random() % 3 == 0) continue;
    const std::uint64_t value = random();
    table.put(key, value);
    mixed ^= key * 31 + value;
  }
  if (random() % 16 == 0) {
    const std::uint64_t first = random() % 300;
    for (auto [key, value] : table.range(first, first + 40)) mixed ^= key * 31 + value;
    table.erase(table.range(first, first + 40));
  }
  table.put(proof, mixed);
  txn[texts].put("count", std::to_string(table.size()));
  txn[texts].put("large " + std::to_string(random() % 4),
                 std::string(random() % 8 == 0 ? random() % 6000 : 50, static_cast<char>('a' + random() % 26)));
}

template <class Database>
void write(Database& db, std::mt19937_64& random, int transactions) {
  for (int i = 0; i < transactions; ++i) {
    auto txn = db.begin_write();
    const auto changes = random() % 12 == 0 ? 30 : 1;  // many spill
    for (int j = 0; j < changes; ++j) change(txn, random);
    if (random() % 4 == 0) {
      auto inner = txn.nested();
      change(inner, random);
      if (random() % 2 == 0) inner.commit();
    }
    if (random() % 10 == 0) continue;  // rolls back
    txn.commit({.durability = random() % 2 == 0 ? macaw::durability::deferred : macaw::durability::immediate});
  }
}

template <class Database>
void require_sound(const Database& db) {
  const macaw::check_report report = db.check();
  for (const auto& finding : report.findings) UNSCOPED_INFO(finding.to_text());
  REQUIRE(report.ok());
}

constexpr macaw::open_options tight{.cache_size = 1 << 14, .dirty_size = 1 << 15};

/// The model's side of a change; `txn_side` does the same to a transaction.
class model_side {
 public:
  explicit model_side(macaw_test::known_state& state) : state_(state) {}

  void put(std::uint64_t key, std::uint64_t value) { state_.numbers[key] = value; }
  void erase(std::uint64_t key) { state_.numbers.erase(key); }
  void erase(std::uint64_t from, std::uint64_t up_to) {
    state_.numbers.erase(state_.numbers.lower_bound(from), state_.numbers.lower_bound(up_to));
  }
  void put(const std::string& key, const std::string& value) { state_.texts[key] = value; }
  void erase(const std::string& key) { state_.texts.erase(key); }

 private:
  macaw_test::known_state& state_;
};

template <class Txn>
class txn_side {
 public:
  explicit txn_side(Txn& txn) : numbers_(txn[macaw_test::oracle_numbers]), texts_(txn[macaw_test::oracle_texts]) {}

  void put(std::uint64_t key, std::uint64_t value) { numbers_.put(key, value); }
  void erase(std::uint64_t key) { numbers_.erase(key); }
  void erase(std::uint64_t from, std::uint64_t up_to) { numbers_.erase(numbers_.range(from, up_to)); }
  void put(const std::string& key, const std::string& value) { texts_.put(key, value); }
  void erase(const std::string& key) { texts_.erase(key); }

 private:
  decltype(std::declval<Txn&>()[macaw_test::oracle_numbers]) numbers_;
  decltype(std::declval<Txn&>()[macaw_test::oracle_texts]) texts_;
};

/// Changes some rows, many where `is_large`, chosen by a seed alone.
template <class Side>
void change_rows(Side side, std::uint64_t seed, bool is_large) {
  std::mt19937_64 random(seed);
  for (int i = is_large ? 120 : 8; i > 0; --i) {
    const std::uint64_t key = random() % 700;
    random() % 4 == 0 ? side.erase(key) : side.put(key, random());
  }
  if (random() % 8 == 0) {
    const std::uint64_t from = random() % 700;
    side.erase(from, from + 80);
  }
  for (int i = is_large ? 12 : 1; i > 0; --i) {
    const std::string key = "text " + std::to_string(random() % 20);
    const std::size_t size = is_large ? random() % 6000 : random() % 100;
    random() % 3 == 0 ? side.erase(key) : side.put(key, std::string(size, static_cast<char>('a' + random() % 26)));
  }
}

/// A life of commits that grow, fall back and spill, each announced to the oracle.
template <class Database>
void write_known_states(Database& db, macaw_test::snapshot_oracle& oracle, std::mt19937_64& random,
                        std::size_t commits) {
  for (std::size_t commit = 0; commit < commits; ++commit) {
    const bool is_large = random() % 6 == 0;
    const std::uint64_t first = random(), second = random(), undone = random();
    macaw_test::known_state next = oracle.newest();
    change_rows(model_side(next), first, is_large);
    change_rows(model_side(next), second, false);
    oracle.announce(std::move(next));
    auto txn = db.begin_write();
    change_rows(txn_side(txn), first, is_large);
    {
      auto inner = txn.nested();
      change_rows(txn_side(inner), second, false);
      inner.commit();
      auto aborted = txn.nested();
      change_rows(txn_side(aborted), undone, is_large);
    }
    oracle.begin(txn.id());
    txn.commit({.durability = random() % 2 == 0 ? macaw::durability::deferred : macaw::durability::immediate});
    oracle.acknowledge();
  }
}

/// A snapshot, and the commit that it shows.
template <class ReadTxn>
struct known_snapshot {
  ReadTxn txn;
  std::size_t commit = 0;
};

/// A thread that begins, keeps, copies, refreshes and drops snapshots, and holds each to the oracle.
template <class Database>
class oracle_reader {
 public:
  /// A reader that `asks` knows which commit was acknowledged last; others know only what they have seen.
  oracle_reader(const Database& db, const macaw_test::snapshot_oracle& oracle, std::uint64_t seed, bool asks)
      : db_(db), oracle_(oracle), random_(seed), asks_(asks) {}

  /// Reads until told to stop, a few times a commit, so that the writer has its share of the processors. Returns how
  /// often something was wrong.
  std::uint64_t read(const std::atomic<bool>& stop, std::atomic<std::uint64_t>& seen) {
    std::size_t steps = 0;
    do {
      if (steps / steps_per_commit <= oracle_.begun()) {
        step();
        ++steps;
      } else {
        std::this_thread::sleep_for(std::chrono::microseconds(200));
      }
    } while (!stop.load(std::memory_order_relaxed));
    seen += steps;
    for (const auto& each : kept_) look(each);
    return wrong_;
  }

 private:
  using snapshot = known_snapshot<typename Database::read_txn>;

  static constexpr std::size_t steps_per_commit = 2;

  void step() {
    const std::size_t least = least_commit();
    snapshot fresh{db_.begin_read()};
    place(fresh, least);
    look(fresh);
    if (kept_.size() < 3) {
      kept_.push_back(random_() % 2 == 0 ? fresh : std::move(fresh));
      return;
    }
    snapshot& old = kept_[random_() % kept_.size()];
    look(old);
    switch (random_() % 4) {
      case 0: {
        const std::size_t least_refreshed = least_commit();
        old.txn.refresh();
        place(old, least_refreshed);
        look(old);
        break;
      }
      case 1: old = std::move(fresh); break;
      case 2: old = kept_[random_() % kept_.size()]; break;
      default: break;
    }
  }

  [[nodiscard]] std::size_t least_commit() const { return asks_ ? oracle_.acknowledged() : newest_seen_; }

  /// Finds out which commit a fresh snapshot shows, which must not lie before `least`.
  void place(snapshot& fresh, std::size_t least) {
    fresh.commit = oracle_.commit_of(fresh.txn.id());
    wrong_ += fresh.commit < least ? 1 : 0;
    newest_seen_ = std::max(newest_seen_, fresh.commit);
  }
  void look(const snapshot& known) {
    wrong_ += macaw_test::shows(known.txn, oracle_.state(known.commit), random_) ? 0 : 1;
  }

  const Database& db_;
  const macaw_test::snapshot_oracle& oracle_;
  std::mt19937_64 random_;
  bool asks_;
  std::vector<snapshot> kept_;
  std::size_t newest_seen_ = 0;
  std::uint64_t wrong_ = 0;
};

}  // namespace

TEMPLATE_LIST_TEST_CASE("32 readers see each one of the states that were to be had, all the time", "", homes) {
  CAPTURE(macaw_test::seed());
  constexpr std::size_t commits = 40;
  for (unsigned life = 0; life < macaw_test::rounds(1); ++life) {
    CAPTURE(life);
    TestType home;
    auto db = home.open(tight);
    const std::uint64_t size_before = db.stats().file_size;
    macaw_test::snapshot_oracle oracle(commits);
    std::mt19937_64 random(macaw_test::seed() + life);
    std::atomic<bool> stop{false};
    std::atomic<std::uint64_t> seen{0}, wrong{0};
    std::vector<std::thread> readers;
    for (std::uint64_t i = 0; i < 32; ++i) {
      readers.emplace_back(
          [&, i, seed = random()] { wrong += oracle_reader(db, oracle, seed, i % 2 == 0).read(stop, seen); });
    }
    write_known_states(db, oracle, random, commits);
    stop = true;
    for (std::thread& reader : readers) reader.join();
    CHECK(wrong == 0);
    CHECK(seen >= 32);
    for (int i = 0; i < 20; ++i) CHECK(macaw_test::shows(db.begin_read(), oracle.newest(), random));
    const macaw::database_stats stats = db.stats();
    CHECK(stats.readers == 0);
    if constexpr (TestType::has_files) {
      CHECK(stats.file_size > size_before);
      CHECK(stats.spilled_pages > 0);
      CHECK(stats.free_pages > 0);
      db.close();
      db = home.open(tight);
      for (int i = 0; i < 20; ++i) CHECK(macaw_test::shows(db.begin_read(), oracle.newest(), random));
    }
    require_sound(db);
  }
}

TEMPLATE_LIST_TEST_CASE("there is no limit to readers, and they may end in other threads", "", homes) {
  CAPTURE(macaw_test::seed());
  TestType home;
  auto db = home.open(tight);
  using read_txn = std::remove_cvref_t<decltype(db.begin_read())>;
  std::mt19937_64 random(macaw_test::seed());
  std::vector<std::vector<read_txn>> hands(4);
  for (int i = 0; i < 400; ++i) {
    if (i % 4 == 0) write(db, random, 1);
    hands[static_cast<std::size_t>(i) % hands.size()].push_back(db.begin_read());
  }
  CHECK(db.stats().readers == 400);
  std::atomic<std::uint64_t> wrong{0};
  std::vector<std::thread> threads;
  for (auto& hand : hands) {
    threads.emplace_back([&wrong, hand = std::move(hand)]() mutable {
      std::vector<read_txn> copies;
      while (!hand.empty()) {
        const read_txn last = std::move(hand.back());
        hand.pop_back();
        wrong += is_whole(last) ? 0 : 1;
        if (hand.size() % 8 == 0) copies.push_back(last);
      }
      for (const read_txn& copy : copies) wrong += is_whole(copy) ? 0 : 1;
    });
  }
  write(db, random, 40);
  for (std::thread& thread : threads) thread.join();
  CHECK(wrong == 0);
  CHECK(db.stats().readers == 0);
  require_sound(db);
}

TEMPLATE_LIST_TEST_CASE("writers of several threads take turns", "", homes) {
  CAPTURE(macaw_test::seed());
  TestType home;
  auto db = home.open(tight);
  std::vector<std::thread> writers;
  for (std::uint64_t i = 0; i < 3; ++i) {
    writers.emplace_back([&db, i] {
      std::mt19937_64 random(macaw_test::seed() + i);
      write(db, random, 40);
      db.sync();
    });
  }
  for (std::thread& writer : writers) writer.join();
  CHECK(is_whole(db.begin_read()));
  require_sound(db);
}

TEMPLATE_LIST_TEST_CASE("a write transaction may be handed to another thread", "", homes) {
  TestType home;
  auto db = home.open(tight);
  std::mt19937_64 random(macaw_test::seed());
  auto txn = db.begin_write();
  change(txn, random);
  std::thread([&db, txn = std::move(txn), random]() mutable {
    change(txn, random);
    txn.commit();
    CHECK(is_whole(db.begin_read()));
  }).join();
  auto next = db.begin_write();
  change(next, random);
  next.commit();
  CHECK(is_whole(db.begin_read()));
  require_sound(db);
}
