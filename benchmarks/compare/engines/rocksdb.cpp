// SPDX-License-Identifier: MIT

#include "../works.hpp"
#include "log_structured.hpp"

#include <rocksdb/cache.h>
#include <rocksdb/db.h>
#include <rocksdb/filter_policy.h>
#include <rocksdb/options.h>
#include <rocksdb/table.h>
#include <rocksdb/write_batch.h>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <stdexcept>
#include <string>

namespace macaw_benchmark {

namespace {

/// A cache for everything, Bloom filters, no compression.
class store {
 public:
  using database_type = rocksdb::DB;
  using status = rocksdb::Status;
  using slice = rocksdb::Slice;
  using batch = rocksdb::WriteBatch;
  using read_options = rocksdb::ReadOptions;
  using write_options = rocksdb::WriteOptions;
  using iterator = rocksdb::Iterator;
  static constexpr const char* name = "rocksdb";

  store(const std::string& path, std::uint64_t data_size) {
    rocksdb::BlockBasedTableOptions table;
    table.block_cache = rocksdb::NewLRUCache(static_cast<std::size_t>(3 * data_size) + (std::size_t{64} << 20));
    table.filter_policy.reset(rocksdb::NewBloomFilterPolicy(10));
    rocksdb::Options options;
    options.create_if_missing = true;
    options.compression = rocksdb::kNoCompression;
    options.table_factory.reset(rocksdb::NewBlockBasedTableFactory(table));
    rocksdb::DB* opened = nullptr;
    require(rocksdb::DB::Open(options, path, &opened));
    database_.reset(opened);
  }

  [[nodiscard]] rocksdb::DB& database() noexcept { return *database_; }
  void sync() { require(database_->SyncWAL()); }

 private:
  static void require(const rocksdb::Status& found) {
    if (!found.ok()) throw std::runtime_error("rocksdb: " + found.ToString());
  }

  std::unique_ptr<rocksdb::DB> database_;
};
template <class Rows>
using rocksdb_engine_of = log_structured_engine<store, Rows>;

}  // namespace

void add_rocksdb(suite& to) { add_works<rocksdb_engine_of>(to); }

}  // namespace macaw_benchmark
