// SPDX-License-Identifier: MIT
//
// The program that shows what users write, as it stands in the documentation of the API, over every way of keeping
// pages. A header of the user's comes first, then its definitions.

#include <macaw/fwd.hpp>

#include <cstdint>
#include <string>

namespace shop {
void add(macaw::write_txn& txn);              // default database; nested ones too
std::uint64_t report(const macaw::txn& txn);  // either kind, reads only
std::uint64_t total(macaw::read_table<std::uint64_t, std::string> events);
template <class Config>
void any(macaw::basic_write_txn<Config>& txn);  // whatever the pager
}  // namespace shop

#include <macaw/macaw.hpp>

#include "support/catch.hpp"
#include "support/temp_directory.hpp"
#include "support/test_databases.hpp"

#include <algorithm>
#include <iterator>
#include <optional>
#include <tuple>
#include <type_traits>
#include <utility>

#if defined(MACAW_TEST_HAVE_BOOST)
#include <macaw/mmap.hpp>
#endif

namespace shop {
struct user {
  std::string name;
  std::uint32_t age;
};
}  // namespace shop
template <>
struct macaw::codec<shop::user> : macaw::struct_codec<&shop::user::name, &shop::user::age> {};

namespace shop {

inline constexpr macaw::table<std::string, user> users{"users"};  // consteval: the name is checked
inline constexpr macaw::table<std::uint64_t, std::string> events{"events"};
inline constexpr macaw::table<std::tuple<std::string, std::uint32_t>, std::string> words{"words"};

void add(macaw::write_txn& txn) { txn[events].put(10, "added"); }
std::uint64_t report(const macaw::txn& txn) { return txn[events].size(); }
std::uint64_t total(macaw::read_table<std::uint64_t, std::string> ev) {
  std::uint64_t n = 0;
  for (auto [id, text] : ev) n += id + text.size();
  return n;
}
template <class Config>
void any(macaw::basic_write_txn<Config>& txn) {
  txn[events].append(11, "generic");
}

}  // namespace shop

namespace {

template <class Database>
std::uint64_t run(Database db) {
  using namespace shop;
  db.put(users, "ada", {"Ada Lovelace", 36});     // one durable transaction: costs a sync
  std::uint64_t sum = db.get(users, "ada")->age;  // optional, owned
  bool fresh = db.write([](auto& txn) {           // commits on return, rolls back on throw
    auto ev = txn[events];
    ev.put(7, "boot");                                              // -1 raises, 3.5 does not compile
    ev.update(7, [](auto old) { return old.value_or("") + "!"; });  // one descent
    txn[words].put({"tree", 3}, "a line");
    return ev.insert(7, "ignored");  // a view, range or table cannot be returned
  });
  auto snap = db.begin_read();  // copyable: one more reader of the same state
  {
    auto txn = db.begin_write();  // try_begin_write([timeout]) gives an optional
    auto sp = txn.savepoint();
    sum += txn[events].erase(txn[events].range(0, 10));  // exact count, leaves not visited
    txn.rollback_to(sp);
    auto inner = txn.nested();  // the same type; txn rests meanwhile
    inner[users].put("zed", {"Zed", 1});
    inner.commit();
    sum += std::as_const(txn)[users].size();  // const: read tables
    macaw::txn_id id = txn.commit({.durability = macaw::durability::deferred});
    CHECK(id > snap.id());
  }
  db.sync();
  auto ev = snap[events];                                                     // stays good when snap is moved
  for (auto [id, text] : ev.range(1, 100)) sum += id + text.size();           // views live for the loop's body
  for (auto [id, text] : ev.range(macaw::from(8)).reverse()) sum += id;       // nothing
  for (auto [name, u] : snap[users].prefix("ad")) sum += u.age;               // a struct, with its members
  for (auto [key, line] : snap[words].with("tree")) sum += std::get<1>(key);  // leading components equal
  if (auto v = ev.view(7)) sum += v->size();      // pinned<string_view>; from a temporary: deleted
  if (auto last = ev.back()) sum += last->key();  // optional<entry>
  sum += std::uint64_t(std::ranges::count_if(ev, [](const auto& e) { return e.value().starts_with("b"); }));
  snap.refresh();  // the newest state; ends what came from the old one
  return sum + fresh;
}

constexpr std::uint64_t expected = 103;

}  // namespace

TEST_CASE("the program of the documentation runs over a file") {
  const macaw_test::temp_directory directory;
  CHECK(run(macaw::database::open(directory.path("shop.macaw"), {.cache_size = 256u << 20})) == expected);
  CHECK(run(macaw::database::in_memory()) == expected);  // same type, no file: for tests of add()
}

TEST_CASE("the program of the documentation runs in memory, and over small pages") {
  CHECK(run(macaw::memory_database::in_memory()) == expected);
  macaw_test::database_home<macaw_test::small_file> file;
  CHECK(run(file.open()) == expected);
  macaw_test::database_home<macaw_test::small_mmap> mapped;
  CHECK(run(mapped.open()) == expected);
}

#if defined(MACAW_TEST_HAVE_BOOST)
TEST_CASE("the program of the documentation runs over a mapped file") {
  const macaw_test::temp_directory directory;
  CHECK(run(macaw::mmap_database::open(directory.path("shop.macaw"))) == expected);
}
#endif

TEST_CASE("functions that were declared with the forward header alone take transactions and tables") {
  auto db = macaw::database::in_memory();
  db.write([](macaw::write_txn& txn) {
    shop::add(txn);
    shop::any(txn);
  });
  auto snap = db.begin_read();
  CHECK(shop::report(snap) == 2);
  CHECK(shop::total(snap[shop::events]) == 33);
  auto txn = db.begin_write();
  auto inner = txn.nested();
  shop::add(inner);
  CHECK(shop::report(inner) == 2);
  CHECK(shop::total(inner[shop::events]) == 33);
}
