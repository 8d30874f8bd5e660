// SPDX-License-Identifier: MIT
//
// What the databases of the crash tests hold, and the changes that are made to them.

#pragma once

#include <macaw/macaw.hpp>
#include <macaw/storage/mmap_pager.hpp>
#include <macaw/testing/simulated_files.hpp>

#include <cstddef>
#include <cstdint>
#include <iterator>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>

namespace macaw_test {

template <std::size_t PageSize>
struct simulated_file_config : macaw::file_config<PageSize> {
  using file_system = macaw::testing::simulated_files;
};

template <std::size_t PageSize>
struct simulated_mmap_config : macaw::file_config<PageSize> {
  using file_system = macaw::testing::simulated_files;
  template <class C>
  using pager = macaw::mmap_pager<C::page_size, typename C::file_system>;
};

inline constexpr std::string_view crash_path = "db";
inline constexpr macaw::table<std::uint64_t, std::uint64_t> numbers{"numbers"};
inline constexpr macaw::table<std::string, std::string> texts{"texts"};
inline constexpr macaw::table<std::string, std::string> extras{"extras"};

inline macaw::open_options crash_options() { return {.cache_size = 1 << 16, .dirty_size = 1 << 14}; }

/// What the tables hold.
struct contents {
  std::map<std::uint64_t, std::uint64_t> numbers;
  std::map<std::string, std::string> texts;
  std::optional<std::map<std::string, std::string>> extras;  ///< nothing: there is no such table
};

/// A hash of all rows.
inline std::uint64_t digest_of(const contents& model) {
  macaw::xxh3_stream digest(0);
  const auto add_number = [&](std::uint64_t number) { digest.update(std::as_bytes(std::span(&number, 1))); };
  const auto add_text = [&](const std::string& text) {
    add_number(text.size());
    digest.update(macaw::as_bytes(std::string_view(text)));
  };
  const auto add_texts = [&](const std::map<std::string, std::string>& rows) {
    add_number(rows.size());
    for (const auto& [key, value] : rows) {
      add_text(key);
      add_text(value);
    }
  };
  add_number(model.numbers.size());
  for (const auto& [key, value] : model.numbers) {
    add_number(key);
    add_number(value);
  }
  add_texts(model.texts);
  add_number(model.extras ? 1 : 0);
  if (model.extras) add_texts(*model.extras);
  return digest.digest();
}

/// What a step of a program left, for good.
struct step_contents {
  explicit step_contents(contents rows) : model(std::move(rows)), digest(digest_of(model)) {}

  contents model;
  std::uint64_t digest;
};

using step_pointer = std::shared_ptr<const step_contents>;
using steps_view = std::span<const step_pointer>;

/// Whether a table holds exactly these rows, walked from its beginning or its end.
template <class Table, class Rows>
bool holds(const Table& table, const Rows& rows) {
  if (table.size() != rows.size()) return false;
  auto expected = rows.begin();
  for (auto [key, value] : table) {
    if (expected == rows.end() || key != expected->first || value != expected->second) return false;
    ++expected;
  }
  return expected == rows.end();
}
template <class Table, class Rows>
bool holds_backwards(const Table& table, const Rows& rows) {
  auto expected = rows.rbegin();
  for (auto [key, value] : table.reverse()) {
    if (expected == rows.rend() || key != expected->first || value != expected->second) return false;
    ++expected;
  }
  return expected == rows.rend();
}

/// Whether a state is exactly this.
template <class Txn>
bool shows(const Txn& txn, const contents& model) {
  if (!holds(txn[numbers], model.numbers) || !holds(txn[texts], model.texts)) return false;
  return model.extras ? holds(txn[extras], *model.extras) : !txn.contains(extras);
}

/// Whether reading backwards and asking for single keys, absent ones among them, shows the same as the model.
template <class Txn>
bool answers(const Txn& txn, const contents& model) {
  if (!holds_backwards(txn[numbers], model.numbers) || !holds_backwards(txn[texts], model.texts)) return false;
  if (model.extras && !holds_backwards(txn[extras], *model.extras)) return false;
  const auto rows = txn[numbers];
  std::size_t i = 0;
  for (const auto& [key, value] : model.numbers) {
    if (i++ % 8 == 0 && rows.get(key) != value) return false;
    if (i % 8 == 1 && rows.get(key + 1).has_value() != model.numbers.contains(key + 1)) return false;
  }
  const auto lines = txn[texts];
  for (const auto& [key, value] : model.texts) {
    if (i++ % 8 == 0 && lines.get(key) != value) return false;
    if (i % 8 == 1 && lines.contains(key + "-")) return false;
  }
  return !rows.contains(~std::uint64_t{0});
}

/// The kinds of transactions, each made of one change that is of interest.
enum class crash_action : std::uint8_t {
  small_insert,
  page_filling_insert,
  large_insert,
  growing_update,
  shrinking_update,
  erase,
  range_erase,
  create_table,
  drop_table,
  nested_commit,
  nested_abort,
  deferred,
  two_phase,
  spill,
};
inline constexpr std::size_t crash_action_count = 14;

namespace detail_crash {

inline std::string key_of(std::uint64_t number) { return "key" + std::to_string(number % 97); }

template <class Txn>
void put_number(Txn& txn, contents& model, std::uint64_t key, std::uint64_t value) {
  txn[numbers].put(key, value);
  model.numbers[key] = value;
}
template <class Txn>
void put_text(Txn& txn, contents& model, const std::string& key, std::size_t size, std::uint64_t draw) {
  const std::string value(size, static_cast<char>('a' + draw % 26));
  txn[texts].put(key, value);
  model.texts[key] = value;
}
template <class Txn>
void erase_numbers(Txn& txn, contents& model, std::uint64_t from, std::uint64_t up_to) {
  txn[numbers].erase(txn[numbers].range(from, up_to));
  model.numbers.erase(model.numbers.lower_bound(from), model.numbers.lower_bound(up_to));
}
/// A key that is there, if any is.
inline std::string some_text(const contents& model, std::uint64_t draw) {
  if (model.texts.empty()) return key_of(draw);
  auto at = model.texts.begin();
  std::advance(at, static_cast<std::ptrdiff_t>(draw % model.texts.size()));
  return at->first;
}

}  // namespace detail_crash

/// Makes the changes of an action to a transaction and to the model alike.
template <class Txn>
void act(Txn& txn, contents& model, crash_action action, std::uint64_t draw, std::size_t page_size) {
  using namespace detail_crash;
  switch (action) {
    case crash_action::small_insert:
    case crash_action::deferred:
    case crash_action::two_phase: return put_number(txn, model, draw % 211, draw);
    case crash_action::page_filling_insert:
      for (std::uint64_t i = 0; i < 6; ++i) put_text(txn, model, key_of(draw + i), page_size / 5, draw);
      return;
    case crash_action::large_insert: return put_text(txn, model, key_of(draw), page_size * 3 + draw % 500, draw);
    case crash_action::growing_update:
      return put_text(txn, model, some_text(model, draw), page_size / 6 + draw % 60, draw);
    case crash_action::shrinking_update: return put_text(txn, model, some_text(model, draw), draw % 7, draw);
    case crash_action::erase: {
      const std::string key = some_text(model, draw);
      txn[texts].erase(key);
      model.texts.erase(key);
      return;
    }
    case crash_action::range_erase: return erase_numbers(txn, model, draw % 150, draw % 150 + 60);
    case crash_action::create_table:
      if (!model.extras) model.extras.emplace();
      txn[extras].put(key_of(draw), "extra");
      (*model.extras)[key_of(draw)] = "extra";
      return;
    case crash_action::drop_table:
      txn.drop(extras);
      model.extras.reset();
      return;
    case crash_action::nested_commit:
    case crash_action::nested_abort: {
      put_number(txn, model, draw % 211, draw);
      contents inside = model;
      auto inner = txn.nested();
      put_text(inner, inside, key_of(draw), 40, draw);
      erase_numbers(inner, inside, draw % 100, draw % 100 + 20);
      if (action == crash_action::nested_abort) return;  // rolls back
      inner.commit();
      model = std::move(inside);
      return;
    }
    case crash_action::spill:
      for (std::uint64_t i = 0; i < 40; ++i) put_text(txn, model, key_of(draw + i), page_size, draw + i);
      for (std::uint64_t i = 0; i < 40; ++i) put_text(txn, model, key_of(draw + i), 3, draw + i);
      return;
  }
}

/// How an action's transaction is committed.
inline macaw::commit_options commit_as(crash_action action) {
  return {.durability = action == crash_action::deferred ? macaw::durability::deferred : macaw::durability::immediate,
          .two_phase = action == crash_action::two_phase};
}

}  // namespace macaw_test
