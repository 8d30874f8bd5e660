// SPDX-License-Identifier: MIT

#include "base/numbers.hpp"
#include "inspect/text_table.hpp"
#include "inspect/views.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <string>
#include <vector>

namespace macaw_shell {

namespace {

using json = nlohmann::ordered_json;

// Both ends, as pages are named elsewhere.
std::string pages_text(macaw::page_id first, std::uint32_t pages) {
  const std::uint64_t begin = to_number(first);
  return pages == 1 ? grouped(begin) : grouped(begin) + " to " + grouped(begin + pages - 1);
}

json json_of(const macaw::pending_extent& extent) {
  return {
      {"first", to_number(extent.first)}, {"pages", extent.pages}, {"birth", extent.birth}, {"death", extent.death}};
}

json json_of(const macaw::space_report& space) {
  json row = {{"first_page", space.first_page},
              {"mark", space.mark},
              {"free_pages", space.free_pages},
              {"pending_pages", space.pending_pages},
              {"free", json::array()},
              {"pending", json::array()},
              {"log", json::array()}};
  for (const auto& extent : space.free)
    row["free"].push_back({{"first", to_number(extent.first)}, {"pages", extent.pages}});
  for (const auto& extent : space.pending) row["pending"].push_back(json_of(extent));
  for (const macaw::page_id page : space.log) row["log"].push_back(to_number(page));
  return row;
}

void show_pending(const std::vector<macaw::pending_extent>& pending, std::size_t extents_max, const view_target& to) {
  text_table table({"pages", "number", "seen by readers of commits"}, "lrl");
  for (std::size_t i = 0; i < std::min(pending.size(), extents_max); ++i) {
    const macaw::pending_extent& extent = pending[i];
    table.add({pages_text(extent.first, extent.pages), grouped(extent.pages),
               grouped(extent.birth) + " to " + grouped(extent.death == 0 ? 0 : extent.death - 1)});
  }
  to.out.line("");
  table.write(to.out);
  if (pending.size() > extents_max) to.out.line("and " + grouped(pending.size() - extents_max) + " more");
}

}  // namespace

void show_space(const macaw::space_report& space, std::size_t page_size, std::size_t extents_max,
                const view_target& to) {
  if (to.how.json) return to.out.json(json_of(space));
  std::uint32_t largest = 0;
  for (const auto& extent : space.free) largest = std::max(largest, extent.pages);
  to.out.line(counted(space.free_pages, "free page") + " (" + byte_size(space.free_pages * page_size) + ") in " +
              counted(space.free.size(), "extent") +
              (space.free.empty() ? "" : ", the largest of " + grouped(largest)));
  to.out.line(counted(space.pending_pages, "page") + (space.pending_pages == 1 ? " waits" : " wait") +
              " for readers to end");
  to.out.line(counted(space.log.size(), "page") + (space.log.size() == 1 ? " holds" : " hold") +
              " the map of this, pages in use end at " + grouped(space.mark));
  if (!space.free.empty() && extents_max != 0) {
    text_table table({"free pages", "number"}, "lr");
    for (std::size_t i = 0; i < std::min(space.free.size(), extents_max); ++i) {
      table.add({pages_text(space.free[i].first, space.free[i].pages), grouped(space.free[i].pages)});
    }
    to.out.line("");
    table.write(to.out);
    if (space.free.size() > extents_max) to.out.line("and " + counted(space.free.size() - extents_max, "more extent"));
  }
  if (!space.pending.empty() && extents_max != 0) show_pending(space.pending, extents_max, to);
}

void show_readers(const macaw::database_stats& stats, const std::vector<macaw::pending_extent>& pending,
                  const view_target& to) {
  std::uint64_t pages = 0;
  for (const auto& extent : pending) pages += extent.pages;
  if (to.how.json)
    return to.out.json({{"readers", stats.readers}, {"newest", stats.last_txn.value}, {"pending_pages", pages}});
  to.out.line(counted(stats.readers, "read transaction") + " of this process" + (stats.readers == 1 ? " is" : " are") +
              " open; " + counted(pages, "page") + (pages == 1 ? " is" : " are") + " kept for " +
              (stats.readers == 1 ? "it" : "them"));
}

}  // namespace macaw_shell
