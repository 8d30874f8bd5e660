// SPDX-License-Identifier: MIT

#include <macaw/txn.hpp>

#include "support/catch.hpp"
#include "support/test_databases.hpp"

#include <cstdint>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

namespace {

constexpr macaw::table<std::uint64_t, std::string> events{"events"};
using events_type = decltype(events);

// A common base without a public destructor and nothing virtual.
static_assert(!std::is_destructible_v<macaw::txn> && !std::is_polymorphic_v<macaw::txn>);
static_assert(std::is_convertible_v<macaw::read_txn&, const macaw::txn&>);
static_assert(std::is_convertible_v<macaw::write_txn&, const macaw::txn&>);

// Tables are not bound to temporaries; a const transaction gives a read table, a write transaction both.
template <class Txn>
concept binds = requires(Txn&& txn, const events_type& table) {
  std::forward<Txn>(txn)[table];
};
template <class Txn>
concept binds_raw = requires(Txn&& txn, const macaw::raw_table& table) {
  std::forward<Txn>(txn)[table];
};
static_assert(binds<macaw::read_txn&> && binds<const macaw::read_txn&> && !binds<macaw::read_txn>);
static_assert(binds<macaw::write_txn&> && binds<const macaw::write_txn&> && !binds<macaw::write_txn>);
static_assert(binds_raw<macaw::read_txn&> && !binds_raw<macaw::read_txn> && !binds_raw<macaw::write_txn>);
template <class Txn>
using bound = decltype(std::declval<Txn>()[events]);
static_assert(std::is_same_v<bound<const macaw::txn&>, macaw::read_table<std::uint64_t, std::string>>);
static_assert(std::is_same_v<bound<const macaw::write_txn&>, macaw::read_table<std::uint64_t, std::string>>);
static_assert(std::is_same_v<bound<macaw::write_txn&>, macaw::write_table<std::uint64_t, std::string>>);

template <class Config>
std::uint64_t report(const macaw::basic_txn<Config>& txn) {
  return txn[events].size();
}

}  // namespace

TEMPLATE_LIST_TEST_CASE("both kinds of transaction are read alike", "", macaw_test::all_homes) {
  TestType home;
  auto db = home.open();
  auto txn = db.begin_write();
  txn[events].put(1, "one");
  CHECK(report(txn) == 1);
  CHECK(txn.contains(events));
  CHECK(txn.contains("events"));
  CHECK(txn.contains(macaw::raw_table("events")));
  CHECK_FALSE(txn.contains("other"));
  CHECK(txn.tables() == std::vector<std::string>{"events"});
  const auto before = db.begin_read();
  CHECK(report(before) == 0);
  CHECK_FALSE(before.contains(events));
  CHECK(before.tables().empty());
  const auto announced = txn.id();
  CHECK(before.id() < announced);
  CHECK(txn.commit() == announced);
  const auto after = db.begin_read();
  CHECK(after.id() == announced);
  CHECK(report(after) == 1);
  CHECK(after.contains(events));
}

TEMPLATE_LIST_TEST_CASE("names of tables come in order", "", macaw_test::all_homes) {
  TestType home;
  auto db = home.open();
  std::vector<std::string> names;
  db.write([&](auto& txn) {
    for (int i = 99; i >= 10; --i) {
      names.insert(names.begin(), "table " + std::to_string(i));
      txn[macaw::raw_table(names.front())].put({}, {});
    }
  });
  CHECK(db.begin_read().tables() == names);
}
