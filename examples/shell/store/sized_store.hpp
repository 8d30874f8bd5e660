// SPDX-License-Identifier: MIT
//
// A store over the library, for one configuration. Most of what the program takes to build is here, so it stays small:
// what does not depend on the configuration belongs elsewhere.

#pragma once

#include "store/file_tools.hpp"
#include "store/sized_file_view.hpp"
#include "store/store.hpp"

#include <macaw/checksum/crc32c.hpp>
#include <macaw/error.hpp>
#include <macaw/macaw.hpp>

#ifdef MACAW_SHELL_HAVE_MMAP
#include <macaw/mmap.hpp>
#endif

#include <memory>
#include <new>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

namespace macaw_shell {

[[noreturn]] void throw_snapshot_changed();
[[noreturn]] void throw_no_mapped_pager();

template <class Config>
class sized_snapshot final : public transaction {
 public:
  explicit sized_snapshot(macaw::basic_read_txn<Config> txn) : txn_(std::move(txn)) {}

  std::vector<std::string> tables() const override { return txn_.tables(); }
  std::optional<table_facts> describe(std::string_view table) const override { return describe_in(txn_, table); }
  std::optional<stored_bytes> get(std::string_view table, macaw::bytes_view key) const override {
    return txn_[macaw::raw_table(table)].get(key);
  }
  void scan(std::string_view table, const macaw::raw_range& rows, macaw::walk_order order,
            const row_visitor& visit) const override {
    txn_[macaw::raw_table(table)].for_each(rows, order, visit);
  }
  std::uint64_t count(std::string_view table, const macaw::raw_range& rows) const override {
    return txn_[macaw::raw_table(table)].count(rows);
  }

  bool put(std::string_view, macaw::bytes_view, macaw::bytes_view) override { throw_snapshot_changed(); }
  bool erase(std::string_view, macaw::bytes_view) override { throw_snapshot_changed(); }
  std::uint64_t erase(std::string_view, const macaw::raw_range&) override { throw_snapshot_changed(); }
  bool create(std::string_view, const macaw::table_description&) override { throw_snapshot_changed(); }
  bool drop(std::string_view) override { throw_snapshot_changed(); }
  bool rename(std::string_view, std::string_view) override { throw_snapshot_changed(); }

  std::size_t depth() const override { return 0; }
  void begin_nested() override { throw_snapshot_changed(); }
  void commit() override { throw_snapshot_changed(); }
  void rollback() override { throw_snapshot_changed(); }
  std::uint64_t savepoint() override { throw_snapshot_changed(); }
  void rollback_to(std::uint64_t) override { throw_snapshot_changed(); }
  void release(std::uint64_t) override { throw_snapshot_changed(); }

  /// Of either kind of transaction.
  static std::optional<table_facts> describe_in(const macaw::basic_txn<Config>& txn, std::string_view name) {
    const auto table = txn[macaw::raw_table(name)];
    if (!table.exists()) return std::nullopt;
    return table_facts{table.description(), table.size()};
  }

 private:
  macaw::basic_read_txn<Config> txn_;
};

template <class Config>
class sized_writer final : public transaction {
 public:
  explicit sized_writer(macaw::basic_write_txn<Config> txn) { levels_.push_back(std::move(txn)); }
  ~sized_writer() override {
    while (!levels_.empty()) levels_.pop_back();  // the innermost first
  }

  std::vector<std::string> tables() const override { return innermost().tables(); }
  std::optional<table_facts> describe(std::string_view table) const override {
    return sized_snapshot<Config>::describe_in(innermost(), table);
  }
  std::optional<stored_bytes> get(std::string_view table, macaw::bytes_view key) const override {
    return innermost()[macaw::raw_table(table)].get(key);
  }
  void scan(std::string_view table, const macaw::raw_range& rows, macaw::walk_order order,
            const row_visitor& visit) const override {
    innermost()[macaw::raw_table(table)].for_each(rows, order, visit);
  }
  std::uint64_t count(std::string_view table, const macaw::raw_range& rows) const override {
    return innermost()[macaw::raw_table(table)].count(rows);
  }

  bool put(std::string_view table, macaw::bytes_view key, macaw::bytes_view value) override {
    return writer()[macaw::raw_table(table)].put(key, value);
  }
  bool erase(std::string_view table, macaw::bytes_view key) override {
    return writer()[macaw::raw_table(table)].erase(key);
  }
  std::uint64_t erase(std::string_view table, const macaw::raw_range& rows) override {
    return writer()[macaw::raw_table(table)].erase(rows);
  }
  bool create(std::string_view table, const macaw::table_description& types) override {
    return writer()[macaw::raw_table(table)].create(types);
  }
  bool drop(std::string_view table) override { return writer().drop(table); }
  bool rename(std::string_view table, std::string_view to) override { return writer().rename(table, to); }

  std::size_t depth() const override { return levels_.size(); }
  void begin_nested() override {
    levels_.reserve(levels_.size() + 1);
    levels_.push_back(writer().nested());
  }
  void commit() override {
    try {
      writer().commit();
    } catch (const macaw::error& failure) {
      if (failure.outcome() != macaw::commit_outcome::none) end_level();
      throw;
    } catch (const std::bad_alloc&) {
      if (levels_.size() == 1) end_level();  // it was rolled back
      throw;
    }
    end_level();
  }
  void rollback() override {
    writer().rollback();
    end_level();
  }
  std::uint64_t savepoint() override {
    points_.reserve(points_.size() + 1);
    points_.push_back({++last_point_, levels_.size(), writer().savepoint()});
    return last_point_;
  }
  void rollback_to(std::uint64_t savepoint) override { writer().rollback_to(find(savepoint).point); }
  void release(std::uint64_t savepoint) override { writer().release(find(savepoint).point); }

 private:
  struct named_point {
    std::uint64_t number;
    std::size_t level;
    macaw::basic_savepoint<Config> point;
  };

  const macaw::basic_txn<Config>& innermost() const { return levels_.back(); }
  macaw::basic_write_txn<Config>& writer() { return levels_.back(); }

  void end_level() {
    std::erase_if(points_, [&](const named_point& point) { return point.level >= levels_.size(); });
    levels_.pop_back();
  }
  const named_point& find(std::uint64_t number) const {
    for (const named_point& point : points_) {
      if (point.number == number) return point;
    }
    throw macaw::error(macaw::errc::invalid_savepoint, "there is no such savepoint");
  }

  std::vector<macaw::basic_write_txn<Config>> levels_;
  std::vector<named_point> points_;
  std::uint64_t last_point_ = 0;
};

template <class Config>
class sized_store final : public store {
 public:
  sized_store(const std::string& path, const macaw::open_options& options)
      : database_(macaw::basic_database<Config>::open(path, options)) {}

  std::unique_ptr<transaction> begin_read() const override {
    return std::make_unique<sized_snapshot<Config>>(database_.begin_read());
  }
  std::unique_ptr<transaction> begin_write() override {
    return std::make_unique<sized_writer<Config>>(database_.begin_write());
  }

  macaw::database_stats stats() const override { return database_.stats(); }
  std::vector<macaw::named_table_stats> analyze(macaw::progress_callback callback) const override {
    return database_.analyze(callback);
  }
  macaw::check_report check(macaw::progress_callback callback) const override { return database_.check(callback); }
  macaw::compact_report compact(std::string_view path, macaw::progress_callback callback) const override {
    return database_.compact(path, callback);
  }
  macaw::backup_report backup(std::string_view path, macaw::progress_callback callback) const override {
    return macaw::backup(database_, path, callback);
  }
  macaw::backup_report backup(const bytes_sink& sink, macaw::progress_callback callback) const override {
    return macaw::backup(database_, sink, callback);
  }
  std::unique_ptr<file_view> view() const override {
    return std::make_unique<sized_file_view<Config>>(macaw::basic_inspector<Config>(database_));
  }
  void close() override { database_.close(); }

 private:
  macaw::basic_database<Config> database_;
};

/// A file whose pages are guarded by CRC-32C.
template <std::size_t PageSize>
struct crc32c_config : macaw::file_config<PageSize> {
  using checksum = macaw::crc32c;
};

/// `Config` is one with the file pager.
template <class Config>
class sized_file_tools final : public file_tools {
 public:
  std::unique_ptr<store> open(const std::string& path, pager_choice pager,
                              const macaw::open_options& options) const override {
    if (pager == pager_choice::file) return std::make_unique<sized_store<Config>>(path, options);
    return open_mapped(path, options);
  }
  std::unique_ptr<file_view> view(const std::string& path) const override {
    return std::make_unique<sized_file_view<Config>>(macaw::basic_inspector<Config>::open(path));
  }
  macaw::check_report verify(const std::string& path, macaw::progress_callback callback) const override {
    return macaw::verify_backup<Config>(path, callback);
  }
  macaw::restore_report restore(const bytes_source& source, const std::string& to,
                                const macaw::restore_options& options,
                                macaw::progress_callback callback) const override {
    return macaw::restore<Config>(source, to, options, callback);
  }
  macaw::salvage_report salvage(const std::string& from, const std::string& to, const macaw::salvage_options& options,
                                macaw::progress_callback callback) const override {
    return macaw::salvage<Config>(from, to, options, callback);
  }

 private:
  static std::unique_ptr<store> open_mapped(const std::string& path, const macaw::open_options& options) {
#ifdef MACAW_SHELL_HAVE_MMAP
    // Another checksum is rare enough not to be worth an eighth of the build.
    if constexpr (std::is_same_v<typename Config::checksum, macaw::xxh3>) {
      return std::make_unique<sized_store<macaw::mmap_config<Config::page_size>>>(path, options);
    }
#endif
    static_cast<void>(path);
    static_cast<void>(options);
    throw_no_mapped_pager();
  }
};

template <std::size_t PageSize>
const file_tools& sized_tools(std::uint32_t checksum_id) {
  static const sized_file_tools<macaw::file_config<PageSize>> usual;
  static const sized_file_tools<crc32c_config<PageSize>> with_crc32c;
  if (checksum_id == macaw::crc32c::id) return with_crc32c;
  return usual;
}

}  // namespace macaw_shell
