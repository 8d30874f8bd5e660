// SPDX-License-Identifier: MIT
//
// A point of a write transaction to return to. Layer 6 (API).

#pragma once

#include <macaw/fwd.hpp>
#include <macaw/macros.hpp>

#include <cstdint>

namespace macaw::inline MACAW_ABI {

/// Names a point of a write transaction: `txn.rollback_to(point)` undoes what was done since, `txn.release(point)`
/// forgets the point.
///
/// A small value that holds nothing: it may be copied, and needs no clean-up. It ends when it is released, when the
/// transaction returns to an earlier point, and with its transaction; using it then raises `invalid_savepoint`.
template <class Config>
class basic_savepoint {
 public:
  using dies_with_transaction = void;

 private:
  template <class>
  friend class basic_write_txn;

  basic_savepoint(std::uint64_t owner, std::uint64_t mark) noexcept : owner_(owner), mark_(mark) {}

  std::uint64_t owner_;  // the handle it was taken from
  std::uint64_t mark_;   // names it among the points of the transaction
};

}  // namespace macaw::inline MACAW_ABI
