// SPDX-License-Identifier: MIT
//
// A database that is changed at random on a simulated disk, and what any power cut on the way may leave.
//
// At every effect on the disk some cuts are drawn. Each is opened: its tables must be those of the last
// acknowledged durable commit, or of the one that is under way; it must check clean, take another commit,
// and show that after another opening.

#pragma once

#include "support/catch.hpp"

#include <macaw/macaw.hpp>
#include <macaw/ops/check.hpp>
#include <macaw/storage/mmap_pager.hpp>
#include <macaw/testing/simulated_files.hpp>

#include <cstdint>
#include <map>
#include <optional>
#include <random>
#include <string>
#include <utility>

namespace macaw_test {

template <std::size_t PageSize>
struct simulated_file_config : macaw::file_config<PageSize> {
  using file_system = macaw::testing::simulated_files;
};

template <std::size_t PageSize>
struct simulated_mmap_config : macaw::file_config<PageSize> {
  using file_system = macaw::testing::simulated_files;
  template <class C>
  using pager = macaw::mmap_pager<C::page_size, typename C::file_system>;
};

inline constexpr macaw::table<std::uint64_t, std::uint64_t> numbers{"numbers"};
inline constexpr macaw::table<std::string, std::string> texts{"texts"};

/// What the tables hold.
struct contents {
  std::map<std::uint64_t, std::uint64_t> numbers;
  std::map<std::string, std::string> texts;

  friend bool operator==(const contents&, const contents&) = default;
};

template <class Txn>
contents read_contents(const Txn& txn) {
  contents found;
  for (auto [key, value] : txn[numbers]) found.numbers.emplace(key, value);
  for (auto [key, value] : txn[texts]) found.texts.emplace(key, value);
  return found;
}

template <class Config>
class crash_life : private macaw::testing::file_observer {
 public:
  using database = macaw::basic_database<Config>;

  explicit crash_life(std::uint64_t seed, unsigned cuts_per_event) : random_(seed), cuts_per_event_(cuts_per_event) {
    disk_.add_observer(*this);
  }

  /// Lives through so many transactions, in a few openings.
  void run(unsigned transactions) {
    while (transactions > 0) {
      auto db = database::open("db", options(), disk_);
      named_ = true;
      if (!(read_contents(db.begin_read()) == acknowledged_)) FAIL("an opening shows another state");
      published_ = acknowledged_;
      for (unsigned i = 0; i < 12 && transactions > 0; ++i, --transactions) transact(db);
      under_way_ = published_;
      db.close();
      acknowledged_ = published_;
      under_way_.reset();
    }
  }

  [[nodiscard]] std::uint64_t cuts() const noexcept { return cuts_; }

 private:
  static macaw::open_options options() { return {.cache_size = 1 << 16, .dirty_size = 1 << 14}; }

  void observe(const macaw::testing::file_event&) override {
    if (verifying_) return;
    verifying_ = true;
    for (unsigned i = 0; i < cuts_per_event_; ++i) verify(disk_.after_power_cut(macaw::testing::random_cut(random_())));
    verifying_ = false;
  }

  void verify(macaw::testing::simulated_files disk) {
    ++cuts_;
    if (!disk.exists("db")) {
      if (named_) FAIL("the file has lost its name");
      return;
    }
    contents next;
    {
      auto db = database::open("db", options(), disk);
      const contents found = read_contents(db.begin_read());
      if (!(found == acknowledged_) && !(under_way_ && found == *under_way_)) FAIL("no commit of ours was recovered");
      expect_sound(db);
      next = found;
      next.numbers[7] = cuts_;
      db.put(numbers, 7, cuts_);
      expect_sound(db);
    }
    auto db = database::open("db", options(), disk);
    if (!(read_contents(db.begin_read()) == next)) FAIL("the commit after the recovery is lost");
  }

  static void expect_sound(database& db) {
    const auto report = db.check();
    for (const auto& finding : report.findings) UNSCOPED_INFO(finding.what);
    REQUIRE(report.ok());
  }

  void transact(database& db) {
    std::uint64_t durable = db.stats().durable;
    under_way_ = published_;  // beginning may sync what was deferred
    auto txn = db.begin_write();
    if (db.stats().durable != durable) acknowledged_ = published_;
    durable = db.stats().durable;
    under_way_.reset();
    contents model = published_;
    const unsigned steps = 1 + static_cast<unsigned>(random_() % 12);
    for (unsigned i = 0; i < steps; ++i) change(txn, model);
    if (random_() % 8 == 0) return;  // rolls back
    const bool deferred = random_() % 3 == 0;
    under_way_ = model;  // a transaction that has spilled is durable, whatever was asked
    txn.commit({.durability = deferred ? macaw::durability::deferred : macaw::durability::immediate,
                .two_phase = random_() % 6 == 0});
    published_ = model;
    if (db.stats().durable != durable) acknowledged_ = model;
    under_way_.reset();
  }

  template <class Txn>
  void change(Txn& txn, contents& model) {
    const std::uint64_t key = random_() % 300;
    switch (random_() % 9) {
      case 0:
      case 1:
      case 2:
        txn[numbers].put(key, random_());
        model.numbers[key] = *txn[numbers].get(key);
        break;
      case 3:
      case 4: {
        const std::string text(random_() % (random_() % 20 == 0 ? 4000 : 90), static_cast<char>('a' + key % 26));
        txn[texts].put(std::to_string(key), text);
        model.texts[std::to_string(key)] = text;
        break;
      }
      case 5: REQUIRE(txn[numbers].erase(key) == (model.numbers.erase(key) == 1)); break;
      case 6: {
        const auto erased = txn[numbers].erase(txn[numbers].range(key, key + 20));
        const auto first = model.numbers.lower_bound(key);
        const auto last = model.numbers.lower_bound(key + 20);
        REQUIRE(erased == static_cast<std::uint64_t>(std::distance(first, last)));
        model.numbers.erase(first, last);
        break;
      }
      case 7: {
        auto inner = txn.nested();
        contents inside = model;
        change(inner, inside);
        if (random_() % 2 == 0) {
          inner.commit();
          model = inside;
        }
        break;
      }
      default: txn[texts].erase(std::to_string(key)); model.texts.erase(std::to_string(key));
    }
  }

  macaw::testing::simulated_files disk_;
  std::mt19937_64 random_;
  unsigned cuts_per_event_;
  std::uint64_t cuts_ = 0;
  bool verifying_ = false;
  bool named_ = false;
  contents published_;
  contents acknowledged_;              ///< of the last durable commit that returned
  std::optional<contents> under_way_;  ///< of a durable commit that has begun
};

}  // namespace macaw_test
