// SPDX-License-Identifier: MIT
//
// A database whatever its page size, pager and checksum are: what commands talk to. `sized_store.hpp` implements it
// over the library, in one unit for each page size.

#pragma once

#include "store/file_view.hpp"

#include <macaw/bytes.hpp>
#include <macaw/ids.hpp>
#include <macaw/ops/backup.hpp>
#include <macaw/ops/check.hpp>
#include <macaw/ops/compact.hpp>
#include <macaw/ops/probe.hpp>
#include <macaw/ops/progress.hpp>
#include <macaw/raw_table.hpp>
#include <macaw/stats.hpp>

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace macaw_shell {

using stored_bytes = std::vector<std::byte>;

/// What the catalog says of a table, and how many rows it has.
struct table_facts : macaw::table_description {
  std::uint64_t rows = 0;
};

/// Is called for each row; false ends the walk. The arguments borrow for the call.
using row_visitor = std::function<bool(macaw::bytes_view key, macaw::bytes_view value)>;

/// A snapshot, or a write transaction with those nested in it. Ends with the object: what is not committed is undone.
/// Tables are named; keys and values are the encoded bytes. All calls may raise `macaw::error`; std::invalid_argument
/// where a table's name breaks the rules.
class transaction {
 public:
  transaction() = default;
  transaction(const transaction&) = delete;
  transaction& operator=(const transaction&) = delete;
  virtual ~transaction() = default;

  [[nodiscard]] virtual std::vector<std::string> tables() const = 0;
  /// What is known of a table, or nothing where there is none.
  [[nodiscard]] virtual std::optional<table_facts> describe(std::string_view table) const = 0;
  [[nodiscard]] virtual std::optional<stored_bytes> get(std::string_view table, macaw::bytes_view key) const = 0;
  virtual void scan(std::string_view table, const macaw::raw_range& rows, macaw::walk_order order,
                    const row_visitor& visit) const = 0;
  /// Reads no leaf but those at the ends.
  [[nodiscard]] virtual std::uint64_t count(std::string_view table, const macaw::raw_range& rows) const = 0;

  // Changes. Errors: `read_only` in a snapshot.

  /// Returns: whether the row is new. A table that does not exist is made, of codecs `bytes`.
  virtual bool put(std::string_view table, macaw::bytes_view key, macaw::bytes_view value) = 0;
  /// Returns: whether there was such a row.
  virtual bool erase(std::string_view table, macaw::bytes_view key) = 0;
  /// Returns: how many rows there were.
  virtual std::uint64_t erase(std::string_view table, const macaw::raw_range& rows) = 0;
  /// Returns: false, with nothing changed, if there is such a table.
  virtual bool create(std::string_view table, const macaw::table_description& types) = 0;
  /// Returns: whether there was one.
  virtual bool drop(std::string_view table) = 0;
  /// Returns: false, with nothing changed, if there is none, or one of the new name.
  virtual bool rename(std::string_view table, std::string_view to) = 0;

  // Levels: the transaction itself is the first, each one nested in it is one more.

  /// How many are open; 0 for a snapshot, and after the outermost has ended.
  [[nodiscard]] virtual std::size_t depth() const = 0;
  virtual void begin_nested() = 0;
  /// Commits the innermost; the outermost durably.
  virtual void commit() = 0;
  /// Undoes the innermost.
  virtual void rollback() = 0;
  /// A point of the innermost to return to, by a number of its own.
  virtual std::uint64_t savepoint() = 0;
  virtual void rollback_to(std::uint64_t savepoint) = 0;
  virtual void release(std::uint64_t savepoint) = 0;
};

/// Takes the bytes of a backup, in order.
using bytes_sink = std::function<void(macaw::bytes_view)>;

/// An open database.
class store {
 public:
  store() = default;
  store(const store&) = delete;
  store& operator=(const store&) = delete;
  virtual ~store() = default;

  [[nodiscard]] virtual std::unique_ptr<transaction> begin_read() const = 0;
  /// Requires: no other write transaction is open.
  [[nodiscard]] virtual std::unique_ptr<transaction> begin_write() = 0;

  [[nodiscard]] virtual macaw::database_stats stats() const = 0;
  [[nodiscard]] virtual std::vector<macaw::named_table_stats> analyze(macaw::progress_callback callback) const = 0;
  [[nodiscard]] virtual macaw::check_report check(macaw::progress_callback callback) const = 0;
  virtual macaw::compact_report compact(std::string_view path, macaw::progress_callback callback) const = 0;
  /// To a new file, which is checked.
  virtual macaw::backup_report backup(std::string_view path, macaw::progress_callback callback) const = 0;
  virtual macaw::backup_report backup(const bytes_sink& sink, macaw::progress_callback callback) const = 0;
  /// Ends before the store does.
  [[nodiscard]] virtual std::unique_ptr<file_view> view() const = 0;
  /// Ends the use of the file. Errors: `busy` while transactions are open.
  virtual void close() = 0;
};

enum class pager_choice : std::uint8_t { file, mmap };

/// How a database file is opened.
struct store_options {
  pager_choice pager = pager_choice::file;
  bool read_only = false;
  bool create = false;           ///< make the file where there is none
  std::size_t page_size = 4096;  ///< of a file that is made
};

/// Opens a database file of any page size.
/// Errors: those of `macaw::probe` and of opening; `unsupported_feature` for a checksum or a page size that this
/// program was not built for.
[[nodiscard]] std::unique_ptr<store> open_store(const std::string& path, const store_options& options);

}  // namespace macaw_shell
