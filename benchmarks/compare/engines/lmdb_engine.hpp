// SPDX-License-Identifier: MIT
//
// LMDB as an engine, as its documentation would have it used for such rows: integer keys, which it compares
// fastest; one cursor a transaction, which scans with it; MDB_NOSYNC where macaw defers.

#pragma once

#include "../engine.hpp"

#include <lmdb.h>

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <optional>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>

namespace macaw_benchmark {

inline void require_lmdb(int code) {
  if (code != MDB_SUCCESS) throw std::runtime_error(std::string("lmdb: ") + mdb_strerror(code));
}

class lmdb_engine {
 public:
  static constexpr std::string_view name = "lmdb";
  static constexpr bool has_file = true;

  lmdb_engine(const std::string& path, syncing mode) {
    require_lmdb(mdb_env_create(&environment_));
    require_lmdb(mdb_env_set_mapsize(environment_, std::size_t{8} << 30));
    const unsigned flags = MDB_NOSUBDIR | (mode == syncing::off ? MDB_NOSYNC : 0U);
    require_lmdb(mdb_env_open(environment_, path.c_str(), flags, 0644));
    MDB_txn* txn = nullptr;
    require_lmdb(mdb_txn_begin(environment_, nullptr, 0, &txn));
    require_lmdb(mdb_dbi_open(txn, nullptr, MDB_INTEGERKEY, &table_));
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

  class reader {
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

    [[nodiscard]] std::optional<std::uint64_t> get(std::uint64_t key) const {
      MDB_val wanted{sizeof key, &key};
      MDB_val found{};
      const int code = mdb_get(txn_, table_, &wanted, &found);
      if (code == MDB_NOTFOUND) return std::nullopt;
      require_lmdb(code);
      return number(found);
    }
    [[nodiscard]] std::uint64_t get_many(std::span<const std::uint64_t, group_size> keys) const {
      std::uint64_t sum = 0;
      for (const std::uint64_t key : keys) sum += get(key).value_or(0);
      return sum;
    }
    template <class Use>
    void scan(Use&& use) const {
      MDB_val key{};
      walk(key, MDB_FIRST, SIZE_MAX, use);
    }
    template <class Use>
    void scan(std::uint64_t from, std::size_t rows_max, Use&& use) const {
      MDB_val key{sizeof from, &from};
      walk(key, MDB_SET_RANGE, rows_max, use);
    }

   private:
    template <class Use>
    void walk(MDB_val key, MDB_cursor_op first, std::size_t rows_max, Use& use) const {
      if (cursor_ == nullptr) require_lmdb(mdb_cursor_open(txn_, table_, &cursor_));
      MDB_val value{};
      int code = rows_max == 0 ? MDB_NOTFOUND : mdb_cursor_get(cursor_, &key, &value, first);
      while (code == MDB_SUCCESS) {
        use(number(key), number(value));
        if (--rows_max == 0) return;
        code = mdb_cursor_get(cursor_, &key, &value, MDB_NEXT);
      }
      if (code != MDB_NOTFOUND) require_lmdb(code);
    }

    MDB_dbi table_;
    MDB_txn* txn_ = nullptr;
    mutable MDB_cursor* cursor_ = nullptr;  // opened by the first scan
  };

  class writer {
   public:
    explicit writer(lmdb_engine& engine) : table_(engine.table_) {
      require_lmdb(mdb_txn_begin(engine.environment_, nullptr, 0, &txn_));
    }
    writer(const writer&) = delete;
    writer& operator=(const writer&) = delete;
    ~writer() { mdb_txn_abort(txn_); }

    void put(std::uint64_t key, std::uint64_t value) { put(key, value, 0); }
    void append(std::uint64_t key, std::uint64_t value) { put(key, value, MDB_APPEND); }
    void load(row_span sorted) {
      for (const auto& [key, value] : sorted) append(key, value);
    }
    bool erase(std::uint64_t key) {
      MDB_val wanted{sizeof key, &key};
      const int code = mdb_del(txn_, table_, &wanted, nullptr);
      if (code == MDB_NOTFOUND) return false;
      require_lmdb(code);
      return true;
    }
    void commit() {
      MDB_txn* const txn = txn_;
      txn_ = nullptr;
      require_lmdb(mdb_txn_commit(txn));
    }

   private:
    void put(std::uint64_t key, std::uint64_t value, unsigned flags) {
      MDB_val key_bytes{sizeof key, &key};
      MDB_val value_bytes{sizeof value, &value};
      require_lmdb(mdb_put(txn_, table_, &key_bytes, &value_bytes, flags));
    }

    MDB_dbi table_;
    MDB_txn* txn_ = nullptr;
  };

 private:
  [[nodiscard]] static std::uint64_t number(const MDB_val& bytes) {
    std::uint64_t result = 0;
    if (bytes.mv_size != sizeof result) throw std::runtime_error("lmdb: a row of another size");
    std::memcpy(&result, bytes.mv_data, sizeof result);
    return result;
  }

  MDB_env* environment_ = nullptr;
  MDB_dbi table_ = 0;
};

static_assert(engine<lmdb_engine>);

}  // namespace macaw_benchmark
