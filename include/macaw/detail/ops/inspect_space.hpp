// SPDX-License-Identifier: MIT
//
// What the space map of a database says, as data. Layer 7 (tools).

#pragma once

#include <macaw/bytes.hpp>
#include <macaw/detail/format/geometry.hpp>
#include <macaw/detail/format/meta_page.hpp>
#include <macaw/detail/ops/inspect_meta.hpp>
#include <macaw/detail/ops/raw_pages.hpp>
#include <macaw/detail/space/space_map.hpp>
#include <macaw/detail/txn/space_loading.hpp>
#include <macaw/detail/txn/store.hpp>
#include <macaw/detail/txn/writer_turn.hpp>
#include <macaw/error.hpp>
#include <macaw/ids.hpp>
#include <macaw/macros.hpp>
#include <macaw/ops/page_info.hpp>

#include <cstddef>
#include <cstdint>
#include <vector>

namespace macaw::inline MACAW_ABI::detail {

/// The map as data.
[[nodiscard]] inline space_report describe_space(const space_map& map) {
  space_report report;
  report.first_page = map.first_page();
  report.mark = map.mark();
  map.for_each_free([&](page_run run) {
    report.free.push_back({page_id{run.first}, run.pages});
    report.free_pages += run.pages;
  });
  map.for_each_pending([&](const pending_run& run) {
    report.pending.push_back({page_id{run.first}, run.pages, run.birth, run.death});
    report.pending_pages += run.pages;
  });
  map.for_each_log_page([&](page_ref ref) { report.log.push_back(ref.id); });
  return report;
}

/// The map of an open database, as it is now. Holds the writer's turn meanwhile.
/// Errors: `would_deadlock`, `corrupt`, `io`, std::bad_alloc.
template <class Config>
[[nodiscard]] space_report inspect_space(store<Config>& home) {
  if constexpr (store<Config>::has_files) {
    const writer_turn_guard turn(home.turn);
    if (home.in_memory()) return {};
    if (home.space) return describe_space(*home.space);
    space_map map(geometry<Config::page_size>::first_page, space_room_of(Config::page_size));
    restore_space_map(home, map);
    return describe_space(map);
  } else {
    return {};
  }
}

/// Reads the map that a meta page names out of its file into `map`, which is as constructed.
/// Errors: `corrupt`, `io`, std::bad_alloc.
template <class Config>
void read_space_map(const raw_pages<Config>& pages, const meta_page& meta, space_map& map) {
  std::vector<std::byte> page(Config::page_size);
  map.restore(space_root_of(meta), meta.statement_bytes(), Config::page_size, [&](page_ref ref) {
    pages.read(to_number(ref.id), page);
    pages.require(ref, page);
    return static_cast<const std::byte*>(page.data());
  });
}

/// The map of a file that is not open, as the meta page has it that opening goes by, or else the newest.
/// Errors: `corrupt`, `io`, std::bad_alloc.
template <class Config>
[[nodiscard]] space_report inspect_space(const raw_pages<Config>& pages, const found_metas& metas) {
  const auto slot = metas.newest();
  if (!slot) throw_error(errc::corrupt, "no meta page is whole that would name a space map");
  space_map map(geometry<Config::page_size>::first_page, space_room_of(Config::page_size));
  read_space_map(pages, metas.slots[*slot].meta, map);
  return describe_space(map);
}

}  // namespace macaw::inline MACAW_ABI::detail
