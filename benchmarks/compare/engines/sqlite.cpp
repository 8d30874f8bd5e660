// SPDX-License-Identifier: MIT
//
// SQLite as an engine: one table, prepared statements, a write-ahead log; the cache and the mapping hold everything.

#include "../works.hpp"

#include <sqlite3.h>

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <mutex>
#include <stdexcept>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

namespace macaw_benchmark {

namespace {

/// A number in SQLite's order, which is that of signed ones.
std::int64_t signed_of(std::uint64_t number) { return static_cast<std::int64_t>(number ^ (std::uint64_t{1} << 63)); }
std::uint64_t unsigned_of(std::int64_t number) { return static_cast<std::uint64_t>(number) ^ (std::uint64_t{1} << 63); }

class statement {
 public:
  statement(sqlite3* database, const char* text) : database_(database) {
    if (sqlite3_prepare_v3(database, text, -1, SQLITE_PREPARE_PERSISTENT, &statement_, nullptr) != SQLITE_OK) fail();
  }
  statement(const statement&) = delete;
  statement& operator=(const statement&) = delete;
  ~statement() { sqlite3_finalize(statement_); }

  void bind(int place, std::uint64_t number) { require(sqlite3_bind_int64(statement_, place, signed_of(number))); }
  void bind(int place, std::string_view bytes) {
    require(sqlite3_bind_blob64(statement_, place, bytes.data(), bytes.size(), SQLITE_STATIC));
  }
  /// Whether there is a row.
  bool step() {
    const int code = sqlite3_step(statement_);
    if (code != SQLITE_ROW && code != SQLITE_DONE) fail();
    return code == SQLITE_ROW;
  }
  void reset() { sqlite3_reset(statement_); }
  void run() {
    step();
    reset();
  }
  template <class T>
  [[nodiscard]] T column(int place) {
    if constexpr (std::same_as<T, std::uint64_t>) {
      return unsigned_of(sqlite3_column_int64(statement_, place));
    } else {
      const void* const bytes = sqlite3_column_blob(statement_, place);
      return {static_cast<const char*>(bytes), static_cast<std::size_t>(sqlite3_column_bytes(statement_, place))};
    }
  }

 private:
  void require(int code) {
    if (code != SQLITE_OK) fail();
  }
  [[noreturn]] void fail() { throw std::runtime_error(std::string("sqlite: ") + sqlite3_errmsg(database_)); }

  sqlite3* database_;
  sqlite3_stmt* statement_ = nullptr;
};

class connection {
 public:
  connection(const std::string& path, const opening& how) {
    if (sqlite3_open(path.c_str(), &database_) != SQLITE_OK) throw std::runtime_error("sqlite: cannot open " + path);
    run("PRAGMA journal_mode=WAL");
    run(how.commits == syncing::on ? "PRAGMA synchronous=FULL" : "PRAGMA synchronous=OFF");
    run("PRAGMA cache_size=-" + std::to_string(3 * how.data_size / 1024 + 65'536));
    run("PRAGMA mmap_size=" + std::to_string(8 * how.data_size + (std::uint64_t{64} << 20)));
  }
  connection(const connection&) = delete;
  connection& operator=(const connection&) = delete;
  ~connection() { sqlite3_close(database_); }

  [[nodiscard]] sqlite3* get() const noexcept { return database_; }
  void run(const std::string& text) {
    if (sqlite3_exec(database_, text.c_str(), nullptr, nullptr, nullptr) != SQLITE_OK) {
      throw std::runtime_error("sqlite: " + text + ": " + sqlite3_errmsg(database_));
    }
  }

 private:
  sqlite3* database_ = nullptr;
};

template <class Rows>
class sqlite_engine {
 public:
  using rows = Rows;
  static constexpr std::string_view name = "sqlite";
  static constexpr bool has_file = true;

  sqlite_engine(const std::string& path, const opening& how) : path_(path), how_(how), writing_(path, how) {
    writing_.run(has_numbers ? "CREATE TABLE IF NOT EXISTS t (k INTEGER PRIMARY KEY, v INTEGER) STRICT"
                             : "CREATE TABLE IF NOT EXISTS t (k BLOB PRIMARY KEY, v BLOB) STRICT, WITHOUT ROWID");
  }

  /// Moves everything from the log into the database, too, so that its size is that of the rows.
  void sync() {
    writing_.run("PRAGMA synchronous=FULL");
    writing_.run("PRAGMA wal_checkpoint(TRUNCATE)");
    if (how_.commits == syncing::off) writing_.run("PRAGMA synchronous=OFF");
  }

  class reader;
  class writer;

 private:
  using key_type = typename Rows::key_type;
  using value_type = typename Rows::value_type;
  static constexpr bool has_numbers = std::same_as<key_type, std::uint64_t>;

  /// What a reader needs, one for each thread that reads, as SQLite's documentation asks for.
  struct reading {
    reading(const std::string& path, const opening& how) : open(path, how) {}

    connection open;
    statement begin{open.get(), "BEGIN"};
    statement end{open.get(), "COMMIT"};
    statement get{open.get(), "SELECT v FROM t WHERE k = ?"};
    statement scan{open.get(), "SELECT k, v FROM t ORDER BY k"};
    statement range{open.get(), "SELECT k, v FROM t WHERE k >= ? ORDER BY k LIMIT ?"};
  };

  [[nodiscard]] std::unique_ptr<reading> take_connection() {
    const std::lock_guard lock(mutex_);
    if (idle_.empty()) return std::make_unique<reading>(path_, how_);
    std::unique_ptr<reading> taken = std::move(idle_.back());
    idle_.pop_back();
    return taken;
  }
  void give_back(std::unique_ptr<reading> taken) {
    const std::lock_guard lock(mutex_);
    idle_.push_back(std::move(taken));
  }

  std::string path_;
  opening how_;
  connection writing_;
  std::mutex mutex_;
  std::vector<std::unique_ptr<reading>> idle_;
};

template <class Rows>
class sqlite_engine<Rows>::reader {
 public:
  explicit reader(sqlite_engine& engine) : engine_(engine), reading_(engine.take_connection()) {
    reading_->begin.run();
  }
  reader(const reader&) = delete;
  reader& operator=(const reader&) = delete;
  ~reader() {
    reading_->end.run();
    engine_.give_back(std::move(reading_));
  }

  template <class Use>
  [[nodiscard]] bool get(const key_type& key, Use&& use) const {
    statement& get = reading_->get;
    get.bind(1, key);
    const bool found = get.step();
    if (found) use(get.template column<value_type>(0));
    get.reset();
    return found;
  }
  template <class Use>
  void scan(Use&& use) const {
    walk(reading_->scan, use);
  }
  template <class Use>
  void scan(const key_type& from, std::size_t rows_max, Use&& use) const {
    reading_->range.bind(1, from);
    reading_->range.bind(2, unsigned_of(static_cast<std::int64_t>(rows_max)));
    walk(reading_->range, use);
  }

 private:
  template <class Use>
  static void walk(statement& rows_of, Use& use) {
    using key_shown = std::conditional_t<has_numbers, std::uint64_t, std::string_view>;
    while (rows_of.step()) use(rows_of.template column<key_shown>(0), rows_of.template column<value_type>(1));
    rows_of.reset();
  }

  sqlite_engine& engine_;
  std::unique_ptr<reading> reading_;
};

template <class Rows>
class sqlite_engine<Rows>::writer {
 public:
  explicit writer(sqlite_engine& engine)
      : connection_(engine.writing_),
        put_(connection_.get(), "INSERT INTO t VALUES (?, ?) ON CONFLICT (k) DO UPDATE SET v = excluded.v"),
        erase_(connection_.get(), "DELETE FROM t WHERE k = ?"),
        erase_range_(connection_.get(), "DELETE FROM t WHERE k >= ? AND k < ?") {
    connection_.run("BEGIN IMMEDIATE");
  }
  writer(const writer&) = delete;
  writer& operator=(const writer&) = delete;
  ~writer() {
    if (!committed_) sqlite3_exec(connection_.get(), "ROLLBACK", nullptr, nullptr, nullptr);
  }

  void put(const key_type& key, const value_type& value) {
    put_.bind(1, key);
    put_.bind(2, value);
    put_.run();
  }
  bool erase(const key_type& key) {
    erase_.bind(1, key);
    erase_.run();
    return sqlite3_changes(connection_.get()) != 0;
  }
  void erase_between(const key_type& first, const key_type& last) {
    erase_range_.bind(1, first);
    erase_range_.bind(2, last);
    erase_range_.run();
  }
  void commit() {
    connection_.run("COMMIT");
    committed_ = true;
  }

 private:
  connection& connection_;
  statement put_;
  statement erase_;
  statement erase_range_;
  bool committed_ = false;
};

}  // namespace

void add_sqlite(suite& to) { add_works<sqlite_engine>(to); }

}  // namespace macaw_benchmark
