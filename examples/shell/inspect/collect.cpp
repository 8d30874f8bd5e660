// SPDX-License-Identifier: MIT

#include "inspect/collect.hpp"

#include "base/numbers.hpp"
#include "formats/hex.hpp"
#include "inspect/views.hpp"

#include <macaw/error.hpp>
#include <macaw/ids.hpp>
#include <macaw/ops/page_info.hpp>

#include <algorithm>
#include <string>

namespace macaw_shell {

namespace {

double fill_of(const macaw::visited_page& page) {
  return page.bytes == 0 ? 0 : static_cast<double>(page.bytes_used) / static_cast<double>(page.bytes);
}

void add_to_map(page_map& map, const macaw::visited_page& page) {
  if (macaw::is_frame(page.page)) return;
  map.add(macaw::to_number(page.page), page.pages, use_of(page), page.damage.empty() ? page.birth : 0);
}

void add_space(page_map& map, const file_view& file) {
  try {
    const macaw::space_report space = file.space();
    map.add(0, space.first_page, page_use::meta);
    for (const auto& extent : space.free) map.add(macaw::to_number(extent.first), extent.pages, page_use::free);
    for (const auto& extent : space.pending) map.add(macaw::to_number(extent.first), extent.pages, page_use::waiting);
    for (const macaw::page_id page : space.log) map.add(macaw::to_number(page), 1, page_use::space_log);
    if (space.mark < map.page_count()) map.add(space.mark, map.page_count() - space.mark, page_use::slack);
  } catch (const macaw::error& failure) {
    if (failure.kind() != macaw::errc::corrupt) throw;
    map.add(0, std::max<std::uint64_t>(1, 8192 / file.page_size()), page_use::meta);
  }
  map.fill_rest(page_use::lost);
}

void add_to_table(table_picture& table, const macaw::visited_page& page) {
  using macaw::page_role;
  if (page.role == page_role::large_index || page.role == page_role::large_piece) {
    table.large_pages += page.pages;
    return;
  }
  if (page.role != page_role::leaf && page.role != page_role::branch) return;
  // A tree has at most 32 levels; what a damaged page says of its own is not believed.
  while (table.levels.size() <= std::min<std::size_t>(page.level, 31)) {
    table.levels.emplace_back(file_picture::level_column_count_max);
  }
  const bool leaf = page.role == page_role::leaf;
  (leaf ? table.leaf_pages : table.branch_pages) += 1;
  if (leaf) table.entries += page.entries;
  table.height = std::max(table.height, page.level + 1);
  if (!page.damage.empty()) return;
  (leaf ? table.leaf_fill : table.branch_fill).add(fill_of(page));
  table.levels[std::min<std::size_t>(page.level, 31)].add(fill_of(page));
}

std::string notice_of(const macaw::walk_report& walked, const file_view& file, std::uint64_t lost) {
  if (!walked.findings.empty()) {
    const std::size_t more = walked.findings.size() - 1;
    macaw::check_finding first = walked.findings.front();
    first.what = plain_reason(first.what, first.page);
    return "This file is damaged: " + (to_number(first.page) == 0 ? first.what : first.to_text()) +
           (more == 0 ? "." : "; and " + counted(more, "more problem") + ".");
  }
  if (lost != 0) {
    return counted(lost, "page") + " of " + grouped(file.file_pages()) + " are neither in use nor known to be free.";
  }
  return {};
}

std::string checksum_name(std::uint32_t id) {
  if (id == 1) return "XXH3-64";
  if (id == 2) return "CRC-32C";
  return "checksum " + std::to_string(id);
}

}  // namespace

page_use use_of(const macaw::visited_page& page) noexcept {
  using macaw::page_role;
  if (!page.damage.empty()) return page_use::lost;
  if (page.catalog) return page_use::catalog;
  switch (page.role) {
    case page_role::meta: return page_use::meta;
    case page_role::branch: return page_use::branch;
    case page_role::leaf: return page_use::leaf;
    case page_role::large_index:
    case page_role::large_piece: return page_use::large;
    case page_role::space_log: return page_use::space_log;
    case page_role::free: return page_use::free;
    case page_role::pending: return page_use::waiting;
    case page_role::unknown: break;
  }
  return page_use::lost;
}

page_map collect_map(const file_view& file, std::size_t cell_count_max, macaw::progress_callback progress) {
  page_map map(file.file_pages(), cell_count_max);
  file.walk([&](const macaw::visited_page& page) { add_to_map(map, page); }, progress);
  add_space(map, file);
  return map;
}

file_picture collect_picture(const file_view& file, macaw::progress_callback progress) {
  file_picture picture(file.file_pages());
  picture.page_size = file.page_size();
  picture.file_size = std::uint64_t{file.file_pages()} * file.page_size();
  const macaw::inspected_metas metas = file.metas();
  if (metas.living) {
    const macaw::inspected_meta& meta = metas.slots[*metas.living];
    picture.commit = meta.durable;
    picture.uuid = uuid_text(meta.uuid);
    picture.checksum = checksum_name(meta.checksum_id);
    picture.births = birth_histogram(meta.durable);
  }
  const macaw::walk_report walked = file.walk(
      [&](const macaw::visited_page& page) {
        add_to_map(picture.map, page);
        picture.births.add(page.birth, page.pages);
        if (page.catalog) return;
        if (picture.tables.empty() || picture.tables.back().name != page.table) {
          picture.tables.emplace_back().name = page.table;
        }
        add_to_table(picture.tables.back(), page);
      },
      progress);
  add_space(picture.map, file);
  picture.notice = notice_of(walked, file, picture.map.total().count(page_use::lost));
  return picture;
}

}  // namespace macaw_shell
