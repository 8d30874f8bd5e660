// SPDX-License-Identifier: MIT
//
// What callers may choose when they open, commit and ask for figures. Layer 0 (vocabulary).
// All are aggregates for designated initialisers; fields are only ever appended.

#pragma once

#include <macaw/macros.hpp>

#include <cstddef>
#include <cstdint>

namespace macaw::inline MACAW_ABI {

/// When a commit survives a crash.
enum class durability : std::uint8_t {
  immediate,  ///< before `commit` returns
  deferred,   ///< with the next immediate commit, `sync()` or `close()`; nothing is written until then, unless the
              ///< transaction outgrew its memory, or loaded more than 4 MiB: then it is durable, too
};

/// How a database is opened.
struct open_options {
  /// Bytes of page cache of the file pager. Too little costs reads from the system, too much costs memory;
  /// the mapped and the memory pager ignore it.
  std::size_t cache_size = std::size_t{64} << 20;
  /// Bytes of changed pages held in memory before a transaction spills to the file, or before deferred
  /// commits are synced by the next `begin_write`; where the disk is too full for that, that transaction is durable
  /// whatever it asks for. A memory database ignores it. A `load` writes as it goes, from 4 MiB on.
  std::size_t dirty_size = std::size_t{256} << 20;
  /// Open for reading only: any number of processes may, while none writes.
  bool read_only = false;
  /// Create the file where there is none.
  bool create = true;
  /// Sync the pages before the meta page in every commit: twice the syncs, and no reliance on the digest
  /// that proves a commit whole. For adversarial values; see docs/format.md.
  bool two_phase = false;
  /// Rebuild the map of free space by a walk of the branches, for a file whose map does not read.
  bool rebuild_space_map = false;
};

/// How a transaction is committed.
struct commit_options {
  macaw::durability durability = macaw::durability::immediate;
  /// As `open_options::two_phase`, for this commit alone.
  bool two_phase = false;
};

}  // namespace macaw::inline MACAW_ABI
