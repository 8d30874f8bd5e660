// SPDX-License-Identifier: MIT
//
// What a database does seldom, called through pointers. Layer 5 (txn).
//
// A unit that only reads and changes tables then compiles none of it: the pointers are set where a database is
// opened, and the code behind them (cold_work.hpp) is instantiated there and nowhere else. What runs once a
// transaction, or stands before a read or a write of the file, is cold; nothing is that runs for every row.
//
// Thread safety: constant.

#pragma once

#include <macaw/ids.hpp>
#include <macaw/macros.hpp>
#include <macaw/options.hpp>

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

namespace macaw::inline MACAW_ABI::detail {

struct catalog_record;
struct dropped_run;
struct large_record;
struct new_page;
struct table_state;
template <class Config>
struct store;
template <class Config>
class write_pages;
template <class Config>
class write_set;

/// The functions of `cold_work`, which describes them.
template <class Config>
struct cold_calls {
  table_state& (*load_table)(write_set<Config>& txn, std::string_view name);
  void (*create_table)(table_state& table, const catalog_record& types);
  bool (*drop_table)(write_set<Config>& txn, std::string_view name);
  bool (*rename_table)(write_set<Config>& txn, std::string_view from, std::string_view to);
  void (*flush_tables)(write_set<Config>& txn);
  void (*reserve)(write_pages<Config>& pages, std::size_t frames, std::size_t drops);
  new_page (*create_piece)(write_pages<Config>& pages, std::size_t payload);
  void (*collect_large)(const write_pages<Config>& pages, const large_record& record, std::vector<dropped_run>& runs);
  void (*make_room)(write_set<Config>& txn);
  std::size_t (*write_behind)(write_set<Config>& txn);
  void (*write_piece)(write_set<Config>& txn, page_ref& piece);
  txn_id (*commit)(write_set<Config>& txn, const commit_options& options);
  void (*undo_levels)(write_set<Config>& txn, std::size_t index) noexcept;
  void (*give_back)(store<Config>& home, std::uint32_t first, std::uint32_t pages) noexcept;
  void (*prepare_writing)(store<Config>& home);
  txn_id (*sync)(store<Config>& home);
};

}  // namespace macaw::inline MACAW_ABI::detail
