// SPDX-License-Identifier: MIT

#include "base/numbers.hpp"
#include "formats/hex.hpp"
#include "inspect/text_table.hpp"
#include "inspect/views.hpp"
#include "values/value_text.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
#include <cstdio>
#include <string>
#include <string_view>

namespace macaw_shell {

namespace {

using macaw::inspected_entry;
using macaw::inspected_page;
using macaw::page_role;
using json = nlohmann::ordered_json;

std::string_view text_of(macaw::checksum_state state) {
  switch (state) {
    case macaw::checksum_state::good: return "good";
    case macaw::checksum_state::bad: return "bad";
    case macaw::checksum_state::unverifiable: return "unverifiable";
  }
  return "bad";
}

std::string key_text(const inspected_entry& entry, const page_view& view, bool hex) {
  return hex ? hex_text(entry.key) : show(view.key, codec_role::key, entry.key);
}

json json_of(const inspected_entry& entry, page_role role) {
  json row = json::object();
  if (role == page_role::leaf) {
    row["key"] = hex_text(entry.key);
    row["value_size"] = entry.value_size;
    if (entry.large) row["large"] = to_number(entry.child.value_or(macaw::page_id{}));
  } else if (role == page_role::space_log) {
    row["what"] = entry.text;
    row["first"] = to_number(entry.child.value_or(macaw::page_id{}));
    row["pages"] = entry.child_pages;
  } else {
    if (role == page_role::branch) row["separator"] = hex_text(entry.key);
    row["child"] = to_number(entry.child.value_or(macaw::page_id{}));
    row["birth"] = entry.child_birth;
    if (entry.child_rows != 0) row["rows"] = entry.child_rows;
  }
  return row;
}

json json_of(const inspected_page& page, const page_view& view) {
  json row = {{"page", to_number(page.page)}, {"role", to_text(page.role)}};
  if (to_number(page.piece_start) != 0) row["piece_start"] = to_number(page.piece_start);
  row["pages"] = page.pages;
  row["checksum"] = text_of(page.checksum);
  row["stored_page"] = to_number(page.stored_page);
  row["birth"] = page.birth;
  row["level"] = page.level;
  row["key_width"] = page.key_width;
  row["value_width"] = page.value_width;
  row["count"] = page.count;
  row["prefix_size"] = page.prefix_size;
  row["flags"] = page.flags;
  row["heap_size"] = page.heap_size;
  row["dead_bytes"] = page.dead_bytes;
  row["bytes_used"] = page.bytes_used;
  row["damage"] = page.damage.empty() ? json() : json(plain_reason(page.damage, page.page));
  row["entries"] = json::array();
  for (const inspected_entry& entry : page.entries) row["entries"].push_back(json_of(entry, page.role));
  if (view.with_bytes) row["bytes"] = hex_text(page.bytes);
  return row;
}

std::string width_text(std::size_t width) { return width == 0 ? "vary" : counted(width, "byte"); }

void fact(const view_target& to, std::string_view name, std::string_view text) {
  std::string line =
      "  " + to.out.paint(name, color::dim) + std::string(14 - std::min<std::size_t>(name.size(), 13), ' ');
  to.out.line(line.append(text));
}

void show_facts(const inspected_page& page, const page_view& view, const view_target& to) {
  const bool bad = page.checksum == macaw::checksum_state::bad;
  fact(to, "checksum", to.out.paint(text_of(page.checksum), bad ? color::red : color::green));
  if (!page.damage.empty()) fact(to, "damage", to.out.paint(plain_reason(page.damage, page.page), color::red));
  if (to_number(page.piece_start) != 0)
    return fact(to, "part of", "the piece that begins at page " + grouped(to_number(page.piece_start)));
  const bool has_header =
      page.role != page_role::meta && page.role != page_role::free && page.role != page_role::unknown;
  if (page.checksum != macaw::checksum_state::good && !has_header) return;
  if (page.stored_page != page.page) fact(to, "says it is", "page " + grouped(to_number(page.stored_page)));
  fact(to, "birth", "commit " + grouped(page.birth));
  if (page.pages > 1) fact(to, "runs over", counted(page.pages, "page"));
  if (page.role == page_role::leaf || page.role == page_role::branch) {
    fact(to, "keys", width_text(page.key_width) + ", values " + width_text(page.value_width));
    if (page.prefix_size != 0) fact(to, "prefix", counted(page.prefix_size, "byte"));
    if (page.heap_size != 0)
      fact(to, "heap", counted(page.heap_size, "byte") + ", " + grouped(page.dead_bytes) + " dead");
  }
  if (page.role == page_role::large_piece) fact(to, "value's part", counted(page.heap_size, "byte"));
  if (page.role != page_role::large_piece) fact(to, "entries", grouped(page.count));
  if (page.bytes_used != 0) {
    const std::uint64_t size = std::uint64_t{view.page_size} * page.pages;
    fact(to, "in use",
         grouped(page.bytes_used) + " of " + counted(size, "byte") + ", " +
             percent(static_cast<double>(page.bytes_used) / static_cast<double>(size)));
  }
}

void show_rows(const inspected_page& page, const page_view& view, const view_target& to) {
  text_table table({"slot", "key", "value"}, "rlr");
  for (std::size_t i = 0; i < page.entries.size(); ++i) {
    const inspected_entry& entry = page.entries[i];
    table.add({std::to_string(i), key_text(entry, view, to.how.hex),
               byte_size(entry.value_size) +
                   (entry.large && entry.child ? " at page " + grouped(to_number(*entry.child)) : "")});
  }
  table.write(to.out);
}

void show_children(const inspected_page& page, const page_view& view, const view_target& to) {
  const bool branch = page.role == page_role::branch;
  text_table table({"slot", branch ? "from key" : "", "page", "birth", branch && page.level == 1 ? "rows" : ""},
                   "rlrrr");
  for (std::size_t i = 0; i < page.entries.size(); ++i) {
    const inspected_entry& entry = page.entries[i];
    const bool first = i == 0 || !branch;
    table.add({std::to_string(i), first ? "" : key_text(entry, view, to.how.hex),
               entry.child ? grouped(to_number(*entry.child)) : "", grouped(entry.child_birth),
               branch && page.level == 1 ? grouped(entry.child_rows) : ""});
  }
  table.write(to.out);
}

void show_statements(const inspected_page& page, const view_target& to) {
  text_table table({"slot", "what", "from page", "pages"}, "rlrr");
  for (std::size_t i = 0; i < page.entries.size(); ++i) {
    const inspected_entry& entry = page.entries[i];
    table.add({std::to_string(i), std::string(entry.text), entry.child ? grouped(to_number(*entry.child)) : "",
               grouped(entry.child_pages)});
  }
  table.write(to.out);
}

// As `hexdump -C` has it; lines of zeros are left out.
void show_bytes(macaw::bytes_view bytes, std::uint64_t offset, const view_target& to) {
  constexpr std::size_t width = 16;
  for (std::size_t at = 0; at < bytes.size(); at += width) {
    const macaw::bytes_view row = bytes.subspan(at, std::min(width, bytes.size() - at));
    if (std::all_of(row.begin(), row.end(), [](std::byte b) { return b == std::byte{0}; })) continue;
    std::array<char, 24> place{};
    std::snprintf(place.data(), place.size(), "%08llx", static_cast<unsigned long long>(offset + at));
    std::string digits;
    std::string text;
    for (const std::byte byte : row) {
      digits += ' ';
      append_hex(digits, byte);
      const auto c = std::to_integer<unsigned char>(byte);
      text += c >= 0x20 && c < 0x7F ? static_cast<char>(c) : '.';
    }
    to.out.line(to.out.paint(place.data(), color::dim) + ' ' + digits + "  " + text);
  }
}

}  // namespace

void show_page(const inspected_page& page, const page_view& view, const view_target& to) {
  if (to.how.json) return to.out.json(json_of(page, view));
  std::string title = "page " + grouped(to_number(page.page)) + ": " + std::string(to_text(page.role));
  if (page.role == page_role::branch || page.role == page_role::large_index)
    title += ", level " + std::to_string(page.level);
  to.out.line(to.out.paint(title, color::bold));
  show_facts(page, view, to);
  if (!page.entries.empty()) {
    to.out.line("");
    if (page.role == page_role::leaf) show_rows(page, view, to);
    if (page.role == page_role::branch || page.role == page_role::large_index) show_children(page, view, to);
    if (page.role == page_role::space_log) show_statements(page, to);
    if (page.entries.size() < page.count) to.out.line("and " + grouped(page.count - page.entries.size()) + " more");
  }
  if (!view.with_bytes) return;
  to.out.line("");
  show_bytes(page.bytes, std::uint64_t{to_number(page.page)} * view.page_size, to);
}

}  // namespace macaw_shell
