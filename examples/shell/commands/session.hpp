// SPDX-License-Identifier: MIT
//
// What a run of the program is about: the file, the open transaction, the table in use, and how things are shown.

#pragma once

#include "base/output.hpp"
#include "base/settings.hpp"
#include "store/file_view.hpp"
#include "store/store.hpp"
#include "values/codec_type.hpp"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace macaw_shell {

/// A table with its types taken apart. One that does not exist yet has keys and values of bytes, and no rows.
struct typed_table {
  std::string name;
  bool exists = false;
  table_facts facts;
  codec_type key;
  codec_type value;
};

/// What a command needs of the database file before it runs.
enum class file_use : std::uint8_t {
  none,     ///< nothing, or it opens what it needs itself
  viewing,  ///< opened as for reading, if it is not too damaged for that
  reading,  ///< opened, for reading where one command is all that runs
  writing,  ///< opened, and made where there is none
};

class session {
 public:
  session(std::string path, const store_options& options, const settings& how);
  session(const session&) = delete;
  session& operator=(const session&) = delete;
  ~session();

  [[nodiscard]] const std::string& path() const noexcept { return path_; }
  [[nodiscard]] const store_options& options() const noexcept { return options_; }
  [[nodiscard]] settings& how() noexcept { return how_; }
  [[nodiscard]] output& out() noexcept { return out_; }

  /// Says that no command follows: files are opened for reading where that is enough.
  void expect_one_command() noexcept { one_command_ = true; }
  [[nodiscard]] bool one_command() const noexcept { return one_command_; }
  /// Says what the next command needs. The file is opened, or made, when it asks for it: not before its words are
  /// understood.
  void prepare(file_use use) noexcept { use_ = use; }
  /// Whether the database is open, or can be opened; for commands that make do with a damaged file.
  /// Errors: those of `open_store`.
  [[nodiscard]] bool is_open();
  /// Errors: those of `open_store`.
  store& database();
  /// The open database as pages, or the file where it could not be opened; good until the command ends.
  [[nodiscard]] const file_view& view();
  /// Ends the use of the file, whose transaction is rolled back, if there is one. The next command opens it again.
  void close();

  /// The open transaction; or a snapshot, the same one until the command ends.
  [[nodiscard]] const transaction& reading();
  /// Changes the database: as a part of the open transaction, or durably in one of its own. If `change` throws, nothing
  /// of it remains.
  void change(const std::function<void(transaction&)>& change);
  /// What a command leaves behind that must not stay: snapshots. Called between commands.
  void end_command() noexcept {
    use_ = file_use::none;
    view_.reset();
    snapshot_.reset();
  }

  // Transactions.
  [[nodiscard]] bool in_transaction() const noexcept { return writer_ != nullptr; }
  [[nodiscard]] std::size_t depth() const noexcept { return writer_ == nullptr ? 0 : writer_->depth(); }
  /// Begins a transaction, or one nested in the innermost.
  void begin();
  /// Errors: `usage_error` where none is open.
  void commit();
  void rollback();
  /// Undoes all that is open.
  void abandon() noexcept;
  void savepoint(const std::string& name);
  void rollback_to(std::string_view name);
  void release(std::string_view name);

  // Tables.
  /// The name in use: the one chosen; else `main`, or that of the only table there is.
  [[nodiscard]] std::string table_in_use();
  void use(std::string name) { table_ = std::move(name); }
  /// Requires: `prepare` was called.
  [[nodiscard]] typed_table find_table(const std::string& name);
  /// Errors: `not_found_error`.
  typed_table require_table(const std::string& name);

  /// "macaw:users**> ": a star for each open level.
  [[nodiscard]] std::string prompt();

 private:
  struct named_savepoint {
    std::string name;
    std::size_t depth;
    std::uint64_t number;
  };

  [[nodiscard]] transaction& open_writer() const;
  [[nodiscard]] std::size_t find_savepoint(std::string_view name) const;
  void forget_savepoints() noexcept;

  std::string path_;
  store_options options_;
  settings how_;
  output out_;
  bool one_command_ = false;
  file_use use_ = file_use::none;
  std::unique_ptr<store> store_;
  std::unique_ptr<transaction> writer_;
  std::unique_ptr<transaction> snapshot_;
  std::unique_ptr<file_view> view_;
  std::vector<named_savepoint> savepoints_;
  std::optional<std::string> table_;
};

}  // namespace macaw_shell
