// SPDX-License-Identifier: MIT
//
// Whole databases: a reader sees one state from the first to the last thing it reads, while a writer commits. In every
// order.

#include "interleavings/scenarios.hpp"
#include "interleavings/scheduler.hpp"
#include "support/test_databases.hpp"

#include <macaw/macaw.hpp>
#include <macaw/ops/check.hpp>

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>

namespace macaw_test {
namespace {

constexpr macaw::table<std::uint64_t, std::string> rows{"rows"};

/// All rows hold the number of the transaction that wrote them last, which is that of the whole state.
template <class Home, std::uint64_t Rows, std::size_t ValueSize, macaw::durability Durability>
class committing : public scenario {
 public:
  using database = typename Home::database;

  committing() : database_(home_.open({.cache_size = 1})) {
    for (int i = 0; i < 3; ++i) commit();
  }

  void run(std::size_t thread) override {
    if (thread == 0) {
      commit();
      commit();
    } else {
      read();
    }
  }

  void finish() override {
    require(database_.check().ok(), "the database is damaged");
    require(database_.stats().readers == 0, "a reader was never ended");
  }

 private:
  void commit() {
    auto txn = database_.begin_write();
    const std::uint64_t number = ++begun_;
    const std::string value = value_of(number);
    auto table = txn[rows];
    for (std::uint64_t key = 0; key < Rows; ++key) table.put(key, value);
    txn.commit({.durability = Durability});
    acknowledged_.store(number, std::memory_order_release);
  }

  void read() {
    const std::uint64_t least = acknowledged_.load(std::memory_order_acquire);
    const auto txn = database_.begin_read();
    const std::uint64_t most = begun_;
    const std::uint64_t number = number_of(txn);
    require(least <= number && number <= most, "a reader began at a state that was not to be had");
    may_switch();
    require(number_of(txn) == number, "a reader's state became another");
  }

  /// The number that all rows show; 0 where they differ.
  template <class Txn>
  [[nodiscard]] static std::uint64_t number_of(const Txn& txn) {
    std::uint64_t count = 0;
    std::optional<std::uint64_t> number;
    for (const auto& [key, value] : txn[rows]) {
      const auto shown = static_cast<std::uint64_t>(static_cast<unsigned char>(value.front()));
      if (key != count || value != value_of(shown) || number.value_or(shown) != shown) return 0;
      number = shown;
      ++count;
    }
    return count == Rows ? number.value_or(0) : 0;
  }

  [[nodiscard]] static std::string value_of(std::uint64_t number) {
    return std::string(ValueSize, static_cast<char>(number));
  }

  Home home_;
  database database_;
  std::uint64_t begun_ = 0;
  std::atomic<std::uint64_t> acknowledged_{0};
};

template <class Scenario>
std::unique_ptr<scenario> make() {
  return std::make_unique<Scenario>();
}

// So many rows that frames are given out again by every commit.
using in_memory = committing<database_home<small_memory>, 80, 100, macaw::durability::deferred>;
using in_cached_file = committing<database_home<small_file>, 3, 60, macaw::durability::immediate>;
using in_mapped_file = committing<database_home<small_mmap>, 3, 60, macaw::durability::immediate>;

void try_databases(report& result) {
  result.expect_sound("a database in memory", {.threads = 2, .preemptions = 1}, make<in_memory>);
  result.expect_sound("a cached file", {.threads = 2, .preemptions = 1}, make<in_cached_file>);
  result.expect_sound("a mapped file", {.threads = 2, .preemptions = 1}, make<in_mapped_file>);
}

const group databases_group("databases", &try_databases);

}  // namespace
}  // namespace macaw_test
