// SPDX-License-Identifier: MIT
//
// macaw as an engine, whatever its configuration.

#pragma once

#include "../engine.hpp"

#include <macaw/macaw.hpp>

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>

namespace macaw_benchmark {

/// `Traits` has the type `database`, the constants `name` and `has_file`, and `cache_size(bytes of all rows)`.
template <class Traits, class Rows>
class macaw_engine {
 public:
  using rows = Rows;
  using database = typename Traits::database;
  static constexpr std::string_view name = Traits::name;
  static constexpr bool has_file = Traits::has_file;

  macaw_engine(const std::string& path, const opening& how)
      : database_(open(path, how)),
        commits_{.durability =
                     how.commits == syncing::on ? macaw::durability::immediate : macaw::durability::deferred} {}

  [[nodiscard]] std::uint64_t begin_and_end() { return database_.begin_read().id().value; }
  void sync() { database_.sync(); }

  class reader;
  class writer;

 private:
  static constexpr bool has_numbers = std::same_as<typename Rows::key_type, std::uint64_t>;
  using stored = std::conditional_t<has_numbers, std::uint64_t, std::string>;
  static constexpr macaw::table<stored, stored> table{"rows"};

  /// A key as the table's calls take it.
  [[nodiscard]] static auto argument(const typename Rows::key_type& key) {
    if constexpr (has_numbers) {
      return key;
    } else {
      return std::string_view(key);
    }
  }

  [[nodiscard]] static database open(const std::string& path, const opening& how) {
    if constexpr (has_file) {
      return database::open(path, {.cache_size = Traits::cache_size(how.data_size)});
    } else {
      return database::in_memory();
    }
  }

  database database_;
  macaw::commit_options commits_;
};

template <class Traits, class Rows>
class macaw_engine<Traits, Rows>::reader {
 public:
  explicit reader(macaw_engine& engine) : txn_(engine.database_.begin_read()), table_(txn_[table]) {}

  template <class Use>
  [[nodiscard]] bool get(const typename Rows::key_type& key, Use&& use) const {
    if constexpr (has_numbers) {
      const auto value = table_.get(key);
      if (value) use(*value);
      return value.has_value();
    } else {
      const auto value = table_.view(std::string_view(key));
      if (value) use(*value);
      return value.has_value();
    }
  }
  template <class Use>
  void get_many(std::span<const std::uint64_t, group_size> keys, Use&& use) const requires has_numbers {
    for (const auto& value : table_.multi_get(keys)) {
      if (value) use(*value);
    }
  }
  template <class Use>
  void scan(Use&& use) const {
    for (const auto& [key, value] : table_) use(key, value);
  }
  template <class Use>
  void scan(const typename Rows::key_type& from, std::size_t rows_max, Use&& use) const {
    if (rows_max == 0) return;
    for (const auto& [key, value] : table_.range(macaw::from(argument(from)))) {
      use(key, value);
      if (--rows_max == 0) break;
    }
  }

 private:
  typename database::read_txn txn_;
  typename database::template read_table<stored, stored> table_;
};

template <class Traits, class Rows>
class macaw_engine<Traits, Rows>::writer {
 public:
  explicit writer(macaw_engine& engine)
      : txn_(engine.database_.begin_write()), table_(txn_[table]), commits_(engine.commits_) {}

  void put(const typename Rows::key_type& key, const typename Rows::value_type& value) {
    table_.put(argument(key), value);
  }
  void append(const typename Rows::key_type& key, const typename Rows::value_type& value) {
    table_.append(argument(key), value);
  }
  void load(std::span<const typename row_set<Rows>::row> sorted) requires has_numbers { table_.load(sorted); }
  bool erase(const typename Rows::key_type& key) { return table_.erase(argument(key)); }
  void erase_between(const typename Rows::key_type& first, const typename Rows::key_type& last) {
    table_.erase(table_.range(argument(first), argument(last)));
  }
  void commit() { txn_.commit(commits_); }

 private:
  typename database::write_txn txn_;
  typename database::template write_table<stored, stored> table_;
  const macaw::commit_options& commits_;
};

}  // namespace macaw_benchmark
