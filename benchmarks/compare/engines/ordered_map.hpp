// SPDX-License-Identifier: MIT
//
// Ordered maps in memory as engines: no transactions, no snapshots, no file. What they are beside macaw's memory
// pager is an upper bound of a kind.

#pragma once

#include "../engine.hpp"

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>

namespace macaw_benchmark {

/// `Traits` has the constant `name`, and `map<Key, Value>`, a map that compares with `std::less<>`.
template <class Traits, class Rows>
class ordered_map_engine {
 public:
  using rows = Rows;
  static constexpr std::string_view name = Traits::name;
  static constexpr bool has_file = false;

  ordered_map_engine(const std::string&, const opening&) {}

  void sync() {}

 private:
  using key_type = typename Rows::key_type;
  using value_type = typename Rows::value_type;
  using stored = std::conditional_t<std::same_as<key_type, std::uint64_t>, std::uint64_t, std::string>;
  using map = typename Traits::template map<stored, stored>;

  /// A key as the map finds it, without a copy.
  [[nodiscard]] static auto argument(const key_type& key) {
    if constexpr (std::same_as<key_type, std::uint64_t>) {
      return key;
    } else {
      return std::string_view(key);
    }
  }

 public:
  class reader {
   public:
    explicit reader(const ordered_map_engine& engine) : map_(engine.map_) {}

    template <class Use>
    [[nodiscard]] bool get(const key_type& key, Use&& use) const {
      const auto found = map_.find(argument(key));
      if (found == map_.end()) return false;
      use(value_type(found->second));
      return true;
    }
    template <class Use>
    void scan(Use&& use) const {
      for (const auto& [key, value] : map_) use(key, value);
    }
    template <class Use>
    void scan(const key_type& from, std::size_t rows_max, Use&& use) const {
      for (auto at = map_.lower_bound(argument(from)); rows_max > 0 && at != map_.end(); ++at, --rows_max) {
        use(at->first, at->second);
      }
    }

   private:
    const map& map_;
  };

  class writer {
   public:
    explicit writer(ordered_map_engine& engine) : map_(engine.map_) {}

    void put(const key_type& key, const value_type& value) { map_.insert_or_assign(stored(key), value); }
    void append(const key_type& key, const value_type& value) { map_.insert(map_.end(), {stored(key), stored(value)}); }
    bool erase(const key_type& key) {
      const auto found = map_.find(argument(key));
      if (found == map_.end()) return false;
      map_.erase(found);
      return true;
    }
    void erase_between(const key_type& first, const key_type& last) {
      map_.erase(map_.lower_bound(argument(first)), map_.lower_bound(argument(last)));
    }
    void commit() {}

   private:
    map& map_;
  };

 private:
  map map_;
};

}  // namespace macaw_benchmark
