// SPDX-License-Identifier: MIT
//
// What programs do with the rows of a table, done to the table and to its model, a map. Each function compares what
// the two say.

#pragma once

#include "model/database_model.hpp"
#include "model/database_program.hpp"

#include <cstddef>
#include <cstdint>
#include <iterator>
#include <optional>
#include <utility>
#include <vector>

namespace macaw_test::row_actions {

template <class Map>
using key_sample = sample<typename Map::key_type>;
template <class Map>
using value_sample = sample<typename Map::mapped_type>;

template <class Table, class Map>
void put(const operation& at, Table& table, Map& map) {
  const auto key = key_sample<Map>::key(at.key);
  const auto value = value_sample<Map>::value(at.value);
  const bool known = map.contains(key);
  switch (at.what) {
    case action::put:
      expect(table.put(key, value) == !known, "put");
      map[key] = value;
      return;
    case action::insert:
      expect(table.insert(key, value) == !known, "insert");
      map.emplace(key, value);
      return;
    default:
      expect(table.replace(key, value) == known, "replace");
      if (known) map[key] = value;
  }
}

template <class Table, class Map>
void update(const operation& at, Table& table, Map& map) {
  using mapped = typename Map::mapped_type;
  const auto key = key_sample<Map>::key(at.key);
  const auto old = map.find(key);
  std::optional<mapped> next;
  if (at.value % 4 != 0) next = value_sample<Map>::value(at.value);
  const bool found = table.update(key, [&](std::optional<mapped> seen) {
    expect(seen.has_value() == (old != map.end()), "update sees a row wrongly");
    if (seen) expect(*seen == old->second, "update sees a wrong value");
    return next;
  });
  expect(found == (old != map.end()), "update");
  if (next) {
    map[key] = *next;
  } else if (found) {
    map.erase(old);
  }
}

template <class Table, class Map>
void take_out(const operation& at, Table& table, Map& map) {
  const auto key = key_sample<Map>::key(at.key);
  const auto old = map.find(key);
  if (at.what == action::erase) {
    expect(table.erase(key) == (old != map.end()), "erase");
  } else if (at.what == action::extract) {
    const auto value = table.extract(key);
    expect(value.has_value() == (old != map.end()), "extract");
    if (value) expect(*value == old->second, "extract gives a wrong value");
  } else {
    const auto found = table.find(key);
    expect((found != table.end()) == (old != map.end()), "find");
    if (old == map.end()) return;
    const auto next = table.erase(found);
    const auto expected = std::next(old);
    expect((next == table.end()) == (expected == map.end()), "erase gives a wrong end");
    if (next != table.end()) expect((*next).own_key() == expected->first, "erase gives a wrong next row");
  }
  if (old != map.end()) map.erase(old);
}

/// The rows between two keys, and their place in the model.
template <class Table, class Map, class F>
void with_range(const operation& at, const Table& table, Map& map, F&& f) {
  auto low = key_sample<Map>::key(at.key);
  auto high = key_sample<Map>::key(at.value);
  if (high < low) std::swap(low, high);
  switch (at.value / 7 % 4) {
    case 0: return f(table.range(macaw::from(low)), map.lower_bound(low), map.end());
    case 1: return f(table.range(macaw::through(high)), map.begin(), map.upper_bound(high));
    case 2: return f(table.range(macaw::after(low), macaw::through(high)), map.upper_bound(low), map.upper_bound(high));
    default: return f(table.range(low, high), map.lower_bound(low), map.lower_bound(high));
  }
}

template <class Table, class Map>
void erase_rows(const operation& at, Table& table, Map& map) {
  if (at.what == action::clear) {
    expect(table.clear() == map.size(), "clear");
    return map.clear();
  }
  with_range(at, table, map, [&](const auto& rows, auto first, auto last) {
    const auto count = static_cast<std::uint64_t>(std::distance(first, last));
    if (at.what == action::erase_range) {
      expect(table.count(rows) == count, "count");
      expect(table.erase(rows) == count, "erase of a range");
      map.erase(first, last);
      return;
    }
    std::uint64_t number = 0;
    const auto chosen = [&] { return number++ % 3 != at.key % 3; };
    const std::uint64_t erased = table.erase_if(rows, [&](const auto&) { return chosen(); });
    number = 0;
    std::uint64_t expected = 0;
    while (first != last) {
      if (chosen()) {
        first = map.erase(first);
        ++expected;
      } else {
        ++first;
      }
    }
    expect(erased == expected, "erase_if");
  });
}

template <class Table, class Map>
void append(const operation& at, Table& table, Map& map) {
  using row = std::pair<typename Map::key_type, typename Map::mapped_type>;
  std::vector<row> rows;
  Map extended = map;
  const std::uint64_t count = at.what == action::append ? 1 + at.key % 5 : at.key % 60;
  for (std::uint64_t i = 0; i < count; ++i) {
    rows.emplace_back(next_key(extended, at.key + i), value_sample<Map>::value(at.value + i * 13));
    extended.insert(rows.back());
  }
  if (at.what == action::load) {
    expect(table.load(rows) == count, "load");
  } else {
    for (const row& each : rows) table.append(each.first, each.second);
    try {
      table.append(rows[0].first, rows[0].second);
      expect(false, "a key is appended twice");
    } catch (const macaw::error& failure) {
      expect(failure.kind() == macaw::errc::key_out_of_range, failure.what());
    }
  }
  map = std::move(extended);
}

/// Walks with a cursor from a key on, and changes rows under it.
template <class Table, class Map>
void walk(const operation& at, Table& table, Map& map) {
  auto cursor = table.cursor();
  const auto start = key_sample<Map>::key(at.key);
  auto expected = map.lower_bound(start);
  expect(cursor.seek(start) == (expected != map.end()), "a cursor seeks wrongly");
  for (std::uint64_t step = 0; step < 12 && expected != map.end(); ++step) {
    expect(cursor.key() == expected->first, "a cursor stands on a wrong key");
    expect(cursor.value() == expected->second, "a cursor shows a wrong value");
    const std::uint64_t choice = at.value >> 3 * step & 7U;
    if (choice < 2) {
      expect(cursor.erase(), "a cursor does not erase");
      expected = map.erase(expected);
      expect(!cursor.value(), "a cursor shows what it has erased");
    } else {
      if (choice == 2) {
        const auto value = value_sample<Map>::value(at.value + step);
        cursor.put(value);
        expected->second = value;
      }
      ++expected;
    }
    if (choice == 3 && expected != map.begin()) {
      expect(cursor.next() == (expected != map.end()), "a cursor goes on wrongly");
      --expected;
      expect(cursor.previous(), "a cursor goes back wrongly");
      ++expected;
    }
    expect(cursor.next() == (expected != map.end()), "a cursor ends wrongly");
  }
}

template <class Table, class Map>
void look_up(const operation& at, const Table& table, const Map& map) {
  std::vector<typename Map::key_type> keys;
  for (std::uint64_t i = 0; i < 12; ++i) keys.push_back(key_sample<Map>::key(at.key + i * i * 31));
  const auto values = table.multi_get(keys);
  for (std::size_t i = 0; i < keys.size(); ++i) {
    const auto known = map.find(keys[i]);
    const bool found = known != map.end();
    expect(values[i].has_value() == found && (!found || *values[i] == known->second), "multi_get");
    expect(table.contains(keys[i]) == found, "contains");
    const auto value = table.get(keys[i]);
    expect(value.has_value() == found && (!found || *value == known->second), "get");
    const auto view = table.view(keys[i]);
    expect(view.has_value() == found && (!found || *view == known->second), "view");
  }
}

template <class Table, class Map>
void look_around(const operation& at, const Table& table, const Map& map) {
  const auto key = key_sample<Map>::key(at.key);
  const auto same = [&](auto place, auto expected) {
    if (place == table.end()) return expected == map.end();
    return expected != map.end() && (*place).own_key() == expected->first && (*place).own_value() == expected->second;
  };
  expect(same(table.lower_bound(key), map.lower_bound(key)), "lower_bound");
  expect(same(table.upper_bound(key), map.upper_bound(key)), "upper_bound");
  expect(same(table.find(key), map.find(key)), "find");
  const auto front = table.front();
  const auto back = table.back();
  expect(front.has_value() == !map.empty() && back.has_value() == !map.empty(), "front or back");
  if (map.empty()) return;
  expect(front->own_key() == map.begin()->first && back->own_key() == map.rbegin()->first, "front or back");
}

template <class Table, class Map>
void count(const operation& at, const Table& table, const Map& map) {
  with_range(at, table, map, [&](const auto& rows, auto first, auto last) {
    expect(table.count(rows) == static_cast<std::uint64_t>(std::distance(first, last)), "count");
    for (const auto& row : rows.reverse()) {
      expect(first != last, "a reverse range has more rows");
      --last;
      expect(row.own_key() == last->first && row.own_value() == last->second, "a row of a reverse range");
    }
    expect(first == last, "a reverse range has fewer rows");
  });
}

}  // namespace macaw_test::row_actions
