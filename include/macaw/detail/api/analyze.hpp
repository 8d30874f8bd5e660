// SPDX-License-Identifier: MIT
//
// How full the pages of all tables are: a walk over all of them. Layer 6 (API).

#pragma once

#include <macaw/detail/format/catalog_record.hpp>
#include <macaw/detail/format/layout.hpp>
#include <macaw/detail/format/page_header.hpp>
#include <macaw/detail/tree/walk.hpp>
#include <macaw/detail/txn/level_copies.hpp>
#include <macaw/detail/txn/snapshot.hpp>
#include <macaw/macros.hpp>
#include <macaw/ops/progress.hpp>
#include <macaw/stats.hpp>

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace macaw::inline MACAW_ABI::detail {

/// A table that is still to be walked.
struct table_to_walk {
  std::string name;
  tree_root root;
  std::uint16_t key_width;
  std::uint16_t value_width;
};

/// Walks a table's tree. Errors: `cancelled`, what reading raises.
/// Complexity: reads all branches and leaves.
template <class Config>
[[nodiscard]] named_table_stats analyze_table(const snapshot<Config>& snapshot, const table_to_walk& table,
                                              progress_meter& meter) {
  named_table_stats figures;
  figures.name = table.name;
  figures.entries = table.root.entries;
  figures.branch_pages = table.root.branch_pages;
  figures.leaf_pages = table.root.leaf_pages;
  figures.large_pages = table.root.large_pages;
  figures.height = table.root.height;
  figures.page_size = Config::page_size;
  const level_copies<Config> pages(snapshot.resolver(), snapshot.pins());
  with_layout<Config::page_size>(table.key_width, table.value_width, [&](const auto& layout) {
    walk_tree(pages, table.root, layout, walk_leaves::read, [&](const walked_page& page) {
      if (page.kind == page_kind::leaf) figures.leaf_bytes_used += layout.leaf.used(page.bytes);
      if (page.kind == page_kind::branch) figures.branch_bytes_used += layout.branch.used(page.bytes);
      meter.advance(page.pages);
    });
  });
  return figures;
}

/// Walks all tables of a snapshot. Errors: as `analyze_table`.
template <class Config>
[[nodiscard]] std::vector<named_table_stats> analyze_tables(const snapshot<Config>& snapshot,
                                                            progress_callback callback) {
  std::vector<table_to_walk> tables;
  std::uint64_t pages = 0;
  {
    const auto operation = snapshot.enter();
    snapshot.for_each_table([&](std::string_view name, const catalog_record& record) {
      tables.push_back({std::string(name), record.root, record.key_width, record.value_width});
      pages += record.root.branch_pages + record.root.leaf_pages + record.root.large_pages;
    });
  }
  progress_meter meter(callback, pages);
  std::vector<named_table_stats> figures;
  figures.reserve(tables.size());
  for (const table_to_walk& table : tables) figures.push_back(analyze_table(snapshot, table, meter));
  meter.finish();
  return figures;
}

}  // namespace macaw::inline MACAW_ABI::detail
