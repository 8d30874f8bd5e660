// SPDX-License-Identifier: MIT

#include <macaw/ops/inspect.hpp>

#include "support/catch.hpp"
#include "support/file_bytes.hpp"
#include "support/random.hpp"
#include "support/test_databases.hpp"

#include <macaw/ops/check.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <random>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

namespace {

using config = macaw_test::small_file;
using home_type = macaw_test::database_home<config>;
using inspector = macaw::basic_inspector<config>;
using macaw::checksum_state;
using macaw::page_id;
using macaw::page_role;
using macaw_test::damage;

using homes = std::tuple<home_type, macaw_test::file_type_in_memory>;  // backup_test.cpp walks over mapped files

constexpr std::size_t page_size = config::page_size;
constexpr std::string_view path = "test.macaw";

constexpr macaw::table<std::uint64_t, std::string> events{"events"};
constexpr macaw::table<std::string, std::uint64_t> texts{"texts"};
constexpr macaw::table<std::uint32_t, std::uint32_t> gone{"gone"};

/// Fills a database with trees of several levels, large values, free pages and an empty table.
template <class Database>
void fill(Database& db) {
  for (std::uint64_t round = 0; round < 5; ++round) {
    db.write([&](auto& txn) {
      for (std::uint64_t i = 0; i < 150; ++i) txn[events].put(i * 5 + round, std::string(i % 40, 'e'));
      for (std::uint64_t i = 0; i < 40; ++i) txn[texts].put("text " + std::to_string(i * 5 + round), i);
      txn[gone].put(static_cast<std::uint32_t>(round), 1);
      txn[events].put(10'000 + round, std::string(1000 * round + 300, 'L'));
    });
  }
  db.write([](auto& txn) {
    txn[gone].clear();
    txn[events].erase(txn[events].range(100, 200));
    txn[events].put(20'000, std::string(150'000, 'V'));
  });
}

struct table_sum {
  std::uint64_t branches = 0, leaves = 0, large = 0, rows = 0, leaf_bytes = 0, branch_bytes = 0;
};

/// What there is to check of one visited page.
void add(table_sum& sum, const macaw::visited_page& page) {
  if (page.role == page_role::branch) {
    ++sum.branches;
    sum.branch_bytes += page.bytes_used;
  } else if (page.role == page_role::leaf) {
    ++sum.leaves;
    sum.rows += page.entries;
    sum.leaf_bytes += page.bytes_used;
  } else {
    sum.large += page.pages;
  }
}

/// A closed file; its last commit is of two phases, so that opening does not refuse it for one damaged page.
struct closed_home : home_type {
  closed_home() {
    auto db = open({.two_phase = true});
    fill(db);
    db.close();
    image = macaw_test::read_file(files, path);
  }

  [[nodiscard]] inspector look() { return inspector::open(path, files); }
  [[nodiscard]] std::uint32_t pages() const { return static_cast<std::uint32_t>(image.size() / page_size); }
  void put_right() { macaw_test::write_file(files, path, 0, image); }

  std::vector<std::byte> image;
};

}  // namespace

TEMPLATE_LIST_TEST_CASE("a walk visits every page that a state reaches, once", "", homes) {
  TestType home;
  auto db = home.open();
  fill(db);
  db.write([](auto& txn) { txn[texts].put("deferred", 1); }, {.durability = macaw::durability::deferred});
  const auto tables = db.analyze();
  std::map<std::string, table_sum> sums;
  std::map<page_id, macaw::visited_page> seen;
  {
    const macaw::basic_inspector<typename TestType::config> look(db);
    db.put(texts, "later", 2);  // not in the state that is looked at
    const macaw::walk_report report = look.walk([&](const macaw::visited_page& page) {
      CHECK(page.damage.empty());
      CHECK(page.bytes == page.pages * TestType::config::page_size);
      CHECK(page.bytes_used > 0);
      CHECK(page.bytes_used <= page.bytes);
      CHECK((page.depth == 0) == (page.parent == page_id{}));
      CHECK(page.table.empty() == page.catalog);
      if (page.depth > 0) {
        const macaw::visited_page& parent = seen.at(page.parent);
        CHECK(parent.depth + 1 == page.depth);
        CHECK((is_frame(parent.page) || parent.birth >= page.birth));
        if (page.role == page_role::leaf || page.role == page_role::branch) CHECK(parent.level == page.level + 1);
      }
      CHECK((page.birth == 0) == is_frame(page.page));
      CHECK(seen.emplace(page.page, page).second);
      add(sums[page.catalog ? "" : std::string(page.table)], page);
    });
    CHECK(report.findings.empty());
    CHECK(report.pages == seen.size());
    CHECK(report.tables == 3);
  }
  CHECK(sums[""].rows == 3);
  for (const auto& figures : tables) {
    const table_sum& sum = sums[figures.name];
    CAPTURE(figures.name);
    CHECK(sum.rows == figures.entries);
    CHECK(sum.leaves == figures.leaf_pages);
    CHECK(sum.branches == figures.branch_pages);
    CHECK(sum.large == figures.large_pages);
    CHECK(sum.leaf_bytes == figures.leaf_bytes_used);
    CHECK(sum.branch_bytes == figures.branch_bytes_used);
  }
  CHECK(db.check().ok());
}

TEST_CASE("walk and space map cover the file, each page once") {
  home_type home;
  auto db = home.open();
  fill(db);
  std::optional old = db.begin_read();
  db.put(texts, "later", 2);
  std::map<std::uint32_t, int> uses;
  const auto cover = [&](const inspector& look) {
    uses.clear();
    const auto use = [&](page_id first, std::uint32_t pages) {
      for (std::uint32_t i = 0; i < pages; ++i) ++uses[to_number(first) + i];
    };
    CHECK(look.walk([&](const macaw::visited_page& page) { use(page.page, page.pages); }).findings.empty());
    const macaw::space_report space = look.space();
    for (const auto& run : space.free) use(run.first, run.pages);
    for (const auto& run : space.pending) {
      CHECK(run.birth < run.death);
      use(run.first, run.pages);
    }
    for (const page_id log : space.log) use(log, 1);
    CHECK(uses.size() == space.mark - space.first_page);
    CHECK(std::ranges::all_of(uses, [](const auto& page) { return page.second == 1; }));
    CHECK(look.file_pages() >= space.mark);
    return space;
  };
  const macaw::space_report open_space = cover(inspector(db));
  CHECK(open_space.pending_pages > 0);
  CHECK(open_space.free_pages == db.stats().free_pages);
  CHECK(db.check().ok());
  old.reset();
  db.close();
  const macaw::space_report closed_space = cover(inspector::open("test.macaw", home.files));
  CHECK(closed_space.pending_pages == 0);
  CHECK(closed_space.free_pages == open_space.free_pages + open_space.pending_pages);
  db = home.open({.read_only = true});
  CHECK(cover(inspector(db)).free_pages == closed_space.free_pages);
  CHECK(db.check().ok());
}

TEST_CASE("a page is decoded as the walk says, and its keys are the table's") {
  closed_home home;
  const inspector look = home.look();
  std::vector<std::vector<std::byte>> keys;
  std::uint64_t large = 0;
  look.walk([&](const macaw::visited_page& visited) {
    const auto page = look.page(visited.page);
    REQUIRE(page);
    CHECK(page->role == visited.role);
    CHECK(page->checksum == checksum_state::good);
    CHECK(page->damage.empty());
    CHECK(page->stored_page == visited.page);
    CHECK(page->birth == visited.birth);
    CHECK(page->level == visited.level);
    CHECK(page->pages == visited.pages);
    CHECK(page->bytes_used == visited.bytes_used);
    CHECK(page->bytes.size() == page_size);
    if (visited.role != page_role::large_piece) CHECK(page->entries.size() == visited.entries);
    CHECK(look.page(visited.page, 1)->entries.size() <= 1);
    for (std::uint32_t i = 1; i < visited.pages; ++i) {
      const auto inside = look.page(page_id{to_number(visited.page) + i});
      CHECK(inside->role == page_role::large_piece);
      CHECK(inside->piece_start == visited.page);
      CHECK(inside->checksum == checksum_state::good);
    }
    if (visited.role != page_role::leaf || visited.table != "events") return;
    for (const macaw::inspected_entry& entry : page->entries) {
      keys.push_back(entry.key);
      large += entry.large ? 1U : 0U;
      CHECK(entry.large == entry.child.has_value());
      CHECK(entry.large == (entry.value_size > 208));
    }
  });
  CHECK(large == 6);
  CHECK(std::ranges::is_sorted(keys));
  const auto db = home.open({.read_only = true});
  const auto txn = db.begin_read();
  std::size_t index = 0;
  txn[macaw::raw_table("events")].for_each([&](macaw::bytes_view key, macaw::bytes_view) {
    REQUIRE(index < keys.size());
    CHECK(std::ranges::equal(keys[index++], key));
  });
  CHECK(index == keys.size());
  CHECK(db.check().ok());
}

TEST_CASE("pages of the log, of the metas, and beyond the file") {
  home_type home;
  auto db = home.open();
  db.write([](auto& txn) {
    for (std::uint64_t i = 0; i < 4000; ++i) txn[events].append(i, std::string(60, 'e'));
  });
  // Every other leaf changes, so that the space map grows beyond the meta page.
  for (std::uint64_t i = 0; i < 4000; i += 12) db.put(events, i, std::string(50, 'f'));
  const inspector look(db);
  const macaw::space_report space = look.space();
  REQUIRE_FALSE(space.log.empty());
  for (const page_id log : space.log) {
    const auto page = look.page(log);
    CHECK(page->role == page_role::space_log);
    CHECK(page->checksum == checksum_state::good);
    CHECK(page->entries.size() == page->count);
    for (const auto& entry : page->entries) {
      CHECK_FALSE(entry.text.empty());
      CHECK(entry.child_pages > 0);
      CHECK(to_number(*entry.child) < space.mark);
    }
  }
  CHECK(look.page(page_id{0})->role == page_role::meta);
  CHECK(look.page(page_id{8})->role == page_role::meta);
  CHECK_FALSE(look.page(page_id{look.file_pages()}));
  CHECK_FALSE(look.page(page_id{macaw::page_id_limit}));
  CHECK(db.check().ok());
}

TEST_CASE("the metas are shown as opening judges them") {
  closed_home home;
  using state = macaw::inspected_meta::state;
  const macaw::inspected_metas whole = home.look().metas();
  REQUIRE(whole.living);
  CHECK(whole.refusal.empty());
  const macaw::inspected_meta& living = whole.slots[*whole.living];
  const macaw::inspected_meta& other = whole.slots[1 - *whole.living];
  CHECK(living.found == state::good);
  CHECK(living.complete);
  CHECK(living.durable == other.durable + 1);
  CHECK(living.base == other.durable);
  CHECK(living.uuid == other.uuid);
  CHECK(living.page_size == page_size);
  CHECK(living.tables == 3);
  CHECK(living.two_phase);

  macaw_test::damage_file(home.files, path, *whole.living * 4096U, 4096, damage::flip);
  macaw::inspected_metas metas = home.look().metas();
  CHECK(metas.living == 1 - *whole.living);
  CHECK(metas.slots[*whole.living].found == state::damaged);

  macaw_test::damage_file(home.files, path, (1 - *whole.living) * 4096U, 4096, damage::zeros);
  metas = home.look().metas();
  CHECK_FALSE(metas.living);
  CHECK(metas.refusal.find("no whole meta page") != std::string::npos);
  CHECK(metas.slots[1 - *whole.living].found == state::blank);
  const macaw::walk_report report = home.look().walk([](const macaw::visited_page&) { FAIL("there is no root"); });
  REQUIRE(report.findings.size() == 1);
  CHECK(report.findings.front().what == metas.refusal);
  CHECK(macaw_test::error_of([&] { return home.look().space(); }) == macaw::errc::corrupt);
  CHECK(home.look().page(page_id{20})->checksum != checksum_state::unverifiable);  // the damaged one tells the UUID

  macaw_test::damage_file(home.files, path, 0, 8192, damage::zeros);
  CHECK(home.look().page(page_id{20})->checksum == checksum_state::unverifiable);
}

TEST_CASE("whichever page is damaged, it is reported, and the walk goes on beside it") {
  closed_home home;
  std::map<std::uint32_t, macaw::visited_page> reached;
  std::map<page_id, std::uint64_t> below;  // pages that only this one leads to, itself included
  std::uint64_t all = 0;
  home.look().walk([&](const macaw::visited_page& page) {
    for (std::uint32_t i = 0; i < page.pages; ++i) reached[to_number(page.page) + i] = page;
    ++all;
  });
  for (const damage how : {damage::zeros, damage::flip}) {
    for (std::uint32_t page = 16; page < home.pages(); ++page) {
      CAPTURE(page, static_cast<int>(how));
      const auto before = macaw_test::damage_file(home.files, path, std::uint64_t{page} * page_size, page_size, how);
      const inspector look = home.look();
      std::uint64_t visits = 0;
      std::vector<page_id> damaged;
      const macaw::walk_report report = look.walk([&](const macaw::visited_page& visited) {
        ++visits;
        if (!visited.damage.empty()) damaged.push_back(visited.page);
      });
      const auto at = reached.find(page);
      if (at == reached.end()) {
        CHECK(visits == all);
        CHECK(report.findings.empty());
      } else {
        const macaw::visited_page& what = at->second;
        const bool is_index = what.role == page_role::large_index;
        CHECK(damaged == (is_index ? std::vector<page_id>{} : std::vector<page_id>{what.page}));
        if (what.role == page_role::large_piece) CHECK(visits == all);
        if (what.role == page_role::leaf && !what.catalog) CHECK(visits <= all);
        CHECK(visits > 0);
        CHECK(std::ranges::any_of(report.findings, [&](const auto& finding) { return finding.page == what.page; }));
        CHECK(look.page(page_id{page})->checksum == checksum_state::bad);
      }
      macaw_test::write_file(home.files, path, std::uint64_t{page} * page_size, before);
    }
  }
}

TEST_CASE("any bytes are decoded, or said to be damaged") {
  CAPTURE(macaw_test::seed());
  std::mt19937_64 random(macaw_test::seed());
  closed_home home;
  std::map<std::string, int> outcomes;
  for (unsigned round = 0; round < macaw_test::rounds(3000); ++round) {
    const std::uint32_t page = 16 + static_cast<std::uint32_t>(random() % (home.pages() - 16));
    std::vector<std::byte> bytes(home.image.begin() + page * page_size, home.image.begin() + (page + 1) * page_size);
    for (unsigned change = 0; change < 1 + round % 6; ++change) {
      bytes[random() % (round % 2 == 0 ? 64 : page_size)] = static_cast<std::byte>(random());
    }
    macaw_test::write_file(home.files, path, std::uint64_t{page} * page_size, bytes);
    const auto found = home.look().page(page_id{page});
    REQUIRE(found);
    ++outcomes[found->damage];
    if (!found->damage.empty()) CHECK(found->entries.empty());
    CHECK(found->bytes == bytes);
    macaw_test::write_file(home.files, path, std::uint64_t{page} * page_size,
                           macaw::bytes_view(home.image).subspan(page * page_size, page_size));
  }
  CHECK(outcomes.size() > 5);
}

TEST_CASE("a walk over trees that share pages ends") {
  home_type home;
  constexpr std::uint32_t tables = 40;
  {
    auto db = home.open({.two_phase = true});
    db.write([](auto& txn) {
      for (std::uint64_t i = 0; i < 2000; ++i) txn[events].append(i, "an event");
      for (std::uint32_t i = 0; i < tables; ++i) txn[macaw::raw_table("copy " + std::to_string(i))].put({}, {});
    });
  }
  // Every catalog record leads to the one large tree, and the pages of the catalog are sealed again.
  auto file = home.files.open(path, macaw::open_mode::read_write);
  const auto meta = macaw::detail::read_meta(file, 1, file.size()).meta;
  const std::uint64_t seed = macaw::detail::uuid_seed(meta.uuid);
  std::vector<std::byte> kept;
  for (const bool change : {false, true}) {
    for (std::uint32_t id = 16; id < meta.mark; ++id) {
      std::vector<std::byte> page(page_size);
      REQUIRE(file.read(id * page_size, page) == page_size);
      const auto shape = macaw::detail::load_shape(page.data());
      if (shape.kind() != macaw::detail::page_kind::leaf || shape.key_width() != 0) continue;
      const macaw::detail::catalog_layout<page_size> layout{};
      for (std::uint32_t i = 0; i < layout.leaf.count(page.data()); ++i) {
        const auto cell = layout.leaf.value(page.data(), i);
        macaw::detail::catalog_record record;
        if (cell.tag != macaw::detail::value_tag::tree) break;
        REQUIRE(macaw::detail::catalog_record::decode(cell.bytes, record) == nullptr);
        if (!change && record.root.height > 1) {
          kept.assign(cell.bytes.begin(), cell.bytes.end());
        } else if (change) {
          // The root, its height and widths, and its counts; the codecs stay.
          std::copy_n(kept.begin(), 48, page.begin() + (cell.bytes.data() - page.data()));
        }
      }
      const std::uint64_t birth = macaw::detail::load_birth(page.data());
      macaw::detail::seal_page<macaw::xxh3>(page.data(), page_size, page_id{id}, birth, seed);
      const macaw::bytes_view piece[] = {page};
      file.write(id * page_size, piece);
    }
  }
  std::uint64_t visits = 0;
  const macaw::walk_report report = inspector::open(path, home.files).walk([&](const auto&) { ++visits; });
  CHECK(report.tables == tables + 1);
  CHECK(visits <= file.size() / page_size);
  CHECK(report.findings.back().what.find("share") != std::string::npos);
  const macaw::check_report checked = home.open({.read_only = true}).check();
  CHECK(checked.pages <= meta.mark + 1);
  CHECK(std::ranges::any_of(checked.findings,
                            [](const auto& finding) { return finding.what.find("share") != std::string::npos; }));
}

TEST_CASE("a walk is stopped by its progress, and by its visitor") {
  home_type home;
  auto db = home.open();
  fill(db);
  const inspector look(db);
  const auto nothing = [](const macaw::visited_page&) {};
  CHECK(macaw_test::error_of([&] { return look.walk(nothing, [](const macaw::progress&) { return false; }); }) ==
        macaw::errc::cancelled);
  for (const page_role role : {page_role::leaf, page_role::large_piece, page_role::large_index}) {
    const auto stop = [&](const macaw::visited_page& page) {
      if (page.role == role) throw macaw::error(macaw::errc::io, "the report cannot be written");
    };
    CHECK(macaw_test::error_of([&] { return look.walk(stop); }) == macaw::errc::io);
  }
  CHECK(db.check().ok());
}

TEST_CASE("the space map waits for the writer, and a file for being closed") {
  home_type home;
  auto db = home.open();
  fill(db);
  {
    const inspector look(db);
    const auto txn = db.begin_write();
    CHECK(macaw_test::error_of([&] { return look.space(); }) == macaw::errc::would_deadlock);
    CHECK(look.metas().living);
  }
  CHECK(macaw_test::error_of([&] { return inspector::open(path, home.files); }) == macaw::errc::already_open);
  CHECK(db.check().ok());
  db.close();
  CHECK(macaw_test::error_of([&] { return inspector(db); }) == macaw::errc::txn_ended);
}
