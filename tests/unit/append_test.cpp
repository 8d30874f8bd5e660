// SPDX-License-Identifier: MIT
//
// Appending row by row goes on where the last row of the transaction ended. These tests do everything in between
// that makes this place another one.

#include <macaw/write_table.hpp>

#include "support/catch.hpp"
#include "support/random.hpp"
#include "support/test_databases.hpp"

#include <macaw/ops/check.hpp>

#include <cstddef>
#include <cstdint>
#include <iterator>
#include <map>
#include <optional>
#include <random>
#include <stdexcept>
#include <string>
#include <tuple>
#include <type_traits>
#include <utility>
#include <vector>

namespace {

struct wide_file : macaw::file_config<4096> {
  using file_system = macaw::memory_files;
};

using homes =
    std::tuple<macaw_test::database_home<macaw_test::small_memory>, macaw_test::database_home<macaw_test::small_file>,
               macaw_test::database_home<macaw_test::small_mmap>, macaw_test::file_type_in_memory,
               macaw_test::database_home<wide_file>>;

constexpr macaw::table<std::uint64_t, std::uint64_t> numbers{"numbers"};
constexpr macaw::table<std::uint64_t, std::uint64_t> others{"others"};
constexpr macaw::table<std::string, std::string> texts{"texts"};

using number_map = std::map<std::uint64_t, std::uint64_t>;
using text_map = std::map<std::string, std::string>;

template <class Table, class Map>
[[nodiscard]] bool same(const Table& table, const Map& map) {
  auto expected = map.begin();
  for (const auto& row : table) {
    if (expected == map.end() || row.own_key() != expected->first || row.own_value() != expected->second) return false;
    ++expected;
  }
  return expected == map.end() && table.size() == map.size();
}

/// Whether a new snapshot has these rows.
template <class Database, class Table, class Map>
[[nodiscard]] bool shows(Database& db, const Table& table, const Map& map) {
  const auto snapshot = db.begin_read();
  return same(snapshot[table], map);
}

/// Appends `count` rows behind the last one, to the table and to the map.
template <class Table>
void append_some(Table& table, number_map& map, std::uint64_t count) {
  for (; count > 0; --count) {
    const std::uint64_t key = map.empty() ? 10 : map.rbegin()->first + 3;
    table.append(key, key * 11);
    map[key] = key * 11;
  }
}

// Many rows more than a leaf of any of the page sizes holds.
constexpr std::uint64_t many = 700;

}  // namespace

TEMPLATE_LIST_TEST_CASE("the tree is whole and can be read after every append", "", homes) {
  TestType home;
  auto db = home.open();
  {
    auto txn = db.begin_write();
    auto table = txn[numbers];
    number_map map;
    for (std::uint64_t i = 0; i < many; ++i) {
      append_some(table, map, 1);
      REQUIRE(table.size() == i + 1);
      REQUIRE(table.get(map.rbegin()->first) == map.rbegin()->second);
      REQUIRE(table.back()->key() == map.rbegin()->first);
      if (i % 50 == 0) REQUIRE(same(table, map));
    }
    REQUIRE(same(table, map));
    txn.commit({.durability = macaw::durability::deferred});
    REQUIRE(shows(db, numbers, map));
  }
  CHECK(db.check().ok());
}

TEMPLATE_LIST_TEST_CASE("an append that is refused changes nothing, and the next one goes on", "", homes) {
  TestType home;
  auto db = home.open();
  {
    auto txn = db.begin_write();
    auto table = txn[numbers];
    number_map map;
    for (int i = 0; i < 40; ++i) {
      append_some(table, map, 17);
      const std::uint64_t last = map.rbegin()->first;
      CHECK(macaw_test::error_of([&] { return table.append(last, 1), 0; }) == macaw::errc::key_out_of_range);
      CHECK(macaw_test::error_of([&] { return table.append(0, 1), 0; }) == macaw::errc::key_out_of_range);
    }
    CHECK(same(table, map));
    txn.commit();
    auto again = db.begin_write();
    CHECK(macaw_test::error_of([&] { return again[numbers].append(0, 1), 0; }) == macaw::errc::key_out_of_range);
    auto other = again[numbers];
    append_some(other, map, 3);
    again.commit();
    CHECK(shows(db, numbers, map));
  }
  CHECK(db.check().ok());
}

TEMPLATE_LIST_TEST_CASE("an append refused as the first one makes no table", "", homes) {
  TestType home;
  auto db = home.open();
  {
    auto txn = db.begin_write();
    auto point = txn.savepoint();
    auto table = txn[texts];
    CHECK(macaw_test::error_of([&] { return table.append(std::string(5000, 'k'), "v"), 0; }) ==
          macaw::errc::key_too_large);
    CHECK_FALSE(txn.drop(texts));
    txn.rollback_to(point);
    txn.commit();
  }
  CHECK(db.check().ok());
}

TEMPLATE_LIST_TEST_CASE("appends go on after savepoints, nested transactions and rollbacks", "", homes) {
  TestType home;
  auto db = home.open();
  {
    auto txn = db.begin_write();
    auto table = txn[numbers];
    number_map map;
    append_some(table, map, many);
    const auto point = txn.savepoint();
    const number_map at_point = map;
    append_some(table, map, many);  // the pages of the level around are copied, not changed
    REQUIRE(same(table, map));
    txn.rollback_to(point);
    map = at_point;
    REQUIRE(same(table, map));
    append_some(table, map, 1);
    txn.rollback_to(point);
    map = at_point;
    append_some(table, map, 2);
    txn.release(point);
    append_some(table, map, many);
    REQUIRE(same(table, map));
    {
      auto nested = txn.nested();
      auto inner = nested[numbers];
      number_map inner_map = map;
      append_some(inner, inner_map, many);
      REQUIRE(same(inner, inner_map));
      CHECK(macaw_test::error_of([&] { return table.append(~std::uint64_t{0}, 1), 0; }) == macaw::errc::busy);
      nested.rollback();
    }
    append_some(table, map, 5);
    REQUIRE(same(table, map));
    {
      auto nested = txn.nested();
      auto inner = nested[numbers];
      append_some(inner, map, many);
      nested.commit();
    }
    append_some(table, map, many);
    REQUIRE(same(table, map));
    txn.commit();
    REQUIRE(shows(db, numbers, map));
  }
  CHECK(db.check().ok());
}

TEMPLATE_LIST_TEST_CASE("appends go on after pages were written early to save memory", "", homes) {
  TestType home;
  auto db = home.open({.dirty_size = 8 * TestType::config::page_size});
  {
    auto txn = db.begin_write();
    auto table = txn[numbers];
    auto second = txn[others];
    number_map map, second_map;
    for (int i = 0; i < 60; ++i) {
      append_some(table, map, many / 10);
      append_some(second, second_map, many / 10);
      if (i % 10 == 0) REQUIRE(same(table, map));
    }
    REQUIRE(same(table, map));
    REQUIRE(same(second, second_map));
    const bool spills = TestType::has_files;
    CHECK((db.stats().spilled_pages > 0) == spills);
    txn.commit();
    REQUIRE(shows(db, numbers, map));
    REQUIRE(shows(db, others, second_map));
  }
  CHECK(db.check().ok());
}

TEMPLATE_LIST_TEST_CASE("appends of large values go on, written early or not", "", homes) {
  TestType home;
  auto db = home.open({.dirty_size = 64 * TestType::config::page_size});
  {
    auto txn = db.begin_write();
    auto table = txn[texts];
    text_map map;
    for (std::uint64_t i = 0; i < 120; ++i) {
      const std::string key = "key " + std::to_string(1000 + i);
      const std::string value(i % 3 == 0 ? 40 * i * i % 60'000 : i % 90, static_cast<char>('a' + i % 26));
      table.append(key, value);
      map[key] = value;
      if (i % 30 == 0) REQUIRE(same(table, map));
    }
    REQUIRE(same(table, map));
    txn.commit();
    REQUIRE(shows(db, texts, map));
  }
  CHECK(db.check().ok());
}

TEMPLATE_LIST_TEST_CASE("any change in between, by any handle, is seen by the next append", "", homes) {
  TestType home;
  auto db = home.open();
  {
    auto txn = db.begin_write();
    auto table = txn[numbers];
    auto second = txn[numbers];
    number_map map;
    append_some(table, map, many);
    append_some(second, map, many);
    const auto copy = table;
    auto third = copy;
    append_some(third, map, many);
    append_some(table, map, 1);
    REQUIRE(same(table, map));

    // The last rows go one by one, and leaves with them.
    for (std::uint64_t i = 0; i < many; ++i) {
      REQUIRE(second.erase(map.rbegin()->first));
      map.erase(std::prev(map.end()));
      if (i % 3 == 0) append_some(table, map, 1);
    }
    REQUIRE(same(table, map));

    // The last leaves go at once.
    const std::uint64_t middle = std::next(map.begin(), static_cast<std::ptrdiff_t>(map.size() / 2))->first;
    second.erase(second.range(macaw::from(middle)));
    map.erase(map.find(middle), map.end());
    append_some(table, map, many);
    REQUIRE(same(table, map));

    // Rows are put behind the last one and before it; the last one is given another value.
    const std::uint64_t behind = map.rbegin()->first + 1;
    second.put(behind, 1);
    map[behind] = 1;
    CHECK(macaw_test::error_of([&] { return table.append(behind, 1), 0; }) == macaw::errc::key_out_of_range);
    append_some(table, map, 2);
    for (std::uint64_t key = 11; key < 2000; key += 3) {
      second.put(key, key);
      map[key] = key;
      if (key % 5 == 0) append_some(table, map, 1);
    }
    REQUIRE(same(table, map));

    // The table by its bytes.
    std::byte key[8] = {};
    key[0] = std::byte{1};
    auto raw = txn[macaw::raw_table("numbers")];
    raw.put(key, key);
    map[std::uint64_t{1} << 56U] = txn[numbers].back()->value();
    append_some(table, map, 2);
    REQUIRE(raw.erase(key));
    map.erase(std::uint64_t{1} << 56U);
    append_some(table, map, 2);
    REQUIRE(same(table, map));
    raw.clear();
    map.clear();
    append_some(table, map, many);

    // A cursor, and a bulk load.
    auto cursor = second.cursor();
    REQUIRE(cursor.last());
    cursor.erase();
    map.erase(std::prev(map.end()));
    append_some(table, map, 1);
    const std::vector<std::pair<std::uint64_t, std::uint64_t>> rows{{map.rbegin()->first + 1, 2},
                                                                    {map.rbegin()->first + 2, 3}};
    REQUIRE(second.load(rows) == 2);
    map.insert(rows.begin(), rows.end());
    append_some(table, map, 1);
    second.clear();
    map.clear();
    append_some(table, map, many);
    REQUIRE(same(table, map));
    txn.commit();
    REQUIRE(shows(db, numbers, map));
  }
  CHECK(db.check().ok());
}

TEMPLATE_LIST_TEST_CASE("appends go on in a table that was dropped or renamed, and made again", "", homes) {
  TestType home;
  auto db = home.open();
  {
    auto txn = db.begin_write();
    auto table = txn[numbers];
    auto other = txn[others];
    number_map map, other_map;
    append_some(table, map, many);
    REQUIRE(txn.drop(numbers));
    map.clear();
    append_some(table, map, 3);
    REQUIRE(same(table, map));
    append_some(table, map, many);
    REQUIRE(txn.rename(numbers, "others"));
    REQUIRE(table.empty());
    REQUIRE(same(other, map));
    std::swap(map, other_map);
    append_some(table, map, 4);
    append_some(other, other_map, 4);
    REQUIRE(same(table, map));
    REQUIRE(same(other, other_map));
    txn.commit();
    REQUIRE(shows(db, numbers, map));
    REQUIRE(shows(db, others, other_map));
  }
  CHECK(db.check().ok());
}

TEMPLATE_LIST_TEST_CASE("rows of a load may come from a function that changes the table", "", homes) {
  TestType home;
  auto db = home.open();
  {
    auto txn = db.begin_write();
    auto table = txn[numbers];
    number_map map;
    append_some(table, map, many);

    /// Puts a row far before the end for each that it gives.
    struct source {
      struct iterator {
        std::uint64_t at;
        decltype(table)* into;
        number_map* model;
        std::pair<std::uint64_t, std::uint64_t> operator*() const {
          into->put(at * 3 + 11, at);
          (*model)[at * 3 + 11] = at;
          return {1'000'000 + at, at};
        }
        iterator& operator++() {
          ++at;
          return *this;
        }
        bool operator!=(const iterator& other) const { return at != other.at; }
      };
      iterator first, last;
      [[nodiscard]] iterator begin() const { return first; }
      [[nodiscard]] iterator end() const { return last; }
    };
    REQUIRE(table.load(source{{0, &table, &map}, {many, &table, &map}}) == many);
    for (std::uint64_t i = 0; i < many; ++i) map[1'000'000 + i] = i;
    REQUIRE(same(table, map));
    txn.commit();
  }
  CHECK(db.check().ok());
}

TEMPLATE_LIST_TEST_CASE("appends between changes at random leave what a map holds", "", homes) {
  const std::uint64_t seed = macaw_test::seed();
  CAPTURE(seed);
  std::mt19937_64 random(seed);
  TestType home;
  auto db = home.open({.dirty_size = 24 * TestType::config::page_size});
  using database = typename TestType::database;
  using write_table = typename database::template write_table<std::uint64_t, std::uint64_t>;
  struct level {
    typename database::write_txn txn;
    number_map before;
    std::vector<std::pair<typename database::savepoint, number_map>> marks;
    std::vector<write_table> handles;
  };
  number_map map;
  for (int round = 0; round < 12; ++round) {
    std::vector<level> levels;
    const auto open = [&](typename database::write_txn txn) {
      levels.push_back({std::move(txn), map, {}, {}});
      for (int i = 0; i < 2; ++i) levels.back().handles.push_back(levels.back().txn[numbers]);
    };
    open(db.begin_write());
    for (int step = 0; step < 400; ++step) {
      auto& handles = levels.back().handles;
      auto& table = handles[random() % handles.size()];
      switch (random() % 24) {
        case 0:
          if (!map.empty()) {
            REQUIRE(table.erase(map.rbegin()->first));
            map.erase(std::prev(map.end()));
          }
          break;
        case 1:
          if (!map.empty()) {
            const auto from = std::next(map.begin(), static_cast<std::ptrdiff_t>(random() % map.size()))->first;
            const auto gone = random() % 40;
            auto last = map.find(from);
            for (std::uint64_t i = 0; i < gone && last != map.end(); ++i) ++last;
            if (last == map.end()) {
              table.erase(table.range(macaw::from(from)));
            } else {
              table.erase(table.range(from, last->first));
            }
            map.erase(map.find(from), last);
          }
          break;
        case 2: {
          const std::uint64_t key = random() % (map.empty() ? 100 : map.rbegin()->first + 20);
          table.put(key, step);
          map[key] = static_cast<std::uint64_t>(step);
          break;
        }
        case 3: levels.back().marks.emplace_back(levels.back().txn.savepoint(), map); break;
        case 4:
          if (auto& marks = levels.back().marks; !marks.empty()) {
            marks.resize(random() % marks.size() + 1, marks.front());
            levels.back().txn.rollback_to(marks.back().first);
            map = marks.back().second;
          }
          break;
        case 5:
          if (levels.size() < 4) open(levels.back().txn.nested());
          break;
        case 6:
          if (levels.size() > 1) {
            levels.back().txn.commit();
            levels.pop_back();
          }
          break;
        case 7:
          if (levels.size() > 1) {
            map = levels.back().before;
            levels.pop_back();
          }
          break;
        case 8: handles[0] = handles[1]; break;
        case 9: REQUIRE(same(table, map)); break;
        default: append_some(table, map, random() % 30); REQUIRE(table.size() == map.size());
      }
    }
    REQUIRE(same(levels.back().handles[0], map));
    while (levels.size() > 1) {
      levels.back().txn.commit();
      levels.pop_back();
    }
    if (round % 4 == 3) {
      map = levels[0].before;
      levels.clear();
    } else {
      levels[0].txn.commit({.durability = round % 2 == 0 ? macaw::durability::deferred : macaw::durability::immediate});
      levels.clear();
    }
    REQUIRE(shows(db, numbers, map));
    REQUIRE(db.check().ok());
  }
}
