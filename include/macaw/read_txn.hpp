// SPDX-License-Identifier: MIT
//
// A snapshot: a state of the database that never changes. Layer 6 (API).

#pragma once

#include <macaw/fwd.hpp>
#include <macaw/macros.hpp>
#include <macaw/txn.hpp>

#include <cstdint>
#include <utility>

namespace macaw::inline MACAW_ABI {

/// A reader of one published state. Ends with its handle.
///
/// A copy is one more reader of the same state. Moving the handle invalidates nothing. A long-lived reader keeps
/// only the pages that it can see from being used again.
template <class Config>
class [[nodiscard]] basic_read_txn : public basic_txn<Config> {
 public:
  /// Errors: `txn_ended` where `other` was moved from; bad_alloc.
  basic_read_txn(const basic_read_txn& other) : basic_txn<Config>() {
    other.expect_open();
    detail::snapshot<Config> snapshot(other.state_->reading());
    serve(other.state_->pool().claim(), std::move(snapshot));
  }
  basic_read_txn(basic_read_txn&& other) noexcept : basic_txn<Config>(other) { other.state_ = nullptr; }
  basic_read_txn& operator=(const basic_read_txn& other) {
    if (this != &other) *this = basic_read_txn(other);
    return *this;
  }
  basic_read_txn& operator=(basic_read_txn&& other) noexcept {
    basic_read_txn taken(std::move(other));
    std::swap(this->state_, taken.state_);
    std::swap(this->owner_, taken.owner_);
    return *this;
  }
  ~basic_read_txn() {
    if (this->state_ != nullptr) this->state_->end();
  }

  /// Moves to the newest state. Ends the tables, ranges and entries of the old one.
  /// Errors: bad_alloc; then the old state stays.
  void refresh() {
    this->expect_open();
    this->owner_ = this->state_->refresh();
  }

 private:
  template <class>
  friend class basic_database;

  /// A reader that has just begun. Errors: bad_alloc.
  basic_read_txn(detail::state_pool<Config>& pool, detail::snapshot<Config>&& snapshot) {
    serve(pool.claim_for(snapshot), std::move(snapshot));
  }

  void serve(detail::txn_state<Config>& state, detail::snapshot<Config>&& snapshot) noexcept {
    this->owner_ = state.begin(std::move(snapshot));
    this->state_ = &state;
  }
};

}  // namespace macaw::inline MACAW_ABI
