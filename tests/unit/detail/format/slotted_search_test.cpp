// SPDX-License-Identifier: MIT
//
// Keys that only differ where heads do not tell: short keys, zeros, ties, prefixes.

#include <macaw/detail/format/slotted_search.hpp>

#include <string>

#include "support/catch.hpp"
#include "support/page_models.hpp"

using namespace macaw::detail;

namespace {

using model = macaw_test::leaf_model<slotted_layout<4096, 0>>;

const std::string zero(1, '\0');

}  // namespace

TEST_CASE("keys that end in zeros are told apart by their sizes") {
  model leaf{slotted_layout<4096, 0>()};
  std::string key;
  for (int i = 0; i < 12; ++i) {
    REQUIRE(leaf.insert({key, std::to_string(i), value_tag::inlined}));
    key += zero;
  }
  CHECK(leaf.difference() == "");
  CHECK(leaf.searches(key));
  CHECK(leaf.searches(std::string(5, '\0') + "x"));
}

TEST_CASE("a long run of equal heads is searched by what follows") {
  model leaf{slotted_layout<4096, 0>()};
  leaf.insert({"aaaa", "", value_tag::inlined});
  for (int i = 0; i < 100; ++i) leaf.insert({"same" + std::to_string(100 + i), "", value_tag::inlined});
  leaf.insert({"zzzz", "", value_tag::inlined});
  CHECK(leaf.difference() == "");
  for (int i = 0; i < 100; ++i) CHECK(leaf.searches("same" + std::to_string(100 + i) + "x"));
  CHECK(leaf.searches("same"));
  CHECK(leaf.searches("same0"));
  CHECK(leaf.searches("samf"));
}

TEST_CASE("keys beside a page's prefix are all below or all above") {
  model leaf{slotted_layout<4096, 0>()};
  for (int i = 0; i < 20; ++i) leaf.insert({"prefix" + std::to_string(10 + i), "", value_tag::inlined});
  REQUIRE(load_prefix_size(leaf.page.get()) >= 6);
  for (const char* const key : {"", "p", "prefi", "prefhx", "prefix", "prefiy", "q", "prefix1", "prefix3"}) {
    CHECK(leaf.searches(key));
  }
}

TEST_CASE("separators' sizes are what neighbours need to be told apart") {
  using rows = slotted_rows<4096, slotted_leaf_kind<true>, 0>;
  model leaf{slotted_layout<4096, 0>()};
  for (const char* const key : {"abc", "abd", "abdefghijk", "abdefghijx", "b"}) {
    leaf.insert({key, "", value_tag::inlined});
  }
  const rows of;
  CHECK(of.separator_size(leaf.page.get(), 0) == 0);
  CHECK(of.separator_size(leaf.page.get(), 1) == 3);
  CHECK(of.separator_size(leaf.page.get(), 2) == 4);
  CHECK(of.separator_size(leaf.page.get(), 3) == 10);
  CHECK(of.separator_size(leaf.page.get(), 4) == 1);
  CHECK(of.separator_size(leaf.page.get(), 5) == 0);
}
