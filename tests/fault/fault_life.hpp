// SPDX-License-Identifier: MIT
//
// A short life of a database on a file system that fails at a chosen call, and what may be left of it.
//
// After every error the database either goes on, with the state before, or it says that an outcome is unknown and
// refuses further writes. In the end the file is opened again where nothing fails: it must hold the last published
// state; where a fault has cost the handle, the last acknowledged durable state or the one under way.

#pragma once

#include "support/catch.hpp"

#include <macaw/macaw.hpp>
#include <macaw/ops/check.hpp>
#include <macaw/storage/memory_files.hpp>
#include <macaw/storage/mmap_pager.hpp>
#include <macaw/testing/faulty_files.hpp>

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <utility>

namespace macaw_test {

using faulty_memory_files = macaw::testing::faulty_files<macaw::memory_files>;

struct faulty_file_config : macaw::file_config<512> {
  using file_system = faulty_memory_files;
};

struct faulty_mmap_config : macaw::file_config<512> {
  using file_system = faulty_memory_files;
  template <class C>
  using pager = macaw::mmap_pager<C::page_size, typename C::file_system>;
};

inline constexpr macaw::table<std::uint64_t, std::string> lines{"lines"};
inline constexpr macaw::table<std::string, std::uint64_t> counts{"counts"};
using rows = std::map<std::uint64_t, std::string>;

template <class Txn>
[[nodiscard]] rows read_rows(const Txn& txn) {
  rows found;
  for (auto [key, value] : txn[lines]) found.emplace(key, value);
  return found;
}

template <class Database>
void require_sound(const Database& db) {
  const macaw::check_report report = db.check();
  for (const auto& finding : report.findings) UNSCOPED_INFO(finding.to_text());
  REQUIRE(report.ok());
}

template <class Config>
class fault_life {
 public:
  using database = macaw::basic_database<Config>;
  using write_txn = typename database::write_txn;

  /// A life that begins with a file of its own, made where nothing fails, or without one.
  explicit fault_life(bool has_file, std::size_t dirty_size = 12'000) : dirty_size_(dirty_size) {
    if (!has_file) return;
    auto db = database::open(path, options(), files_);
    auto txn = db.begin_write();
    fill(txn, published_, 0, 150, 40);
    txn.commit();
    durable_ = published_;
  }

  /// What goes wrong with the file system.
  [[nodiscard]] auto& faults() const { return files_.faults(); }

  /// Lives on, with faults.
  void live() {
    open();
    if (db_) {
      commit([](auto& txn, rows& model) { fill(txn, model, 10, 14, 30); });
      commit([](auto& txn, rows& model) { fill(txn, model, 200, 210, 50); }, deferred);
      commit([](auto& txn, rows& model) { fill(txn, model, 300, 301, 9000); });
      commit([](auto& txn, rows& model) { fill(txn, model, 400, 500, 120); }, deferred);  // spills
      commit([](auto& txn, rows& model) { fill(txn, model, 0, 40, 60); }, {.two_phase = true});
      commit([](auto& txn, rows& model) { cut(txn, model, 20, 450); }, deferred);
      sync();
      commit([](auto& txn, rows& model) {
        fill(txn, model, 1000, 1003, 20);
        auto inner = txn.nested();
        inner[counts].put("a", 1);
        inner.commit();
        txn.drop(counts);
      });
      commit([](auto& txn, rows& model) { fill(txn, model, 2000, 2010, 20); }, deferred);
      close();
    }
  }

  /// Lives on, with faults and few commits, one of them larger than what is staged at once.
  void live_largely() {
    open();
    if (db_) {
      commit([](auto& txn, rows& model) { fill(txn, model, 5000, 5600, 9000); });
      commit([](auto& txn, rows& model) { cut(txn, model, 100, 5500); });
      close();
    }
  }

  /// Looks at what is left, where nothing fails any more.
  void look_back() {
    faults().heal();
    if (db_) {
      CHECK(read_rows(db_->begin_read()) == published_);
      require_sound(*db_);
      if (unknown_) {
        require_refused();
      } else {
        commit([](auto& txn, rows& model) { fill(txn, model, 3000, 3020, 30); });
        REQUIRE_FALSE(unknown_);
        require_sound(*db_);
      }
      close();
      REQUIRE_FALSE(db_.has_value());
    }
    if (!files_.exists(path)) {
      REQUIRE(durable_.empty());
      return;
    }
    open();
    const rows found = read_rows(db_->begin_read());
    const bool expected = found == durable_ || (under_way_ && found == *under_way_);
    REQUIRE(expected);
    require_sound(*db_);
    published_ = found;
    commit([](auto& txn, rows& model) { fill(txn, model, 5, 30, 70); });
    require_sound(*db_);
    close();
    open();
    REQUIRE(read_rows(db_->begin_read()) == published_);
  }

 private:
  static constexpr const char* path = "db";
  static constexpr macaw::commit_options deferred{.durability = macaw::durability::deferred};

  [[nodiscard]] macaw::open_options options() const { return {.cache_size = 1 << 16, .dirty_size = dirty_size_}; }

  template <class Txn>
  static void fill(Txn& txn, rows& model, std::uint64_t first, std::uint64_t last, std::size_t size) {
    for (std::uint64_t key = first; key < last; ++key) {
      std::string value(size, static_cast<char>('a' + (key + size) % 26));
      txn[lines].put(key, value);
      model[key] = std::move(value);
    }
    txn[counts].put("rows", model.size());
  }
  template <class Txn>
  static void cut(Txn& txn, rows& model, std::uint64_t first, std::uint64_t last) {
    txn[lines].erase(txn[lines].range(first, last));
    model.erase(model.lower_bound(first), model.lower_bound(last));
  }

  void open() {
    try {
      db_.emplace(database::open(path, options(), files_));
    } catch (const macaw::error&) {
      REQUIRE(faults().fired());
    }
  }

  /// Changes rows in a transaction. Where that fails, the database is as before, or refuses to go on.
  template <class Change>
  void commit(Change&& change, const macaw::commit_options& how = {}) {
    if (unknown_) return;
    rows model = published_;
    const std::uint64_t before = db_->stats().durable;
    try {
      attempt([&] {
        auto txn = db_->begin_write();  // may make deferred commits durable
        if (db_->stats().durable != before) durable_ = published_;
        change(txn, model);
        const std::uint64_t began = db_->stats().durable;
        under_way_ = model;
        txn.commit(how);
        published_ = model;
        if (db_->stats().durable != began) durable_ = model;
        under_way_.reset();
      });
    } catch (const macaw::error&) {
      if (!unknown_) under_way_.reset();
    }
  }

  void sync() {
    if (unknown_) return;
    try {
      attempt([&] {
        db_->sync();
        durable_ = published_;
      });
    } catch (const macaw::error&) {
    }
  }

  void close() {
    try {
      attempt([&] { db_->close(); });
      if (!unknown_) durable_ = published_;
      db_.reset();
    } catch (const macaw::error&) {
    }
  }

  /// Does something; notes whether an error leaves the outcome unknown.
  template <class F>
  void attempt(F&& f) {
    try {
      f();
    } catch (const macaw::error& failure) {
      CAPTURE(failure.what());
      REQUIRE(faults().fired());
      REQUIRE(failure.kind() != macaw::errc::corrupt);
      REQUIRE(failure.kind() != macaw::errc::poisoned);
      unknown_ = failure.outcome() == macaw::commit_outcome::unknown;
      if (unknown_ && !under_way_) under_way_ = published_;
      throw;
    }
  }

  void require_refused() {
    try {
      static_cast<void>(db_->begin_write());
      FAIL("a database whose last outcome is unknown takes a transaction");
    } catch (const macaw::error& failure) {
      REQUIRE(failure.kind() == macaw::errc::poisoned);
    }
  }

  std::size_t dirty_size_;
  mutable typename Config::file_system files_;
  std::optional<database> db_;
  rows published_;
  rows durable_;                   ///< acknowledged
  std::optional<rows> under_way_;  ///< of a commit whose outcome is unknown
  bool unknown_ = false;
};

/// Fails every call of `live(life)` in turn, once or from then on; `make()` makes a life. Returns how many there are.
template <class Make, class Live>
std::uint64_t fail_every_call(macaw::testing::file_fault fault, Make&& make, Live&& live) {
  for (std::uint64_t call = 0;; ++call) {
    CAPTURE(call);
    auto life = make();
    fault.call = call;
    life.faults().fail(fault);
    live(life);
    const bool fired = life.faults().fired();
    life.look_back();
    if (!fired) return call;
  }
}

}  // namespace macaw_test
