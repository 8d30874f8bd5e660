// SPDX-License-Identifier: MIT

#include "../works.hpp"
#include "log_structured.hpp"

#include <leveldb/cache.h>
#include <leveldb/db.h>
#include <leveldb/filter_policy.h>
#include <leveldb/write_batch.h>

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
  using database_type = leveldb::DB;
  using status = leveldb::Status;
  using slice = leveldb::Slice;
  using batch = leveldb::WriteBatch;
  using read_options = leveldb::ReadOptions;
  using write_options = leveldb::WriteOptions;
  using iterator = leveldb::Iterator;
  static constexpr const char* name = "leveldb";

  store(const std::string& path, std::uint64_t data_size)
      : cache_(leveldb::NewLRUCache(static_cast<std::size_t>(3 * data_size) + (std::size_t{64} << 20))),
        filter_(leveldb::NewBloomFilterPolicy(10)) {
    leveldb::Options options;
    options.create_if_missing = true;
    options.compression = leveldb::kNoCompression;
    options.block_cache = cache_.get();
    options.filter_policy = filter_.get();
    options.write_buffer_size = std::size_t{64} << 20;
    leveldb::DB* opened = nullptr;
    const leveldb::Status found = leveldb::DB::Open(options, path, &opened);
    if (!found.ok()) throw std::runtime_error("leveldb: " + found.ToString());
    database_.reset(opened);
  }

  [[nodiscard]] leveldb::DB& database() noexcept { return *database_; }
  /// An empty batch that is synced, and with it the log before it.
  void sync() {
    leveldb::WriteBatch nothing;
    leveldb::WriteOptions options;
    options.sync = true;
    const leveldb::Status found = database_->Write(options, &nothing);
    if (!found.ok()) throw std::runtime_error("leveldb: " + found.ToString());
  }

 private:
  std::unique_ptr<leveldb::Cache> cache_;
  std::unique_ptr<const leveldb::FilterPolicy> filter_;
  std::unique_ptr<leveldb::DB> database_;
};
template <class Rows>
using leveldb_engine_of = log_structured_engine<store, Rows>;

}  // namespace

void add_leveldb(suite& to) { add_works<leveldb_engine_of>(to); }

}  // namespace macaw_benchmark
