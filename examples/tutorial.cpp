// SPDX-License-Identifier: MIT
//
// The programs of docs/tutorial.md, in its order. What they claim is checked as they run.

#include <macaw/macaw.hpp>
#include <macaw/ops/check.hpp>
#include <macaw/ops/compact.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <iostream>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>
#include <variant>
#include <vector>

namespace {

void expect(bool holds, const char* what) {
  if (holds) return;
  std::cerr << "not so: " << what << '\n';
  std::exit(1);
}
#define EXPECT(condition) expect(static_cast<bool>(condition), #condition)

}  // namespace

// Tables

struct book {
  std::string title;
  std::uint32_t year = 0;
};
template <>
struct macaw::codec<book> : macaw::struct_codec<&book::title, &book::year> {};

namespace {

constexpr macaw::table<std::uint64_t, book> books{"books"};
constexpr macaw::table<std::string, std::uint64_t> stock{"stock"};

void use_rows(macaw::database& db) {
  auto txn = db.begin_write();
  auto shelf = txn[books];

  EXPECT(shelf.put(1, {"The Art of Computer Programming", 1968}));  // true: the row is new
  EXPECT(!shelf.insert(1, {"Something else", 2000}));               // false: the key is taken
  EXPECT(!shelf.replace(2, {"Nobody", 1999}));                      // false: there is no such row
  shelf.update(1, [](auto old) {                                    // one descent for both
    old->year = 1997;
    return old;
  });

  EXPECT(shelf.get(1)->year == 1997);  // an optional, owned
  EXPECT(shelf.contains(1) && !shelf.contains(2));
  EXPECT(shelf.extract(1)->title.starts_with("The Art"));
  EXPECT(shelf.empty());
  txn.rollback();
}

// Ranges

void use_ranges(macaw::database& db) {
  db.write([](macaw::write_txn& txn) {
    for (std::uint64_t i = 1; i <= 9; ++i) txn[books].put(i * 10, {"Volume " + std::to_string(i), 2000});
  });
  const auto snapshot = db.begin_read();
  const auto shelf = snapshot[books];

  std::uint64_t sum = 0;
  for (auto [id, volume] : shelf.range(20, 50)) sum += id;  // 20, 30, 40: the end is not in it
  EXPECT(sum == 90);
  EXPECT(shelf.count(shelf.range(macaw::after(20), macaw::through(50))) == 3);  // 30, 40, 50
  EXPECT((*shelf.range(macaw::from(25)).begin()).key() == 30);
  EXPECT(shelf.front()->key() == 10 && shelf.back()->key() == 90);
  EXPECT(std::ranges::count_if(shelf, [](const auto& row) { return row.key() > 70; }) == 2);

  std::vector<std::uint64_t> ids;
  for (auto [id, volume] : shelf.range(macaw::up_to(40)).reverse()) ids.push_back(id);
  EXPECT((ids == std::vector<std::uint64_t>{30, 20, 10}));
}

// Composite keys

using nothing = std::monostate;
constexpr macaw::table<std::tuple<std::string, std::uint32_t>, nothing> tags{"tags"};
constexpr macaw::table<macaw::descending<std::uint64_t>, std::string> by_age{"by_age"};

void use_composite_keys(macaw::database& db) {
  auto txn = db.begin_write();
  for (const std::uint32_t book : {1U, 5U, 7U}) txn[tags].put({"tree", book}, {});
  txn[tags].put({"trees", 5}, {});
  txn[tags].put({"hash", 5}, {});

  EXPECT(txn[tags].count(txn[tags].with("tree")) == 3);    // the leading component is equal
  EXPECT(txn[tags].count(txn[tags].prefix("tree")) == 4);  // it begins so
  EXPECT(txn[tags].contains({"hash", 5}));

  txn[by_age].put(1, "first");
  txn[by_age].put(2, "second");
  EXPECT(txn[by_age].front()->own_value() == "second");
  txn.rollback();
}

// Views

void use_views(macaw::database& db) {
  const auto snapshot = db.begin_read();
  const auto shelf = snapshot[books];
  if (auto volume = shelf.view(10)) EXPECT(volume->title == "Volume 1");  // pinned: lives as long as `volume`

  auto first = shelf.front();                          // an entry
  const std::string title = first->own_value().title;  // owned: needs nothing any more
  EXPECT(title == "Volume 1");
}

// Transactions

void use_transactions(macaw::database& db) {
  const auto before = db.begin_read();

  auto txn = db.begin_write();
  txn[stock].put("ink", 3);
  const auto point = txn.savepoint();
  txn[stock].put("ink", 100);
  txn.rollback_to(point);  // the savepoint stays: one may return again

  {
    auto inner = txn.nested();  // the same type; `txn` rests meanwhile
    inner[stock].put("paper", 500);
    inner.commit();  // into `txn`
  }
  {
    auto inner = txn.nested();
    inner[stock].clear();
  }  // not committed: undone
  EXPECT(std::as_const(txn)[stock].size() == 2);
  const macaw::txn_id id = txn.commit();

  EXPECT(!before.contains(stock));  // a snapshot never changes
  auto after = db.begin_read();
  EXPECT(after.id() == id && after[stock].get("ink") == 3);

  db.put(stock, "ink", 2);
  EXPECT(after[stock].get("ink") == 3);
  after.refresh();  // the newest state
  EXPECT(after[stock].get("ink") == 2);

  const auto count = db.read([](const macaw::txn& reader) { return reader[stock].size(); });
  EXPECT(count == 2);
}

// Changing while walking

void change_while_walking(macaw::database& db) {
  auto txn = db.begin_write();
  auto shelf = txn[books];

  EXPECT(shelf.erase(shelf.range(70, 90)) == 2);  // a whole range
  EXPECT(shelf.erase_if([](const auto& row) { return row.key() == 60; }) == 1);

  for (auto it = shelf.begin(); it != shelf.end();) {
    if ((*it).key() == 50) {
      it = shelf.erase(it);  // to the next row
    } else {
      ++it;
    }
  }

  auto cursor = shelf.cursor();  // remembers its key, and seeks again by itself
  while (cursor.next()) {
    if (cursor.key() == 40) cursor.erase();
  }

  const auto old = shelf.front();
  shelf.put(1000, {"Late", 2024});
  try {
    static_cast<void>(old->key());
    EXPECT(false);
  } catch (const macaw::error& error) {
    EXPECT(error.kind() == macaw::errc::stale);  // found out in every build
  }
  txn.commit();
  EXPECT(db.read([](const macaw::txn& reader) { return reader[books].size(); }) == 5);
}

// Large values

constexpr macaw::table<std::string, std::string> texts{"texts"};

void use_streams(macaw::database& db) {
  auto txn = db.begin_write();
  auto writer = txn[texts].writer("log");
  for (int i = 0; i < 100'000; ++i) writer.write("one line of many\n");
  writer.finish();
  txn.commit();

  const auto snapshot = db.begin_read();
  auto reader = snapshot[texts].reader("log");
  EXPECT(reader.size() == 1'700'000);
  std::byte line[17];
  EXPECT(reader.read_at(17 * 50'000, line) == 17);  // reads the piece that holds it
  EXPECT(macaw::as_text(line) == "one line of many\n");
}

// Loading

void load_rows(macaw::database& db) {
  std::vector<std::pair<std::uint64_t, std::string>> rows;
  for (std::uint64_t i = 0; i < 10'000; ++i) rows.emplace_back(i, "row");
  constexpr macaw::table<std::uint64_t, std::string> loaded{"loaded"};
  db.write([&](macaw::write_txn& txn) {
    EXPECT(txn[loaded].load(rows) == 10'000);  // ascending, behind the last row
    txn[loaded].append(10'000, "one more");
  });
}

// Durability

void choose_durability(macaw::database& db) {
  for (std::uint64_t i = 0; i < 100; ++i) {
    auto txn = db.begin_write();
    txn[stock].put("pens", i);
    txn.commit({.durability = macaw::durability::deferred});  // seen at once, written later
  }
  db.sync();  // all of them are durable now

  auto txn = db.begin_write();
  txn[stock].put("pens", 0);
  try {
    txn.commit();
  } catch (const macaw::error& error) {
    if (error.outcome() == macaw::commit_outcome::unknown) throw;  // close, and open again
    // rolled back: the database goes on
  }
}

// Functions over transactions

std::uint64_t pens(const macaw::txn& txn) { return txn[stock].get("pens").value_or(0); }

template <class Config>
void add_pens(macaw::basic_write_txn<Config>& txn, std::uint64_t count) {
  txn[stock].update("pens", [&](auto old) { return old.value_or(0) + count; });
}

void use_any_database() {
  auto db = macaw::database::in_memory();  // the same type, no file: for tests
  db.write([](macaw::write_txn& txn) { add_pens(txn, 5); });
  EXPECT(pens(db.begin_read()) == 5);

  auto small = macaw::basic_database<macaw::memory_config<512>>::in_memory();
  small.write([](auto& txn) { add_pens(txn, 7); });
}

// Tools

void look_after(macaw::database& db) {
  const macaw::check_report report = macaw::check(db);
  for (const auto& finding : report.findings) std::cerr << finding.to_text() << '\n';
  EXPECT(report.ok());

  for (const macaw::named_table_stats& table : db.analyze([](const macaw::progress&) { return true; })) {
    std::cout << table.name << ": " << table.entries << " rows, " << table.pages() << " pages\n";
  }

  std::remove("tutorial-copy.macaw");
  const macaw::compact_report copy = db.compact("tutorial-copy.macaw");
  EXPECT(copy.size_after <= copy.size_before && copy.tables == db.stats().tables);
}

}  // namespace

int main() {
  // Opening
  std::remove("tutorial.macaw");
  auto db = macaw::database::open("tutorial.macaw", {.cache_size = 16u << 20});

  use_rows(db);
  use_ranges(db);
  use_composite_keys(db);
  use_views(db);
  use_transactions(db);
  change_while_walking(db);
  use_streams(db);
  load_rows(db);
  choose_durability(db);
  use_any_database();
  look_after(db);

  db.close();  // makes deferred commits durable, and says so if it cannot
}
