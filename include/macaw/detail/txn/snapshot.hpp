// SPDX-License-Identifier: MIT
//
// A reader: a published state of the database that never changes. Layer 5 (txn).
//
// A snapshot holds a place in the registry of readers, which keeps everything it can see, and the pins of
// its own that the pager wants. Beginning and ending one takes no lock and allocates nothing.
//
// Thread safety: one thread at a time uses a snapshot; any thread may. Different ones are independent.

#pragma once

#include <macaw/detail/tree/page_source.hpp>
#include <macaw/detail/txn/catalog.hpp>
#include <macaw/detail/txn/store.hpp>
#include <macaw/ids.hpp>
#include <macaw/macros.hpp>

#include <cstddef>
#include <string_view>
#include <utility>

namespace macaw::inline MACAW_ABI::detail {

template <class Config>
class snapshot {
 public:
  static constexpr std::size_t page_size = Config::page_size;
  using pin = typename page_resolver<Config>::pin;

  /// Begins at the newest published state. Errors: std::bad_alloc, where the registry has to grow.
  explicit snapshot(store<Config>& store) : store_(&store), lease_(store.readers.begin()) {}

  /// One more reader of the same state.
  snapshot(const snapshot& other) : store_(other.store_), lease_(other.lease_.share()) {}
  snapshot& operator=(const snapshot& other) {
    if (this != &other) *this = snapshot(other);
    return *this;
  }
  snapshot(snapshot&&) noexcept = default;
  snapshot& operator=(snapshot&&) noexcept = default;
  ~snapshot() = default;

  /// Moves to the newest state. What came from the old one must not be used any more.
  void refresh() { lease_ = store_->readers.begin(); }
  /// As `refresh`; the companion comes along. Requires: this has it.
  void refresh_with_companion() {
    auto fresh = store_->readers.begin();
    std::swap(fresh.companion(), lease_.companion());
    lease_ = std::move(fresh);
  }

  /// Takes another's place, and keeps the pins, which know where operations were noted last.
  void succeed(snapshot&& other) noexcept {
    store_ = other.store_;
    lease_ = std::move(other.lease_);
  }
  /// Holds nothing any more, but the pins. Whatever goes with the companion belongs to another reader then.
  void end() noexcept { lease_.reset(); }

  /// What goes with the reader's slot. Requires: this began at the newest state, and is no copy.
  [[nodiscard]] void*& companion() const noexcept { return lease_.companion(); }

  /// What reads pages for this snapshot, and the pins to read with.
  [[nodiscard]] const page_resolver<Config>& resolver() const noexcept { return store_->reading; }
  [[nodiscard]] typename store<Config>::pins& pins() const noexcept { return pins_; }

  /// Keeps what is read in place until the guard ends. Every public call begins one; they nest.
  [[nodiscard]] MACAW_ALWAYS_INLINE auto enter() const { return store_->reading.enter(pins_); }

  template <class Bounds = page_bounds>
  [[nodiscard]] MACAW_ALWAYS_INLINE const std::byte* page(page_ref ref, page_shape expected,
                                                          const Bounds& bounds) const {
    return store_->reading.page(ref, expected, bounds, pins_);
  }
  void prefetch(page_ref ref, std::size_t size) const noexcept { store_->reading.prefetch(ref, size); }
  [[nodiscard]] bytes_view piece(page_ref ref, std::size_t payload, piece_buffer& buffer) const {
    return store_->reading.piece(ref, payload, buffer);
  }
  /// Keeps a page's bytes in place beyond the operation.
  [[nodiscard]] pin hold(page_ref ref, const std::byte* bytes) const { return store_->reading.hold(ref, bytes, pins_); }

  [[nodiscard]] txn_id id() const noexcept { return {lease_.root().t}; }
  [[nodiscard]] const root_state& state() const noexcept { return lease_.root(); }
  [[nodiscard]] store<Config>& home() const noexcept { return *store_; }

  /// Looks a table up; `record` borrows from a page, within the operation.
  [[nodiscard]] bool find_table(std::string_view name, catalog_record& record) const {
    return find_record(*this, state().catalog, name, record);
  }

  /// Calls `visit(std::string_view name, const catalog_record&)` for every table in order of names.
  template <class Visit>
  void for_each_table(Visit&& visit) const {
    for_each_record(*this, state().catalog, std::forward<Visit>(visit));
  }

 private:
  store<Config>* store_;
  typename snapshot_registry<root_state>::lease lease_;
  mutable typename store<Config>::pins pins_;
};

}  // namespace macaw::inline MACAW_ABI::detail
