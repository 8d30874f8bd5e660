// SPDX-License-Identifier: MIT
//
// Finding out which pages of a file are free: from the log, or by a walk. Layer 5 (txn). PROTOCOL S8.

#pragma once

#include <macaw/detail/format/layout.hpp>
#include <macaw/detail/format/meta_page.hpp>
#include <macaw/detail/format/space_page.hpp>
#include <macaw/detail/space/space_map.hpp>
#include <macaw/detail/tree/walk.hpp>
#include <macaw/detail/txn/catalog.hpp>
#include <macaw/detail/txn/level_copies.hpp>
#include <macaw/detail/txn/page_resolver.hpp>
#include <macaw/detail/txn/store.hpp>
#include <macaw/ids.hpp>
#include <macaw/macros.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <memory>
#include <string_view>
#include <utility>
#include <vector>

namespace macaw::inline MACAW_ABI::detail {

/// The check of a log page on first touch; its contents are checked as they are replayed. A page of another kind is
/// refused here: once it had passed, a tree that reaches it would take it for proven.
template <class Checksum>
struct log_page_check {
  page_origin origin;

  static void run(const void* context, bytes_view page, page_ref ref) {
    require_identity<Checksum>(page, ref, static_cast<const log_page_check*>(context)->origin);
    if (const char* const finding = check_space_page(page.data(), page.size())) throw_corrupt(ref.id, finding);
  }
};

/// Reads the map of the living commit from its log into `map`, which is as constructed.
/// Errors: `corrupt`, `io`, std::bad_alloc.
template <class Config>
void restore_space_map(const store<Config>& home, space_map& map) {
  const log_page_check<typename Config::checksum> check{home.reading.origin()};
  const page_check proof{&check.run, &check};
  typename store<Config>::pins pins;
  std::array<std::byte, Config::page_size> copy;
  const meta_page& meta = home.living.meta;
  map.restore(space_root_of(meta), meta.statement_bytes(), Config::page_size, [&](page_ref ref) {
    const auto operation = home.pager->enter(pins);
    std::memcpy(copy.data(), home.pager->fetch(ref, proof, pins), Config::page_size);
    return static_cast<const std::byte*>(copy.data());
  });
}

/// Calls `visit(page_run)` for everything that a state reaches. Reads the branches, and leaves that hold references.
/// Errors: `corrupt`, `io`, std::bad_alloc, those of `visit`.
template <class Config, class Visit>
void walk_state(const store<Config>& home, const tree_root& catalog, Visit&& visit) {
  typename store<Config>::pins pins;
  const level_copies<Config> reader(home.reading, pins);
  const auto note = [&](const walked_page& page) { visit(page_run{to_number(page.ref.id), page.pages}); };
  walk_tree(reader, catalog, catalog_layout<Config::page_size>{}, walk_leaves::skip, note);
  const level_copies<Config> catalog_reader(home.reading, pins);
  for_each_record(catalog_reader, catalog, [&](std::string_view, const catalog_record& record) {
    with_layout<Config::page_size>(record.key_width, record.value_width, [&](const auto& layout) {
      walk_tree(reader, record.root, layout, walk_leaves::skip, note);
    });
  });
}

/// Makes the map of the living commit ready for writing: from its log, or, where the options say so, by a walk.
/// Errors: `corrupt`, `io`, std::bad_alloc.
template <class Config>
void load_space_map(store<Config>& home) {
  home.space = std::make_unique<space_map>(geometry<Config::page_size>::first_page, space_room_of(Config::page_size));
  space_map& map = *home.space;
  try {
    if (home.options.rebuild_space_map) {
      std::vector<page_run> reachable;
      const meta_page& meta = home.living.meta;
      walk_state(home, meta.catalog, [&](page_run run) { reachable.push_back(run); });
      const std::span<const page_run> unproven;
      map.rebuild(meta.mark, std::move(reachable), meta.two_phase ? unproven : meta.manifest());
    } else {
      restore_space_map(home, map);
    }
  } catch (...) {
    home.space.reset();
    throw;
  }
}

}  // namespace macaw::inline MACAW_ABI::detail
