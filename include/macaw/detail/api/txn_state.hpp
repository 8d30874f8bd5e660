// SPDX-License-Identifier: MIT
//
// What stands behind the handles of a transaction: the one thing that tables, ranges, iterators and
// entries point to. Layer 6 (API).
//
// Invariants:
//  1. A state never moves and is freed with its database only; afterwards it serves other transactions. So a
//     handle may be moved freely, and what outlives its transaction finds out by comparing two numbers,
//     without touching freed memory.
//  2. `stamp` rises at everything that ends views: a change, a refresh, the transaction's end. It never falls.
//  3. `owner` is the number of the innermost open handle (nested transactions are handles of their own), or 0
//     when the transaction has ended. Numbers are never given twice.
//  4. While a call of a table runs a function of the caller's, no level of the transaction begins or ends.
//
// Thread safety: one thread at a time, as the transaction; `claim` and `release` of the pool from any.

#pragma once

#include <macaw/detail/api/leaf_hold.hpp>
#include <macaw/detail/api/page_access.hpp>
#include <macaw/detail/txn/snapshot.hpp>
#include <macaw/detail/txn/write_set.hpp>
#include <macaw/error.hpp>
#include <macaw/macros.hpp>

#include <atomic>
#include <cstdint>
#include <memory>
#include <optional>
#include <type_traits>
#include <utility>
#include <vector>

namespace macaw::inline MACAW_ABI::detail {

[[noreturn]] MACAW_NOINLINE inline void throw_stale() {
  throw error(errc::stale,
              "an iterator, range, entry or view was used after its transaction changed a table, was refreshed or "
              "ended: take a new one, or walk with a cursor");
}

/// A value that is being written piece by piece. Its pages belong to the level at which it was begun, so no level
/// begins or ends before it is finished or abandoned.
struct open_stream {
  void (*abandon)(open_stream&) noexcept = nullptr;
};

template <class Config>
class state_pool;

template <class Config>
class txn_state {
 public:
  /// An open handle of a write transaction: the transaction itself, or one nested in it.
  struct handle {
    std::uint64_t owner;
    std::uint64_t level;  ///< what the engine calls it; not used for the outermost
  };

  /// A savepoint: its number, the handle it belongs to, and the engine's level that stands for it now.
  struct mark {
    std::uint64_t number;
    std::uint64_t owner;
    std::uint64_t level;
  };

  /// Errors: std::bad_alloc.
  explicit txn_state(state_pool<Config>& pool) : pool_(&pool) {
    if constexpr (!page_access<Config>::keeps_pages_in_place) shown_.prepare();
  }
  txn_state(const txn_state&) = delete;
  txn_state& operator=(const txn_state&) = delete;

  /// Begins to serve a snapshot. Returns the owner's number.
  std::uint64_t begin(snapshot<Config>&& snapshot) noexcept {
    if (snapshot_) [[likely]] {
      snapshot_->succeed(std::move(snapshot));
    } else {
      snapshot_.emplace(std::move(snapshot));
    }
    access_.emplace(snapshot_->resolver(), snapshot_->pins());
    return owner_ = ++last_owner_;
  }

  /// Begins to serve a write transaction. Errors: std::bad_alloc.
  std::uint64_t begin(std::unique_ptr<write_set<Config>> writer) {
    handles_.reserve(8);
    writer_ = std::move(writer);
    access_.emplace(writer_->resolver(), writer_->pins());
    return push_handle(0);
  }

  /// Ends what is served and gives the state away: with the reader's slot, or to its pool.
  void end() noexcept {
    note_change();
    owner_ = 0;
    if (writer_ != nullptr) [[unlikely]]
      end_writing();
    const bool pooled = pooled_;
    if (snapshot_) snapshot_->end();  // from here on a state that goes with the slot may be another reader's
    if (pooled) [[unlikely]]
      give_back();
  }

  /// Moves a reader to the newest state. Returns the handle's new number: what was bound under the old one has ended.
  /// Errors: std::bad_alloc; then the old state stays.
  std::uint64_t refresh() {
    if (pooled_) {
      snapshot_->refresh();
    } else {
      snapshot_->refresh_with_companion();
    }
    note_change();
    return owner_ = ++last_owner_;
  }

  /// Opens a nested handle over an engine's level. Errors: std::bad_alloc; `prepare_handle` takes them earlier.
  void prepare_handle() {
    if (handles_.size() == handles_.capacity()) handles_.reserve(2 * handles_.size() + 1);
  }
  std::uint64_t push_handle(std::uint64_t level) {
    handles_.push_back({++last_owner_, level});
    return owner_ = last_owner_;
  }
  /// Closes the handle of `owner` and those inside it.
  void pop_handle(std::uint64_t owner) noexcept {
    while (!handles_.empty() && handles_.back().owner >= owner) handles_.pop_back();
    while (!marks_.empty() && marks_.back().owner >= owner) marks_.pop_back();
    owner_ = handles_.empty() ? 0 : handles_.back().owner;
    note_change();
  }
  [[nodiscard]] const handle* find_handle(std::uint64_t owner) const noexcept {
    for (const handle& open : handles_) {
      if (open.owner == owner) return &open;
    }
    return nullptr;
  }

  /// The savepoints of the open handles, oldest first.
  [[nodiscard]] std::vector<mark>& marks() noexcept { return marks_; }
  [[nodiscard]] std::uint64_t next_number() noexcept { return ++last_owner_; }

  /// Registers a stream. Errors: `busy` where there is one.
  void open(open_stream& stream) {
    expect_no_stream();
    stream_ = &stream;
  }
  void close(const open_stream& stream) noexcept {
    if (stream_ == &stream) stream_ = nullptr;
  }
  [[nodiscard]] bool is_open(const open_stream& stream) const noexcept { return stream_ == &stream; }
  void expect_no_stream() const {
    if (stream_ != nullptr) throw_error(errc::busy, "a value is being written: finish or destroy its writer first");
  }

  /// Notes that a function of the caller's runs; restores what was noted when it goes.
  class call_scope {
   public:
    explicit call_scope(txn_state& state) noexcept : state_(state), before_(std::exchange(state.calling_, true)) {}
    call_scope(const call_scope&) = delete;
    call_scope& operator=(const call_scope&) = delete;
    ~call_scope() { state_.calling_ = before_; }

   private:
    txn_state& state_;
    bool before_;
  };

  /// Raises `busy` inside of such a function: what called it needs the transaction afterwards.
  void expect_not_calling() const {
    if (calling_) throw_error(errc::busy, "a function that a table calls cannot begin or end a transaction's level");
  }
  /// Drops what an unfinished stream has made.
  void abandon_stream() noexcept {
    if (open_stream* const stream = std::exchange(stream_, nullptr)) stream->abandon(*stream);
  }

  [[nodiscard]] bool writing() const noexcept { return writer_ != nullptr; }
  [[nodiscard]] snapshot<Config>& reading() noexcept { return *snapshot_; }
  [[nodiscard]] write_set<Config>& writer() noexcept { return *writer_; }
  [[nodiscard]] std::unique_ptr<write_set<Config>>& writer_pointer() noexcept { return writer_; }
  [[nodiscard]] state_pool<Config>& pool() const noexcept { return *pool_; }

  /// The pages that the transaction sees. Requires: it has not ended.
  [[nodiscard]] const page_access<Config>& access() const noexcept { return *access_; }
  /// Memory for values on their way into a page, kept from call to call.
  [[nodiscard]] piece_buffer& scratch() noexcept { return scratch_; }

  /// Keeps a leaf that is shown where it is: nothing does where pages stay in place.
  struct no_hold {};
  using hold = std::conditional_t<page_access<Config>::keeps_pages_in_place, no_hold,
                                  leaf_hold<typename page_access<Config>::pin>>;

  /// The leaf `ref`, kept in memory until another one is asked for or something changes, and as long as a copy of what
  /// is returned. So a walk along a leaf needs no operation of the pager, and no iterator holds a pin of its own.
  /// Errors: what reading raises.
  [[nodiscard]] MACAW_ALWAYS_INLINE const hold& show(page_ref ref, page_shape shape) {
    if (!shown_.is_of(ref)) [[unlikely]]
      show_another(ref, shape);
    return shown_;
  }

  /// Prepares `show` of a leaf whose bytes were read in the operation under way, unless it takes memory.
  void prepare_show([[maybe_unused]] page_ref ref, [[maybe_unused]] const std::byte* bytes) {
    if constexpr (!page_access<Config>::keeps_pages_in_place) {
      if (shown_.is_prepared() && !shown_.is_of(ref)) shown_.move_to(ref, bytes, access_->hold(ref, bytes));
    }
  }

  [[nodiscard]] std::uint64_t stamp() const noexcept { return stamp_; }
  /// Raises unless nothing has ended views since `stamp` was read.
  MACAW_ALWAYS_INLINE void expect_fresh(std::uint64_t stamp) const {
    if (stamp != stamp_) [[unlikely]]
      throw_stale();
  }
  void note_change() noexcept {
    ++stamp_;
    // Pages of a write transaction may come to hold something else.
    if constexpr (!page_access<Config>::keeps_pages_in_place) shown_.reset();
  }

  /// Raises unless the handle of `owner` is open. One compare, unless a nested transaction is open inside it.
  MACAW_ALWAYS_INLINE void expect_open(std::uint64_t owner) const {
    if (owner != owner_) [[unlikely]]
      expect_open_slowly(owner);
  }
  /// Raises unless the handle of `owner` is the innermost open one.
  MACAW_ALWAYS_INLINE void expect_innermost(std::uint64_t owner) const {
    if (owner != owner_) [[unlikely]]
      throw_not_innermost(owner);
  }
  [[nodiscard]] bool is_innermost(std::uint64_t owner) const noexcept { return owner == owner_; }

 private:
  friend class state_pool<Config>;

  MACAW_NOINLINE void expect_open_slowly(std::uint64_t owner) const {
    if (find_handle(owner) == nullptr) throw_error(errc::txn_ended, "the transaction has ended, or was refreshed");
  }
  [[noreturn]] MACAW_NOINLINE void throw_not_innermost(std::uint64_t owner) const {
    expect_open_slowly(owner);
    throw_error(errc::busy, "a nested transaction is open: this one rests until it is committed or rolled back");
  }

  MACAW_APART void show_another(page_ref ref, page_shape shape) {
    const auto operation = access_->enter();
    const std::byte* const bytes = access_->page(ref, shape, {});
    shown_.move_to(ref, bytes, access_->hold(ref, bytes));
  }

  MACAW_NOINLINE void end_writing() noexcept;
  MACAW_NOINLINE void give_back() noexcept;

  std::uint64_t stamp_ = 0;
  std::uint64_t owner_ = 0;
  std::uint64_t last_owner_ = 0;
  std::optional<snapshot<Config>> snapshot_;
  std::unique_ptr<write_set<Config>> writer_;
  std::optional<page_access<Config>> access_;
  std::vector<handle> handles_;
  std::vector<mark> marks_;
  open_stream* stream_ = nullptr;
  bool calling_ = false;
  [[no_unique_address]] hold shown_;
  piece_buffer scratch_;
  state_pool<Config>* pool_;
  bool pooled_ = true;  // whether it goes back to the pool: it does not go with a reader's slot
  std::atomic<bool> taken_{true};
  txn_state* next_ = nullptr;  // in the pool's list; set before it is published
};

/// The states of a database, as many as transactions were ever open at once, and one for each reader's slot. Lives as
/// long as the database.
template <class Config>
class state_pool {
 public:
  state_pool() : serial_(next_serial()) {}
  state_pool(const state_pool&) = delete;
  state_pool& operator=(const state_pool&) = delete;
  ~state_pool() {
    for (txn_state<Config>* state = first_.load(std::memory_order_acquire); state != nullptr;) {
      txn_state<Config>* const next = state->next_;
      delete state;
      state = next;
    }
  }

  /// A state for a new transaction. Usually the one that this thread had last: no allocation, one exchange.
  /// Errors: std::bad_alloc.
  [[nodiscard]] txn_state<Config>& claim() {
    hint& last = last_of_thread();
    if (last.serial == serial_ && !last.state->taken_.exchange(true, std::memory_order_acquire)) {
      return *last.state;
    }
    txn_state<Config>& state = claim_slowly();
    last = {serial_, &state};
    return state;
  }

  /// The state that goes with the slot of a new reader. No allocation but for a slot's first reader, nothing atomic.
  /// Requires: `snapshot` began at the newest state, and is no copy. Errors: std::bad_alloc.
  [[nodiscard]] txn_state<Config>& claim_for(const snapshot<Config>& snapshot) {
    void*& companion = snapshot.companion();
    if (companion == nullptr) [[unlikely]]
      attach(companion);
    return *static_cast<txn_state<Config>*>(companion);
  }

  void release(txn_state<Config>& state) noexcept { state.taken_.store(false, std::memory_order_release); }

 private:
  /// Where a thread looks first, good for the pool of that serial number.
  struct hint {
    std::uint64_t serial = 0;
    txn_state<Config>* state = nullptr;
  };

  /// Numbers pools from 1 on, so that a hint for one that is gone never fits another.
  [[nodiscard]] static std::uint64_t next_serial() noexcept {
    static std::atomic<std::uint64_t> last{0};
    return last.fetch_add(1, std::memory_order_relaxed) + 1;
  }

  [[nodiscard]] static hint& last_of_thread() noexcept {
    thread_local constinit hint last;
    return last;
  }

  MACAW_NOINLINE void attach(void*& companion) {
    txn_state<Config>& state = claim_slowly();
    state.pooled_ = false;
    companion = &state;
  }

  [[nodiscard]] MACAW_NOINLINE txn_state<Config>& claim_slowly() {
    for (txn_state<Config>* state = first_.load(std::memory_order_acquire); state != nullptr; state = state->next_) {
      if (!state->taken_.load(std::memory_order_relaxed) && !state->taken_.exchange(true, std::memory_order_acquire)) {
        return *state;
      }
    }
    auto* const made = new txn_state<Config>(*this);
    made->next_ = first_.load(std::memory_order_relaxed);
    while (!first_.compare_exchange_weak(made->next_, made, std::memory_order_release, std::memory_order_relaxed)) {
    }
    return *made;
  }

  const std::uint64_t serial_;
  std::atomic<txn_state<Config>*> first_{nullptr};
};

template <class Config>
void txn_state<Config>::end_writing() noexcept {
  MACAW_ASSERT(!calling_);
  abandon_stream();
  handles_.clear();
  marks_.clear();
  writer_.reset();
}

template <class Config>
void txn_state<Config>::give_back() noexcept {
  pool_->release(*this);
}

}  // namespace macaw::inline MACAW_ABI::detail
