// SPDX-License-Identifier: MIT
//
// LMDB as an engine, as its documentation would have it used for such rows: integer keys, where keys are numbers,
// which it compares fastest; one cursor a transaction, which scans with it; MDB_NOSYNC where macaw defers.

#pragma once

#include "../engine.hpp"

#include <lmdb.h>

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>

namespace macaw_benchmark {

inline void require_lmdb(int code) {
  if (code != MDB_SUCCESS) throw std::runtime_error(std::string("lmdb: ") + mdb_strerror(code));
}

/// `Traits` has the constants `name` and `flags`.
template <class Traits, class Rows>
class lmdb_engine {
 public:
  using rows = Rows;
  static constexpr std::string_view name = Traits::name;
  static constexpr bool has_file = true;

  lmdb_engine(const std::string& path, const opening& how) {
    require_lmdb(mdb_env_create(&environment_));
    constexpr std::size_t unit = std::size_t{1} << 20;
    const std::size_t map_size = (8 * static_cast<std::size_t>(how.data_size) / unit + 1024) * unit;
    require_lmdb(mdb_env_set_mapsize(environment_, map_size));
    const unsigned flags = Traits::flags | MDB_NOSUBDIR | (how.commits == syncing::off ? MDB_NOSYNC : 0U);
    require_lmdb(mdb_env_open(environment_, path.c_str(), flags, 0644));
    MDB_txn* txn = nullptr;
    require_lmdb(mdb_txn_begin(environment_, nullptr, 0, &txn));
    require_lmdb(mdb_dbi_open(txn, nullptr, has_numbers ? MDB_INTEGERKEY : 0U, &table_));
    require_lmdb(mdb_txn_commit(txn));
  }
  lmdb_engine(const lmdb_engine&) = delete;
  lmdb_engine& operator=(const lmdb_engine&) = delete;
  ~lmdb_engine() { mdb_env_close(environment_); }

  [[nodiscard]] std::uint64_t begin_and_end() {
    MDB_txn* txn = nullptr;
    require_lmdb(mdb_txn_begin(environment_, nullptr, MDB_RDONLY, &txn));
    const std::uint64_t id = mdb_txn_id(txn);
    mdb_txn_abort(txn);
    return id;
  }
  void sync() { require_lmdb(mdb_env_sync(environment_, 1)); }

  class reader;
  class writer;

 private:
  using key_type = typename Rows::key_type;
  using value_type = typename Rows::value_type;
  static constexpr bool has_numbers = std::same_as<key_type, std::uint64_t>;

  /// LMDB takes bytes that it does not change by pointers that are not const.
  [[nodiscard]] static MDB_val bytes_of(const std::uint64_t& number) noexcept {
    return {sizeof number, const_cast<std::uint64_t*>(&number)};
  }
  [[nodiscard]] static MDB_val bytes_of(std::string_view text) noexcept {
    return {text.size(), const_cast<char*>(text.data())};
  }
  [[nodiscard]] static auto shown(const MDB_val& bytes) {
    if constexpr (has_numbers) {
      std::uint64_t result = 0;
      if (bytes.mv_size != sizeof result) throw std::runtime_error("lmdb: a row of another size");
      std::memcpy(&result, bytes.mv_data, sizeof result);
      return result;
    } else {
      return std::string_view(static_cast<const char*>(bytes.mv_data), bytes.mv_size);
    }
  }

  MDB_env* environment_ = nullptr;
  MDB_dbi table_ = 0;
};

template <class Traits, class Rows>
class lmdb_engine<Traits, Rows>::reader {
 public:
  explicit reader(lmdb_engine& engine) : table_(engine.table_) {
    require_lmdb(mdb_txn_begin(engine.environment_, nullptr, MDB_RDONLY, &txn_));
  }
  reader(const reader&) = delete;
  reader& operator=(const reader&) = delete;
  ~reader() {
    if (cursor_ != nullptr) mdb_cursor_close(cursor_);
    mdb_txn_abort(txn_);
  }

  template <class Use>
  [[nodiscard]] bool get(const key_type& key, Use&& use) const {
    MDB_val wanted = bytes_of(key);
    MDB_val found{};
    const int code = mdb_get(txn_, table_, &wanted, &found);
    if (code == MDB_NOTFOUND) return false;
    require_lmdb(code);
    use(shown(found));
    return true;
  }
  template <class Use>
  void scan(Use&& use) const {
    MDB_val key{};
    walk(key, MDB_FIRST, SIZE_MAX, use);
  }
  template <class Use>
  void scan(const key_type& from, std::size_t rows_max, Use&& use) const {
    walk(bytes_of(from), MDB_SET_RANGE, rows_max, use);
  }

 private:
  template <class Use>
  void walk(MDB_val key, MDB_cursor_op first, std::size_t rows_max, Use& use) const {
    if (cursor_ == nullptr) require_lmdb(mdb_cursor_open(txn_, table_, &cursor_));
    MDB_val value{};
    int code = rows_max == 0 ? MDB_NOTFOUND : mdb_cursor_get(cursor_, &key, &value, first);
    while (code == MDB_SUCCESS) {
      use(shown(key), shown(value));
      if (--rows_max == 0) return;
      code = mdb_cursor_get(cursor_, &key, &value, MDB_NEXT);
    }
    if (code != MDB_NOTFOUND) require_lmdb(code);
  }

  MDB_dbi table_;
  MDB_txn* txn_ = nullptr;
  mutable MDB_cursor* cursor_ = nullptr;  // opened by the first scan
};

template <class Traits, class Rows>
class lmdb_engine<Traits, Rows>::writer {
 public:
  explicit writer(lmdb_engine& engine) : table_(engine.table_) {
    require_lmdb(mdb_txn_begin(engine.environment_, nullptr, 0, &txn_));
  }
  writer(const writer&) = delete;
  writer& operator=(const writer&) = delete;
  ~writer() { mdb_txn_abort(txn_); }

  void put(const key_type& key, const value_type& value) { put(key, value, 0); }
  void append(const key_type& key, const value_type& value) { put(key, value, MDB_APPEND); }
  void load(std::span<const typename row_set<Rows>::row> sorted) {
    for (const auto& [key, value] : sorted) append(key, value);
  }
  bool erase(const key_type& key) {
    MDB_val wanted = bytes_of(key);
    const int code = mdb_del(txn_, table_, &wanted, nullptr);
    if (code == MDB_NOTFOUND) return false;
    require_lmdb(code);
    return true;
  }
  /// LMDB has no call for it: a cursor deletes row by row.
  void erase_between(const key_type& first, const key_type& last) {
    MDB_cursor* cursor = nullptr;
    require_lmdb(mdb_cursor_open(txn_, table_, &cursor));
    MDB_val key = bytes_of(first);
    const MDB_val end = bytes_of(last);
    MDB_val value{};
    int code = mdb_cursor_get(cursor, &key, &value, MDB_SET_RANGE);
    while (code == MDB_SUCCESS && mdb_cmp(txn_, table_, &key, &end) < 0) {
      require_lmdb(mdb_cursor_del(cursor, 0));
      code = mdb_cursor_get(cursor, &key, &value, MDB_NEXT);
    }
    mdb_cursor_close(cursor);
    if (code != MDB_NOTFOUND) require_lmdb(code);
  }
  void commit() {
    MDB_txn* const txn = txn_;
    txn_ = nullptr;
    require_lmdb(mdb_txn_commit(txn));
  }

 private:
  void put(const key_type& key, const value_type& value, unsigned flags) {
    MDB_val key_bytes = bytes_of(key);
    MDB_val value_bytes = bytes_of(value);
    require_lmdb(mdb_put(txn_, table_, &key_bytes, &value_bytes, flags));
  }

  MDB_dbi table_;
  MDB_txn* txn_ = nullptr;
};

}  // namespace macaw_benchmark
