// SPDX-License-Identifier: MIT
//
// macaw as an engine, whatever its configuration.

#pragma once

#include "../engine.hpp"

#include <macaw/macaw.hpp>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace macaw_benchmark {

/// `Traits` has the type `database`, and the constants `name` and `has_file`.
template <class Traits>
class macaw_engine {
 public:
  using database = typename Traits::database;
  static constexpr std::string_view name = Traits::name;
  static constexpr bool has_file = Traits::has_file;

  macaw_engine(const std::string& path, syncing mode)
      : database_(open(path)),
        commits_{.durability = mode == syncing::on ? macaw::durability::immediate : macaw::durability::deferred} {}

  [[nodiscard]] std::uint64_t begin_and_end() { return database_.begin_read().id().value; }
  void sync() { database_.sync(); }

  class reader {
   public:
    explicit reader(macaw_engine& engine) : txn_(engine.database_.begin_read()), table_(txn_[rows]) {}

    [[nodiscard]] std::optional<std::uint64_t> get(std::uint64_t key) const { return table_.get(key); }
    [[nodiscard]] std::uint64_t get_many(std::span<const std::uint64_t, group_size> keys) const {
      std::uint64_t sum = 0;
      for (const auto& value : table_.multi_get(keys)) sum += value.value_or(0);
      return sum;
    }
    template <class Use>
    void scan(Use&& use) const {
      for (const auto& [key, value] : table_) use(key, value);
    }
    template <class Use>
    void scan(std::uint64_t from, std::size_t rows_max, Use&& use) const {
      if (rows_max == 0) return;
      for (const auto& [key, value] : table_.range(macaw::from(from))) {
        use(key, value);
        if (--rows_max == 0) break;
      }
    }

   private:
    typename database::read_txn txn_;
    typename database::template read_table<std::uint64_t, std::uint64_t> table_;
  };

  class writer {
   public:
    explicit writer(macaw_engine& engine)
        : txn_(engine.database_.begin_write()), table_(txn_[rows]), commits_(engine.commits_) {}

    void put(std::uint64_t key, std::uint64_t value) { table_.put(key, value); }
    void append(std::uint64_t key, std::uint64_t value) { table_.append(key, value); }
    void load(row_span sorted) { table_.load(sorted); }
    bool erase(std::uint64_t key) { return table_.erase(key); }
    void commit() { txn_.commit(commits_); }

   private:
    typename database::write_txn txn_;
    typename database::template write_table<std::uint64_t, std::uint64_t> table_;
    const macaw::commit_options& commits_;
  };

 private:
  static constexpr macaw::table<std::uint64_t, std::uint64_t> rows{"rows"};

  [[nodiscard]] static database open(const std::string& path) {
    if constexpr (has_file) {
      return database::open(path, {.cache_size = std::size_t{256} << 20});
    } else {
      return database::in_memory();
    }
  }

  database database_;
  macaw::commit_options commits_;
};

}  // namespace macaw_benchmark
