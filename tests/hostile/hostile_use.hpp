// SPDX-License-Identifier: MIT
//
// Doing everything with a file of any bytes. Whatever they are, each call gives data that agree with what the other
// calls gave, or raises an error that is documented for bytes of a file; and a file that a check calls sound raises
// none, and stays sound when it is changed.

#pragma once

#include "hostile/forged_file.hpp"

#include <macaw/macaw.hpp>
#include <macaw/ops/check.hpp>
#include <macaw/storage/memory_files.hpp>
#include <macaw/storage/mmap_pager.hpp>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <iterator>
#include <optional>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace macaw_test {

template <std::size_t PageSize>
struct hostile_file_config : macaw::file_config<PageSize> {
  using file_system = macaw::memory_files;
};
template <std::size_t PageSize>
struct hostile_mapped_config : macaw::file_config<PageSize> {
  using file_system = macaw::memory_files;
  template <class C>
  using pager = macaw::mmap_pager<C::page_size, typename C::file_system>;
};

// One table of each layout. A file may have others, which are read as bytes.
inline constexpr macaw::table<std::uint64_t, std::uint64_t> hostile_numbers{"numbers"};
inline constexpr macaw::table<std::uint32_t, std::string> hostile_lines{"lines"};
inline constexpr macaw::table<std::string, std::string> hostile_texts{"texts"};
inline constexpr macaw::table<std::string, std::uint16_t> hostile_marks{"marks"};

/// Two calls contradict each other, or one raised what it must not.
class contradiction : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};
inline void agree(bool holds, const char* otherwise) {
  if (!holds) throw contradiction(otherwise);
}

/// What came of using a file.
struct use_report {
  bool opened = false;
  bool sound = false;             ///< a check found nothing
  std::uint64_t corrupt = 0;      ///< calls that found damage
  std::uint64_t rows = 0;         ///< read, of all tables that could be read whole
  std::uint64_t contents = 0;     ///< a hash of these rows and the tables' names
  std::vector<std::string> said;  ///< what the errors and the findings say
};

/// Opens a file of these bytes with a configuration and does everything with it.
template <class Config>
class hostile_use {
  using database = macaw::basic_database<Config>;
  using read_txn = typename database::read_txn;
  using write_txn = typename database::write_txn;
  using raw_read = macaw::basic_raw_read_table<Config>;

 public:
  explicit hostile_use(const file_bytes& file) : size_(file.size()) {
    auto made = files_.open(path, macaw::open_mode::create_new);
    const macaw::bytes_view piece[] = {file};
    if (!file.empty()) made.write(0, piece);
  }

  /// Opens the file for reading, reads all rows once, and checks.
  [[nodiscard]] use_report glance() { return look({.cache_size = 1 << 14, .read_only = true}, false); }

  /// Opens the file for reading and reads it in every way.
  [[nodiscard]] use_report read() { return look({.cache_size = 1 << 14, .read_only = true}, true); }

  /// Opens it for writing, changes it in every way, and opens it again. What is chosen follows from `seed`.
  [[nodiscard]] use_report change(std::uint64_t seed) {
    state_ = seed;
    report_ = {};
    bool was_sound = false;
    attempt([&] {
      auto db = database::open(path, {.cache_size = 1 << 14, .dirty_size = 1 << 14}, files_);
      report_.opened = true;
      was_sound = db.check().ok();
      const std::uint64_t before = report_.corrupt;
      change_rows(db);
      if (was_sound) agree(report_.corrupt == before, "changing a sound file finds damage");
      check(db);
      agree(!was_sound || report_.sound, "a sound file is not sound after it was changed");
      attempt([&] { db.close(); });
    });
    const use_report changed = report_;
    if (report_.opened) {
      const use_report after = look({.cache_size = 1 << 14, .read_only = true}, false);
      agree(!was_sound || (after.opened && after.sound), "a sound file does not open after it was changed");
    }
    return changed;
  }

  /// Changes one bit of the file.
  void flip(std::uint64_t bit) {
    auto file = files_.open(path, macaw::open_mode::read_write);
    std::array<std::byte, 1> byte{};
    file.read(bit / 8, byte);
    byte[0] ^= std::byte{1} << static_cast<unsigned>(bit % 8);
    const macaw::bytes_view piece[] = {byte};
    file.write(bit / 8, piece);
  }

  /// The bytes of the file as they are now.
  [[nodiscard]] file_bytes bytes() {
    auto file = files_.open(path, macaw::open_mode::read_only);
    file_bytes found(static_cast<std::size_t>(file.size()));
    file.read(0, found);
    return found;
  }

 private:
  static constexpr std::string_view path = "hostile";
  static constexpr std::size_t probes_max = 24;
  static constexpr std::size_t rows_added_max = 1000;

  struct seen_row {
    std::vector<std::byte> key;
    std::uint64_t value;
    bool operator==(const seen_row&) const = default;
  };
  using seen_rows = std::vector<seen_row>;

  static std::uint64_t hash(macaw::bytes_view bytes, std::uint64_t seed = 0) {
    return macaw::xxh3::compute(bytes, seed);
  }

  std::uint64_t draw(std::uint64_t below) {
    state_ += 0x9E37'79B9'7F4A'7C15U;
    return hash(macaw::as_bytes(std::string_view(reinterpret_cast<const char*>(&state_), 8))) % below;
  }

  /// Whether an error may come from the bytes of a file.
  static bool is_documented(macaw::errc kind) {
    switch (kind) {
      case macaw::errc::corrupt:
      case macaw::errc::bad_encoding:
      case macaw::errc::not_macaw:
      case macaw::errc::wrong_page_size:
      case macaw::errc::unsupported_version:
      case macaw::errc::unsupported_feature:
      case macaw::errc::wrong_codec:
      case macaw::errc::no_space:
      case macaw::errc::poisoned: return true;
      default: return false;
    }
  }

  /// Does something that the bytes may forbid. Returns: whether they did not.
  template <class F>
  bool attempt(F&& f) {
    try {
      f();
      return true;
    } catch (const macaw::error& failure) {
      if (!is_documented(failure.kind())) throw contradiction(std::string("not documented: ") + failure.what());
      report_.corrupt += failure.kind() == macaw::errc::corrupt ? 1 : 0;
      report_.said.emplace_back(failure.what());
      return false;
    }
  }

  use_report look(const macaw::open_options& options, bool thorough) {
    report_ = {};
    attempt([&] {
      const auto db = database::open(path, options, files_);
      report_.opened = true;
      read_all(db.begin_read(), thorough);
      const std::uint64_t errors = report_.corrupt;
      check(db);
      if (report_.sound) agree(errors == 0, "a check finds nothing wrong where reading does");
    });
    return report_;
  }

  void check(const database& db) {
    const macaw::check_report found = db.check();
    report_.sound = found.ok();
    for (const macaw::check_finding& finding : found.findings) report_.said.push_back(finding.to_text());
  }

  // --- reading

  template <class Txn>
  void read_all(const Txn& txn, bool thorough) {
    std::vector<std::string> names;
    attempt([&] { names = txn.tables(); });
    agree(std::is_sorted(names.begin(), names.end()), "the tables' names are not in order");
    for (const std::string& name : names) {
      report_.contents = hash(macaw::as_bytes(name), report_.contents);
      std::optional<raw_read> table;
      try {
        table.emplace(txn[macaw::raw_table(name)]);
      } catch (const std::invalid_argument&) {
        continue;  // the catalog may hold what is no name
      }
      seen_rows rows;
      if (!attempt([&] { rows = scan(*table); })) continue;
      report_.rows += rows.size();
      for (const seen_row& row : rows) report_.contents = hash(row.key, report_.contents ^ row.value);
      if (!thorough) continue;
      attempt([&] { compare_raw(*table, rows); });
      if (name == hostile_numbers.name()) attempt([&] { compare_typed(txn[hostile_numbers], rows); });
      if (name == hostile_lines.name()) attempt([&] { compare_typed(txn[hostile_lines], rows); });
      if (name == hostile_texts.name()) attempt([&] { compare_typed(txn[hostile_texts], rows); });
    }
  }

  /// All rows in order. That they are in order bounds their number, and so the time that it takes.
  [[nodiscard]] seen_rows scan(const raw_read& table) const {
    seen_rows rows;
    table.for_each([&](macaw::bytes_view key, macaw::bytes_view value) {
      if (!rows.empty()) agree(macaw::compare_bytes(rows.back().key, key) < 0, "a scan's keys do not ascend");
      rows.push_back({{key.begin(), key.end()}, hash(value)});
    });
    agree(rows.size() <= size_ + rows_added_max, "there are more rows than bytes");
    return rows;
  }

  static seen_row seen(const macaw::raw_row& row) { return {row.key, hash(row.value)}; }

  /// The rows that a few steps through so many come to.
  [[nodiscard]] static std::vector<std::size_t> some_of(std::size_t rows) {
    std::vector<std::size_t> chosen;
    const std::size_t step = rows / probes_max + 1;
    for (std::size_t i = 0; i < rows; i += step) chosen.push_back(i);
    if (rows > 0 && chosen.back() != rows - 1) chosen.push_back(rows - 1);
    return chosen;
  }

  void compare_raw(const raw_read& table, const seen_rows& rows) const {
    auto row = table.back();
    std::size_t left = std::min<std::size_t>(rows.size(), 2 * probes_max);
    for (std::size_t i = rows.size(); left > 0; --left) {
      agree(row && seen(*row) == rows[--i], "backwards there are other rows than forwards");
      row = table.before(row->key);
    }
    if (rows.size() <= 2 * probes_max) agree(!row, "backwards there are more rows than forwards");
    for (const std::size_t i : some_of(rows.size())) {
      const auto value = table.get(rows[i].key);
      agree(value && hash(*value) == rows[i].value, "a lookup finds another value than a scan");
      const auto next = table.after(rows[i].key);
      agree(next ? i + 1 < rows.size() && seen(*next) == rows[i + 1] : i + 1 == rows.size(),
            "a row is not followed by the next one");
    }
  }

  template <class Table>
  void compare_typed(const Table& table, const seen_rows& rows) const {
    using key_type = typename Table::key_codec_type::value_type;
    std::vector<key_type> keys;
    for (auto [key, value] : table) keys.push_back(key_type(key));
    agree(keys.size() == rows.size(), "an iterator shows other rows than a scan");
    std::size_t left = keys.size();
    for (auto [key, value] : table.reverse()) agree(left > 0 && keys[--left] == key, "reverse shows other rows");
    agree(left == 0, "reverse shows fewer rows");
    compare_places(table, keys);
    compare_counts(table, keys);
    compare_many(table, keys);
  }

  template <class Table, class Keys>
  void compare_places(const Table& table, const Keys& keys) const {
    auto cursor = table.cursor();
    for (const std::size_t i : some_of(keys.size())) {
      agree(table.contains(keys[i]) && table.find(keys[i]) != table.end(), "a key of the scan is not found");
      agree(cursor.seek(keys[i]) && cursor.key() == keys[i], "a cursor does not find a key");
      agree(cursor.next() == (i + 1 < keys.size()), "a cursor ends elsewhere");
      const auto view = table.view(keys[i]);
      agree(static_cast<bool>(view), "a view of a key is empty");
    }
  }

  template <class Table, class Keys>
  void compare_counts(const Table& table, const Keys& keys) const {
    const auto chosen = some_of(keys.size());
    for (std::size_t a = 0; a < chosen.size(); a += 5) {
      for (std::size_t b = a; b < chosen.size(); b += 7) {
        agree(table.count(table.range(keys[chosen[a]], keys[chosen[b]])) == chosen[b] - chosen[a],
              "a count differs from the rows of a scan");
      }
    }
  }

  template <class Table, class Keys>
  void compare_many(const Table& table, const Keys& keys) const {
    Keys wanted;
    for (const std::size_t i : some_of(keys.size())) wanted.push_back(keys[i]);
    for (const auto& value : table.multi_get(wanted)) agree(value.has_value(), "one of many lookups finds nothing");
  }

  // --- changing

  void change_rows(database& db) {
    const auto some_text = [&](std::size_t size) { return std::string(size, static_cast<char>('a' + draw(26))); };
    const auto step = [&](const auto& change) {
      attempt([&] {
        auto txn = db.begin_write();
        change(txn);
        if (draw(4) == 0) attempt([&] { read_all(std::as_const(txn), false); });
        txn.commit({.durability = draw(3) == 0 ? macaw::durability::deferred : macaw::durability::immediate,
                    .two_phase = draw(3) == 0});
      });
    };
    for (int round = 0; round < 2; ++round) {
      step([&](write_txn& txn) {
        for (int i = 0; i < 12; ++i) txn[hostile_numbers].put(draw(60) * 37, draw(1000));
      });
      step([&](write_txn& txn) {
        for (int i = 0; i < 6; ++i) txn[hostile_texts].put(some_text(1 + draw(30)), some_text(draw(150)));
        txn[hostile_texts].put("large", some_text(600 + draw(5000)));
      });
      step([&](write_txn& txn) { erase_some(txn[hostile_numbers], std::uint64_t{draw(700)}, std::uint64_t{2000}); });
      step([&](write_txn& txn) {
        auto inner = txn.nested();
        erase_some(inner[hostile_lines], static_cast<std::uint32_t>(draw(100)), std::uint32_t{90});
        if (draw(2) == 0) inner.commit();
      });
      step([&](write_txn& txn) { erase_some(txn[hostile_texts], some_text(1), some_text(2)); });
    }
    change_raw_tables(db, step);
    attempt([&] { db.sync(); });
  }

  template <class Table, class Key>
  void erase_some(Table&& table, const Key& from, const Key& up_to) {
    if (draw(4) == 0) return void(table.clear());
    if (draw(4) == 0) return void(table.erase_if([&](const auto&) { return draw(3) == 0; }));
    static_cast<void>(table.erase(table.range(from, up_to)));
    std::vector<typename std::remove_cvref_t<Table>::key_codec_type::value_type> keys;
    for (auto [key, value] : table) {
      if (keys.size() < 8) keys.emplace_back(key);
    }
    for (std::size_t i = 0; i < keys.size(); i += 2) table.erase(keys[i]);
  }

  /// Every table, whatever it holds: a row gets another one's value, one goes, and some tables end.
  template <class Step>
  void change_raw_tables(database& db, const Step& step) {
    std::vector<std::string> names;
    attempt([&] { names = db.begin_read().tables(); });
    for (const std::string& name : names) {
      step([&](write_txn& txn) {
        try {
          auto table = txn[macaw::raw_table(name)];
          const auto first = table.front(), last = table.back();
          if (first && last) table.put(first->key, last->value);
          if (last) table.erase(last->key);
          if (draw(4) == 0) table.clear();
          if (draw(4) == 0) txn.drop(macaw::raw_table(name));
        } catch (const std::invalid_argument&) {  // the catalog may hold what is no name
        }
      });
    }
  }

  macaw::memory_files files_;
  std::size_t size_;
  std::uint64_t state_ = 0;
  use_report report_;
};

}  // namespace macaw_test
