// SPDX-License-Identifier: MIT
//
// Figures about a database and its tables. Layer 0 (vocabulary).
//
// `stats()` gives what is counted along the way, in constant time; `analyze()` walks pages and adds
// what only a walk can tell.

#pragma once

#include <macaw/ids.hpp>
#include <macaw/macros.hpp>

#include <cstddef>
#include <cstdint>
#include <string>

namespace macaw::inline MACAW_ABI {

/// What the page cache of a file pager has done since the database was opened; all 0 for other pagers.
struct cache_stats {
  std::uint64_t hits = 0;       ///< pages found in memory
  std::uint64_t misses = 0;     ///< pages read from the file
  std::uint64_t evictions = 0;  ///< pages dropped to make room
  std::uint64_t bytes = 0;      ///< bytes of pages held now
};

/// What is known of a database without looking at its pages.
struct database_stats {
  txn_id last_txn{};                ///< the newest published state
  std::uint64_t durable = 0;        ///< the number of the newest durable commit; 0 for a database in memory
  std::size_t page_size = 0;        ///< bytes
  std::uint64_t file_size = 0;      ///< bytes; 0 for a database in memory
  std::uint64_t pages = 0;          ///< pages below the high-water mark, used or free
  std::uint64_t free_pages = 0;     ///< pages that the next commit may write
  std::uint64_t pending_pages = 0;  ///< pages that wait for a reader to end
  std::uint64_t log_pages = 0;      ///< pages that hold the space map
  std::uint64_t frames = 0;         ///< pages in memory that are not in the file
  std::uint64_t frame_bytes = 0;    ///< memory of these, with the pieces of large values
  std::uint64_t readers = 0;        ///< live read transactions
  std::uint64_t tables = 0;         ///< tables in the newest published state
  std::uint64_t spilled_pages = 0;  ///< pages written before their commit, since opening
  std::uint64_t commits = 0;        ///< commits since opening, deferred ones too
  cache_stats cache;
};

/// What is known of a table: the counts are kept along the way, the bytes come from a walk.
struct table_stats {
  std::uint64_t entries = 0;            ///< rows
  std::uint64_t branch_pages = 0;       ///< inner pages of the tree
  std::uint64_t leaf_pages = 0;         ///< pages that hold rows
  std::uint64_t large_pages = 0;        ///< pages of values too large for a leaf
  std::uint32_t height = 0;             ///< levels of the tree, the leaves' one included; 0 when empty
  std::uint64_t leaf_bytes_used = 0;    ///< by `analyze()`: bytes of leaves in use, headers included
  std::uint64_t branch_bytes_used = 0;  ///< by `analyze()`: bytes of branches in use, headers included
  std::size_t page_size = 0;            ///< bytes

  /// All pages of the table.
  [[nodiscard]] std::uint64_t pages() const noexcept { return branch_pages + leaf_pages + large_pages; }
  /// Bytes of leaves and branches that hold nothing; needs `analyze()`.
  [[nodiscard]] std::uint64_t bytes_free() const noexcept {
    return (branch_pages + leaf_pages) * page_size - leaf_bytes_used - branch_bytes_used;
  }
  /// The part of the leaves' bytes in use, from 0 to 1; needs `analyze()`.
  [[nodiscard]] double fill() const noexcept {
    if (leaf_pages == 0) return 0;
    return static_cast<double>(leaf_bytes_used) / static_cast<double>(leaf_pages * page_size);
  }
};

/// The figures of a table, with its name.
struct named_table_stats : table_stats {
  std::string name;
};

}  // namespace macaw::inline MACAW_ABI
