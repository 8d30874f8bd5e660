// SPDX-License-Identifier: MIT
//
// What a database is to hold, as standard maps, and how rows for tests are made of numbers.

#pragma once

#include <macaw/macaw.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <map>
#include <set>
#include <stdexcept>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>

namespace macaw_test {

/// The database and its model differ.
class mismatch : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

inline void expect(bool holds, const char* what) {
  if (!holds) throw mismatch(what);
}

// One table of each layout of leaves, and a second of one type, to be renamed to.
using composite = std::tuple<std::string, std::uint32_t>;
inline constexpr macaw::table<std::uint64_t, std::uint64_t> numbers{"numbers"};
inline constexpr macaw::table<std::uint64_t, std::uint64_t> others{"other numbers"};
inline constexpr macaw::table<std::uint64_t, std::string> lines{"lines"};
inline constexpr macaw::table<std::string, std::string> texts{"texts"};
inline constexpr macaw::table<composite, std::uint64_t> pairs{"pairs"};

/// What the tables hold, and which of them exist.
struct contents {
  std::map<std::uint64_t, std::uint64_t> numbers;
  std::map<std::uint64_t, std::uint64_t> others;
  std::map<std::uint64_t, std::string> lines;
  std::map<std::string, std::string> texts;
  std::map<composite, std::uint64_t> pairs;
  std::set<std::string> names;

  friend bool operator==(const contents&, const contents&) = default;

  /// Calls `f(table, map)` for the table of this number.
  template <class Self, class F>
  static void with_table(Self& self, std::uint64_t number, F&& f) {
    switch (number % 5) {
      case 0: return f(macaw_test::numbers, self.numbers);
      case 1: return f(macaw_test::lines, self.lines);
      case 2: return f(macaw_test::texts, self.texts);
      case 3: return f(macaw_test::pairs, self.pairs);
      default: return f(macaw_test::others, self.others);
    }
  }
};

/// Makes keys and values out of numbers. Keys are few, so that operations meet; none is above `last_key`'s.
template <class T>
struct sample;

template <>
struct sample<std::uint64_t> {
  static std::uint64_t key(std::uint64_t n) { return (n % 400) * 3; }
  static std::uint64_t key_after(std::uint64_t last, std::uint64_t n) { return last + 1 + n % 3; }
  static std::uint64_t value(std::uint64_t n) { return n; }
};

template <>
struct sample<std::string> {
  static std::string key(std::uint64_t n) {
    static constexpr std::string_view stems[] = {
        "", "a", "ab", std::string_view("a\0b", 3), "a prefix that many keys have in common: ", "m", "\xff"};
    return n % 50 == 0 ? std::string() : std::string(stems[n % 7]) + std::to_string(n / 7 % 60);
  }
  static std::string key_after(std::string_view last, std::uint64_t n) {
    // Behind all of key()'s, and in order.
    static constexpr std::string_view stem = "\xff\xff";
    std::uint64_t next = n % 3;
    if (last.starts_with(stem)) next += std::stoull(std::string(last.substr(stem.size()))) + 1;
    std::string digits = std::to_string(next);
    digits.insert(0, 8 - digits.size(), '0');
    return std::string(stem) + digits;
  }
  /// Mostly short, now and then too large for a leaf, rarely of many pages.
  static std::string value(std::uint64_t n) {
    const std::uint64_t size = n % 29 == 0 ? n / 29 % 9000 : n % 7 == 0 ? n / 7 % 400 : n / 7 % 60;
    std::string text(static_cast<std::size_t>(size), static_cast<char>('a' + n % 26));
    for (std::size_t i = 0; i < text.size(); i += 61) text[i] = static_cast<char>(n >> i % 56U);
    return text;
  }
};

template <>
struct sample<composite> {
  static composite key(std::uint64_t n) {
    return {sample<std::string>::key(n % 14), static_cast<std::uint32_t>(n / 14 % 60)};
  }
  static composite key_after(const composite& last, std::uint64_t n) {
    const std::string stem = "\xff\xff";
    return {stem,
            std::get<0>(last) == stem ? std::get<1>(last) + 1 + static_cast<std::uint32_t>(n % 3) : std::uint32_t{0}};
  }
};

/// A key behind all in the map.
template <class Map>
[[nodiscard]] typename Map::key_type next_key(const Map& map, std::uint64_t n) {
  using key = sample<typename Map::key_type>;
  return map.empty() ? key::key(0) : key::key_after(map.rbegin()->first, n);
}

/// What a transaction shows.
template <class Txn>
[[nodiscard]] contents read_contents(const Txn& txn) {
  contents found;
  for (std::string& name : txn.tables()) found.names.insert(std::move(name));
  for (std::uint64_t number = 0; number < 5; ++number) {
    contents::with_table(found, number, [&](const auto& table, auto& map) {
      for (const auto& row : txn[table]) map.emplace(row.own_key(), row.own_value());
    });
  }
  return found;
}

/// Compares the rows of a table with its model, completely.
template <class Table, class Map>
void expect_rows(const Table& table, const Map& map) {
  expect(table.size() == map.size(), "a table's size is wrong");
  expect(table.empty() == map.empty(), "a table is wrongly empty");
  auto expected = map.begin();
  for (auto [key, value] : table) {
    expect(expected != map.end(), "a table has more rows than it says");
    expect(key == expected->first, "a key is wrong");
    expect(value == expected->second, "a value is wrong");
    ++expected;
  }
  expect(expected == map.end(), "a table has fewer rows than it says");
}

/// Compares all that a transaction shows with the model.
template <class Txn>
void expect_contents(const Txn& txn, const contents& model) {
  const auto names = txn.tables();
  expect(std::equal(names.begin(), names.end(), model.names.begin(), model.names.end()), "the tables are wrong");
  for (std::uint64_t number = 0; number < 5; ++number) {
    contents::with_table(model, number, [&](const auto& table, const auto& map) { expect_rows(txn[table], map); });
  }
}

}  // namespace macaw_test
