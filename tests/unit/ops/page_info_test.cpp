// SPDX-License-Identifier: MIT

#include <macaw/ops/page_info.hpp>

#include "support/catch.hpp"

#include <set>
#include <string_view>

TEST_CASE("every role has a word of its own") {
  std::set<std::string_view> words;
  for (int role = 0; role <= static_cast<int>(macaw::page_role::pending); ++role) {
    words.insert(to_text(static_cast<macaw::page_role>(role)));
  }
  CHECK(words.size() == 9);
  CHECK(to_text(macaw::page_role::large_piece) == "large piece");
}
