// SPDX-License-Identifier: MIT
//
// A database: opened, read and written through transactions, closed. Layer 6 (API).

#pragma once

#include <macaw/detail/api/analyze.hpp>
#include <macaw/detail/api/closure_result.hpp>
#include <macaw/detail/api/txn_state.hpp>
#include <macaw/detail/txn/engine.hpp>
#include <macaw/detail/txn/writer_turn.hpp>
#include <macaw/error.hpp>
#include <macaw/fwd.hpp>
#include <macaw/ids.hpp>
#include <macaw/macros.hpp>
#include <macaw/ops/progress.hpp>
#include <macaw/options.hpp>
#include <macaw/read_txn.hpp>
#include <macaw/stats.hpp>
#include <macaw/table.hpp>
#include <macaw/write_txn.hpp>

#include <memory>
#include <mutex>  // std::chrono
#include <optional>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

namespace macaw::inline MACAW_ABI {

/// What `check()` does: defined in `<macaw/ops/check.hpp>`.
template <class Database>
struct database_check;
/// What `compact()` does: defined in `<macaw/ops/compact.hpp>`.
template <class Database>
struct database_compact;
/// How the tools of `<macaw/ops/...>` reach into a database: defined where they are.
template <class Database>
struct database_access;

/// A handle to an open database. Movable; moving it invalidates nothing.
///
/// Every call but `close` may raise `io`, `corrupt` and bad_alloc; after `close` and from a handle that was moved from,
/// `txn_ended`. Not usable in a child process after `fork()`.
/// Thread safety: every member but moving, `close` and destruction from any thread.
template <class Config>
class basic_database {
 public:
  using read_txn = basic_read_txn<Config>;
  using write_txn = basic_write_txn<Config>;
  using txn = basic_txn<Config>;
  using savepoint = basic_savepoint<Config>;
  template <class Key, class Value>
  using read_table = basic_read_table<Config, Key, Value>;
  template <class Key, class Value>
  using write_table = basic_write_table<Config, Key, Value>;

  /// Opens the database in the file at `path`, or makes one.
  ///
  /// Errors: `locked`, `already_open`, `not_macaw`, `wrong_page_size`, `unsupported_version`, `unsupported_feature`,
  /// `read_only`, `corrupt`, `io`, `no_space`.
  [[nodiscard]] static basic_database open(std::string_view path, const open_options& options = {}) requires(
      detail::store<Config>::has_files) {
    return open(path, options, typename Config::file_system());
  }
  /// As above, in this file system.
  template <class Files>
  [[nodiscard]] static basic_database open(std::string_view path, const open_options& options,
                                           Files files) requires(detail::store<Config>::has_files) {
    return basic_database(detail::engine<Config>::open(path, options, std::move(files)));
  }
  /// A database without a file, of the same type: every commit is deferred, and gone with the handle.
  [[nodiscard]] static basic_database in_memory(const open_options& options = {}) {
    return basic_database(detail::engine<Config>::in_memory(options));
  }

  basic_database(basic_database&&) noexcept = default;
  basic_database& operator=(basic_database&& other) noexcept {
    basic_database taken(std::move(other));
    std::swap(core_, taken.core_);
    return *this;
  }
  /// Requires: no transaction is alive. If one is, builds with checks stop, others leave the database open for good.
  /// Effects: makes deferred commits durable if it can; `close()` tells whether it could.
  ~basic_database() {
    if (core_ == nullptr || core_->engine == nullptr) return;
    const bool alive = core_->engine->live_transactions();
    MACAW_ASSERT(!alive);
    if (alive) static_cast<void>(core_.release());
  }

  /// Makes deferred commits durable, seals the file so that its next opening need not wait for the medium (Linux: in an
  /// extended attribute), and ends the use of the file.
  /// Errors: `busy` while transactions live; what syncing raises, and then the handle stays open.
  void close() {
    engine().close();
    core_->engine.reset();
  }

  /// Begins a snapshot of the newest published state. Complexity: no lock, and no allocation once warm.
  [[nodiscard]] read_txn begin_read() const {
    detail::engine<Config>& engine = this->engine();
    return read_txn(core_->states, engine.begin_read());
  }
  /// Waits for the writer's turn and begins a transaction.
  /// Errors: `would_deadlock` where this thread's own transaction is the active one; `read_only`, `poisoned`.
  [[nodiscard]] write_txn begin_write() { return *start(engine().begin_write()); }
  /// Begins a transaction if it is the writer's turn now.
  [[nodiscard]] std::optional<write_txn> try_begin_write() {
    return start(engine().try_begin_write(std::chrono::steady_clock::now()));
  }
  /// Begins a transaction if the writer's turn comes in time.
  template <class Rep, class Period>
  [[nodiscard]] std::optional<write_txn> try_begin_write(std::chrono::duration<Rep, Period> timeout) {
    return start(engine().try_begin_write(detail::deadline_after(timeout)));
  }

  /// Calls `f(const txn&)` with a snapshot. Returns: what `f` returns, which must not borrow from the snapshot.
  template <class F>
  auto read(F&& f) const {
    const read_txn snapshot = begin_read();
    return detail::call_with_txn(std::forward<F>(f), snapshot);
  }
  /// Calls `f(write_txn&)`, then commits; rolls back if `f` throws. Returns: what `f` returns, which must not borrow.
  template <class F>
  auto write(F&& f, const commit_options& options = {}) {
    write_txn writer = begin_write();
    if constexpr (std::is_void_v<std::invoke_result_t<F, write_txn&>>) {
      detail::call_with_txn(std::forward<F>(f), writer);
      writer.commit(options);
    } else {
      auto result = detail::call_with_txn(std::forward<F>(f), writer);
      writer.commit(options);
      return result;
    }
  }

  /// The value of one key in the newest state, owned; or nothing.
  template <class Key, class Value, class... Features>
  [[nodiscard]] auto get(const table<Key, Value, Features...>& table,
                         const typename key_codec_for<Key>::argument_type& key) const {
    const read_txn snapshot = begin_read();
    return snapshot[table].get(key);
  }
  /// Puts one row in a transaction of its own, durably. Returns: whether it is new. Complexity: costs a sync.
  template <class Key, class Value, class... Features>
  bool put(const table<Key, Value, Features...>& table, const typename key_codec_for<Key>::argument_type& key,
           const typename value_codec_for<Value>::argument_type& value) {
    write_txn writer = begin_write();
    const bool added = writer[table].put(key, value);
    writer.commit();
    return added;
  }
  /// Removes one row in a transaction of its own, durably. Returns: whether there was one. Complexity: costs a sync.
  template <class Key, class Value, class... Features>
  bool erase(const table<Key, Value, Features...>& table, const typename key_codec_for<Key>::argument_type& key) {
    write_txn writer = begin_write();
    const bool erased = writer[table].erase(key);
    if (erased) writer.commit();
    return erased;
  }

  /// Makes all published states durable. Returns: the newest. Errors: as an immediate commit.
  txn_id sync() { return engine().sync(); }
  /// What is counted along the way. Complexity: constant.
  [[nodiscard]] database_stats stats() const { return engine().stats(); }

  /// Walks all pages of all tables and says how full they are, in order of the tables' names.
  /// Errors: `cancelled`.
  [[nodiscard]] std::vector<named_table_stats> analyze(progress_callback callback = {}) const;
  /// Checks everything that the file says of itself; needs `<macaw/ops/check.hpp>`.
  /// Returns: every violation found, and figures. Errors: `cancelled`, `io`.
  [[nodiscard]] auto check(progress_callback callback = {}) const {
    return database_check<basic_database>::run(*this, callback);
  }
  /// Copies the newest state into a new file, without holes; needs `<macaw/ops/compact.hpp>`.
  /// Returns: sizes before and after. Errors: `io` where `path` exists, `cancelled`; see there.
  auto compact(std::string_view path, progress_callback callback = {}) const
      requires(detail::store<Config>::has_files) {
    return database_compact<basic_database>::run(*this, path, callback, {});
  }

 private:
  template <class>
  friend struct database_check;
  template <class>
  friend struct database_compact;
  template <class>
  friend struct database_access;

  struct core {
    explicit core(std::unique_ptr<detail::engine<Config>> opened) : engine(std::move(opened)) {}

    std::unique_ptr<detail::engine<Config>> engine;
    detail::state_pool<Config> states;
  };

  explicit basic_database(std::unique_ptr<detail::engine<Config>> engine)
      : core_(std::make_unique<core>(std::move(engine))) {}

  [[nodiscard]] detail::engine<Config>& engine() const {
    if (core_ == nullptr || core_->engine == nullptr) [[unlikely]] {
      detail::throw_error(errc::txn_ended, "the database was closed, or its handle was moved from");
    }
    return *core_->engine;
  }

  [[nodiscard]] std::optional<write_txn> start(std::unique_ptr<detail::write_set<Config>> writer) {
    if (writer == nullptr) return std::nullopt;
    detail::txn_state<Config>& state = core_->states.claim();
    try {
      const std::uint64_t owner = state.begin(std::move(writer));
      return write_txn(state, owner, false);
    } catch (...) {
      core_->states.release(state);
      throw;
    }
  }

  std::unique_ptr<core> core_;
};

template <class Config>
std::vector<named_table_stats> basic_database<Config>::analyze(progress_callback callback) const {
  const read_txn snapshot = begin_read();
  return detail::analyze_tables(snapshot.state_->reading(), callback);
}

}  // namespace macaw::inline MACAW_ABI
