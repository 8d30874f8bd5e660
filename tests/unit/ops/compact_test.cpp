// SPDX-License-Identifier: MIT

#include <macaw/ops/compact.hpp>

#include "support/catch.hpp"
#include "support/failing_copies.hpp"
#include "support/random.hpp"
#include "support/test_databases.hpp"

#include <macaw/macaw.hpp>
#include <macaw/ops/check.hpp>
#include <macaw/testing/faulty_files.hpp>

#include <algorithm>
#include <cstdint>
#include <map>
#include <random>
#include <string>
#include <system_error>
#include <utility>

namespace {

template <class Database>
concept can_be_compacted = requires(const Database& db) {
  db.compact("copy");
  macaw::compact(db, "copy");
};
static_assert(can_be_compacted<macaw::database>);
static_assert(!can_be_compacted<macaw::memory_database>);  // it knows no files

constexpr macaw::table<std::uint64_t, std::string> events{"events"};
constexpr macaw::table<std::string, std::uint64_t> texts{"texts"};
constexpr macaw::table<std::uint32_t, std::uint32_t> gone{"gone"};

/// Fills a database so that its file has holes, and gives what is in the events.
template <class Database>
std::map<std::uint64_t, std::string> fill(Database& db) {
  std::map<std::uint64_t, std::string> rows;
  std::mt19937_64 random(macaw_test::seed());
  for (int round = 0; round < 6; ++round) {
    db.write([&](auto& txn) {
      for (int i = 0; i < 300; ++i) {
        const std::uint64_t key = random() % 3000;
        const std::string value(random() % 40 == 0 ? random() % 20'000 : random() % 60, 'v');
        txn[events].put(key, value);
        rows[key] = value;
        txn[texts].put("text " + std::to_string(key), key);
        txn[gone].put(static_cast<std::uint32_t>(key), 1);
      }
      const std::uint64_t from = random() % 2000;
      txn[events].erase(txn[events].range(from, from + 500));
      rows.erase(rows.lower_bound(from), rows.lower_bound(from + 500));
    });
  }
  db.write([](auto& txn) {
    txn[gone].clear();
    txn[events].put(1'000'000, std::string(3'000'000, 'L'));
  });
  rows[1'000'000] = std::string(3'000'000, 'L');
  return rows;
}

template <class Home>
typename Home::database open(Home& home, const char* path) {
  return Home::database::open(path, {.create = false}, home.files);
}

}  // namespace

TEMPLATE_LIST_TEST_CASE("a copy has the same tables and rows, and no holes", "", macaw_test::file_homes) {
  CAPTURE(macaw_test::seed());
  TestType home;
  auto db = home.open();
  const auto rows = fill(db);
  const macaw::compact_report report = macaw::compact(db, "copy", {}, home.files);
  CHECK(report.size_before == db.stats().file_size);
  CHECK(report.size_after < report.size_before);
  CHECK(report.tables == 3);

  auto copy = open(home, "copy");
  CHECK(copy.stats().file_size == report.size_after);
  const auto before = db.begin_read();
  const auto after = copy.begin_read();
  CHECK(report.rows == before[events].size() + before[texts].size());
  CHECK(after.tables() == before.tables());
  CHECK(after[gone].empty());
  REQUIRE(after[events].size() == rows.size());
  auto expected = rows.begin();
  for (const auto& row : after[events]) {
    CHECK(row.key() == expected->first);
    CHECK(row.value() == expected->second);
    ++expected;
  }
  CHECK(std::ranges::equal(after[texts].keys(), before[texts].keys()));
  CHECK(after[events].stats().leaf_pages <= before[events].stats().leaf_pages);
  CHECK(macaw::check(copy).ok());
  copy.write([](auto& txn) { txn[events].erase(txn[events].range(0, 2000)); });
  CHECK(macaw::check(copy).ok());
  CHECK(macaw::check(db).ok());
  CHECK_FALSE(home.files.exists("copy.part"));
}

TEMPLATE_LIST_TEST_CASE("a copy is of the state that was newest when it began", "", macaw_test::file_homes) {
  TestType home;
  auto db = home.open();
  db.put(events, 1, "old");
  bool changed = false;
  const auto change = [&](const macaw::progress&) {
    if (!std::exchange(changed, true)) db.put(events, 2, "new");
    return true;
  };
  static_cast<void>(macaw::compact(db, "copy", change, home.files));
  CHECK(changed);
  CHECK(open(home, "copy").begin_read().id().value > 0);
  CHECK_FALSE(open(home, "copy").get(events, 2));
  CHECK(macaw::check(db).ok());
}

TEMPLATE_LIST_TEST_CASE("an empty database has an empty copy", "", macaw_test::file_homes) {
  TestType home;
  auto db = home.open();
  const macaw::compact_report report = macaw::compact(db, "copy", {}, home.files);
  CHECK(report.tables == 0);
  auto copy = open(home, "copy");
  CHECK(copy.stats().tables == 0);
  CHECK(macaw::check(copy).ok());
}

TEMPLATE_LIST_TEST_CASE("a copy goes to a new file only, and a crash's remains are no hindrance", "",
                        macaw_test::file_homes) {
  TestType home;
  auto db = home.open();
  db.put(events, 1, "one");
  try {
    static_cast<void>(macaw::compact(db, "test.macaw", {}, home.files));
    FAIL("copied onto itself");
  } catch (const macaw::error& error) {
    CHECK(error.kind() == macaw::errc::io);
    CHECK(error.os_code() == std::errc::file_exists);
  }
  {
    auto remains = TestType::database::open("copy.part", {}, home.files);
    remains.put(events, 7, "never finished");
    CHECK(macaw_test::error_of([&] { return macaw::compact(db, "copy", {}, home.files); }) ==
          macaw::errc::already_open);
  }
  static_cast<void>(macaw::compact(db, "copy", {}, home.files));
  CHECK(open(home, "copy").get(events, 1) == "one");
  CHECK_FALSE(open(home, "copy").get(events, 7));
}

TEMPLATE_LIST_TEST_CASE("a copy keeps others from its file until it has its name", "", macaw_test::file_homes) {
  TestType home;
  auto db = home.open();
  static_cast<void>(fill(db));
  int others = 0;
  const auto try_another = [&](const macaw::progress&) {
    const auto copy_too = [&] { return macaw::compact(db, "copy", {}, home.files); };
    const auto open_it = [&] { return TestType::database::open("copy.part", {}, home.files); };
    CHECK(macaw_test::error_of(copy_too) == macaw::errc::already_open);
    CHECK(macaw_test::error_of(open_it) == macaw::errc::already_open);
    ++others;
    return true;
  };
  static_cast<void>(macaw::compact(db, "copy", try_another, home.files));
  CHECK(others > 0);
  auto copy = open(home, "copy");
  CHECK(copy.get(events, 1'000'000) == db.get(events, 1'000'000));
  CHECK(macaw::check(copy).ok());
  CHECK(macaw::check(db).ok());
}

TEMPLATE_LIST_TEST_CASE("a copy that is stopped leaves nothing behind", "", macaw_test::file_homes) {
  TestType home;
  auto db = home.open();
  static_cast<void>(fill(db));
  const auto stop = [](const macaw::progress&) { return false; };
  CHECK(macaw_test::error_of([&] { return macaw::compact(db, "copy", stop, home.files); }) == macaw::errc::cancelled);
  CHECK_FALSE(home.files.exists("copy"));
  CHECK_FALSE(home.files.exists("copy.part"));
  CHECK(macaw::check(db).ok());
}

TEST_CASE("whichever call of the file system fails, there is a whole copy or none") {
  using tested = macaw_test::failing_config;
  using database = macaw::basic_database<tested>;
  const macaw::memory_files files;
  tested::file_system source(files);
  auto db = database::open("source", {}, source);
  for (std::uint64_t i = 0; i < 20; ++i) db.put(events, i, std::string(i * 100, 'x'));
  db.put(events, 20, std::string(100'000, 'L'));
  const auto make = [&](tested::file_system& target) { return macaw::compact(db, "copy", {}, target).rows == 21; };
  macaw_test::for_each_failing_call(files, make, [](tested::file_system& target) {
    auto copy = database::open("copy", {}, target);
    CHECK(copy.begin_read().tables().size() == 1);
    CHECK(copy.get(events, 20)->size() == 100'000);
    CHECK(macaw::check(copy).ok());
    copy.close();
  });
  CHECK(macaw::check(db).ok());
}

TEST_CASE("a database in memory is copied to a file, in its own file system unless told otherwise") {
  auto db = macaw_test::file_type_in_memory::database::in_memory();
  db.put(events, 1, "one");
  macaw::memory_files files;
  CHECK(macaw::compact(db, "copy", {}, files).size_before == 0);
  auto copy = macaw_test::file_type_in_memory::database::open("copy", {}, files);
  CHECK(copy.get(events, 1) == "one");
  CHECK(db.compact("copy").rows == 1);  // files of its own, which are gone
  CHECK(macaw::check(copy).ok());
}
