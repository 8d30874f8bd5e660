// SPDX-License-Identifier: MIT

#include <macaw/ops/salvage.hpp>

#include "support/catch.hpp"
#include "support/file_bytes.hpp"
#include "support/random.hpp"
#include "support/test_databases.hpp"

#include <macaw/ops/check.hpp>
#include <macaw/ops/inspect.hpp>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <map>
#include <random>
#include <string>
#include <string_view>
#include <system_error>
#include <vector>

namespace {

using config = macaw_test::small_file;
using home_type = macaw_test::database_home<config>;
using database = home_type::database;
using inspector = macaw::basic_inspector<config>;
using bytes = std::vector<std::byte>;
using macaw::page_id;
using macaw_test::damage;

constexpr std::size_t page_size = config::page_size;
constexpr std::string_view path = "test.macaw";

constexpr macaw::table<std::uint64_t, std::uint64_t> numbers{"numbers"};
constexpr macaw::table<std::string, std::string> texts{"texts"};
constexpr macaw::table<std::uint32_t, std::string> marks{"marks"};

/// The rows of all tables, by the tables' names.
using contents = std::map<std::string, std::map<bytes, bytes>>;

contents read_contents(const database& db) {
  contents found;
  const auto txn = db.begin_read();
  for (const std::string& name : txn.tables()) {
    auto& rows = found[name];
    txn[macaw::raw_table(name)].for_each([&](macaw::bytes_view key, macaw::bytes_view value) {
      rows.emplace(bytes(key.begin(), key.end()), bytes(value.begin(), value.end()));
    });
  }
  return found;
}

std::uint64_t rows_of(const contents& all) {
  std::uint64_t count = 0;
  for (const auto& [name, rows] : all) count += rows.size();
  return count;
}

/// Rows that are in `found` and, under the same name, not in `whole`: they were made up, or are too old.
std::uint64_t wrong_rows(const contents& found, const contents& whole) {
  std::uint64_t wrong = 0;
  for (const auto& [name, rows] : found) {
    const auto original = whole.find(name);
    for (const auto& row : rows) {
      wrong += original == whole.end() || !original->second.contains(row.first) ||
                       original->second.at(row.first) != row.second
                   ? 1U
                   : 0U;
    }
  }
  return wrong;
}

/// A closed file of several commits with a tree of several levels in each layout, and large values. Its commits are of
/// two phases, so that opening does not refuse a commit of which a page is damaged.
struct damaged_home : home_type {
  damaged_home() {
    auto db = open({.two_phase = true});
    for (std::uint64_t round = 0; round < 4; ++round) {
      db.write([&](auto& txn) {
        for (std::uint64_t i = 0; i < 200; ++i) txn[numbers].put(i * 4 + round, i + round);
        for (std::uint64_t i = 0; i < 20; ++i) {
          txn[texts].put("text " + std::to_string(i * 7 + round), std::string(i + 10 * round, 't'));
        }
        for (std::uint32_t i = 0; i < 25; ++i) txn[marks].put(i + 10 * static_cast<std::uint32_t>(round), "a mark");
        txn[texts].put("large " + std::to_string(round), std::string(700 + 600 * round, 'L'));
        txn[numbers].erase(round * 20);
      });
    }
    db.write([](auto& txn) { txn[texts].put("very large", std::string(20'000, 'V')); });
    whole = read_contents(db);
    db.close();
    image = macaw_test::read_file(files, path);
  }

  void put_right() { macaw_test::write_file(files, path, 0, image); }

  /// Salvages the file, checks the outcome and removes it again.
  macaw::salvage_report salvage(contents& found, const macaw::salvage_options& options = {}) {
    const macaw::salvage_report report = macaw::salvage<config>(path, "rescued", options, {}, files);
    {
      const auto db = database::open("rescued", {}, files);
      const auto checked = db.check();
      for (const auto& finding : checked.findings) UNSCOPED_INFO(finding.to_text());
      CHECK(checked.ok());
      CHECK(db.stats().file_size == report.size_after);
      found = read_contents(db);
    }
    files.remove("rescued");
    CHECK_FALSE(files.exists("rescued.part"));
    CHECK(report.rows == rows_of(found));
    CHECK(report.tables.size() == found.size());
    return report;
  }

  contents whole;
  bytes image;
};

/// What the pages of a state are, by their ids.
std::map<std::uint32_t, macaw::visited_page> pages_of(home_type& home) {
  std::map<std::uint32_t, macaw::visited_page> pages;
  const auto report = inspector::open(path, home.files).walk([&](const macaw::visited_page& page) {
    macaw::visited_page kept = page;
    kept.table = {};
    kept.damage = {};
    for (std::uint32_t i = 0; i < page.pages; ++i) pages[to_number(page.page) + i] = kept;
  });
  CHECK(report.findings.empty());
  return pages;
}

/// The rows that are lost with a page.
std::uint64_t rows_on(const macaw::visited_page& page) {
  if (page.role == macaw::page_role::large_piece || page.role == macaw::page_role::large_index) return 1;
  return page.role == macaw::page_role::leaf && !page.catalog ? page.entries : 0;
}

}  // namespace

TEST_CASE("a whole file is salvaged whole") {
  damaged_home home;
  contents found;
  const macaw::salvage_report report = home.salvage(found);
  CHECK(found == home.whole);
  CHECK(report.complete());
  CHECK(report.verified);
  CHECK(report.catalog_whole);
  CHECK(report.space_known);
  CHECK(report.pages_read == home.image.size() / page_size);
  CHECK(macaw_test::read_file(home.files, path) == home.image);
  for (const macaw::salvaged_table& table : report.tables) {
    CHECK(table.named);
    CHECK(table.stray_rows == 0);
    CHECK(table.rows_lost == 0);
    CHECK(table.lost.empty());
  }
}

TEST_CASE("whichever page is damaged, only the rows on it are lost") {
  damaged_home home;
  const auto pages = pages_of(home);
  std::uint64_t structure = 0;
  for (const damage how : {damage::zeros, damage::flip}) {
    for (std::uint32_t page = 16; page < home.image.size() / page_size; ++page) {
      CAPTURE(page, static_cast<int>(how));
      const auto reached = pages.find(page);
      if (reached == pages.end() && how == damage::zeros) continue;  // a flip is more than nothing, and enough
      macaw_test::damage_file(home.files, path, std::uint64_t{page} * page_size, page_size, how);
      contents found;
      const macaw::salvage_report report = home.salvage(found);
      const std::uint64_t lost = reached == pages.end() ? 0 : rows_on(reached->second);
      INFO((reached == pages.end() ? "not reached" : to_text(reached->second.role)));
      CHECK(wrong_rows(found, home.whole) == 0);
      CHECK(rows_of(found) + lost == rows_of(home.whole));
      if (lost > 0) CHECK_FALSE(report.complete());
      structure += reached != pages.end() && lost == 0 ? 1U : 0U;
      home.put_right();
    }
  }
  CHECK(structure > 8);
}

TEST_CASE("both meta pages may be lost, and any page of structure with them") {
  damaged_home home;
  const auto pages = pages_of(home);
  const bytes zeros(8192);
  std::vector<std::uint32_t> structure{0};  // page 0 stands for no further one
  for (const auto& [page, what] : pages) {
    if (rows_on(what) == 0) structure.push_back(page);
  }
  REQUIRE(structure.size() > 5);
  for (const std::uint32_t page : structure) {
    CAPTURE(page);
    macaw_test::write_file(home.files, path, 0, zeros);
    if (page != 0) macaw_test::damage_file(home.files, path, std::uint64_t{page} * page_size, page_size, damage::zeros);
    contents found;
    const macaw::salvage_report report = home.salvage(found);
    CHECK_FALSE(report.verified);
    CHECK_FALSE(report.complete());
    CHECK_FALSE(report.space_known);
    CHECK(report.durable == 0);
    std::uint64_t rows = 0;
    for (const auto& [name, table] : home.whole) {
      for (const auto& row : table) {
        const auto with = [&](const auto& other) { return other.second.contains(row.first); };
        rows += std::any_of(found.begin(), found.end(), with) ? 1U : 0U;
      }
    }
    // Without the newest catalog and without a meta page, the catalog before it is the newest that is known.
    if (report.unproven == 0) CHECK(rows == rows_of(home.whole));
    CHECK((report.unproven == 0 || pages.at(page).catalog));
    CHECK(rows + 1 >= rows_of(home.whole));
    if (page == 0) CHECK(found == home.whole);
    home.put_right();
  }
}

TEST_CASE("any two pages of structure may be lost") {
  damaged_home home;
  std::vector<std::uint32_t> structure;
  for (const auto& [page, what] : pages_of(home)) {
    if (rows_on(what) == 0) structure.push_back(page);
  }
  for (const page_id log : inspector::open(path, home.files).space().log) structure.push_back(to_number(log));
  for (std::size_t a = 0; a < structure.size(); ++a) {
    for (std::size_t b = 0; b < a; ++b) {
      CAPTURE(structure[a], structure[b]);
      for (const std::uint32_t page : {structure[a], structure[b]}) {
        macaw_test::damage_file(home.files, path, std::uint64_t{page} * page_size, page_size, damage::flip);
      }
      contents found;
      const macaw::salvage_report report = home.salvage(found);
      CHECK(rows_of(found) >= rows_of(home.whole));
      CHECK(report.verified);
      home.put_right();
    }
  }
}

TEST_CASE("a damaged meta page still tells the file's identity") {
  damaged_home home;
  for (const std::uint64_t offset : macaw::detail::meta_offset) {
    macaw_test::damage_file(home.files, path, offset, 4096, damage::flip);
  }
  contents found;
  const macaw::salvage_report report = home.salvage(found);
  CHECK(report.verified);
  CHECK(report.damaged_metas == 2);
  CHECK(found == home.whole);
}

TEST_CASE("the UUID of a backup serves where the file's own is lost") {
  damaged_home home;
  const auto metas = inspector::open(path, home.files).metas();
  const bytes zeros(8192);
  macaw_test::write_file(home.files, path, 0, zeros);
  contents found;
  CHECK(home.salvage(found, {.uuid = metas.slots[*metas.living].uuid}).verified);
  CHECK(found == home.whole);
}

TEST_CASE("where the newest meta page is damaged, its commit is rescued if that is asked for") {
  damaged_home home;
  const unsigned newest = *inspector::open(path, home.files).metas().living;
  macaw_test::damage_file(home.files, path, newest * 4096U, 4096, damage::flip);
  contents found;
  macaw::salvage_report report = home.salvage(found);
  CHECK(report.damaged_metas == 1);
  CHECK_FALSE(report.complete());
  CHECK(rows_of(found) + 1 == rows_of(home.whole));
  report = home.salvage(found, {.unproven = true});
  CHECK_FALSE(report.complete());
  CHECK(found == home.whole);
}

TEST_CASE("a commit that is not whole is rescued in part if that is asked for") {
  home_type home;
  contents before;
  {
    auto db = home.open();
    db.write([](auto& txn) {
      for (std::uint64_t i = 0; i < 100; ++i) txn[numbers].put(i, i);
    });
    before = read_contents(db);
    db.write([](auto& txn) {
      for (std::uint64_t i = 0; i < 100; ++i) txn[numbers].put(i, i + 1000);
    });
  }
  std::uint32_t leaf = 0;
  inspector::open(path, home.files).walk([&](const macaw::visited_page& page) {
    if (page.role == macaw::page_role::leaf && !page.catalog) leaf = to_number(page.page);
  });
  macaw_test::damage_file(home.files, path, std::uint64_t{leaf} * page_size, page_size, damage::flip);
  const macaw::salvage_report as_opened = macaw::salvage<config>(path, "old", {}, {}, home.files);
  CHECK(as_opened.unproven == as_opened.durable + 1);
  CHECK_FALSE(as_opened.complete());
  CHECK(read_contents(database::open("old", {}, home.files)) == before);
  const macaw::salvage_report newest = macaw::salvage<config>(path, "new", {.unproven = true}, {}, home.files);
  CHECK(newest.unproven == 0);
  CHECK(newest.rows < 100);
  REQUIRE(newest.tables.size() == 1);
  CHECK(newest.tables[0].rows_lost == 100 - newest.rows);
  REQUIRE(newest.tables[0].lost.size() == 1);
  CHECK(newest.tables[0].lost[0].rows == 100 - newest.rows);
  const auto db = database::open("new", {}, home.files);
  const auto txn = db.begin_read();
  for (const auto& [key, value] : txn[numbers]) CHECK(value == key + 1000);
  CHECK(macaw::check(db).ok());
}

TEST_CASE("older versions of lost leaves are used only if that is asked for") {
  damaged_home home;
  std::uint64_t filled = 0;
  for (const auto& [page, what] : pages_of(home)) {
    if (what.role != macaw::page_role::leaf || what.catalog) continue;
    CAPTURE(page);
    macaw_test::damage_file(home.files, path, std::uint64_t{page} * page_size, page_size, damage::zeros);
    contents strict;
    CHECK(home.salvage(strict).tables.size() == 3);
    contents stale;
    home.salvage(stale, {.stale = true});
    CHECK(rows_of(stale) >= rows_of(strict));
    for (const auto& [name, rows] : strict) {
      for (const auto& row : rows) CHECK(stale[name][row.first] == row.second);
    }
    filled += rows_of(stale) - rows_of(strict);
    home.put_right();
  }
  CHECK(filled > 0);
}

TEST_CASE("what nothing tells the table of goes to tables without a name") {
  home_type home;
  contents whole;
  std::uint32_t catalog = 0;
  {
    auto db = home.open();
    db.write([](auto& txn) {
      for (std::uint64_t i = 0; i < 300; ++i) txn[numbers].append(i, i);
      for (std::uint32_t i = 0; i < 100; ++i) txn[marks].append(i, "a mark");
    });
    whole = read_contents(db);
    macaw::basic_inspector<config>(db).walk([&](const macaw::visited_page& page) {
      if (page.catalog) catalog = to_number(page.page);
    });
  }
  macaw_test::damage_file(home.files, path, std::uint64_t{catalog} * page_size, page_size, damage::zeros);
  const auto report = macaw::salvage<config>(path, "rescued", {.unproven = true}, {}, home.files);
  CHECK_FALSE(report.catalog_whole);
  CHECK_FALSE(report.complete());
  REQUIRE(report.tables.size() == 2);
  for (const auto& table : report.tables) {
    CHECK_FALSE(table.named);
    CHECK(table.key_codec == "bytes");
    CHECK_FALSE(table.rows_lost);
    CHECK(table.stray_rows == table.rows);
  }
  const auto db = database::open("rescued", {}, home.files);
  CHECK(macaw::check(db).ok());
  const contents found = read_contents(db);
  CHECK(found.contains("salvaged_1"));
  CHECK(rows_of(found) == rows_of(whole));
  for (const auto& [name, rows] : found) CHECK((rows == whole["numbers"] || rows == whole["marks"]));
}

TEST_CASE("without the space map, the younger of two leaves counts") {
  home_type home;
  contents whole;
  std::vector<std::uint32_t> logs;
  std::vector<std::uint32_t> branches;
  {
    auto db = home.open({.two_phase = true});
    db.write([](auto& txn) {
      for (std::uint32_t i = 0; i < 1500; ++i) txn[marks].append(i, std::string(60, 'a'));
    });
    // Every other leaf changes, so that the map outgrows the meta page; the older versions stay in free pages.
    db.write([](auto& txn) {
      for (std::uint32_t i = 0; i < 1500; i += 12) txn[marks].put(i, std::string(60, 'b'));
    });
    whole = read_contents(db);
    const macaw::basic_inspector<config> look(db);
    for (const page_id log : look.space().log) logs.push_back(to_number(log));
    look.walk([&](const macaw::visited_page& page) {
      if (page.role == macaw::page_role::branch) branches.push_back(to_number(page.page));
    });
  }
  REQUIRE_FALSE(logs.empty());
  REQUIRE(branches.size() > 2);
  const bytes image = macaw_test::read_file(home.files, path);
  const auto destroy = [&](std::uint32_t page) {
    macaw_test::damage_file(home.files, path, std::uint64_t{page} * page_size, page_size, damage::zeros);
  };
  const auto rescue = [&] {
    const auto report = macaw::salvage<config>(path, "rescued", {}, {}, home.files);
    {
      const auto db = database::open("rescued", {}, home.files);
      CHECK(read_contents(db) == whole);
      CHECK(db.check().ok());
    }
    home.files.remove("rescued");
    CHECK(report.complete());
    return report;
  };
  CHECK(rescue().space_known);
  destroy(logs.back());
  CHECK_FALSE(rescue().space_known);
  for (const std::uint32_t branch : branches) {
    CAPTURE(branch);
    macaw_test::write_file(home.files, path, 0, image);
    destroy(branch);
    CHECK(rescue().tables[0].stray_rows > 0);
    destroy(logs.back());
    CHECK(rescue().tables[0].stray_rows > 0);
  }
}

TEST_CASE("salvaging writes a new file or none, and never the old one") {
  damaged_home home;
  const auto salvage_to = [&](std::string_view to, macaw::progress_callback callback = {}) {
    return macaw::salvage<config>(path, to, {}, callback, home.files);
  };
  try {
    static_cast<void>(salvage_to(path));
    FAIL("wrote over its source");
  } catch (const macaw::error& error) {
    CHECK(error.os_code() == std::errc::file_exists);
  }
  const auto stop = [](const macaw::progress&) { return false; };
  CHECK(macaw_test::error_of([&] { return salvage_to("rescued", stop); }) == macaw::errc::cancelled);
  CHECK_FALSE(home.files.exists("rescued"));
  CHECK_FALSE(home.files.exists("rescued.part"));
  {
    const auto db = home.open();
    CHECK(macaw_test::error_of([&] { return salvage_to("rescued"); }) == macaw::errc::already_open);
    CHECK(db.check().ok());
  }
  {
    const auto db = home.open({.read_only = true});
    CHECK(salvage_to("beside a reader").complete());
  }
  CHECK(macaw_test::read_file(home.files, path) == home.image);
  {
    auto file = home.files.open(path, macaw::open_mode::read_write);
    for (const unsigned slot : {0U, 1U}) {
      auto found = macaw::detail::read_meta(file, slot, file.size());
      found.meta.page_size = 1024;
      found.meta.mark /= 2;
      macaw::detail::write_meta(file, found.meta, slot);
    }
  }
  CHECK(macaw_test::error_of([&] { return salvage_to("rescued"); }) == macaw::errc::wrong_page_size);
}

TEST_CASE("a file of no pages, or of nothing that is known, gives an empty database") {
  macaw::memory_files files;
  for (const std::size_t size : {std::size_t{0}, std::size_t{5000}, std::size_t{20'000}}) {
    CAPTURE(size);
    static_cast<void>(files.open("noise", macaw::open_mode::create_new));
    macaw_test::write_file(files, "noise", 0, bytes(size, std::byte{0xA5}));
    const auto report = macaw::salvage<config>("noise", "rescued", {}, {}, files);
    CHECK(report.rows == 0);
    CHECK_FALSE(report.complete());
    CHECK(database::open("rescued", {}, files).check().ok());
    files.remove("noise");
    files.remove("rescued");
  }
}

TEST_CASE("a large value is lost with any page that leads to it, and its row alone") {
  home_type home;
  std::map<std::uint32_t, macaw::page_role> large;
  {
    auto db = home.open({.two_phase = true});
    db.write([](auto& txn) {
      for (std::uint32_t i = 0; i < 50; ++i) txn[marks].append(i, "a mark");
      txn[marks].put(7, std::string(140'000, 'L'));
    });
    macaw::basic_inspector<config>(db).walk([&](const macaw::visited_page& page) {
      if (page.role == macaw::page_role::large_index || page.role == macaw::page_role::large_piece) {
        large[to_number(page.page)] = page.role;
      }
    });
  }
  REQUIRE(large.size() == 3);
  CHECK(std::ranges::count(large, macaw::page_role::large_index, [](const auto& page) { return page.second; }) == 1);
  const bytes image = macaw_test::read_file(home.files, path);
  for (const auto& [page, role] : large) {
    macaw_test::damage_file(home.files, path, std::uint64_t{page} * page_size, page_size, damage::flip);
    const auto report = macaw::salvage<config>(path, "rescued", {}, {}, home.files);
    CHECK(report.rows == 49);
    REQUIRE(report.tables.size() == 1);
    CHECK(report.tables[0].large_lost == 1);
    CHECK(report.tables[0].rows_lost == 1);
    const auto db = database::open("rescued", {}, home.files);
    CHECK_FALSE(db.get(marks, 7));
    CHECK(db.check().ok());
    home.files.remove("rescued");
    macaw_test::write_file(home.files, path, 0, image);
  }
}

TEST_CASE("salvaging ends on any bytes, and gives a sound database") {
  CAPTURE(macaw_test::seed());
  std::mt19937_64 random(macaw_test::seed());
  damaged_home home;
  for (unsigned round = 0; round < macaw_test::rounds(40); ++round) {
    CAPTURE(round);
    bytes image = home.image;
    std::fill_n(image.begin(), 8192, std::byte{0});  // without a meta page no checksum stands between
    for (int change = 0; change < 300; ++change) {
      const std::size_t page = 16 + random() % (image.size() / page_size - 16);
      image[page * page_size + random() % (change % 2 == 0 ? 64 : page_size)] = static_cast<std::byte>(random());
    }
    if (round % 4 == 3) image.resize(image.size() / 2 + random() % 512);
    home.files.remove(path);
    static_cast<void>(home.files.open(path, macaw::open_mode::create_new));
    macaw_test::write_file(home.files, path, 0, image);
    contents found;
    const macaw::salvage_report report = home.salvage(found, {.stale = round % 2 == 0});
    CHECK_FALSE(report.complete());
  }
}

TEST_CASE("the page size is told without meta pages") {
  macaw::memory_files files;
  for (std::size_t size = 512; size <= 65536; size *= 2) {
    CAPTURE(size);
    files.open("pages", macaw::open_mode::create_new).allocate(0, 20 * size);
    for (std::uint32_t page = size < 8192 ? static_cast<std::uint32_t>(8192 / size) : 1; page < 20; ++page) {
      std::array<std::byte, macaw::detail::page_header_size> header{};
      macaw::detail::format_header(header.data(), macaw::detail::make_shape(macaw::detail::page_kind::leaf, 0));
      macaw::detail::store_le(header.data() + macaw::detail::header_field::page_id, page);
      macaw_test::write_file(files, "pages", page * size, header);
    }
    CHECK(macaw::guess_page_size("pages", files) == size);
    files.remove("pages");
  }
  static_cast<void>(files.open("noise", macaw::open_mode::create_new));
  macaw_test::write_file(files, "noise", 0, bytes(100'000, std::byte{0xA5}));
  CHECK_FALSE(macaw::guess_page_size("noise", files));
  home_type home;
  home.open().close();
  CHECK(macaw::guess_page_size(path, home.files) == page_size);
}
