// SPDX-License-Identifier: MIT
//
// The tour of the README.

#include <macaw/macaw.hpp>

#include <cstdint>
#include <cstdio>
#include <iostream>
#include <string>
#include <tuple>

struct user {
  std::string name;
  std::uint32_t age = 0;
};
template <>
struct macaw::codec<user> : macaw::struct_codec<&user::name, &user::age> {};

// Tables: a name, and the types of keys and values.
constexpr macaw::table<std::string, user> users{"users"};
constexpr macaw::table<std::uint64_t, std::string> events{"events"};
constexpr macaw::table<std::tuple<std::string, std::uint32_t>, std::string> lines_by_word{"lines_by_word"};

int main() {
  std::remove("tour.macaw");                      // so that the tour begins with nothing
  auto db = macaw::database::open("tour.macaw");  // makes the file, or opens it

  db.put(users, "ada", {"Ada Lovelace", 36});  // one durable transaction
  std::cout << db.get(users, "ada")->name << '\n';

  db.write([](macaw::write_txn& txn) {  // commits on return, rolls back on an exception
    txn[events].put(1, "started");
    txn[events].put(2, "ready");
    txn[lines_by_word].put({"tree", 3}, "a line about trees");
    txn[lines_by_word].put({"tree", 8}, "another one");
  });

  const auto before = db.begin_read();  // a snapshot: it never changes
  db.put(events, 3, "changed meanwhile");

  for (auto [id, text] : before[events]) {   // rows in order of their keys
    std::cout << id << ' ' << text << '\n';  // 1 started, 2 ready
  }
  const auto now = db.begin_read();
  for (auto [id, text] : now[events].range(macaw::from(2)).reverse()) {
    std::cout << id << ' ' << text << '\n';  // 3 changed meanwhile, 2 ready
  }
  for (auto [key, line] : now[lines_by_word].with("tree")) {
    std::cout << std::get<1>(key) << ": " << line << '\n';
  }

  auto txn = db.begin_write();
  const auto point = txn.savepoint();
  txn[events].erase(txn[events].range(0, 100));  // pages between the ends are not read
  txn.rollback_to(point);
  txn[events].put(4, "still here");
  txn.commit();

  return before[events].size() == 2 && db.begin_read().id() > before.id() ? 0 : 1;
}
