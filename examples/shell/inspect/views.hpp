// SPDX-License-Identifier: MIT
//
// What inspectors tell, as text for people or as JSON.

#pragma once

#include "base/output.hpp"
#include "base/settings.hpp"
#include "inspect/page_map.hpp"
#include "values/codec_type.hpp"

#include <macaw/ops/check.hpp>
#include <macaw/ops/page_info.hpp>
#include <macaw/stats.hpp>

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace macaw_shell {

/// Where views go, and how they look.
struct view_target {
  output& out;
  const settings& how;
};

/// What is wrong with a page, without the page's number and the kind of error, which stand beside it.
[[nodiscard]] std::string plain_reason(std::string_view what, macaw::page_id page);

/// Both metas, side by side.
void show_metas(const macaw::inspected_metas& metas, const view_target& to);

/// A page, with all entries that were read; keys as those of this codec. `with_bytes`: also as it stands in the file.
struct page_view {
  std::size_t page_size = 0;
  codec_type key;
  bool with_bytes = false;
};
void show_page(const macaw::inspected_page& page, const page_view& view, const view_target& to);

/// The map: a letter for each cell, `columns` in a line, and what the letters mean.
void show_map(const page_map& map, std::size_t page_size, std::size_t columns, const view_target& to);

/// What is free, what waits, and the space map's log. `extents_max`: as many extents are listed.
void show_space(const macaw::space_report& space, std::size_t page_size, std::size_t extents_max,
                const view_target& to);

/// All findings, and a summary.
void show_findings(const std::vector<macaw::check_finding>& findings, std::uint64_t pages, const view_target& to);

/// The figures of a database and its tables.
void show_stats(const macaw::database_stats& stats, const std::vector<macaw::named_table_stats>& tables,
                const view_target& to);

/// The read transactions of this process, and the pages that are kept for them.
void show_readers(const macaw::database_stats& stats, const std::vector<macaw::pending_extent>& pending,
                  const view_target& to);

}  // namespace macaw_shell
