// SPDX-License-Identifier: MIT
//
// What inspectors tell, as text for people or as JSON.

#pragma once

#include "base/output.hpp"
#include "base/settings.hpp"
#include "inspect/page_map.hpp"

#include <macaw/ops/check.hpp>
#include <macaw/ops/page_info.hpp>
#include <macaw/stats.hpp>

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace macaw_shell {

/// Where views go, and how they look.
struct view_target {
  output& out;
  const settings& how;
};

/// Both metas, side by side.
void show_metas(const macaw::inspected_metas& metas, const view_target& to);

/// A page, with all entries that were read. `with_bytes`: as it stands in the file, too.
void show_page(const macaw::inspected_page& page, std::size_t page_size, bool with_bytes, const view_target& to);

/// The map: a letter for each cell, `columns` in a line, and what the letters mean.
void show_map(const page_map& map, std::size_t page_size, std::size_t columns, const view_target& to);

/// What is free, what waits, and the space map's log. `extents_max`: of each, as many are listed.
void show_space(const macaw::space_report& space, std::size_t page_size, std::size_t extents_max,
                const view_target& to);

/// All findings, and a summary. `tables`: unknown where 0.
void show_findings(const std::vector<macaw::check_finding>& findings, std::uint64_t pages, const view_target& to);

/// The figures of a database and its tables.
void show_stats(const macaw::database_stats& stats, const std::vector<macaw::named_table_stats>& tables,
                const view_target& to);

/// The read transactions of this process.
void show_readers(const macaw::database_stats& stats, const macaw::space_report& space, const view_target& to);

}  // namespace macaw_shell
