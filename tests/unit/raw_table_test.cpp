// SPDX-License-Identifier: MIT

#include <macaw/raw_table.hpp>

#include "support/catch.hpp"
#include "support/test_databases.hpp"

#include <cstddef>
#include <cstdint>
#include <string>
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
