// SPDX-License-Identifier: MIT
//
// Trees of pages, drawn page by page while a walk visits them.

#pragma once

#include "base/output.hpp"
#include "base/settings.hpp"
#include "inspect/views.hpp"

#include <macaw/ops/page_info.hpp>

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace macaw_shell {

enum class tree_form : std::uint8_t {
  text,  ///< lines and branches of characters
  dot,   ///< Graphviz's language
  json,  ///< a line for each page, those of large values too
};

/// Draws what it is given, in the order of a walk.
class tree_view {
 public:
  /// Pages further than `depth_max` below a root are counted only.
  tree_view(tree_form form, std::uint32_t depth_max, const view_target& to)
      : form_(form), depth_max_(depth_max), to_(to) {}

  void begin();
  void add(const macaw::visited_page& page);
  void end();

 private:
  void add_json(const macaw::visited_page& page);
  void add_dot(const macaw::visited_page& page);
  void add_text(const macaw::visited_page& page);
  void end_dot_cluster();
  void tell_hidden();
  void tell_large();
  [[nodiscard]] std::string branches(std::uint32_t depth, bool last) const;
  [[nodiscard]] bool begins_tree(const macaw::visited_page& page) const;

  tree_form form_;
  std::uint32_t depth_max_;
  view_target to_;
  bool any_ = false;
  std::string table_;
  bool catalog_ = false;
  std::vector<std::uint32_t> left_;  // by depth, children of the page above that are still to come
  std::uint32_t last_depth_ = 0;
  std::uint64_t hidden_ = 0;  // pages below the last one that was drawn
  std::uint64_t large_ = 0;   // pages of large values of this table
  std::uint64_t cluster_ = 0;
};

}  // namespace macaw_shell
