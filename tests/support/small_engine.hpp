// SPDX-License-Identifier: MIT
//
// Engines with small pages, for tests of the transaction layer below the API.

#pragma once

#include "support/catch.hpp"

#include <macaw/checksum/xxh3.hpp>
#include <macaw/detail/txn/check_store.hpp>
#include <macaw/detail/txn/engine.hpp>
#include <macaw/storage/file_pager.hpp>
#include <macaw/storage/memory_pager.hpp>
#include <macaw/testing/simulated_files.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace macaw_test {

struct small_file_config {
  static constexpr std::size_t page_size = 512;
  using checksum = macaw::xxh3;
  using file_system = macaw::testing::simulated_files;
  template <class C>
  using pager = macaw::file_pager<C::page_size, typename C::file_system>;
};

struct small_memory_config {
  static constexpr std::size_t page_size = 512;
  using checksum = macaw::xxh3;
  template <class C>
  using pager = macaw::memory_pager<C::page_size>;
};

using small_layout = macaw::detail::dense_layout<512, 8, 8>;

inline std::array<std::byte, 8> key_bytes(std::uint64_t key) {
  std::array<std::byte, 8> bytes;
  macaw::detail::store_be(bytes.data(), key);
  return bytes;
}

/// Puts a row into a table of numbers, which is made where it is missing.
template <class Config>
void put(macaw::detail::write_set<Config>& txn, std::string_view name, std::uint64_t key, std::uint64_t value) {
  txn.before_change();
  macaw::detail::table_state& table = txn.open_table(name);
  if (!table.exists) {
    table.exists = true;
    table.record.key_width = table.record.value_width = 8;
    table.record.key_codec = table.record.value_codec = "u64";
  }
  const auto operation = txn.enter();
  const auto bytes = key_bytes(key);
  macaw::detail::tree_slot<small_layout, macaw::detail::write_set<Config>> slot(txn, table.record.root, small_layout{},
                                                                                bytes);
  slot.prepare_put();
  macaw::detail::store_le(slot.put(8), value);
  table.mark_dirty();
}

template <class Config>
bool erase(macaw::detail::write_set<Config>& txn, std::string_view name, std::uint64_t key) {
  txn.before_change();
  macaw::detail::table_state& table = txn.open_table(name);
  const auto operation = txn.enter();
  const auto bytes = key_bytes(key);
  macaw::detail::tree_slot<small_layout, macaw::detail::write_set<Config>> slot(txn, table.record.root, small_layout{},
                                                                                bytes);
  if (!slot.found()) return false;
  slot.prepare_erase();
  slot.erase();
  table.mark_dirty();
  return true;
}

using rows = std::map<std::uint64_t, std::uint64_t>;

/// All rows of a tree of numbers.
template <class Reader>
rows read_tree(const Reader& reader, const macaw::detail::tree_root& root) {
  rows found;
  const auto operation = reader.enter();
  const small_layout layout{};
  macaw::detail::tree_cursor<small_layout, Reader> cursor(reader, root, layout);
  for (cursor.seek_first(); cursor.valid(); cursor.next()) {
    std::array<std::byte, 8> key;
    layout.leaf.copy_key(cursor.page(), cursor.index(), key.data());
    found.emplace(macaw::detail::load_be<std::uint64_t>(key.data()),
                  macaw::detail::load_le<std::uint64_t>(layout.leaf.value(cursor.page(), cursor.index()).bytes.data()));
  }
  return found;
}

/// All rows of a table; none where there is no such table.
template <class Config>
rows read_table(const macaw::detail::snapshot<Config>& snapshot, std::string_view name) {
  macaw::detail::catalog_record record;
  const auto operation = snapshot.enter();
  return snapshot.find_table(name, record) ? read_tree(snapshot, record.root) : rows{};
}
template <class Config>
rows read_table(macaw::detail::write_set<Config>& txn, std::string_view name) {
  return read_tree(txn, txn.open_table(name).record.root);
}

/// What a check finds, one line each.
template <class Config>
std::vector<std::string> findings(macaw::detail::engine<Config>& engine) {
  std::vector<std::string> found;
  const macaw::detail::writer_turn_guard turn(engine.home().turn);
  const auto report = [&](macaw::page_id page, std::string_view what, auto) {
    found.push_back(std::to_string(macaw::to_number(page)) + ": " + std::string(what));
  };
  macaw::detail::check_store(engine.home(), report, [](std::uint64_t) {});
  return found;
}

#define REQUIRE_SOUND(engine) REQUIRE(macaw_test::findings(engine) == std::vector<std::string>{})

}  // namespace macaw_test
