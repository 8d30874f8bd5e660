// SPDX-License-Identifier: MIT

#include <macaw/entry.hpp>

#include "support/catch.hpp"
#include "support/test_databases.hpp"

#include <macaw/ops/check.hpp>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>
#include <type_traits>
#include <utility>
#include <vector>

namespace macaw_test {
struct person {
  std::string name;
  std::uint32_t age = 0;
};
}  // namespace macaw_test

template <>
struct macaw::codec<macaw_test::person> : macaw::struct_codec<&macaw_test::person::name, &macaw_test::person::age> {};

namespace {

constexpr macaw::table<std::string, std::string> texts{"texts"};
constexpr macaw::table<std::uint64_t, macaw_test::person> people{"people"};
constexpr macaw::table<std::uint64_t, std::uint32_t> numbers{"numbers"};
constexpr macaw::table<std::uint64_t, std::array<std::byte, 40>> blocks{"blocks"};
constexpr macaw::table<std::uint64_t, std::array<std::byte, 90>> wide_blocks{"wide blocks"};

using text_entry = macaw::basic_entry<macaw::default_config, std::string, std::string>;
using number_entry = macaw::basic_entry<macaw::default_config, std::uint64_t, std::uint32_t>;
using text_pinned = macaw::basic_pinned<macaw::default_config, std::string>;
using number_pinned = macaw::basic_pinned<macaw::default_config, std::uint32_t>;

// What borrows cannot be had from a temporary; what does not, can.
template <class T>
concept gives_key = requires(T&& entry) {
  std::forward<T>(entry).key();
};
template <class T>
concept gives_value = requires(T&& entry) {
  std::forward<T>(entry).value();
};
template <class T>
concept gives_target = requires(T&& pinned) {
  *std::forward<T>(pinned);
};
template <class T>
concept gives_member = requires(T&& pinned) {
  std::forward<T>(pinned).operator->();
};
static_assert(gives_key<const text_entry&> && gives_value<const text_entry&>);
static_assert(!gives_key<text_entry> && !gives_value<text_entry>);
static_assert(gives_key<number_entry> && gives_value<number_entry>);
static_assert(gives_target<const text_pinned&> && !gives_target<text_pinned>);
static_assert(gives_member<const text_pinned&> && !gives_member<text_pinned> && !gives_member<number_pinned>);
static_assert(gives_target<number_pinned>);

static_assert(std::is_copy_constructible_v<text_entry> && std::is_nothrow_move_constructible_v<text_entry>);
static_assert(std::is_nothrow_move_constructible_v<text_pinned> && !std::is_copy_constructible_v<text_pinned>);
static_assert(std::is_same_v<std::tuple_element_t<0, text_entry>, std::string_view>);
static_assert(std::is_same_v<std::tuple_element_t<1, number_entry>, std::uint32_t>);

}  // namespace

TEMPLATE_LIST_TEST_CASE("an entry is taken apart, copied and moved, and its views stay", "", macaw_test::all_homes) {
  TestType home;
  auto db = home.open();
  const std::string long_key(90, 'k'), large(3000, 'v'), huge(600'000, 'h');
  db.write([&](auto& txn) {
    auto rows = txn[texts];
    rows.put("a", "short");
    rows.put("b", large);
    rows.put("c", huge);
    rows.put(long_key, "long key");
  });
  const auto snap = db.begin_read();
  const auto rows = snap[texts];
  std::vector<typename decltype(rows.begin())::value_type> entries;
  for (const auto& entry : rows) entries.push_back(entry);
  auto moved = std::move(entries);
  REQUIRE(moved.size() == 4);
  CHECK(moved[0].key() == "a");
  CHECK(moved[0].value() == "short");
  CHECK(moved[1].value() == large);
  CHECK(moved[2].value() == huge);
  const auto copy = moved[2];
  CHECK(copy.value() == huge);
  CHECK(copy.value().data() == copy.value().data());  // read once
  CHECK(moved[3].key() == long_key);
  CHECK(moved[3].own_key() == long_key);
  CHECK(moved[3].own_value() == "long key");
  const auto [key, value] = *rows.begin();
  CHECK(key == "a");
  CHECK(value == "short");
  moved[0] = moved[3];
  CHECK(moved[0].key() == long_key);
}

TEMPLATE_LIST_TEST_CASE("structs are shown with their members", "", macaw_test::all_homes) {
  TestType home;
  auto db = home.open();
  db.write([&](auto& txn) { txn[people].put(1, {"Ada", 36}); });
  const auto snap = db.begin_read();
  for (const auto& [id, person] : snap[people]) {
    CHECK(id == 1);
    CHECK(person.name == "Ada");
    CHECK(person.age == 36);
  }
  const auto pinned = snap[people].view(1);
  REQUIRE(pinned);
  CHECK(pinned->name == "Ada");
  CHECK(snap[people].get(1)->age == 36);
}

TEMPLATE_LIST_TEST_CASE("a pinned value outlives its table and stays when it is moved", "", macaw_test::all_homes) {
  TestType home;
  auto db = home.open();
  const std::string large(200'000, 'v');
  db.write([&](auto& txn) {
    txn[texts].put("a", "short");
    txn[texts].put("b", large);
  });
  auto snap = std::make_unique<typename TestType::database::read_txn>(db.begin_read());
  auto a = (*snap)[texts].view("a"), b = (*snap)[texts].view("b");
  auto moved = std::move(b);
  REQUIRE(a);
  REQUIRE(moved);
  CHECK(*a == "short");
  CHECK(moved->size() == large.size());
  CHECK(*moved == large);
  snap.reset();
  CHECK(macaw_test::error_of([&] { return *a; }) == macaw::errc::stale);
}

TEMPLATE_LIST_TEST_CASE("an entry and a pinned value may be destroyed after their database", "",
                        macaw_test::all_homes) {
  TestType home;
  using table_type = typename TestType::database::template read_table<std::string, std::string>;
  std::optional<typename table_type::value_type> entry;
  std::optional<typename table_type::value_type> copy;
  typename table_type::pinned pinned;
  {
    auto db = home.open();
    db.write([](auto& txn) { txn[texts].put("a", std::string(100, 'a')); });
    {
      const auto snap = db.begin_read();
      entry = snap[texts].front();
      pinned = snap[texts].view("a");
    }
    CHECK(macaw_test::error_of([&] { return entry->value(); }) == macaw::errc::stale);
    db.close();
  }
  copy = entry;
  entry.reset();
  REQUIRE(copy);
}

TEMPLATE_LIST_TEST_CASE("stored bytes that are no value are refused", "", macaw_test::all_homes) {
  TestType home;
  auto db = home.open();
  constexpr macaw::table<std::uint64_t, macaw_test::person> bad{"people"};
  db.write([&](auto& txn) {
    txn[people].put(1, {"Ada", 36});
    const std::byte key[8] = {};
    txn[macaw::raw_table("people")].put(key, macaw::as_bytes("\xff\xff"));
  });
  const auto snap = db.begin_read();
  CHECK(macaw_test::error_of([&] { return snap[bad].get(0); }) == macaw::errc::bad_encoding);
  CHECK(macaw_test::error_of([&] { return snap[bad].front()->value(); }) == macaw::errc::bad_encoding);
  CHECK(snap[bad].get(1)->name == "Ada");
}

TEMPLATE_LIST_TEST_CASE("entries of fixed size stay right, however many are kept and whatever becomes of their pages",
                        "", macaw_test::all_homes) {
  TestType home;
  constexpr std::uint64_t count = 4000;
  constexpr std::size_t cache_size = 20 * TestType::config::page_size;
  const auto filled = [](auto block, std::uint64_t i) {
    block.fill(static_cast<std::byte>(i));
    return block;
  };
  {
    auto db = home.open({.cache_size = cache_size});
    db.write([&](auto& txn) {
      for (std::uint64_t i = 0; i < count; ++i) txn[numbers].put(i, static_cast<std::uint32_t>(i * 7));
      for (std::uint64_t i = 0; i < 100; ++i) txn[blocks].put(i, filled(std::array<std::byte, 40>{}, i));
      for (std::uint64_t i = 0; i < 100; ++i) txn[wide_blocks].put(i, filled(std::array<std::byte, 90>{}, i));
    });
    auto snap = std::make_unique<typename TestType::database::read_txn>(db.begin_read());
    const auto keep = [&](const auto& table) {
      std::vector<typename decltype((*snap)[table].begin())::value_type> kept;
      for (const auto& entry : (*snap)[table]) kept.push_back(entry);
      return kept;
    };
    const auto rows = keep(numbers);
    const auto small = keep(blocks);
    const auto wide = keep(wide_blocks);
    db.write([&](auto& txn) {
      txn[numbers].clear();
      txn[blocks].clear();
      txn[wide_blocks].clear();
    });
    REQUIRE(rows.size() == count);
    for (std::uint64_t i = 0; i < count; ++i) {
      if (rows[i].key() != i || rows[i].value() != i * 7) FAIL("row " << i << " is another one now");
    }
    for (std::uint64_t i = 0; i < 100; ++i) {
      if (small[i].own_value() != filled(std::array<std::byte, 40>{}, i)) FAIL("block " << i << " is another one now");
      if (wide[i].own_value() != filled(std::array<std::byte, 90>{}, i)) FAIL("block " << i << " is another one now");
    }
    snap.reset();
    CHECK(macaw_test::error_of([&] { return rows[0].value(); }) == macaw::errc::stale);
    CHECK(macaw_test::error_of([&] { return rows[0].key(); }) == macaw::errc::stale);
    CHECK(db.check().ok());
  }
}

TEMPLATE_LIST_TEST_CASE("entries of texts stay right, however many are kept and whatever becomes of their pages", "",
                        macaw_test::all_homes) {
  TestType home;
  auto db = home.open({.cache_size = 20 * TestType::config::page_size});
  const auto key = [](std::size_t i) { return std::to_string(1000 + i) + std::string(i % 40, 'k'); };
  const auto value = [](std::size_t i) { return std::string(i % 90, static_cast<char>('a' + i % 26)); };
  constexpr std::size_t count = 800;
  db.write([&](auto& txn) {
    for (std::size_t i = 0; i < count; ++i) txn[texts].put(key(i), value(i));
  });
  std::optional<typename TestType::database::read_txn> snap(db.begin_read());
  std::vector<typename decltype((*snap)[texts].begin())::value_type> kept;
  for (const auto& entry : (*snap)[texts]) kept.push_back(entry);
  db.write([&](auto& txn) { txn[texts].clear(); });
  REQUIRE(kept.size() == count);
  for (std::size_t i = 0; i < count; ++i) {
    if (kept[i].key() != key(i) || kept[i].value() != value(i)) FAIL("row " << i << " is another one now");
  }
  // What is kept of a transaction that has ended is apart from what the next one is shown.
  snap.reset();
  db.write([&](auto& txn) {
    for (std::size_t i = 0; i < count; ++i) txn[texts].put(key(i), "new");
  });
  std::size_t rows = 0;
  for (snap.emplace(db.begin_read()); const auto& [k, v] : (*snap)[texts]) {
    if (k != key(rows) || v != "new") FAIL("row " << rows << " is not as it was put");
    ++rows;
    if (!kept.empty()) kept.pop_back();
  }
  CHECK(rows == count);
  CHECK(kept.empty());
  CHECK(db.check().ok());
}

TEST_CASE("a small row of fixed size keeps no page of the cache") {
  macaw_test::database_home<macaw_test::small_file> home;
  constexpr std::size_t cache_size = std::size_t{20} * 512;
  auto db = home.open({.cache_size = cache_size});
  db.write([&](auto& txn) {
    for (std::uint64_t i = 0; i < 4000; ++i) txn[numbers].put(i, 1);
  });
  const auto snap = db.begin_read();
  std::vector<typename decltype(snap[numbers].begin())::value_type> kept;
  std::uint64_t most = 0;
  for (const auto& entry : snap[numbers]) {
    kept.push_back(entry);
    most = std::max(most, db.stats().cache.bytes);
  }
  CHECK(kept.size() == 4000);
  CHECK(most <= cache_size + std::size_t{4} * 512);
  CHECK(db.check().ok());
}
