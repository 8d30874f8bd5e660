// SPDX-License-Identifier: MIT

#include <macaw/ops/check.hpp>

#include "support/catch.hpp"
#include "support/random.hpp"
#include "support/test_databases.hpp"

#include <cstddef>
#include <cstdint>
#include <random>
#include <string>
#include <vector>

namespace {

constexpr macaw::table<std::uint64_t, std::string> events{"events"};
constexpr macaw::table<std::string, std::uint64_t> texts{"texts"};

template <class Database>
void require_sound(const Database& db) {
  const macaw::check_report report = macaw::check(db);
  for (const auto& finding : report.findings) UNSCOPED_INFO(finding.to_text());
  REQUIRE(report.ok());
}

}  // namespace

TEMPLATE_LIST_TEST_CASE("a database is sound at every point of its life", "", macaw_test::all_homes) {
  TestType home;
  auto db = home.open();
  require_sound(db);
  std::mt19937_64 random(macaw_test::seed());
  CAPTURE(macaw_test::seed());
  for (int round = 0; round < 15; ++round) {
    const auto old = db.begin_read();
    auto txn = db.begin_write();
    for (int i = 0; i < 200; ++i) {
      const std::uint64_t key = random() % 2000;
      txn[events].put(key, std::string(random() % 13 == 0 ? random() % 5000 : random() % 50, 'x'));
      txn[texts].put(std::string(random() % 20, 't') + std::to_string(key), key);
      if (random() % 3 == 0) txn[events].erase(random() % 2000);
    }
    if (round % 5 == 4) txn[events].erase(txn[events].range(500, 1500));
    if (round == 9) txn.drop(texts);
    if (round % 4 == 3) {
      txn.rollback();
    } else {
      txn.commit({.durability = round % 3 == 0 ? macaw::durability::deferred : macaw::durability::immediate});
    }
    require_sound(db);
  }
  if constexpr (TestType::has_files) {
    db.close();
    db = home.open();
    require_sound(db);
    CHECK(db.check().pages > 10);
    db.close();
    const auto reading = home.open({.read_only = true});
    require_sound(reading);
  }
}

TEMPLATE_LIST_TEST_CASE("a database of so many tables that its catalog has branches is sound", "",
                        macaw_test::all_homes) {
  TestType home;
  auto db = home.open();
  db.write([](auto& txn) {
    for (int i = 0; i < 120; ++i) txn[macaw::raw_table("table " + std::to_string(i))].put({}, {});
  });
  require_sound(db);
  CHECK(db.analyze().size() == 120);
}

TEMPLATE_LIST_TEST_CASE("a check reports how far it is, and can be stopped", "", macaw_test::all_homes) {
  TestType home;
  auto db = home.open();
  db.write([](auto& txn) {
    for (std::uint64_t i = 0; i < 2000; ++i) txn[events].append(i, "some text");
  });
  macaw::progress last;
  const auto report = db.check([&](const macaw::progress& state) {
    last = state;
    return true;
  });
  CHECK(report.ok());
  CHECK(last.finished);
  CHECK(last.done == report.pages);
  CHECK(macaw_test::error_of([&] { return macaw::check(db, [](const macaw::progress&) { return false; }); }) ==
        macaw::errc::cancelled);
  CHECK(macaw::check(db).ok());
  const auto txn = db.begin_write();
  CHECK(macaw_test::error_of([&] { return macaw::check(db); }) == macaw::errc::would_deadlock);
}

TEST_CASE("every damaged page is found, with the pages that lead to it") {
  macaw_test::database_home<macaw_test::small_file> home;
  {
    auto db = home.open();
    db.write([](auto& txn) {
      for (std::uint64_t i = 0; i < 500; ++i) txn[events].append(i, "some text");
    });
    db.close();
  }
  std::vector<std::uint32_t> damaged;
  {
    auto file = home.files.open("test.macaw", macaw::open_mode::read_write);
    // The commit's proof covers all its pages, so it would be refused: make it look like one of two phases.
    for (const unsigned slot : {0U, 1U}) {
      auto found = macaw::detail::read_meta(file, slot, file.size());
      if (!found.valid()) continue;
      found.meta.two_phase = true;
      macaw::detail::write_meta(file, found.meta, slot);
    }
    // The table's leaves only: below a damaged branch nothing is looked at.
    for (std::uint32_t page = 16; (page + 1) * 512 <= file.size(); page += 3) {
      std::byte header[macaw::detail::page_header_size];
      static_cast<void>(file.read(page * 512, header));
      const auto shape = macaw::detail::load_shape(header);
      if (shape.kind() != macaw::detail::page_kind::leaf || shape.key_width() != 8) continue;
      const std::byte wrong[] = {std::byte{0xee}};
      const macaw::bytes_view piece[] = {wrong};
      file.write(page * 512 + 300, piece);
      damaged.push_back(page);
    }
  }
  REQUIRE(damaged.size() > 3);
  auto db = home.open();
  const auto report = db.check();
  for (const auto& finding : report.findings) UNSCOPED_INFO(finding.to_text());
  for (const std::uint32_t page : damaged) {
    CAPTURE(page);
    bool found = false;
    for (const auto& finding : report.findings) found = found || to_number(finding.page) == page;
    CHECK(found);
  }
  REQUIRE_FALSE(report.findings.empty());
  CHECK(report.findings.front().to_text().find("page ") != std::string::npos);
}
