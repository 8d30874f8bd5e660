// SPDX-License-Identifier: MIT

#include <macaw/raw_table.hpp>

#include "support/catch.hpp"
#include "support/test_databases.hpp"

#include <macaw/ops/check.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

namespace {

using macaw::as_bytes;

constexpr macaw::table<std::uint32_t, std::uint64_t> fixed{"fixed"};
constexpr macaw::table<std::uint32_t, std::string> fixed_keys{"fixed keys"};
constexpr macaw::table<std::string, std::uint64_t> fixed_values{"fixed values"};
constexpr macaw::table<std::string, std::string> texts{"texts"};

std::vector<std::byte> bytes(std::string_view text) {
  const auto view = as_bytes(text);
  return {view.begin(), view.end()};
}

}  // namespace

TEMPLATE_LIST_TEST_CASE("any table opens as bytes", "", macaw_test::all_homes) {
  TestType home;
  auto db = home.open();
  db.write([](auto& txn) {
    for (std::uint32_t i = 0; i < 300; ++i) {
      txn[fixed].put(i * 2, i);
      txn[fixed_keys].put(i * 2, std::to_string(i));
      txn[fixed_values].put(std::to_string(i), i);
      txn[texts].put(std::to_string(i), std::string(i * 5, 'x'));
    }
  });
  const auto snap = db.begin_read();
  for (const std::string& name : snap.tables()) {
    CAPTURE(name);
    const auto rows = snap[macaw::raw_table(name)];
    CHECK(rows.exists());
    CHECK(rows.size() == 300);
    std::uint64_t seen = 0;
    std::vector<std::byte> last;
    rows.for_each([&](macaw::bytes_view key, macaw::bytes_view value) {
      CHECK((seen == 0 || macaw::compare_bytes(last, key) < 0));
      last.assign(key.begin(), key.end());
      CHECK(rows.get(key) == std::vector<std::byte>(value.begin(), value.end()));
      ++seen;
    });
    CHECK(seen == 300);
    CHECK(rows.back()->key == last);
    std::uint64_t walked = 1;
    for (auto row = rows.front(); (row = rows.after(row->key)).has_value(); ++walked) CHECK(rows.contains(row->key));
    CHECK(walked == 300);
    for (auto row = rows.back(); (row = rows.before(row->key)).has_value();) --walked;
    CHECK(walked == 1);
  }
  const auto of_fixed = snap[macaw::raw_table("fixed")].description();
  CHECK(of_fixed.key_codec == "u32");
  CHECK(of_fixed.value_codec == "u64");
  CHECK(of_fixed.key_width == 4);
  CHECK(of_fixed.value_width == 8);
  CHECK(snap[macaw::raw_table("texts")].description().key_width == 0);
}

TEMPLATE_LIST_TEST_CASE("keys of another size than the table's have their place among its keys", "",
                        macaw_test::all_homes) {
  TestType home;
  auto db = home.open();
  db.write([](auto& txn) {
    for (const std::uint32_t key : {0U, 0x01000000U, 0x01000001U, 0xffffffffU}) txn[fixed].put(key, key);
  });
  const auto snap = db.begin_read();
  const auto rows = snap[macaw::raw_table("fixed")];
  const auto is = [](const std::optional<macaw::raw_row>& row, std::string_view key) {
    return row && row->key == bytes(key);
  };
  using namespace std::string_view_literals;
  CHECK(is(rows.at_or_after(as_bytes("\1"sv)), "\1\0\0\0"sv));
  CHECK(is(rows.after(as_bytes("\1"sv)), "\1\0\0\0"sv));
  CHECK(is(rows.before(as_bytes("\1"sv)), "\0\0\0\0"sv));
  CHECK(is(rows.at_or_after(as_bytes("\1\0\0\0x"sv)), "\1\0\0\1"sv));
  CHECK(is(rows.after(as_bytes("\1\0\0\0x"sv)), "\1\0\0\1"sv));
  CHECK(is(rows.before(as_bytes("\1\0\0\0x"sv)), "\1\0\0\0"sv));
  CHECK(is(rows.before(as_bytes("\1\0\0\0"sv)), "\0\0\0\0"sv));
  CHECK(is(rows.at_or_after({}), "\0\0\0\0"sv));
  CHECK_FALSE(rows.before({}).has_value());
  CHECK_FALSE(rows.after(as_bytes("\xff\xff\xff\xff"sv)).has_value());
  CHECK_FALSE(rows.at_or_after(as_bytes("\xff\xff\xff\xff\xff"sv)).has_value());
  CHECK(is(rows.before(as_bytes("\xff\xff\xff\xff\xff"sv)), "\xff\xff\xff\xff"sv));
  CHECK_FALSE(rows.contains(as_bytes("\1"sv)));
  CHECK_FALSE(rows.contains(as_bytes("\1\0\0\0\0"sv)));
}

TEMPLATE_LIST_TEST_CASE("rows are changed as bytes, within the table's sizes", "", macaw_test::all_homes) {
  TestType home;
  auto db = home.open();
  db.put(fixed, 1, 1);
  auto txn = db.begin_write();
  auto rows = txn[macaw::raw_table("fixed")];
  const auto key = bytes(std::string("\0\0\0\2", 4));
  CHECK(rows.put(key, bytes("12345678")));
  CHECK_FALSE(rows.put(key, bytes("87654321")));
  CHECK(macaw_test::error_of([&] { return rows.put(bytes("x"), bytes("12345678")); }) == macaw::errc::bad_encoding);
  CHECK(macaw_test::error_of([&] { return rows.put(key, bytes("x")); }) == macaw::errc::bad_encoding);
  CHECK(txn[fixed].size() == 2);
  CHECK(rows.erase(key));
  CHECK_FALSE(rows.erase(key));
  CHECK_FALSE(rows.erase(bytes("x")));
  auto made = txn[macaw::raw_table("made")];
  CHECK_FALSE(made.exists());
  CHECK(made.clear() == 0);
  CHECK_FALSE(made.erase(key));
  CHECK(made.put(bytes("a"), std::vector<std::byte>(100'000)));
  CHECK(made.put(bytes("b"), bytes("")));
  CHECK(made.exists());
  CHECK(made.description().key_codec == "bytes");
  CHECK(made.get(bytes("a"))->size() == 100'000);
  CHECK(macaw_test::error_of([&] { return made.put(std::vector<std::byte>(5000), {}); }) == macaw::errc::key_too_large);
  txn.commit();
  constexpr macaw::table<std::vector<std::byte>, std::vector<std::byte>> typed{"made"};
  CHECK(db.get(typed, bytes("b")) == std::vector<std::byte>{});
  auto again = db.begin_write();
  CHECK(again[macaw::raw_table("made")].clear() == 2);
  again.commit();
  const auto snap = db.begin_read();
  CHECK(snap[macaw::raw_table("made")].empty());
}

namespace {

/// What a walk over a range shows: the keys, each behind a space.
template <class Rows>
std::string keys_of(const Rows& rows, const macaw::raw_range& range, macaw::walk_order order) {
  std::string keys;
  rows.for_each(range, order,
                [&](macaw::bytes_view key, macaw::bytes_view) { keys.append(" ").append(macaw::as_text(key)); });
  return keys;
}

}  // namespace

TEMPLATE_LIST_TEST_CASE("a range of bytes is walked both ways, counted and erased", "", macaw_test::all_homes) {
  using macaw::walk_order;
  TestType home;
  auto db = home.open();
  {
    auto txn = db.begin_write();
    for (std::uint32_t i = 0; i < 500; ++i) txn[texts].put(std::to_string(1000 + i), std::string(i, 'x'));
    const auto rows = txn[macaw::raw_table("texts")];
    const auto range = [](std::string_view lower, std::string_view upper) {
      return macaw::raw_range{as_bytes(lower), as_bytes(upper)};
    };
    CHECK(keys_of(rows, range("1003", "1006"), walk_order::ascending) == " 1003 1004 1005");
    CHECK(keys_of(rows, range("1003", "1006"), walk_order::descending) == " 1005 1004 1003");
    CHECK(keys_of(rows, range("1497x", "2"), walk_order::descending) == " 1499 1498");
    CHECK(keys_of(rows, {{}, as_bytes("1002")}, walk_order::descending) == " 1001 1000");
    CHECK(keys_of(rows, {as_bytes("1498"), {}}, walk_order::ascending) == " 1498 1499");
    CHECK(keys_of(rows, range("1006", "1003"), walk_order::ascending).empty());
    CHECK(keys_of(rows, range("1006", "1003"), walk_order::descending).empty());
    CHECK(rows.count({}) == 500);
    CHECK(rows.count(range("1003", "1006")) == 3);
    CHECK(rows.count(range("1006", "1003")) == 0);
    CHECK(rows.count({as_bytes("1100"), {}}) == 400);
    std::uint64_t seen = 0;
    rows.for_each({}, walk_order::ascending, [&](macaw::bytes_view, macaw::bytes_view) { return ++seen < 7; });
    CHECK(seen == 7);
    auto changed = txn[macaw::raw_table("texts")];
    CHECK(changed.erase(range("1010", "1490")) == 480);
    CHECK(changed.erase(range("1490", "1010")) == 0);
    CHECK(changed.size() == 20);
    CHECK(txn[macaw::raw_table("none")].count({}) == 0);
    CHECK(txn[macaw::raw_table("none")].erase(macaw::raw_range{}) == 0);
    txn.commit();
  }
  CHECK(db.check().ok());
}

TEST_CASE("the ends of a range of keys of one size may be of any size") {
  using namespace std::string_view_literals;
  auto db = macaw::database::in_memory();
  auto txn = db.begin_write();
  for (std::uint32_t key : {0U, 0x01000000U, 0x01000001U, 0xffffffffU}) txn[fixed].put(key, key);
  auto rows = txn[macaw::raw_table("fixed")];
  const auto count = [&](std::optional<std::string_view> lower, std::optional<std::string_view> upper) {
    macaw::raw_range range;
    if (lower) range.lower = as_bytes(*lower);
    if (upper) range.upper = as_bytes(*upper);
    std::uint64_t walked = 0;
    for (const auto order : {macaw::walk_order::ascending, macaw::walk_order::descending}) {
      rows.for_each(range, order, [&](macaw::bytes_view, macaw::bytes_view) { ++walked; });
    }
    CHECK(walked == 2 * rows.count(range));
    return rows.count(range);
  };
  CHECK(count("\1"sv, std::nullopt) == 3);
  CHECK(count("\1\0\0\0x"sv, std::nullopt) == 2);
  CHECK(count("\1\0\0\0x"sv, "\1\0\0\1"sv) == 0);
  CHECK(count("\1\0\0\0x"sv, "\1\0\0\1\0"sv) == 1);
  CHECK(count(std::nullopt, "\1\0\0\0x"sv) == 2);
  CHECK(count(std::nullopt, "\xff\xff\xff\xff\xff"sv) == 4);
  CHECK(count("\xff\xff\xff\xff\xff"sv, std::nullopt) == 0);
  CHECK(count(""sv, ""sv) == 0);
  CHECK(rows.erase(macaw::raw_range{{}, as_bytes("\1\0\0\0x"sv)}) == 2);
  CHECK(txn[fixed].size() == 2);
  txn.commit();
  CHECK(db.check().ok());
}

TEMPLATE_LIST_TEST_CASE("a table is made with the types that programs give it", "", macaw_test::all_homes) {
  TestType home;
  auto db = home.open();
  constexpr macaw::table<std::uint32_t, std::array<std::uint64_t, 100>> wide{"wide"};  // values stand outside of rows
  constexpr macaw::table<std::uint32_t, std::tuple<std::uint32_t, bool>> growing{"growing"};
  auto txn = db.begin_write();
  CHECK(txn[macaw::raw_table("fixed")].create({"u32", "u64", 4, 8}));
  CHECK(txn[macaw::raw_table("wide")].create({"u32", "array(u64,100)", 4, 800}));
  CHECK(txn[macaw::raw_table("growing")].create({"u32", "tuple(u32,bool)", 4, 5}));
  CHECK(txn[macaw::raw_table("texts")].create({"text", "text", 0, 0}));
  CHECK_FALSE(txn[macaw::raw_table("texts")].create({"u32", "u64", 4, 8}));
  CHECK(txn[macaw::raw_table("texts")].description().key_codec == "text");
  CHECK(txn[macaw::raw_table("fixed")].description().value_width == 8);
  CHECK(txn[macaw::raw_table("wide")].description().value_width == 0);
  CHECK(txn[macaw::raw_table("growing")].description().value_width == 0);
  const auto failure = [&](const macaw::table_description& types) {
    return macaw_test::error_of([&] { return txn[macaw::raw_table("bad")].create(types); });
  };
  CHECK(failure({"", "u64", 0, 8}) == macaw::errc::bad_encoding);
  CHECK(failure({"u64", "", 8, 0}) == macaw::errc::bad_encoding);
  CHECK(failure({"raw(70000)", "u64", 70000, 8}) == macaw::errc::key_too_large);
  CHECK(failure({std::string(2000, 'x'), "u64", 0, 8}) == macaw::errc::value_too_large);
  CHECK_FALSE(txn.contains("bad"));
  txn[fixed].put(1, 2);
  txn[wide].put(1, {});
  txn[growing].put(1, {2, true});
  txn[texts].put("a", "b");
  txn.commit();
  const auto snap = db.begin_read();
  CHECK(snap.tables().size() == 4);
  CHECK(snap[texts].get("a") == "b");
  CHECK(db.check().ok());
}
