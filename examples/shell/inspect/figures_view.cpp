// SPDX-License-Identifier: MIT

#include "base/numbers.hpp"
#include "inspect/text_table.hpp"
#include "inspect/views.hpp"

#include <nlohmann/json.hpp>

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace macaw_shell {

namespace {

using json = nlohmann::ordered_json;

double part(std::uint64_t bytes, std::uint64_t pages, std::size_t page_size) {
  return pages == 0 ? 0 : static_cast<double>(bytes) / (static_cast<double>(pages) * static_cast<double>(page_size));
}

json json_of(const macaw::named_table_stats& table) {
  return {{"table", table.name},
          {"keys", table.entries},
          {"height", table.height},
          {"branch_pages", table.branch_pages},
          {"leaf_pages", table.leaf_pages},
          {"large_pages", table.large_pages},
          {"leaf_bytes_used", table.leaf_bytes_used},
          {"branch_bytes_used", table.branch_bytes_used}};
}

json json_of(const macaw::database_stats& stats, const std::vector<macaw::named_table_stats>& tables) {
  json row = {{"page_size", stats.page_size}, {"file_size", stats.file_size},   {"commit", stats.durable},
              {"pages", stats.pages},         {"free_pages", stats.free_pages}, {"pending_pages", stats.pending_pages},
              {"log_pages", stats.log_pages}, {"tables", json::array()}};
  for (const auto& table : tables) row["tables"].push_back(json_of(table));
  return row;
}

std::string fill_text(std::uint64_t bytes, std::uint64_t pages, std::size_t page_size) {
  return pages == 0 ? "" : percent(part(bytes, pages, page_size));
}

}  // namespace

std::string plain_reason(std::string_view what, macaw::page_id page) {
  constexpr std::string_view kind = ": corrupt";
  std::string text(what.substr(0, what.size() - (what.ends_with(kind) ? kind.size() : 0)));
  const std::string number = "page " + std::to_string(to_number(page)) + ": ";
  const std::size_t at = text.find(number);
  if (at != std::string::npos) text.erase(at, number.size());
  return text;
}

void show_stats(const macaw::database_stats& stats, const std::vector<macaw::named_table_stats>& tables,
                const view_target& to) {
  if (to.how.json) return to.out.json(json_of(stats, tables));
  to.out.line(byte_size(stats.file_size) + ", " + counted(stats.pages, "page") + " of " + byte_size(stats.page_size) +
              ", durable commit " + grouped(stats.durable));
  to.out.line(counted(stats.free_pages, "page") + " free (" +
              percent(part(stats.free_pages * stats.page_size, stats.pages, stats.page_size)) + "), " +
              grouped(stats.pending_pages) + " waiting for readers, " + grouped(stats.log_pages) + " of the space log");
  if (tables.empty()) return to.out.line("no tables");
  text_table table({"table", "keys", "height", "branches", "leaves", "large", "size", "leaves full", "branches full"},
                   "lrrrrrrrr");
  for (const auto& each : tables) {
    table.add({each.name, grouped(each.entries), std::to_string(each.height), grouped(each.branch_pages),
               grouped(each.leaf_pages), grouped(each.large_pages), byte_size(each.pages() * stats.page_size),
               fill_text(each.leaf_bytes_used, each.leaf_pages, stats.page_size),
               fill_text(each.branch_bytes_used, each.branch_pages, stats.page_size)});
  }
  to.out.line("");
  table.write(to.out);
}

void show_findings(const std::vector<macaw::check_finding>& findings, std::uint64_t pages, const view_target& to) {
  if (to.how.json) {
    json row = {{"ok", findings.empty()}, {"pages", pages}, {"findings", json::array()}};
    for (const auto& finding : findings) {
      json path = json::array();
      for (const macaw::page_id page : finding.path) path.push_back(to_number(page));
      row["findings"].push_back({{"page", to_number(finding.page)},
                                 {"what", plain_reason(finding.what, finding.page)},
                                 {"path", std::move(path)}});
    }
    return to.out.json(row);
  }
  for (macaw::check_finding finding : findings) {
    finding.what = plain_reason(finding.what, finding.page);
    const bool whole_file = to_number(finding.page) == 0 && finding.path.empty();
    to.out.line(to.out.paint(whole_file ? finding.what : finding.to_text(), color::red));
  }
  if (findings.empty()) {
    to.out.line(to.out.paint("ok", color::green) + ": " + counted(pages, "page") + " checked, nothing is wrong");
  } else {
    to.out.line(counted(findings.size(), "problem") + " found, " + counted(pages, "page") + " checked");
  }
}

}  // namespace macaw_shell
