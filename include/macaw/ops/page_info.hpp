// SPDX-License-Identifier: MIT
//
// What inspectors tell of pages, meta pages and free space: plain data. Layer 7 (tools).

#pragma once

#include <macaw/ids.hpp>
#include <macaw/macros.hpp>
#include <macaw/ops/check.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace macaw::inline MACAW_ABI {

/// What a page is for.
enum class page_role : std::uint8_t {
  unknown,      ///< its bytes do not say, or contradict themselves
  meta,         ///< reserved for the two meta pages
  branch,       ///< an inner page of a tree
  leaf,         ///< a page of rows
  large_index,  ///< a page that names the pieces of a large value
  large_piece,  ///< a page, or a run of pages, with a part of a large value
  space_log,    ///< a page of the space map's log
  free,         ///< nothing
  pending,      ///< nothing, once a reader has ended
};

/// The role as a word, `large_piece` as "large piece".
[[nodiscard]] constexpr std::string_view to_text(page_role role) noexcept {
  switch (role) {
    case page_role::unknown: return "unknown";
    case page_role::meta: return "meta";
    case page_role::branch: return "branch";
    case page_role::leaf: return "leaf";
    case page_role::large_index: return "large index";
    case page_role::large_piece: return "large piece";
    case page_role::space_log: return "space log";
    case page_role::free: return "free";
    case page_role::pending: return "pending";
  }
  return "unknown";
}

/// What is known of a page's checksum.
enum class checksum_state : std::uint8_t {
  good,          ///< it is that of these bytes at this place of this file
  bad,           ///< it is not
  unverifiable,  ///< there is none, or what it depends on is lost
};

/// A page that a walk has come to. The texts are borrowed for the call.
struct visited_page {
  page_id page{};           ///< the first page; of a page in memory only, as `is_frame` tells
  std::uint32_t pages = 1;  ///< more than one for a piece of a large value
  page_role role = page_role::unknown;
  bool catalog = false;          ///< whether it belongs to the table of tables
  std::string_view table;        ///< the table that it belongs to; empty for the catalog
  page_id parent{};              ///< the page that names it: of a large value's pages the leaf; 0 for a root
  std::uint32_t depth = 0;       ///< pages above it
  std::uint32_t level = 0;       ///< levels below it: 0 for leaves and pieces
  std::uint64_t birth = 0;       ///< the durable commit that wrote it; 0 in memory
  std::uint32_t entries = 0;     ///< rows of a leaf, children of a branch or an index
  std::uint64_t bytes = 0;       ///< of its pages
  std::uint64_t bytes_used = 0;  ///< of these, headers included, dead bytes not
  std::string_view damage;       ///< what is wrong with it; empty if nothing is. Then all that a damaged page cannot
                                 ///< tell is as its parent says, or 0
};

/// What a walk has seen.
struct walk_report {
  std::uint64_t pages = 0;              ///< pages reached
  std::uint64_t tables = 0;             ///< tables reached
  std::vector<check_finding> findings;  ///< everything that is wrong with the trees
};

/// An entry of a page: a row of a leaf, a child of a branch or an index, a statement of the space map's log.
struct inspected_entry {
  std::vector<std::byte> key;     ///< of a row; the separator of a branch's child, which its first one lacks
  std::uint64_t value_size = 0;   ///< bytes of a row's value
  bool large = false;             ///< whether the value stands in pages of its own
  std::optional<page_id> child;   ///< the page that the entry names
  std::uint32_t child_birth = 0;  ///< the low half of that page's birth
  std::uint32_t child_pages = 0;  ///< of a statement of the log: how many pages from `child` on
  std::uint32_t child_rows = 0;   ///< rows of a leaf, as the branch above notes them
  std::string_view text;          ///< of a statement of the log: what it says of its pages; static
};

/// One page, decoded.
struct inspected_page {
  page_id page{};
  page_role role = page_role::unknown;
  page_id piece_start{};    ///< where the page lies inside of a piece: the piece's first page, else 0
  std::uint32_t pages = 1;  ///< pages of the piece that begins here
  checksum_state checksum = checksum_state::unverifiable;
  std::uint64_t stored_checksum = 0;
  page_id stored_page{};    ///< the id that the page says it has
  std::uint64_t birth = 0;  ///< the durable commit that wrote it, as it says
  std::uint32_t level = 0;
  std::size_t key_width = 0;      ///< bytes of every key, 0 where they vary
  std::size_t value_width = 0;    ///< bytes of every value, 0 where they vary
  std::uint32_t count = 0;        ///< entries, as the header says
  std::uint32_t prefix_size = 0;  ///< bytes that all keys begin with
  std::uint32_t flags = 0;
  std::uint32_t heap_size = 0;           ///< bytes of the heap; of a piece, its part of the value
  std::uint32_t dead_bytes = 0;          ///< bytes of the heap that are not in use
  std::uint64_t bytes_used = 0;          ///< headers included, dead bytes not; 0 where that cannot be told
  std::string damage;                    ///< what is wrong with its structure; empty if nothing is
  std::vector<inspected_entry> entries;  ///< where its structure is sound; as many as were asked for
  std::vector<std::byte> bytes;          ///< the page as it stands in the file
};

/// One of the two meta pages.
struct inspected_meta {
  enum class state : std::uint8_t { good, blank, not_a_meta, damaged, newer_format };

  state found = state::not_a_meta;
  bool beyond_end = false;  ///< it is good, but speaks of pages that the file does not have
  bool complete = false;    ///< it is good, and its commit is proven to be whole in the file
  // What follows is filled in where it is good.
  std::uint32_t version = 0;
  std::size_t page_size = 0;
  std::uint32_t checksum_id = 0;
  std::array<std::byte, 16> uuid{};
  std::uint64_t durable = 0;  ///< D, the number of the commit
  std::uint64_t base = 0;     ///< the commit before it
  bool two_phase = false;
  std::uint32_t mark = 0;  ///< one past the highest page in use
  std::uint64_t digest = 0;
  page_id catalog{};  ///< the catalog's root; 0 while there is no table
  std::uint32_t catalog_birth = 0;
  std::uint32_t catalog_height = 0;
  std::uint64_t tables = 0;
  std::uint64_t rejected = 0;  ///< a commit that an opening rejected, or 0
  page_id log_head{};          ///< the newest page of the space map's log, or 0
  std::uint64_t log_tail = 0;
  page_id sweep_address{};
  std::uint32_t manifest_runs = 0;
  std::uint32_t manifest_pages = 0;
  std::uint32_t statement_words = 0;
};

/// Both meta pages, and which of them lives.
struct inspected_metas {
  std::array<inspected_meta, 2> slots;
  std::optional<unsigned> living;  ///< the slot that opening goes by
  std::string refusal;             ///< why opening would refuse the file; empty where one lives
};

/// Consecutive pages.
struct page_extent {
  page_id first{};
  std::uint32_t pages = 0;
};

/// Pages that nothing reaches any more but readers that began before.
struct pending_extent {
  page_id first{};
  std::uint32_t pages = 0;
  std::uint64_t birth = 0;  ///< readers of commits from this one on
  std::uint64_t death = 0;  ///< up to, not including, this one may see the pages
};

/// What the space map says.
struct space_report {
  std::uint32_t first_page = 0;         ///< the first page that may hold data
  std::uint32_t mark = 0;               ///< one past the highest page in use
  std::vector<page_extent> free;        ///< by address
  std::vector<pending_extent> pending;  ///< in no order
  std::vector<page_id> log;             ///< pages of the log, the oldest first
  std::uint64_t free_pages = 0;
  std::uint64_t pending_pages = 0;
};

}  // namespace macaw::inline MACAW_ABI
