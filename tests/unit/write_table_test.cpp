// SPDX-License-Identifier: MIT

#include <macaw/write_table.hpp>

#include "support/catch.hpp"
#include "support/random.hpp"
#include "support/test_databases.hpp"

#include <macaw/ops/check.hpp>

#include <cstdint>
#include <map>
#include <optional>
#include <random>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

namespace macaw_test {

/// A value whose encoding throws when told to.
struct fragile {
  std::uint32_t number = 0;
  bool throws = false;
};

struct fragile_codec {
  using value_type = fragile;
  using view_type = fragile;
  using argument_type = const fragile&;
  static constexpr std::string_view name = "fragile";
  static constexpr std::size_t fixed_size = 0;
  static bool reads(std::string_view stored) noexcept { return stored == name; }
  static std::size_t size(const fragile&) { return 4; }
  static std::byte* encode(const fragile& argument, std::byte* out) {
    if (argument.throws) throw std::runtime_error("fragile");
    std::memcpy(out, &argument.number, 4);
    return out + 4;
  }
  static std::optional<fragile> decode(macaw::bytes_view in) noexcept {
    fragile result;
    if (in.size() != 4) return std::nullopt;
    std::memcpy(&result.number, in.data(), 4);
    return result;
  }
  static fragile own(const fragile& view) { return view; }
};

}  // namespace macaw_test

namespace {

constexpr macaw::table<std::uint64_t, std::string> events{"events"};
constexpr macaw::table<std::string, std::string> texts{"texts"};
constexpr macaw::table<std::uint32_t, std::uint64_t> numbers{"numbers"};
constexpr macaw::table<std::uint32_t, macaw_test::fragile_codec> fragiles{"fragiles"};
constexpr macaw::table<std::string, std::optional<std::uint32_t>> maybes{"maybes"};

// What arguments become must be exact.
using events_table = macaw::write_table<std::uint64_t, std::string>;
template <class Key>
concept puts = requires(events_table& table, const Key& key) {
  table.put(key, "x");
};
static_assert(puts<int> && puts<std::uint64_t> && !puts<double> && !puts<bool> && !puts<const char*>);

}  // namespace

TEMPLATE_LIST_TEST_CASE("put, insert and replace differ in what they make of a row that is there", "",
                        macaw_test::all_homes) {
  TestType home;
  auto db = home.open();
  auto txn = db.begin_write();
  auto rows = txn[events];
  CHECK_FALSE(rows.replace(1, "none"));
  CHECK(rows.put(1, "one"));
  CHECK_FALSE(rows.put(1, "uno"));
  CHECK(rows.get(1) == "uno");
  CHECK_FALSE(rows.insert(1, "ignored"));
  CHECK(rows.get(1) == "uno");
  CHECK(rows.insert(2, "two"));
  CHECK(rows.replace(2, "due"));
  CHECK(rows.get(2) == "due");
  CHECK(rows.size() == 2);
  CHECK(rows.erase(1));
  CHECK_FALSE(rows.erase(1));
  CHECK(rows.extract(2) == "due");
  CHECK(rows.extract(2) == std::nullopt);
  CHECK(rows.empty());
}

TEMPLATE_LIST_TEST_CASE("update makes a new value of the old one, or none", "", macaw_test::all_homes) {
  TestType home;
  auto db = home.open();
  auto txn = db.begin_write();
  auto rows = txn[events];
  CHECK_FALSE(rows.update(1, [](auto old) { return old.value_or("") + "!"; }));
  CHECK(rows.update(1, [](const std::optional<std::string>& old) { return *old + "!"; }));
  CHECK(rows.get(1) == "!!");
  CHECK(rows.update(1, [](auto) { return "a literal"; }));
  CHECK(rows.get(1) == "a literal");
  CHECK(rows.update(1, [](auto) { return std::optional<std::string>(); }));
  CHECK_FALSE(rows.contains(1));
  CHECK_FALSE(rows.update(1, [](auto) { return std::optional<std::string>(); }));
  CHECK_FALSE(rows.update(1, [](auto) { return std::optional<std::string>("made"); }));
  CHECK(rows.get(1) == "made");
  CHECK_THROWS_AS(rows.update(1, [](auto) -> std::string { throw std::runtime_error("no"); }), std::runtime_error);
  CHECK(rows.get(1) == "made");
  const auto meddle = [&](auto) {
    txn[numbers].put(1, 1);
    return std::string("x");
  };
  CHECK(macaw_test::error_of([&] { return rows.update(1, meddle); }) == macaw::errc::stale);
  CHECK(rows.get(1) == "made");
  // Where the value is an optional itself, an empty one is a value.
  txn[maybes].put("a", std::optional<std::uint32_t>(7));
  txn[maybes].update("a", [](auto) { return std::optional<std::uint32_t>(); });
  CHECK(txn[maybes].contains("a"));
  CHECK(*txn[maybes].get("a") == std::nullopt);
}

TEMPLATE_LIST_TEST_CASE("rows are erased by place, by range and by predicate", "", macaw_test::all_homes) {
  TestType home;
  auto db = home.open();
  auto txn = db.begin_write();
  auto rows = txn[events];
  for (std::uint64_t i = 0; i < 1000; ++i) rows.put(i, std::to_string(i));
  CHECK(rows.erase(rows.range(100, 200)) == 100);
  CHECK(rows.erase(rows.range(100, 200)) == 0);
  CHECK(rows.size() == 900);
  CHECK(rows.erase(rows.range(macaw::after(990))) == 9);
  CHECK(rows.back()->key() == 990);
  CHECK(rows.erase(rows.range(300, 100)) == 0);

  auto it = rows.find(500);
  it = rows.erase(it);
  CHECK((*it).key() == 501);
  CHECK_FALSE(rows.contains(500));
  const auto some = rows.range(600, 610);
  std::vector<std::uint64_t> seen;
  for (auto at = some.begin(); at != some.end();) {
    seen.push_back((*at).key());
    at = rows.erase(at);
  }
  CHECK(seen == std::vector<std::uint64_t>{600, 601, 602, 603, 604, 605, 606, 607, 608, 609});
  CHECK(rows.count(rows.range(595, 615)) == 10);

  CHECK(rows.erase_if(rows.range(0, 100), [](const auto& row) { return row.key() % 2 == 0; }) == 50);
  CHECK(rows.count(rows.range(0, 100)) == 50);
  CHECK(rows.erase_if([](const auto& row) { return row.value().size() == 1; }) == 5);
  const std::uint64_t left = rows.size();
  CHECK(rows.clear() == left);
  CHECK(rows.empty());
  CHECK(rows.clear() == 0);
  CHECK(rows.put(1, "again"));
}

TEMPLATE_LIST_TEST_CASE("a predicate that throws after rows went leaves a level to be rolled back", "",
                        macaw_test::all_homes) {
  TestType home;
  auto db = home.open();
  auto txn = db.begin_write();
  auto rows = txn[events];
  for (std::uint64_t i = 0; i < 10; ++i) rows.put(i, "x");
  const auto point = txn.savepoint();
  const auto at_once = [](const auto&) -> bool { throw std::runtime_error("at once"); };
  CHECK_THROWS_AS(rows.erase_if(at_once), std::runtime_error);
  CHECK(rows.size() == 10);
  CHECK(rows.put(10, "still usable"));
  const auto later = [](const auto& row) {
    if (row.key() == 5) throw std::runtime_error("later");
    return true;
  };
  CHECK_THROWS_AS(rows.erase_if(later), std::runtime_error);
  CHECK(macaw_test::error_of([&] { return rows.put(11, "x"); }) == macaw::errc::txn_failed);
  txn.rollback_to(point);
  CHECK(rows.size() == 10);
  CHECK(rows.put(10, "usable again"));
  txn.commit();
}

TEMPLATE_LIST_TEST_CASE("rows are appended and loaded in ascending order only", "", macaw_test::all_homes) {
  TestType home;
  auto db = home.open();
  auto txn = db.begin_write();
  auto rows = txn[events];
  for (std::uint64_t i = 0; i < 500; ++i) rows.append(i, "appended");
  CHECK(macaw_test::error_of([&] {
          rows.append(499, "x");
          return 0;
        }) == macaw::errc::key_out_of_range);
  CHECK(rows.size() == 500);
  std::map<std::uint64_t, std::string> more;
  for (std::uint64_t i = 500; i < 3000; ++i) more[i] = std::string(i % 40, 'y');
  more[3000] = std::string(5000, 'z');
  CHECK(rows.load(more) == more.size());
  CHECK(rows.size() == 3001);
  for (const auto& [key, value] : more) CHECK(rows.get(key) == value);
  const auto stats = rows.stats();
  CHECK(stats.large_pages > 0);

  const auto point = txn.savepoint();
  const std::vector<std::pair<int, const char*>> wrong{{4000, "a"}, {3999, "b"}};
  CHECK(macaw_test::error_of([&] { return rows.load(wrong); }) == macaw::errc::key_out_of_range);
  CHECK(macaw_test::error_of([&] { return rows.put(1, "x"); }) == macaw::errc::txn_failed);
  txn.rollback_to(point);
  CHECK(rows.size() == 3001);
  const std::vector<std::pair<int, const char*>> at_once{{3, "a"}};
  CHECK(macaw_test::error_of([&] { return rows.load(at_once); }) == macaw::errc::key_out_of_range);
  CHECK(rows.put(4000, "nothing was loaded, so nothing failed"));
}

TEMPLATE_LIST_TEST_CASE("what gives rows to be loaded may change tables meanwhile", "", macaw_test::all_homes) {
  TestType home;
  auto db = home.open({.dirty_size = 8192});  // so that pages leave memory between rows
  auto txn = db.begin_write();
  auto rows = txn[events];
  auto others = txn[texts];
  struct source {
    std::uint64_t at;
    decltype(rows)& same;
    decltype(others)& other;

    std::pair<std::uint64_t, std::string> operator*() const {
      other.put(std::to_string(at), std::string(at % 300, 'o'));
      if (at % 100 == 3) same.erase(at - 2);
      if (at == 2000) same.clear();
      return {at, std::string(at % 100, 'r')};
    }
    source& operator++() { return ++at, *this; }
    bool operator!=(const source& end) const { return at != end.at; }
  };
  struct {
    source first, last;
    source begin() const { return first; }
    source end() const { return last; }
  } const given{{1, rows, others}, {3000, rows, others}};
  CHECK(rows.load(given) == 2999);
  CHECK(others.size() == 2999);
  std::map<std::uint64_t, std::string> expected;
  for (std::uint64_t i = 2000; i < 3000; ++i) {
    if (i % 100 != 1) expected[i] = std::string(i % 100, 'r');
  }
  CHECK(rows.size() == expected.size());
  for (const auto& [key, value] : expected) CHECK(rows.get(key) == value);
  txn.commit();
  CHECK(macaw::check(db).ok());
}

TEMPLATE_LIST_TEST_CASE("rows of the same transaction cannot be loaded, however few", "", macaw_test::all_homes) {
  TestType home;
  auto db = home.open();
  auto txn = db.begin_write();
  auto rows = txn[events];
  constexpr macaw::table<std::uint64_t, std::string> others{"others"};
  for (std::uint64_t i = 0; i < 10; ++i) rows.put(i, "row");
  const auto point = txn.savepoint();
  CHECK(macaw_test::error_of([&] { return txn[others].load(rows); }) == macaw::errc::stale);
  txn.rollback_to(point);
  txn.commit();
}

TEMPLATE_LIST_TEST_CASE("an error in an argument changes nothing", "", macaw_test::all_homes) {
  TestType home;
  auto db = home.open();
  auto txn = db.begin_write();
  auto rows = txn[fragiles];
  CHECK_THROWS_AS(rows.put(1, {1, true}), std::runtime_error);
  CHECK_FALSE(txn.contains(fragiles));
  CHECK(rows.put(1, {1, false}));
  const auto first = *rows.begin();
  CHECK_THROWS_AS(rows.put(1, {2, true}), std::runtime_error);
  CHECK_THROWS_AS(rows.update(1, [](auto) { return macaw_test::fragile{3, true}; }), std::runtime_error);
  CHECK(rows.get(1)->number == 1);
  CHECK(macaw_test::error_of([&] { return txn[texts].put(std::string(1000, 'k'), "x"); }) ==
        macaw::errc::key_too_large);
  CHECK(macaw_test::error_of([&] { return txn[numbers].put(-1, 1); }) == macaw::errc::key_out_of_range);
  CHECK_FALSE(txn.contains(texts));
  CHECK(rows.put(2, {2, false}));
  txn.commit();
  const auto snap = db.begin_read();
  CHECK(snap.tables() == std::vector<std::string>{"fragiles"});
  CHECK(snap[fragiles].size() == 2);
}

TEMPLATE_LIST_TEST_CASE("an argument may be a view of a row of the same table", "", macaw_test::all_homes) {
  TestType home;
  auto db = home.open();
  auto txn = db.begin_write();
  auto rows = txn[texts];
  for (int i = 0; i < 20; ++i) rows.put("key " + std::to_string(i), std::string(40, static_cast<char>('a' + i)));
  for (int i = 0; i < 200; ++i) {
    const auto view = rows.view("key " + std::to_string(i % 20));
    const std::string was(*view);
    rows.put("key " + std::to_string((i * 7 + 1) % 20), *view);
    CHECK(rows.get("key " + std::to_string((i * 7 + 1) % 20)) == was);
  }
}

TEMPLATE_LIST_TEST_CASE("a chain of changes agrees with a map", "", macaw_test::all_homes) {
  TestType home;
  auto db = home.open();
  std::map<std::string, std::string> model;
  std::mt19937_64 random(macaw_test::seed());
  CAPTURE(macaw_test::seed());
  const auto key_of = [](std::uint64_t n) { return std::string(n % 7, 'p') + std::to_string(n % 400); };
  for (int round = 0; round < 20; ++round) {
    auto txn = db.begin_write();
    auto rows = txn[texts];
    std::map<std::string, std::string> changed = model;
    for (int step = 0; step < 150; ++step) {
      const std::string key = key_of(random());
      const std::string value(random() % 11 == 0 ? random() % 4000 : random() % 60, static_cast<char>('a' + step % 26));
      switch (random() % 7) {
        case 0: CHECK(rows.erase(key) == (changed.erase(key) == 1)); break;
        case 1: CHECK(rows.insert(key, value) == changed.emplace(key, value).second); break;
        case 2: {
          const std::string upper = key_of(random());
          std::uint64_t gone = 0;
          if (key < upper && random() % 8 == 0) {
            const auto first = changed.lower_bound(key), last = changed.lower_bound(upper);
            gone = static_cast<std::uint64_t>(std::distance(first, last));
            changed.erase(first, last);
            CHECK(rows.erase(rows.range(key, upper)) == gone);
          }
          break;
        }
        default: CHECK(rows.put(key, value) == !changed.contains(key)); changed[key] = value;
      }
    }
    CHECK(rows.size() == changed.size());
    if (random() % 4 == 0) continue;  // rolled back
    txn.commit({.durability = random() % 2 == 0 ? macaw::durability::deferred : macaw::durability::immediate});
    model = changed;
    const auto snap = db.begin_read();
    auto expected = model.begin();
    for (const auto& [key, value] : snap[texts]) {
      REQUIRE(expected != model.end());
      CHECK(key == expected->first);
      CHECK(value == expected->second);
      ++expected;
    }
    CHECK(expected == model.end());
  }
}

TEMPLATE_LIST_TEST_CASE("rows survive closing and opening the file", "", macaw_test::file_homes) {
  TestType home;
  {
    auto db = home.open();
    db.write([](auto& txn) {
      for (std::uint32_t i = 0; i < 2000; ++i) txn[numbers].put(i, i * 2);
      txn[texts].put("large", std::string(100'000, 'l'));
    });
    db.close();
  }
  auto db = home.open();
  const auto snap = db.begin_read();
  CHECK(snap[numbers].size() == 2000);
  CHECK(snap[numbers].get(1234) == 2468);
  CHECK(snap[texts].get("large")->size() == 100'000);
}
