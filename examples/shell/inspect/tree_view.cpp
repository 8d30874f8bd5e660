// SPDX-License-Identifier: MIT

#include "inspect/tree_view.hpp"

#include "base/numbers.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
#include <cstdio>
#include <string>
#include <string_view>

namespace macaw_shell {

namespace {

using macaw::page_role;
using macaw::visited_page;

double fill_of(const visited_page& page) {
  return page.bytes == 0 ? 0 : static_cast<double>(page.bytes_used) / static_cast<double>(page.bytes);
}

bool is_large(const visited_page& page) {
  return page.role == page_role::large_index || page.role == page_role::large_piece;
}

std::string entries_text(const visited_page& page) {
  if (page.role == page_role::leaf) return counted(page.entries, "row");
  return grouped(page.entries) + (page.entries == 1 ? " child" : " children");
}

std::string dot_text(std::string_view text) {
  std::string result;
  for (const char c : text) {
    if (c == '"' || c == '\\') result += '\\';
    result += c;
  }
  return result;
}

// The colour of a role, the paler the emptier: Graphviz takes red, green, blue and opacity.
std::string dot_color(const visited_page& page) {
  if (!page.damage.empty()) return "#d6342b";
  std::array<char, 8> opacity{};
  std::snprintf(opacity.data(), opacity.size(), "%02x",
                static_cast<unsigned>(40 + 200 * std::clamp(fill_of(page), 0.0, 1.0)));
  return (page.role == page_role::leaf ? "#2d9d7d" : "#e58a2b") + std::string(opacity.data());
}

}  // namespace

bool tree_view::begins_tree(const visited_page& page) const {
  return !any_ || page.catalog != catalog_ || page.table != table_;
}

void tree_view::begin() {
  if (form_ != tree_form::dot) return;
  to_.out.line("digraph macaw {");
  to_.out.line("  node [shape=box, style=filled, fontname=\"sans-serif\", fontsize=10];");
}

void tree_view::add(const visited_page& page) {
  const bool begins = begins_tree(page);
  if (begins && form_ == tree_form::text) {
    tell_hidden();
    tell_large();
    if (any_) to_.out.line("");
    to_.out.line(to_.out.paint(page.catalog ? "the catalog" : page.table, color::bold));
  }
  if (begins && form_ == tree_form::dot) {
    end_dot_cluster();
    to_.out.line("  subgraph cluster_" + std::to_string(cluster_++) + " {");
    to_.out.line("    label=\"" + (page.catalog ? "the catalog" : dot_text(page.table)) + "\";");
  }
  any_ = true;
  table_ = page.table;
  catalog_ = page.catalog;
  switch (form_) {
    case tree_form::json: return add_json(page);
    case tree_form::dot: return add_dot(page);
    case tree_form::text: return add_text(page);
  }
}

void tree_view::end() {
  if (form_ == tree_form::text) {
    tell_hidden();
    tell_large();
  }
  if (form_ == tree_form::dot) {
    end_dot_cluster();
    to_.out.line("}");
  }
}

void tree_view::add_json(const visited_page& page) {
  if (page.depth > depth_max_) return;
  using json = nlohmann::ordered_json;
  json row = {{"table", page.catalog ? json() : json(page.table)},
              {"page", to_number(page.page)},
              {"pages", page.pages},
              {"role", to_text(page.role)},
              {"parent", to_number(page.parent) == 0 ? json() : json(to_number(page.parent))},
              {"depth", page.depth},
              {"level", page.level},
              {"birth", page.birth},
              {"entries", page.entries},
              {"bytes", page.bytes},
              {"bytes_used", page.bytes_used}};
  if (!page.damage.empty()) row["damage"] = plain_reason(page.damage, page.page);
  to_.out.json(row);
}

void tree_view::end_dot_cluster() {
  if (any_) to_.out.line("  }");
}

void tree_view::add_dot(const visited_page& page) {
  if (page.depth > depth_max_ || is_large(page)) return;
  const std::string name = "p" + std::to_string(to_number(page.page));
  std::string label = std::to_string(to_number(page.page)) + "\\n" + entries_text(page) + "\\n";
  label += page.damage.empty() ? percent(fill_of(page)) + " full" : dot_text(plain_reason(page.damage, page.page));
  to_.out.line("    " + name + " [label=\"" + label + "\", fillcolor=\"" + dot_color(page) + "\"];");
  if (page.depth != 0) to_.out.line("    p" + std::to_string(to_number(page.parent)) + " -> " + name + ";");
}

// What stands before a page: for each page above a line that goes on, or none.
std::string tree_view::branches(std::uint32_t depth, bool last) const {
  std::string text;
  for (std::uint32_t k = 1; k < depth; ++k) text += k < left_.size() && left_[k] != 0 ? "│  " : "   ";
  if (depth != 0) text += last ? "└─ " : "├─ ";
  return text;
}

void tree_view::tell_hidden() {
  if (hidden_ != 0) {
    to_.out.line(to_.out.paint(branches(last_depth_ + 1, true) + counted(hidden_, "page") + " below", color::dim));
  }
  hidden_ = 0;
}

void tree_view::tell_large() {
  if (large_ != 0) to_.out.line(to_.out.paint("and " + counted(large_, "page") + " of large values", color::dim));
  large_ = 0;
}

void tree_view::add_text(const visited_page& page) {
  if (is_large(page)) {
    large_ += page.pages;
    return;
  }
  if (page.depth > depth_max_) {
    ++hidden_;
    return;
  }
  tell_hidden();
  left_.resize(page.depth + 2);
  if (left_[page.depth] != 0) --left_[page.depth];
  left_[page.depth + 1] = page.role == page_role::branch ? page.entries : 0;
  last_depth_ = page.depth;
  std::string line = to_.out.paint(branches(page.depth, left_[page.depth] == 0), color::dim);
  line += to_.out.paint("page " + grouped(to_number(page.page)),
                        page.role == page_role::leaf ? color::green : color::yellow);
  line += "  " + (page.role == page_role::leaf ? std::string("leaf") : "level " + std::to_string(page.level));
  if (page.damage.empty()) {
    line += ", " + entries_text(page) + ", " + percent(fill_of(page)) + " full, commit " + grouped(page.birth);
  } else {
    line += ": " + to_.out.paint(plain_reason(page.damage, page.page), color::red);
  }
  to_.out.line(line);
}

}  // namespace macaw_shell
