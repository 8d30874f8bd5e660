// SPDX-License-Identifier: MIT

#include <macaw/ops/backup.hpp>

#include "support/catch.hpp"
#include "support/failing_copies.hpp"
#include "support/file_bytes.hpp"
#include "support/random.hpp"
#include "support/test_databases.hpp"

#include <macaw/ops/inspect.hpp>
#include <macaw/testing/faulty_files.hpp>

#include <algorithm>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <map>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>
#include <system_error>
#include <thread>
#include <tuple>
#include <vector>

namespace {

using config = macaw_test::small_file;
using home_type = macaw_test::database_home<config>;
using mapped_home = macaw_test::database_home<macaw_test::small_mmap>;
using database = home_type::database;
using homes = std::tuple<home_type, mapped_home, macaw_test::file_type_in_memory>;
using bytes = std::vector<std::byte>;
using macaw_test::damage;

constexpr macaw::table<std::uint64_t, std::string> events{"events"};
constexpr macaw::table<std::string, std::uint64_t> texts{"texts"};

/// Fills a database so that its file has holes, and some of its newest state is in memory only.
template <class Database>
void fill(Database& db) {
  for (std::uint64_t round = 0; round < 6; ++round) {
    db.write(
        [&](auto& txn) {
          for (std::uint64_t i = 0; i < 120; ++i)
            txn[events].put((i * 79 + round * 31) % 700, std::string(i % 50, 'e'));
          for (std::uint64_t i = 0; i < 40; ++i) txn[texts].put("text " + std::to_string(i * 5 + round), i);
          txn[events].put(10'000 + round, std::string(round * 900 + 300, 'L'));
          txn[events].erase(txn[events].range(round * 50, round * 50 + 20));
        },
        {.durability = round > 4 ? macaw::durability::deferred : macaw::durability::immediate});
  }
}

/// All rows of both tables.
using contents = std::pair<std::map<std::uint64_t, std::string>, std::map<std::string, std::uint64_t>>;

template <class Database>
contents read_contents(const Database& db) {
  contents found;
  const auto txn = db.begin_read();
  for (const auto& [key, value] : txn[events]) found.first.emplace(key, value);
  for (const auto& [key, value] : txn[texts]) found.second.emplace(key, value);
  return found;
}

/// Gives bytes from memory, in portions of odd sizes.
class memory_source {
 public:
  explicit memory_source(macaw::bytes_view from, std::size_t portion = 70'001) : rest_(from), portion_(portion) {}

  std::size_t operator()(std::span<std::byte> into) {
    const std::size_t size = std::min({into.size(), rest_.size(), portion_});
    std::copy_n(rest_.begin(), size, into.begin());
    rest_ = rest_.subspan(size);
    return size;
  }

 private:
  macaw::bytes_view rest_;
  std::size_t portion_;
};

template <class Database>
bytes image_of(const Database& db) {
  bytes image;
  const auto sink = [&](macaw::bytes_view portion) {
    CHECK(portion.size() <= std::size_t{1} << 20);
    image.insert(image.end(), portion.begin(), portion.end());
  };
  const macaw::backup_report report = macaw::backup(db, sink);
  CHECK(report.bytes == image.size());
  return image;
}

template <class Config>
void require_sound_image(macaw::bytes_view image) {
  const macaw::check_report report = macaw::verify_backup<Config>(memory_source(image));
  for (const auto& finding : report.findings) UNSCOPED_INFO(finding.to_text());
  REQUIRE(report.ok());
}

/// Whether an image is refused, or something is found wrong with it.
bool is_found_damaged(macaw::bytes_view image) {
  try {
    return !macaw::verify_backup<config>(memory_source(image, 1 << 20)).ok();
  } catch (const macaw::error&) {
    return true;
  }
}

}  // namespace

TEMPLATE_LIST_TEST_CASE("a backup is the newest state, and a database to go on with", "", homes) {
  using home_config = typename TestType::config;
  using database_type = typename TestType::database;
  TestType home;
  auto db = home.open();
  fill(db);
  const contents whole = read_contents(db);
  const bytes image = image_of(db);
  require_sound_image<home_config>(image);
  macaw::memory_files files;
  const macaw::restore_report report = macaw::restore<home_config>(memory_source(image), "copy", {}, {}, files);
  CHECK(report.bytes == image.size());
  CHECK(macaw_test::read_file(files, "copy") == image);
  CHECK_FALSE(files.exists("copy.part"));
  CHECK(macaw::verify_backup<home_config>("copy", {}, files).ok());
  auto copy = database_type::open("copy", {.create = false}, files);
  CHECK(copy.stats().durable == report.durable);
  CHECK(read_contents(copy) == whole);
  for (std::uint64_t round = 0; round < 4; ++round) {
    copy.write([&](auto& txn) {
      for (std::uint64_t i = 0; i < 60; ++i) txn[events].put((i * 79 + round * 31) % 700, "other text");
    });
    CHECK(copy.check().ok());
    copy.close();
    copy = database_type::open("copy", {.create = false}, files);
  }
  const bytes second = image_of(copy);
  require_sound_image<home_config>(second);
  CHECK(copy.check().ok());
  CHECK(read_contents(db) == whole);
  CHECK(db.check().ok());
}

TEMPLATE_LIST_TEST_CASE("pages keep their ids, and what the state does not reach is zeros", "",
                        macaw_test::file_homes) {
  using home_config = typename TestType::config;
  TestType home;
  auto db = home.open();
  fill(db);
  db.sync();
  const bytes image = image_of(db);
  const bytes file = macaw_test::read_file(home.files, "test.macaw");
  std::vector<bool> reached(image.size() / home_config::page_size);
  const macaw::basic_inspector<home_config> look(db);
  const macaw::walk_report walk = look.walk([&](const macaw::visited_page& page) {
    const std::size_t offset = std::size_t{to_number(page.page)} * home_config::page_size;
    REQUIRE(offset + page.bytes <= image.size());
    CHECK(std::equal(image.begin() + static_cast<std::ptrdiff_t>(offset),
                     image.begin() + static_cast<std::ptrdiff_t>(offset + page.bytes),
                     file.begin() + static_cast<std::ptrdiff_t>(offset)));
    for (std::uint32_t i = 0; i < page.pages; ++i) reached[to_number(page.page) + i] = true;
  });
  CHECK(walk.findings.empty());
  CHECK(walk.tables == 2);
  std::size_t others = 0;
  for (std::size_t page = 8192 / home_config::page_size; page < reached.size(); ++page) {
    const auto first = image.begin() + static_cast<std::ptrdiff_t>(page * home_config::page_size);
    const auto is_zero = [](std::byte byte) { return byte == std::byte{0}; };
    others += !reached[page] && !std::all_of(first, first + home_config::page_size, is_zero) ? 1U : 0U;
  }
  CHECK(others <= 1);  // a page of the space map's log
  CHECK(db.check().ok());
}

TEST_CASE("an empty database has a backup") {
  home_type home;
  const auto db = home.open();
  const bytes image = image_of(db);
  require_sound_image<config>(image);
  static_cast<void>(macaw::restore<config>(memory_source(image), "copy", {}, {}, home.files));
  const auto copy = database::open("copy", {.create = false}, home.files);
  CHECK(copy.stats().tables == 0);
  CHECK(copy.check().ok());
  CHECK(db.check().ok());
}

TEST_CASE("a database of so many tables that its catalog has branches has a backup") {
  home_type home;
  auto db = home.open();
  db.write([](auto& txn) {
    for (int i = 0; i < 120; ++i) txn[macaw::raw_table("table " + std::to_string(i))].put({}, {});
  });
  CHECK(macaw::backup(db, "copy", {}, home.files).tables == 120);
  const auto copy = database::open("copy", {.create = false}, home.files);
  CHECK(copy.begin_read().tables() == db.begin_read().tables());
  CHECK(copy.check().ok());
  CHECK(db.check().ok());
}

TEMPLATE_LIST_TEST_CASE("writers go on while a backup is written", "", macaw_test::file_homes) {
  using home_config = typename TestType::config;
  TestType home;
  auto db = home.open();
  constexpr std::uint64_t accounts = 300;
  db.write([](auto& txn) {
    for (std::uint64_t i = 0; i < accounts; ++i) txn[events].put(i, std::string(100, 'e'));
  });
  std::atomic<bool> done{false};
  std::atomic<std::uint64_t> commits{0};
  std::thread writer([&] {
    for (std::uint64_t round = 0; !done; ++round) {
      db.write(
          [&](auto& txn) {  // the bytes of all values stay the same number
            const std::uint64_t from = round * 7 % accounts;
            const std::uint64_t to = (round * 11 + 1) % accounts;
            const std::string taken = *txn[events].get(from);
            const std::string given = *txn[events].get(to);
            if (taken.empty() || from == to) return;
            txn[events].put(from, std::string(taken.size() / 2, 'e'));
            txn[events].put(to, given + std::string(taken.size() - taken.size() / 2, 'e'));
          },
          {.durability = round % 3 == 0 ? macaw::durability::deferred : macaw::durability::immediate});
      ++commits;
    }
  });
  for (int round = 0; round < 8; ++round) {
    const std::uint64_t before = commits;
    const bytes image = image_of(db);
    require_sound_image<home_config>(image);
    static_cast<void>(macaw::backup(db, "copy", {}, home.files));
    const auto copy = TestType::database::open("copy", {.read_only = true}, home.files);
    std::uint64_t total = 0;
    const auto txn = copy.begin_read();
    for (const auto& [key, value] : txn[events]) total += value.size();
    CHECK(total == accounts * 100);
    CHECK(copy.check().ok());
    home.files.remove("copy");
    while (commits == before) std::this_thread::yield();
  }
  done = true;
  writer.join();
  CHECK(db.check().ok());
}

TEST_CASE("a sink that fails at any portion ends the backup and holds nothing back") {
  home_type home;
  auto db = home.open();
  fill(db);
  db.put(events, 1, std::string(5'000'000, 'L'));
  for (int fails_at = 0;; ++fails_at) {
    CAPTURE(fails_at);
    bytes image;
    int portions = 0;
    const auto sink = [&](macaw::bytes_view portion) {
      if (portions++ == fails_at) throw std::runtime_error("the pipe is closed");
      image.insert(image.end(), portion.begin(), portion.end());
    };
    bool failed = false;
    try {
      static_cast<void>(macaw::backup(db, sink));
    } catch (const std::runtime_error&) {
      failed = true;
    }
    CHECK(db.stats().readers == 0);
    CHECK(is_found_damaged(image) == failed);
    CHECK(portions == fails_at + (failed ? 1 : 0));
    if (!failed) {
      CHECK(fails_at > 4);
      break;
    }
    CHECK(macaw_test::error_of([&] {
            return macaw::restore<config>(memory_source(image), "copy", {}, {}, home.files);
          }) != macaw::errc{});
    CHECK_FALSE(home.files.exists("copy"));
    CHECK_FALSE(home.files.exists("copy.part"));
  }
  CHECK(db.check().ok());
}

TEST_CASE("a backup is stopped by its progress, and leaves nothing behind") {
  home_type home;
  auto db = home.open();
  fill(db);
  db.sync();
  int calls = 0;
  const auto stop = [&](const macaw::progress&) { return ++calls < 0; };
  CHECK(macaw_test::error_of([&] { return macaw::backup(db, "copy", stop, home.files); }) == macaw::errc::cancelled);
  CHECK(calls == 1);
  CHECK_FALSE(home.files.exists("copy"));
  CHECK_FALSE(home.files.exists("copy.part"));
  const bytes image = image_of(db);
  CHECK(macaw_test::error_of([&] {
          return macaw::restore<config>(memory_source(image), "copy", {}, stop, home.files);
        }) == macaw::errc::cancelled);
  CHECK_FALSE(home.files.exists("copy"));
  CHECK_FALSE(home.files.exists("copy.part"));
  CHECK(macaw_test::error_of([&] { return macaw::verify_backup<config>(memory_source(image), stop); }) ==
        macaw::errc::cancelled);
  CHECK(db.stats().readers == 0);
  CHECK(db.check().ok());
}

TEMPLATE_LIST_TEST_CASE("whichever page of the database is damaged, no backup of it seems whole", "",
                        macaw_test::file_homes) {
  using home_config = typename TestType::config;
  constexpr std::size_t page_size = home_config::page_size;
  TestType home;
  auto db = home.open();
  fill(db);
  db.sync();
  std::vector<bool> reached(home.files.open("test.macaw", macaw::open_mode::read_only).size() / page_size);
  macaw::basic_inspector<home_config>(db).walk([&](const macaw::visited_page& page) {
    for (std::uint32_t i = 0; i < page.pages; ++i) reached[to_number(page.page) + i] = true;
  });
  const contents whole = read_contents(db);  // the database has read and proven all of it
  for (const damage how : {damage::zeros, damage::flip}) {
    for (std::size_t page = 8192 / page_size; page < reached.size(); ++page) {
      CAPTURE(page, static_cast<int>(how));
      const bytes before = macaw_test::damage_file(home.files, "test.macaw", page * page_size, page_size, how);
      const macaw::errc outcome = macaw_test::error_of([&] { return macaw::backup(db, [](macaw::bytes_view) {}); });
      CHECK(outcome == (reached[page] ? macaw::errc::corrupt : macaw::errc{}));
      macaw_test::write_file(home.files, "test.macaw", page * page_size, before);
    }
  }
  macaw_test::damage_file(home.files, "test.macaw", 0, 8192, damage::zeros);
  CHECK(macaw_test::error_of([&] { return macaw::backup(db, "copy", {}, home.files); }) == macaw::errc::corrupt);
  CHECK_FALSE(home.files.exists("copy.part"));
  CHECK(read_contents(db) == whole);
}

TEST_CASE("whichever page of an image is damaged, verifying and restoring find it") {
  home_type home;
  auto db = home.open();
  fill(db);
  const bytes image = image_of(db);
  CHECK(db.check().ok());
  std::size_t restored = 0;
  for (std::size_t page = 0; page * 512 < image.size(); ++page) {
    CAPTURE(page);
    bytes changed = image;
    changed[page * 512 + 77] ^= std::byte{1};
    CHECK(is_found_damaged(changed));
    const auto restore = [&] { return macaw::restore<config>(memory_source(changed), "copy", {}, {}, home.files); };
    // What is in a page that is free nobody reads.
    if (macaw_test::error_of(restore) == macaw::errc{}) {
      ++restored;
      CHECK(std::all_of(image.begin() + static_cast<std::ptrdiff_t>(page * 512),
                        image.begin() + static_cast<std::ptrdiff_t>(page * 512 + 512),
                        [](std::byte byte) { return byte == std::byte{0}; }));
      CHECK(home.files.remove("copy"));
    }
    CHECK_FALSE(home.files.exists("copy"));
    CHECK_FALSE(home.files.exists("copy.part"));
    CHECK(is_found_damaged(macaw::bytes_view(image).first(page * 512 + 100)));
  }
  CHECK(restored < image.size() / 512 / 2);
  bytes longer = image;
  longer.push_back(std::byte{1});
  CHECK(is_found_damaged(longer));
}

TEST_CASE("whichever call of the file system fails, there is a whole backup or none") {
  using tested = macaw_test::failing_config;
  const macaw::memory_files files;
  tested::file_system source(files);
  auto db = macaw::basic_database<tested>::open("source", {}, source);
  fill(db);
  const auto copy = [&](tested::file_system& target) { return macaw::backup(db, "copy", {}, target).tables == 2; };
  macaw_test::for_each_failing_call(
      files, copy, [](tested::file_system& target) { CHECK(macaw::verify_backup<tested>("copy", {}, target).ok()); });
  CHECK(db.check().ok());
}

TEST_CASE("restoring replaces a file only if told to, and never one that is open") {
  home_type home;
  auto db = home.open();
  fill(db);
  static_cast<void>(macaw::backup(db, "backup", {}, home.files));
  const contents saved = read_contents(db);
  db.put(texts, "later", 1);
  const auto restore = [&](bool replace) {
    return macaw::restore<config>("backup", "test.macaw", {.replace = replace}, {}, home.files);
  };
  try {
    static_cast<void>(restore(false));
    FAIL("replaced a file");
  } catch (const macaw::error& error) {
    CHECK(error.os_code() == std::errc::file_exists);
  }
  CHECK(macaw_test::error_of([&] { return restore(true); }) == macaw::errc::already_open);
  CHECK(macaw_test::error_of([&] { return macaw::backup(db, "backup", {}, home.files); }) == macaw::errc::io);
  db.close();
  CHECK(restore(true).bytes > 0);
  db = home.open();
  CHECK(read_contents(db) == saved);
  CHECK(db.check().ok());
  const auto from_open = [&] { return macaw::restore<config>("test.macaw", "copy", {}, {}, home.files); };
  CHECK(macaw_test::error_of(from_open) == macaw::errc::already_open);
  db.close();
  static_cast<void>(from_open());  // any closed database is an image
  const auto copy = database::open("copy", {.create = false}, home.files);
  CHECK(read_contents(copy) == saved);
  CHECK(copy.check().ok());
}

TEST_CASE("what is no image of this configuration is refused") {
  home_type home;
  CHECK(macaw_test::error_of([&] { return macaw::verify_backup<config>(memory_source({})); }) ==
        macaw::errc::not_macaw);
  const bytes noise(10'000, std::byte{0xA5});
  CHECK(macaw_test::error_of([&] { return macaw::verify_backup<config>(memory_source(noise)); }) ==
        macaw::errc::not_macaw);
  CHECK(macaw_test::error_of([&] {
          return macaw::restore<config>(memory_source(noise), "copy", {}, {}, home.files);
        }) == macaw::errc::not_macaw);
  mapped_home other;
  auto db = other.open();
  fill(db);
  const bytes image = image_of(db);
  CHECK(macaw_test::error_of([&] { return macaw::verify_backup<config>(memory_source(image)); }) ==
        macaw::errc::wrong_page_size);
  CHECK(macaw_test::error_of([&] {
          return macaw::restore<config>(memory_source(image), "copy", {}, {}, home.files);
        }) == macaw::errc::wrong_page_size);
  CHECK_FALSE(home.files.exists("copy"));
  CHECK_FALSE(home.files.exists("copy.part"));
  CHECK(db.check().ok());
}
