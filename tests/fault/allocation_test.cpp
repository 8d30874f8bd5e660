// SPDX-License-Identifier: MIT
//
// Every allocation of every public operation fails once: then nothing has changed, or the level says that it can
// only be rolled back; nothing is lost, and the database goes on.

#include "model/database_model.hpp"
#include "support/allocations.hpp"
#include "support/catch.hpp"
#include "support/test_databases.hpp"

#include <macaw/ops/check.hpp>

#include <cstdint>
#include <new>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace {

using macaw_test::contents;
using macaw_test::lines;
using macaw_test::numbers;
using macaw_test::others;
using macaw_test::pairs;
using macaw_test::read_contents;
using macaw_test::texts;

using home_type = macaw_test::database_home<macaw_test::small_file>;
using database = home_type::database;
using write_txn = database::write_txn;

void require_sound(const database& db) {
  const macaw::check_report report = db.check();
  for (const auto& finding : report.findings) UNSCOPED_INFO(finding.to_text());
  REQUIRE(report.ok());
}

/// Rows in every table, some of them large.
void fill(write_txn& txn, std::uint64_t first, std::uint64_t last) {
  for (std::uint64_t i = first; i < last; ++i) {
    txn[numbers].put(i, i);
    txn[lines].put(i, std::string(i % 40, 'l'));
    txn[texts].put("text " + std::to_string(i), std::string(i % 30, 't'));
    txn[pairs].put({"pair", static_cast<std::uint32_t>(i)}, i);
  }
  txn[lines].put(first, std::string(3000, 'L'));
}

/// A database with a durable state, and another on top that is not.
struct subject {
  explicit subject(std::size_t dirty_size = std::size_t{1} << 20)
      : db(home.open({.cache_size = 1 << 14, .dirty_size = dirty_size})) {
    db.write([](write_txn& txn) { fill(txn, 0, 60); });
    db.write([](write_txn& txn) { fill(txn, 30, 40); }, {.durability = macaw::durability::deferred});
    published = read_contents(db.begin_read());
  }

  home_type home;
  database db;
  contents published;
};

/// Runs `f` with its nth allocation failing. Returns whether one failed; `done`: whether `f` succeeded all the same.
template <class F>
bool run_failing(std::uint64_t nth, bool& done, F&& f) {
  done = false;
  const macaw_test::failing_allocation failing(nth);
  try {
    f();
    done = true;
  } catch (const std::bad_alloc&) {
  }
  return failing.fired();
}

bool is_usable(write_txn& txn) {
  try {
    static_cast<void>(txn[others].erase(1'000'000));
    return true;
  } catch (const macaw::error& failure) {
    REQUIRE(failure.kind() == macaw::errc::txn_failed);
    return false;
  }
}

/// Fails each allocation of something done in a transaction, of which the outermost or an inner level is new.
template <class Change>
void fail_in_transaction(const char* name, bool inner, Change&& change) {
  contents after;
  {
    subject reference;
    auto txn = reference.db.begin_write();
    fill(txn, 20, 25);
    change(txn);
    after = read_contents(txn);
  }
  for (std::uint64_t nth = 1;; ++nth) {
    CAPTURE(name, inner, nth);
    subject alive;
    auto txn = alive.db.begin_write();
    fill(txn, 20, 25);
    std::optional<database::savepoint> point;
    if (inner) point = txn.savepoint();
    const contents before = read_contents(txn);
    bool done = false;
    const bool fired = run_failing(nth, done, [&] { change(txn); });
    const bool usable = is_usable(txn);
    if (done) {
      REQUIRE(usable);
      REQUIRE(read_contents(txn) == after);
    } else if (usable) {
      REQUIRE(read_contents(txn) == before);
    } else if (inner) {
      txn.rollback_to(*point);
      REQUIRE(is_usable(txn));
      REQUIRE(read_contents(txn) == before);
    }
    if (usable || inner) {
      const contents last = read_contents(txn);
      txn.commit();
      REQUIRE(read_contents(alive.db.begin_read()) == last);
    } else {
      txn.rollback();
      REQUIRE(read_contents(alive.db.begin_read()) == alive.published);
    }
    require_sound(alive.db);
    if (!fired) return;
  }
}

template <class Change>
void fail_everywhere(const char* name, Change&& change) {
  for (const bool inner : {false, true}) fail_in_transaction(name, inner, change);
}

/// Fails each allocation of something that publishes `after`, or leaves the database as it was.
template <class Publish>
void fail_publication(const char* name, std::size_t dirty_size, Publish&& publish) {
  contents after;
  {
    subject reference(dirty_size);
    publish(reference.db);
    after = read_contents(reference.db.begin_read());
  }
  for (std::uint64_t nth = 1;; ++nth) {
    CAPTURE(name, nth);
    subject alive(dirty_size);
    bool done = false;
    const bool fired = run_failing(nth, done, [&] { publish(alive.db); });
    const contents& expected = done ? after : alive.published;
    REQUIRE(read_contents(alive.db.begin_read()) == expected);
    require_sound(alive.db);
    alive.db.put(others, 1, 1);
    alive.db.close();
    auto again = alive.home.open();
    contents last = expected;
    last.others[1] = 1;
    last.names.insert("other numbers");
    REQUIRE(read_contents(again.begin_read()) == last);
    require_sound(again);
    if (!fired) return;
  }
}

/// Fails each allocation of something that changes nothing.
template <class Look>
void fail_looking(const char* name, Look&& look) {
  for (std::uint64_t nth = 1;; ++nth) {
    CAPTURE(name, nth);
    subject alive;
    bool done = false;
    const bool fired = run_failing(nth, done, [&] { look(alive.db); });
    REQUIRE(read_contents(alive.db.begin_read()) == alive.published);
    require_sound(alive.db);
    if (!fired) return;
  }
}

}  // namespace

TEST_CASE("opening and making a file loses nothing when an allocation fails") {
  if (!macaw_test::allocations_are_counted) return;
  for (const bool exists : {false, true}) {
    for (std::uint64_t nth = 1;; ++nth) {
      CAPTURE(exists, nth);
      home_type home;
      if (exists) home.open().put(numbers, 1, 1);
      bool done = false;
      const bool fired = run_failing(nth, done, [&] {
        auto db = home.open();
        db.put(numbers, 2, 2);
        db.close();
      });
      auto db = home.open();
      CHECK(db.get(numbers, 1).has_value() == exists);
      CHECK((!done || db.get(numbers, 2).has_value()));
      require_sound(db);
      if (!fired) break;
    }
  }
}

TEST_CASE("rows are put whole or not at all when an allocation fails") {
  if (!macaw_test::allocations_are_counted) return;
  fail_everywhere("put of a number", [](write_txn& txn) { txn[numbers].put(1000, 1); });
  fail_everywhere("put of the first row", [](write_txn& txn) { txn[others].put(1, 1); });
  fail_everywhere("put of a line", [](write_txn& txn) { txn[lines].put(31, std::string(150, 'x')); });
  fail_everywhere("put of a text", [](write_txn& txn) { txn[texts].put("text 31", std::string(150, 'x')); });
  fail_everywhere("put of a pair", [](write_txn& txn) { txn[pairs].put({"pair", 9}, 1); });
  fail_everywhere("put of a large value", [](write_txn& txn) { txn[lines].put(31, std::string(5000, 'x')); });
  fail_everywhere("large over large", [](write_txn& txn) { txn[lines].put(0, std::string(200'000, 'x')); });
  fail_everywhere("small over large", [](write_txn& txn) { txn[lines].put(0, "x"); });
  fail_everywhere("update", [](write_txn& txn) {
    txn[lines].update(33, [](std::optional<std::string> old) { return old.value_or("") + std::string(60, '+'); });
  });
  fail_everywhere("append", [](write_txn& txn) { txn[numbers].append(5000, 1); });
}

TEST_CASE("rows go whole or not at all when an allocation fails") {
  if (!macaw_test::allocations_are_counted) return;
  fail_everywhere("erase", [](write_txn& txn) { txn[texts].erase("text 31"); });
  fail_everywhere("erase of a large value", [](write_txn& txn) { txn[lines].erase(0); });
  fail_everywhere("extract of a large value", [](write_txn& txn) { static_cast<void>(txn[lines].extract(0)); });
  fail_everywhere("cursor", [](write_txn& txn) {
    auto cursor = txn[pairs].cursor();
    if (cursor.seek({"pair", 40})) cursor.erase();
  });
}

TEST_CASE("changes of several steps can be rolled back when an allocation fails") {
  if (!macaw_test::allocations_are_counted) return;
  fail_everywhere("erase of a range", [](write_txn& txn) { txn[lines].erase(txn[lines].range(10, 50)); });
  fail_everywhere("clear", [](write_txn& txn) { txn[texts].clear(); });
  fail_everywhere("erase_if",
                  [](write_txn& txn) { txn[numbers].erase_if([](const auto& row) { return row.key() % 7 == 0; }); });
  fail_everywhere("load", [](write_txn& txn) {
    const std::vector<std::pair<std::uint64_t, std::string>> rows{
        {100, "a"}, {101, std::string(1000, 'b')}, {102, "c"}};
    txn[lines].load(rows);
  });
  fail_everywhere("stream", [](write_txn& txn) {
    auto stream = txn[texts].writer("text 7");
    for (int i = 0; i < 8; ++i)
      stream.write(
          std::string_view("a hundred bytes and more, of which a few times make a large value, "
                           "whatever the size of pages is"));
    stream.finish();
  });
}

TEST_CASE("tables and levels change whole or not at all when an allocation fails") {
  if (!macaw_test::allocations_are_counted) return;
  fail_everywhere("drop", [](write_txn& txn) { txn.drop(lines); });
  fail_everywhere("rename", [](write_txn& txn) { txn.rename(numbers, "other numbers"); });
  fail_everywhere("nested", [](write_txn& txn) {
    auto inner = txn.nested();
    inner[numbers].put(7, 8);
    inner.commit();
  });
  fail_everywhere("nested, rolled back", [](write_txn& txn) {
    auto inner = txn.nested();
    inner[numbers].put(7, 8);
    inner.rollback();
  });
}

TEST_CASE("a commit is made whole or rolled back when an allocation fails") {
  if (!macaw_test::allocations_are_counted) return;
  const auto change = [](macaw::commit_options how) {
    return [how](database& db) {
      auto txn = db.begin_write();
      fill(txn, 50, 70);
      txn[numbers].erase(txn[numbers].range(5, 25));
      txn.commit(how);
    };
  };
  fail_publication("commit", 1 << 20, change({}));
  fail_publication("deferred commit", 1 << 20, change({.durability = macaw::durability::deferred}));
  fail_publication("commit in two phases", 1 << 20, change({.two_phase = true}));
  fail_publication("commit that spills", 4000, change({}));
  fail_publication("sync", 1 << 20, [](database& db) { db.sync(); });
}

TEST_CASE("reading goes on after an allocation that fails") {
  if (!macaw_test::allocations_are_counted) return;
  fail_looking("get", [](database& db) { static_cast<void>(db.get(lines, 0)); });
  fail_looking("snapshots", [](database& db) {
    auto snapshot = db.begin_read();
    auto copy = snapshot;
    copy.refresh();
    static_cast<void>(copy.tables());
  });
  fail_looking("walking", [](database& db) {
    const auto snapshot = db.begin_read();
    std::size_t bytes = 0;
    for (auto [key, value] : snapshot[lines]) bytes += value.size();
    for (auto [key, value] : snapshot[texts].range().reverse()) bytes += key.size();
    static_cast<void>(snapshot[texts].count(snapshot[texts].range("a", "z")));
    if (const auto view = snapshot[lines].view(0)) bytes += view->size();
    return bytes;
  });
  fail_looking("check", [](database& db) { static_cast<void>(db.check()); });
  fail_looking("analyze", [](database& db) { static_cast<void>(db.analyze()); });
}

TEST_CASE("closing can be tried again after an allocation that failed") {
  if (!macaw_test::allocations_are_counted) return;
  for (std::uint64_t nth = 1;; ++nth) {
    CAPTURE(nth);
    subject alive;
    bool done = false;
    const bool fired = run_failing(nth, done, [&] { alive.db.close(); });
    if (!done) {
      REQUIRE(read_contents(alive.db.begin_read()) == alive.published);
      alive.db.close();
    }
    auto again = alive.home.open();
    REQUIRE(read_contents(again.begin_read()) == alive.published);
    require_sound(again);
    if (!fired) break;
  }
}
