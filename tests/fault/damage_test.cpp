// SPDX-License-Identifier: MIT
//
// Files that were damaged, or are not what they are taken for.

#include "support/catch.hpp"
#include "support/test_databases.hpp"

#include <macaw/ops/check.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>

namespace {

using macaw::errc;
using home_type = macaw_test::database_home<macaw_test::small_file>;
using database = home_type::database;
using rows = std::map<std::uint64_t, std::string>;

constexpr macaw::table<std::uint64_t, std::string> lines{"lines"};
constexpr std::string_view path = "test.macaw";

template <class Database>
rows read_rows(const Database& db) {
  rows found;
  const auto snapshot = db.begin_read();
  for (auto [key, value] : snapshot[lines]) found.emplace(key, value);
  return found;
}

template <class Database>
void require_sound(const Database& db) {
  const macaw::check_report report = db.check();
  for (const auto& finding : report.findings) UNSCOPED_INFO(finding.to_text());
  REQUIRE(report.ok());
}

macaw::memory_file open_file(home_type& home) { return home.files.open(path, macaw::open_mode::read_write); }

/// Changes one byte.
void damage(macaw::memory_file& file, std::uint64_t offset) {
  std::array<std::byte, 1> byte{};
  REQUIRE(file.read(offset, byte) == 1);
  byte[0] ^= std::byte{0x10};
  const macaw::bytes_view piece[] = {byte};
  file.write(offset, piece);
}

macaw::detail::meta_slot meta_in(macaw::memory_file& file, unsigned slot) {
  return macaw::detail::read_meta(file, slot, file.size());
}

/// The slot of the newer meta.
unsigned newest_slot(macaw::memory_file& file) { return meta_in(file, 0).meta.d > meta_in(file, 1).meta.d ? 0 : 1; }

/// A file with two commits to tell apart, closed.
struct two_commits {
  explicit two_commits(const macaw::open_options& options = {}) {
    auto db = home.open(options);
    db.write([](auto& txn) {
      for (std::uint64_t key = 0; key < 200; ++key) txn[lines].put(key, "old " + std::to_string(key));
    });
    base = read_rows(db);
    db.write([](auto& txn) {
      for (std::uint64_t key = 0; key < 200; key += 20) txn[lines].put(key, "new " + std::to_string(key));
    });
    last = read_rows(db);
  }

  home_type home;
  rows base;
  rows last;
};

/// Opens the file, compares, changes it and opens it again.
void require_state(home_type& home, const rows& expected) {
  {
    auto db = home.open();
    REQUIRE(read_rows(db) == expected);
    require_sound(db);
    db.put(lines, 7, "after");
    require_sound(db);
  }
  auto db = home.open();
  rows after = expected;
  after[7] = "after";
  REQUIRE(read_rows(db) == after);
  require_sound(db);
}

}  // namespace

TEST_CASE("a damaged meta page leaves the commit of the other one") {
  for (const bool newest : {true, false}) {
    for (const std::uint64_t place : {0U, 9U, 40U, 200U, 1000U, 4095U}) {
      CAPTURE(newest, place);
      two_commits was;
      {
        auto file = open_file(was.home);
        const unsigned slot = newest ? newest_slot(file) : 1 - newest_slot(file);
        damage(file, macaw::detail::meta_offset[slot] + place);
      }
      {
        const auto reading = was.home.open({.read_only = true});
        REQUIRE(read_rows(reading) == (newest ? was.base : was.last));
      }
      require_state(was.home, newest ? was.base : was.last);
    }
  }
}

TEST_CASE("a damaged page of the last commit leaves the commit before it") {
  std::uint64_t pages = 0;
  {
    two_commits was;
    auto file = open_file(was.home);
    const auto newest = meta_in(file, newest_slot(file));
    for (const macaw::detail::page_run& run : newest.meta.manifest()) pages += run.pages;
  }
  REQUIRE(pages > 5);
  for (std::uint64_t number = 0; number < pages; ++number) {
    CAPTURE(number);
    two_commits was;
    {
      auto file = open_file(was.home);
      std::uint64_t left = number;
      const auto newest = meta_in(file, newest_slot(file));
      for (const macaw::detail::page_run& run : newest.meta.manifest()) {
        if (left < run.pages) {
          damage(file, (run.first + left) * 512 + 13 * (number % 39));
          break;
        }
        left -= run.pages;
      }
    }
    {
      const auto reading = was.home.open({.read_only = true});
      REQUIRE(read_rows(reading) == was.base);
    }
    require_state(was.home, was.base);
  }
}

TEST_CASE("a file whose last two commits are damaged is refused, not guessed at") {
  for (const bool metas : {true, false}) {
    CAPTURE(metas);
    two_commits was;
    {
      auto file = open_file(was.home);
      for (const unsigned slot : {0U, 1U}) {
        const auto found = meta_in(file, slot);
        damage(file, metas ? macaw::detail::meta_offset[slot] + 100 : found.meta.manifest()[0].first * 512U + 100);
      }
    }
    CHECK(macaw_test::error_of([&] { return was.home.open(); }) == errc::corrupt);
    CHECK(macaw_test::error_of([&] { return was.home.open({.read_only = true}); }) == errc::corrupt);
  }
}

TEST_CASE("a file that was cut off is refused, or shows a whole commit") {
  two_commits was;
  const std::uint64_t size = open_file(was.home).size();
  for (std::uint64_t left = 0; left < size; left += 509) {
    CAPTURE(left);
    two_commits cut;
    open_file(cut.home).truncate(left);
    try {
      auto db = cut.home.open();
      const rows found = read_rows(db);
      REQUIRE((found == cut.base || found == cut.last || (left == 0 && found.empty())));
    } catch (const macaw::error& failure) {
      REQUIRE((failure.kind() == errc::corrupt || failure.kind() == errc::not_macaw));
    }
  }
}

TEST_CASE("files that are not what they are taken for are refused, and not changed") {
  home_type home;
  {
    auto file = home.files.open(path, macaw::open_mode::create_new);
    const std::string text(20'000, 't');
    const macaw::bytes_view piece[] = {macaw::as_bytes(text)};
    file.write(0, piece);
  }
  CHECK(macaw_test::error_of([&] { return home.open(); }) == errc::not_macaw);
  CHECK(macaw_test::error_of([&] { return home.open({.read_only = true}); }) == errc::not_macaw);
  CHECK(open_file(home).size() == 20'000);

  two_commits was;
  struct other_size : macaw::file_config<2048> {
    using file_system = macaw::memory_files;
  };
  using other = macaw::basic_database<other_size>;
  CHECK(macaw_test::error_of([&] { return other::open(path, {}, was.home.files); }) == errc::wrong_page_size);
  require_state(was.home, was.last);
}

TEST_CASE("what is missing is made only where that was asked for") {
  home_type home;
  CHECK(macaw_test::error_of([&] { return home.open({.read_only = true}); }) == errc::io);
  CHECK(macaw_test::error_of([&] { return home.open({.create = false}); }) == errc::io);
  CHECK_FALSE(home.files.exists(path));
  static_cast<void>(home.files.open(path, macaw::open_mode::create_new));
  CHECK(macaw_test::error_of([&] { return home.open({.read_only = true}); }) == errc::not_macaw);
  auto db = home.open({.create = false});  // an empty file is initialised where it stands
  db.put(lines, 1, "one");
  require_sound(db);
}

TEST_CASE("a file is open for writing once, or for reading many times") {
  two_commits was;
  {
    const auto writing = was.home.open();
    CHECK(macaw_test::error_of([&] { return was.home.open(); }) == errc::already_open);
    CHECK(macaw_test::error_of([&] { return was.home.open({.read_only = true}); }) == errc::already_open);
  }
  const auto one = was.home.open({.read_only = true});
  const auto another = was.home.open({.read_only = true});
  CHECK(read_rows(one) == read_rows(another));
  CHECK(macaw_test::error_of([&] { return was.home.open(); }) == errc::already_open);
}

TEST_CASE("a damaged space map is found by the first writer, and rebuilt where that is asked for") {
  home_type home;
  {
    auto db = home.open({.two_phase = true});  // no digest covers the pages
    std::uint64_t next = 1;
    while (db.stats().log_pages < 2) {
      auto txn = db.begin_write();
      for (int i = 0; i < 30; ++i) {
        next = next * 6364136223846793005U + 1442695040888963407U;
        txn[lines].put(next >> 50U, std::string(next >> 33U & 255U, 'v'));
        if (i % 2 == 0) txn[lines].erase(txn[lines].range(next >> 51U, (next >> 51U) + 40));
      }
      txn.commit();
      REQUIRE(db.stats().commits < 2000);
    }
  }
  rows expected;
  {
    auto db = home.open();
    expected = read_rows(db);
  }
  {
    auto file = open_file(home);
    const auto head = meta_in(file, newest_slot(file)).meta.space_head;
    damage(file, to_number(head.id) * 512U + 70);
  }
  {
    auto db = home.open();
    CHECK(read_rows(db) == expected);
    CHECK(macaw_test::error_of([&] { return db.begin_write(); }) == errc::corrupt);
    CHECK(macaw_test::error_of([&] { return db.begin_write(); }) == errc::corrupt);
    CHECK(read_rows(db) == expected);
    const macaw::check_report report = db.check();
    CHECK_FALSE(report.ok());
    db.close();  // nothing was written, so there is nothing to lose
  }
  {
    auto db = home.open({.rebuild_space_map = true});
    CHECK(read_rows(db) == expected);
    db.put(lines, 1, "after");
    expected[1] = "after";
    require_sound(db);
    db.close();
  }
  auto db = home.open();
  CHECK(read_rows(db) == expected);
  db.put(lines, 2, "after");
  require_sound(db);
}
