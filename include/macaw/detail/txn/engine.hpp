// SPDX-License-Identifier: MIT
//
// A database: opening, readers, the writer's turn, syncing, closing. Layer 5 (txn). What users hold
// (database.hpp) is a thin wrapper around it.
//
// Thread safety: all members but `close` and destruction from any thread.

#pragma once

#include <macaw/detail/txn/cold_work.hpp>
#include <macaw/detail/txn/creation.hpp>
#include <macaw/detail/txn/recovery.hpp>
#include <macaw/detail/txn/snapshot.hpp>
#include <macaw/detail/txn/store.hpp>
#include <macaw/detail/txn/write_set.hpp>
#include <macaw/detail/txn/writer_turn.hpp>
#include <macaw/error.hpp>
#include <macaw/ids.hpp>
#include <macaw/macros.hpp>
#include <macaw/options.hpp>
#include <macaw/stats.hpp>

#include <cstdint>
#include <memory>
#include <mutex>  // std::chrono
#include <string_view>
#include <utility>

namespace macaw::inline MACAW_ABI::detail {

template <class Config>
class engine {
 public:
  using store_type = store<Config>;

  /// A database without a file. Errors: std::bad_alloc.
  [[nodiscard]] static std::unique_ptr<engine> in_memory(const open_options& options = {}) {
    return std::unique_ptr<engine>(new engine(options));
  }

  /// Opens, or makes, the database at `path`.
  /// Errors: `locked`, `already_open`, `not_macaw`, `wrong_page_size`, `unsupported_...`, `corrupt`, `io`, `no_space`.
  template <class Files>
  [[nodiscard]] static std::unique_ptr<engine> open(std::string_view path, const open_options& options,
                                                    Files files) requires(store_type::has_files) {
    std::unique_ptr<engine> opened(new engine(options));
    opened->open_file(files, path);
    return opened;
  }

  engine(const engine&) = delete;
  engine& operator=(const engine&) = delete;

  /// Makes deferred commits durable, unless the outcome of an earlier commit is unknown; errors are swallowed.
  ~engine() {
    try {
      if (!closed_) close();
    } catch (...) {  // close() is there for those who want to know
    }
  }

  /// Makes deferred commits durable and ends the use of the database.
  /// Errors: `busy` while transactions live; `io`, `no_space`, with the deferred commits still unsynced.
  void close() {
    if (live_transactions()) throw_error(errc::busy, "transactions are still alive: end them before closing");
    if (!store_.poisoned && !store_.options.read_only) {
      static_cast<void>(sync());
      seal();
    }
    closed_ = true;
  }

  [[nodiscard]] bool live_transactions() const noexcept { return store_.readers.readers() > 0 || store_.turn.taken(); }

  /// A snapshot of the newest published state. Errors: std::bad_alloc, when the registry has to grow.
  [[nodiscard]] snapshot<Config> begin_read() { return snapshot<Config>(store_); }

  /// Waits for the writer's turn and begins a transaction.
  /// Errors: `would_deadlock`, `read_only`, `poisoned`; `io`, `corrupt` from making deferred commits durable when they
  /// have outgrown their memory, or from reading the map of free space.
  [[nodiscard]] std::unique_ptr<write_set<Config>> begin_write() {
    require_writable();
    store_.turn.take();
    return begin_with_turn();
  }

  /// As `begin_write`, but nothing if the turn did not come before `deadline`.
  [[nodiscard]] std::unique_ptr<write_set<Config>> try_begin_write(std::chrono::steady_clock::time_point deadline) {
    require_writable();
    if (!store_.turn.try_take(deadline)) return nullptr;
    return begin_with_turn();
  }

  /// Makes all published states durable. Errors: as an immediate commit.
  txn_id sync() {
    if (store_.in_memory() || store_.options.read_only) return begin_read().id();
    require_writable();
    const writer_turn_guard turn(store_.turn);
    require_writable();               // the commit waited for may have ended in an unknown state
    return store_.cold.sync(store_);  // what is to be synced was written here, so the map of free space is at hand
  }

  [[nodiscard]] database_stats stats() const;
  [[nodiscard]] bool read_only() const noexcept { return store_.options.read_only; }
  [[nodiscard]] store_type& home() noexcept { return store_; }
  [[nodiscard]] const store_type& home() const noexcept { return store_; }

 private:
  // The next opening need not wait for the medium to know that the newest commit is durable.
  void seal() noexcept {
    if constexpr (store_type::has_files) {
      // Where the file has grown for a commit that failed, its length is not durable.
      if (store_.in_memory()) return;
      seal_metas(store_.pager->file(), store_.living, std::uint64_t{store_.synced_pages} * Config::page_size);
    }
  }

  explicit engine(const open_options& options) : store_(options, cold_calls_of<Config>) {}

  template <class Files>
  void open_file(Files& files, std::string_view path);

  void require_writable() const {
    if (store_.options.read_only) throw_error(errc::read_only, "the database was opened for reading only");
    if (store_.poisoned.load()) {
      throw_error(errc::poisoned, "an earlier commit ended in an unknown state: close the database and open it again");
    }
  }

  [[nodiscard]] std::unique_ptr<write_set<Config>> begin_with_turn() {
    try {
      require_writable();
      store_.cold.prepare_writing(store_);
      return std::make_unique<write_set<Config>>(store_);
    } catch (...) {
      store_.turn.give();
      throw;
    }
  }

  store_type store_;
  bool closed_ = false;
};

template <class Config>
template <class Files>
void engine<Config>::open_file(Files& files, std::string_view path) {
  const bool writing = !store_.options.read_only;
  const expected_format expected{Config::page_size, first_data_page<Config::page_size>, Config::checksum::id, writing};
  auto file = open_locked(files, path, store_.options, expected);
  store_.living = writing ? recover_for_writing(file, expected, path) : recover_for_reading(file, expected, path);
  if (writing) make_name_durable(files, path, store_.living.meta);
  store_.pager.emplace(std::move(file), store_.options.cache_size);
  store_.synced_pages = store_.pager->page_count();
  store_.reading.attach(*store_.pager, uuid_seed(store_.living.meta.uuid), store_.living.meta.d);
  store_.start(store_.living.meta.catalog, store_.living.meta.d);
}

template <class Config>
database_stats engine<Config>::stats() const {
  database_stats figures;
  {
    const std::lock_guard lock(store_.figures_mutex);
    figures = store_.figures;
  }
  figures.page_size = Config::page_size;
  figures.readers = store_.readers.readers();
  if constexpr (store_type::has_files) {
    if (!store_.in_memory()) {
      figures.file_size = std::uint64_t{store_.pager->page_count()} * Config::page_size;
      figures.cache = store_.pager->stats();
    }
  }
  return figures;
}

}  // namespace macaw::inline MACAW_ABI::detail
