// SPDX-License-Identifier: MIT
//
// Every public operation, with every allocation and every call of the file system failing in it.

#include "fault/operation_faults.hpp"
#include "support/catch.hpp"

#include <macaw/ops/backup.hpp>
#include <macaw/ops/compact.hpp>
#include <macaw/ops/probe.hpp>

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace {

using macaw_test::fail_change;
using macaw_test::fail_look;
using macaw_test::fail_publication;
using macaw_test::fault_config;
using macaw_test::fault_database;
using macaw_test::fault_subject;
using macaw_test::fault_txn;
using macaw_test::fill;
using macaw_test::lines;
using macaw_test::numbers;
using macaw_test::others;
using macaw_test::pairs;
using macaw_test::texts;

constexpr macaw::commit_options deferred{.durability = macaw::durability::deferred};
constexpr std::size_t large_memory = std::size_t{1} << 20;
constexpr std::size_t small_memory = 4000;

/// Bytes of all that a range of rows shows.
template <class Rows>
std::uint64_t sum_of(const Rows& rows) {
  std::uint64_t sum = 0;
  for (const auto& row : rows) sum = sum * 31 + row.own_value().size();
  return sum;
}

std::uint64_t size_of(const std::optional<std::string>& value) { return value ? value->size() + 1 : 0; }

/// Raw keys of the table of texts.
const macaw::raw_table raw_texts{"texts"};
macaw::bytes_view raw(std::string_view text) { return macaw::as_bytes(text); }

}  // namespace

TEST_CASE("a row is put whole or not at all, whatever call fails") {
  fail_change("put of a number", [](fault_txn& txn) { txn[numbers].put(1000, 1); });
  fail_change("put of the first row", [](fault_txn& txn) { txn[others].put(1, 1); });
  fail_change("put of a line", [](fault_txn& txn) { txn[lines].put(31, std::string(120, 'x')); });
  fail_change("put of a text", [](fault_txn& txn) { txn[texts].put("text 31", std::string(120, 'x')); });
  fail_change("put of a pair", [](fault_txn& txn) { txn[pairs].put({"pair", 9}, 1); });
  fail_change("put of a large value", [](fault_txn& txn) { txn[lines].put(31, std::string(5000, 'x')); });
  fail_change("large over large", [](fault_txn& txn) { txn[lines].put(0, std::string(40'000, 'x')); });
  fail_change("small over large", [](fault_txn& txn) { txn[lines].put(0, "x"); });
  fail_change("insert", [](fault_txn& txn) { txn[texts].insert("a new text", "x"); });
  fail_change("insert of what is there", [](fault_txn& txn) { txn[texts].insert("text 31", "x"); });
  fail_change("replace", [](fault_txn& txn) { txn[texts].replace("text 31", "x"); });
  fail_change("replace of what is not there", [](fault_txn& txn) { txn[texts].replace("a new text", "x"); });
  fail_change("update", [](fault_txn& txn) {
    txn[lines].update(33, [](std::optional<std::string> old) { return old.value_or("") + std::string(60, '+'); });
  });
  fail_change("update to nothing", [](fault_txn& txn) {
    txn[lines].update(0, [](const std::optional<std::string>&) { return std::optional<std::string>(); });
  });
  fail_change("append", [](fault_txn& txn) { txn[numbers].append(5000, 1); });
  fail_change("append of a large value", [](fault_txn& txn) { txn[lines].append(5000, std::string(2000, 'x')); });
  fail_change("raw put", [](fault_txn& txn) { txn[raw_texts].put(raw("text 31"), raw("raw")); });
  fail_change("put by a cursor", [](fault_txn& txn) {
    auto cursor = txn[texts].cursor();
    if (cursor.find("text 40")) cursor.put("by a cursor");
  });
}

TEST_CASE("rows go whole or not at all, whatever call fails") {
  fail_change("erase", [](fault_txn& txn) { txn[texts].erase("text 31"); });
  fail_change("erase of a large value", [](fault_txn& txn) { txn[lines].erase(0); });
  fail_change("erase at an iterator", [](fault_txn& txn) {
    auto rows = txn[texts];
    rows.erase(rows.find("text 31"));
  });
  fail_change("extract of a large value", [](fault_txn& txn) { static_cast<void>(txn[lines].extract(0)); });
  fail_change("erase by a cursor", [](fault_txn& txn) {
    auto cursor = txn[pairs].cursor();
    if (cursor.seek({"pair", 40})) cursor.erase();
  });
  fail_change("raw erase", [](fault_txn& txn) { txn[raw_texts].erase(raw("text 31")); });
}

TEST_CASE("changes of several steps can be rolled back, whatever call fails") {
  fail_change("erase of a range", [](fault_txn& txn) { txn[lines].erase(txn[lines].range(10, 50)); });
  fail_change("raw erase of all", [](fault_txn& txn) { txn[raw_texts].clear(); });
  fail_change("clear", [](fault_txn& txn) { txn[texts].clear(); });
  fail_change("erase_if",
              [](fault_txn& txn) { txn[numbers].erase_if([](const auto& row) { return row.key() % 7 == 0; }); });
  fail_change("erase_if in a range", [](fault_txn& txn) {
    txn[lines].erase_if(txn[lines].range(0, 6), [](const auto& row) { return row.key() % 2 == 0; });
  });
  fail_change("load", [](fault_txn& txn) {
    const std::vector<std::pair<std::uint64_t, std::string>> rows{
        {100, "a"}, {101, std::string(1000, 'b')}, {102, "c"}};
    txn[lines].load(rows);
  });
  fail_change("writer", [](fault_txn& txn) {
    auto stream = txn[texts].writer("text 7");
    for (int i = 0; i < 8; ++i)
      stream.write(std::string_view("sixty bytes, of which a few times make a large value: 60 b."));
    stream.finish();
  });
  fail_change("writer that is left", [](fault_txn& txn) {
    auto stream = txn[texts].writer("text 7");
    stream.write(std::string(600, 'w'));
  });
}

TEST_CASE("tables and levels change whole or not at all, whatever call fails") {
  fail_change("drop", [](fault_txn& txn) { txn.drop(lines); });
  fail_change("drop of what is not there", [](fault_txn& txn) { txn.drop(others); });
  fail_change("rename", [](fault_txn& txn) { txn.rename(numbers, "other numbers"); });
  fail_change("raw table", [](fault_txn& txn) {
    txn[macaw::raw_table("other numbers")].create(
        {.key_codec = "u64", .value_codec = "u64", .key_width = 8, .value_width = 8});
    txn.drop(others);
  });
  fail_change("nested", [](fault_txn& txn) {
    auto inner = txn.nested();
    inner[numbers].put(7, 8);
    inner.commit();
  });
  fail_change("nested, rolled back", [](fault_txn& txn) {
    auto inner = txn.nested();
    inner[numbers].put(7, 8);
    inner.rollback();
  });
  fail_change("savepoints", [](fault_txn& txn) {
    const auto point = txn.savepoint();
    txn[numbers].put(7, 8);
    txn.rollback_to(point);
    txn.release(point);
  });
  fail_change("reading", [](fault_txn& txn) {
    static_cast<void>(txn.tables());
    static_cast<void>(txn.contains("no such table"));
    static_cast<void>(txn[lines].get(0));
    static_cast<void>(sum_of(txn[texts]));
  });
}

TEST_CASE("a state is published whole or not at all, whatever call fails") {
  const auto change = [](macaw::commit_options how) {
    return [how](fault_subject& alive) {
      auto txn = alive.db->begin_write();
      fill(txn, 58, 64);
      txn[numbers].erase(txn[numbers].range(5, 25));
      txn.commit(how);
    };
  };
  fail_publication("commit", large_memory, change({}));
  fail_publication("deferred commit", large_memory, change(deferred));
  fail_publication("commit in two phases", large_memory, change({.two_phase = true}));
  fail_publication("commit that spills", small_memory, change({}));
  fail_publication("sync", large_memory, [](fault_subject& alive) { alive.db->sync(); });
  fail_publication("put of a database", large_memory, [](fault_subject& alive) { alive.db->put(numbers, 7, 8); });
  fail_publication("erase of a database", large_memory, [](fault_subject& alive) { alive.db->erase(numbers, 7); });
  fail_publication("write", large_memory,
                   [](fault_subject& alive) { alive.db->write([](fault_txn& txn) { txn.drop(texts); }); });
  fail_publication("a transaction tried for", large_memory, [](fault_subject& alive) {
    auto txn = alive.db->try_begin_write(std::chrono::milliseconds(1));
    (*txn)[numbers].put(7, 8);
    txn->commit();
  });
  fail_publication("a transaction that is left", large_memory, [](fault_subject& alive) {
    auto txn = alive.db->try_begin_write();
    fill(*txn, 58, 64);
  });
  fail_publication("a spilled transaction that is left", small_memory, [](fault_subject& alive) {
    auto txn = alive.db->begin_write();
    fill(txn, 58, 64);
  });
}

TEST_CASE("a database ends with all or with what was durable, whatever call fails") {
  fail_publication("close", large_memory, [](fault_subject& alive) { alive.db->close(); });
  fail_publication("destruction", large_memory, [](fault_subject& alive) {
    fault_database last = std::move(*alive.db);
    static_cast<void>(last);
  });
}

TEST_CASE("rows are read rightly or not at all, whatever call fails") {
  fail_look("get", [](fault_database& db) { return size_of(db.get(lines, 0)) + size_of(db.get(texts, "text 7")); });
  fail_look("read", [](fault_database& db) {
    return db.read([](const auto& txn) { return std::uint64_t{txn[lines].size() + txn[texts].empty()}; });
  });
  fail_look("view", [](fault_database& db) {
    const auto snapshot = db.begin_read();
    const auto view = snapshot[lines].view(0);
    return std::uint64_t{view ? view->size() : 0};
  });
  fail_look("contains, find and bounds", [](fault_database& db) {
    const auto snapshot = db.begin_read();
    const auto rows = snapshot[texts];
    return std::uint64_t{rows.contains("text 7")} + std::uint64_t{rows.find("text 8") == rows.end()} * 2 +
           (*rows.lower_bound("text 2")).own_key().size() * 4 + (*rows.upper_bound("text 2")).own_key().size() * 64;
  });
  fail_look("multi_get", [](fault_database& db) {
    const auto snapshot = db.begin_read();
    std::uint64_t sum = 0;
    for (const auto& value : snapshot[lines].multi_get({std::uint64_t{0}, std::uint64_t{7}, std::uint64_t{500}})) {
      sum = sum * 10 + size_of(value);
    }
    return sum;
  });
  fail_look("front and back", [](fault_database& db) {
    const auto snapshot = db.begin_read();
    return snapshot[texts].front()->own_key().size() + snapshot[texts].back()->own_key().size() * 100;
  });
  fail_look("all rows", [](fault_database& db) {
    const auto snapshot = db.begin_read();
    return sum_of(snapshot[lines]);
  });
  fail_look("rows backwards", [](fault_database& db) {
    const auto snapshot = db.begin_read();
    return sum_of(snapshot[texts].range().reverse());
  });
  fail_look("ranges", [](fault_database& db) {
    const auto snapshot = db.begin_read();
    return sum_of(snapshot[lines].range(3, 9)) + sum_of(snapshot[texts].prefix("text 1")) +
           snapshot[pairs].count(snapshot[pairs].with("pair")) * 7;
  });
  fail_look("count", [](fault_database& db) {
    const auto snapshot = db.begin_read();
    return snapshot[texts].count(snapshot[texts].range("a", "text 40"));
  });
  fail_look("cursor", [](fault_database& db) {
    const auto snapshot = db.begin_read();
    auto cursor = snapshot[texts].cursor();
    std::uint64_t sum = cursor.last() ? cursor.key().size() : 0;
    sum += cursor.previous() ? size_of(cursor.value()) : 0;
    sum += cursor.seek("text 3") && cursor.next() ? cursor.key().size() : 0;
    return sum + (cursor.find("text 9") && cursor.first() ? 1 : 0);
  });
  fail_look("reader", [](fault_database& db) {
    const auto snapshot = db.begin_read();
    auto reader = snapshot[lines].reader(0);
    std::array<std::byte, 700> part;
    std::uint64_t sum = 0;
    while (const std::size_t size = reader.read(part)) sum = sum * 3 + size;
    return sum;
  });
  fail_look("raw rows", [](fault_database& db) {
    const auto snapshot = db.begin_read();
    std::uint64_t sum = 0;
    snapshot[raw_texts].for_each([&](macaw::bytes_view key, const auto&) { sum += key.size(); });
    return sum;
  });
}

TEST_CASE("databases are looked at and copied rightly or not at all, whatever call fails") {
  fail_look("snapshots", [](fault_database& db) {
    auto snapshot = db.begin_read();
    auto copy = snapshot;
    copy.refresh();
    return std::uint64_t{copy.tables().size() + copy.contains(texts)};
  });
  fail_look("stats", [](fault_database& db) { return db.stats().tables; });
  fail_look("analyze", [](fault_database& db) { return std::uint64_t{db.analyze().size()}; });
  fail_look("check", [](fault_database& db) {
    const macaw::check_report report = db.check();
    // A page that cannot be read is a finding, not an error, so that the others are looked at, too.
    if (!report.ok()) throw macaw::error(macaw::errc::io, report.findings.front().to_text());
    return report.pages;
  });
}

namespace {

/// Fails every call of something that makes another file of a database, or of the backup of one. What has its name must
/// be whole.
template <class Copy>
void fail_copy(const char* name, Copy&& copy) {
  macaw_test::for_each_kind_of_fault([&](macaw_test::failing_call of, bool persists) {
    for (std::uint64_t nth = 1;; ++nth) {
      CAPTURE(name, static_cast<int>(of), persists, nth);
      fault_subject alive;
      static_cast<void>(macaw::backup(*alive.db, "backup", {}, alive.files));
      const auto result =
          macaw_test::run_failing({of, nth, persists}, alive.files.faults(), [&] { copy(*alive.db, alive.files); });
      CHECK(macaw_test::read_contents(alive.db->begin_read()) == alive.published);
      macaw_test::require_sound(*alive.db);
      if (result.done) REQUIRE(alive.files.exists("copy"));
      if (!alive.files.exists("copy")) copy(*alive.db, alive.files);
      const auto copied = fault_database::open("copy", {}, alive.files);
      CHECK(macaw_test::read_contents(copied.begin_read()) == alive.published);
      macaw_test::require_sound(copied);
      if (!result.fired) break;
    }
  });
}

/// Files as they may be found by an opening.
struct found_file {
  const char* name;
  std::string bytes;  ///< none: there is no file
  bool has_rows;
};

std::vector<found_file> found_files() {
  const std::string& whole = macaw_test::filled_image();
  macaw_test::fault_files files;
  macaw_test::make_file(files.wrapped(), "db", whole);
  fault_database::open("db", {}, files).put(others, 1, 1);
  const std::string next = macaw_test::bytes_of_file(files.wrapped(), "db");
  constexpr std::size_t metas = 2 * 4096;
  std::string half = next;  // the meta page of another commit, without its pages
  half.replace(metas, whole.size() - metas, whole, metas);
  return {{"none", "", false}, {"whole", whole, true}, {"half", half, true}};
}

/// Fails every call of an opening. Afterwards the file opens, and holds what it held.
void fail_opening(const found_file& found, const macaw::open_options& options) {
  macaw_test::for_each_kind_of_fault([&](macaw_test::failing_call of, bool persists) {
    for (std::uint64_t nth = 1;; ++nth) {
      CAPTURE(found.name, static_cast<int>(of), persists, nth);
      macaw_test::fault_files files;
      if (!found.bytes.empty()) macaw_test::make_file(files.wrapped(), "db", found.bytes);
      std::optional<fault_database> db;
      const auto result = macaw_test::run_failing({of, nth, persists}, files.faults(), [&] {
        db.emplace(fault_database::open("db", options, files));
        static_cast<void>(db->get(lines, 0));
        if (!options.read_only) db->put(numbers, 0, 0);  // reads the map of free space
      });
      db.reset();
      db.emplace(fault_database::open("db", {}, files));
      CHECK(size_of(db->get(lines, 0)) == (found.has_rows ? 3001 : 0));
      if (result.done && !options.read_only) CHECK(db->get(numbers, 0) == 0U);
      CHECK_FALSE(db->get(others, 1).has_value());
      macaw_test::require_sound(*db);
      db->put(others, 2, 2);
      macaw_test::require_sound(*db);
      if (!result.fired) break;
    }
  });
}

}  // namespace

TEST_CASE("a file opens, is made or recovers, or stays as it is, whatever call fails") {
  for (const found_file& found : found_files()) {
    fail_opening(found, {.cache_size = 1 << 14});
    fail_opening(found, {.cache_size = 1 << 14, .two_phase = true, .rebuild_space_map = true});
    if (!found.bytes.empty()) fail_opening(found, {.read_only = true});
  }
}

TEST_CASE("copies are whole or have no name, whatever call fails") {
  fail_copy("compact", [](fault_database& db, macaw_test::fault_files& files) {
    static_cast<void>(macaw::compact(db, "copy", {}, files));
  });
  fail_copy("backup", [](fault_database& db, macaw_test::fault_files& files) {
    static_cast<void>(macaw::backup(db, "copy", {}, files));
  });
  fail_copy("restore", [](fault_database&, macaw_test::fault_files& files) {
    static_cast<void>(macaw::restore<fault_config>("backup", "copy", {}, {}, files));
  });
}

TEST_CASE("files are probed and verified rightly or not at all, whatever call fails") {
  macaw_test::fault_files files;
  macaw_test::make_file(files.wrapped(), "db", macaw_test::filled_image());
  const auto fail_each = [&](const auto& look) {
    macaw_test::for_each_kind_of_fault([&](macaw_test::failing_call of, bool persists) {
      for (std::uint64_t nth = 1;; ++nth) {
        CAPTURE(static_cast<int>(of), persists, nth);
        if (!macaw_test::run_failing({of, nth, persists}, files.faults(), look).fired) break;
      }
    });
  };
  fail_each([&] {
    if (macaw::probe("db", files).page_size != 512) throw macaw::error(macaw::errc::corrupt, "wrong");
  });
  fail_each([&] {
    const macaw::check_report report = macaw::verify_backup<fault_config>("db", {}, files);
    if (!report.ok()) throw macaw::error(macaw::errc::io, report.findings.front().to_text());
  });
  CHECK(macaw_test::bytes_of_file(files.wrapped(), "db") == macaw_test::filled_image());
}
