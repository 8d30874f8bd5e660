// SPDX-License-Identifier: MIT
//
// How slotted pages find, lose and use their common prefix and their dead bytes.

#include <macaw/detail/format/slotted_change.hpp>

#include <string>

#include "support/catch.hpp"
#include "support/page_models.hpp"

using namespace macaw::detail;
using macaw_test::leaf_model;

namespace {

using layout_type = slotted_layout<512, 0>;
using model = leaf_model<layout_type>;

std::string number(int i) { return std::to_string(1000 + i); }

/// A leaf rebuilt until it holds all it can of keys with this prefix.
model full_leaf(const std::string& prefix) {
  model leaf{layout_type()};
  for (int i = 0; leaf.insert({prefix + number(i), "", value_tag::inlined}); ++i) continue;
  return leaf;
}

std::size_t prefix_of(const model& leaf) { return load_prefix_size(leaf.page.get()); }

}  // namespace

TEST_CASE("a full page is rebuilt with the prefix that its keys share and then holds more") {
  const model leaf = full_leaf(std::string(20, 'p'));
  CHECK(prefix_of(leaf) >= 20);
  CHECK(leaf.entries.size() > 448 / (6 + 2 + 20));
  CHECK(leaf.difference() == "");
}

TEST_CASE("a page finds its prefix before it is full") {
  model leaf{layout_type()};
  for (int i = 0; i < 8; ++i) leaf.insert({"prefix" + number(i), "", value_tag::inlined});
  CHECK(prefix_of(leaf) == 0);
  leaf.insert({"prefix" + number(8), "", value_tag::inlined});
  CHECK(prefix_of(leaf) == 9);
  CHECK(leaf.difference() == "");
}

TEST_CASE("prefixes reach beyond the header's room, up to their bound") {
  for (const std::size_t size : {std::size_t{25}, std::size_t{29}, std::size_t{40}, std::size_t{45}}) {
    const model leaf = full_leaf(std::string(size, 'p'));
    CHECK(prefix_of(leaf) >= size);
    CHECK(leaf.difference() == "");
  }
  leaf_model<slotted_layout<4096, 0>> leaf{slotted_layout<4096, 0>()};
  for (int i = 0; i < 9; ++i) leaf.insert({std::string(400, 'p') + number(i), "", value_tag::inlined});
  CHECK(load_prefix_size(leaf.page.get()) == prefix_size_max);
  CHECK(leaf.difference() == "");
}

TEST_CASE("a first or last key of another prefix re-encodes the page, or is refused and nothing changes") {
  for (const char* const foreign : {"a", "z"}) {
    model leaf = full_leaf(std::string(40, 'p'));
    CHECK_FALSE(leaf.insert({foreign, "", value_tag::inlined}));
    CHECK(leaf.difference() == "");
    leaf.erase(5, static_cast<std::uint32_t>(leaf.entries.size()));
    CHECK(leaf.insert({foreign, "", value_tag::inlined}));
    CHECK(prefix_of(leaf) == 0);
    CHECK(leaf.difference() == "");
  }
}

TEST_CASE("a split that sets a foreign key apart leaves the other half its prefix") {
  for (const char* const foreign : {"a", "z"}) {
    model left = full_leaf(std::string(60, 'p'));
    const model right = left.split({foreign, "", value_tag::inlined}, false);
    CHECK(left.difference() == "");
    CHECK(right.difference() == "");
    CHECK((left.entries.size() == 1 || right.entries.size() == 1));
  }
}

TEST_CASE("dead bytes are used again when nothing else is left") {
  model leaf{layout_type()};
  for (int i = 0; i < 8; ++i) leaf.insert({number(i), std::string(40, 'v'), value_tag::inlined});
  leaf.erase(2, 4);
  CHECK(load_dead(leaf.page.get()) != 0);
  CHECK(leaf.insert({"1002", std::string(120, 'w'), value_tag::inlined}));
  CHECK(load_dead(leaf.page.get()) == 0);
  CHECK(leaf.difference() == "");
}

TEST_CASE("a value grows, shrinks and changes its tag in its place") {
  model leaf{layout_type()};
  for (int i = 0; i < 4; ++i) leaf.insert({number(i), std::string(30, 'v'), value_tag::inlined});
  CHECK(leaf.resize(1, std::string(10, 'a'), value_tag::inlined));
  CHECK(leaf.difference() == "");
  CHECK(leaf.resize(1, std::string(200, 'b'), value_tag::inlined));
  CHECK(leaf.difference() == "");
  CHECK_FALSE(leaf.resize(2, std::string(190, 'c'), value_tag::inlined));
  CHECK(leaf.difference() == "");
  std::string record(large_record_size, '\0');
  store_large_record(model::bytes_of(record), {{macaw::page_id{50}, 0}, 5, 0});
  CHECK_FALSE(leaf.layout().leaf.has_references(leaf.page.get()));
  CHECK(leaf.resize(0, record, value_tag::large));
  CHECK(leaf.layout().leaf.has_references(leaf.page.get()));
  CHECK(leaf.difference() == "");
}

TEST_CASE("an emptied page forgets prefix and heap") {
  model leaf = full_leaf(std::string(50, 'p'));
  leaf.erase(0, static_cast<std::uint32_t>(leaf.entries.size()));
  CHECK(prefix_of(leaf) == 0);
  CHECK(leaf.layout().leaf.used(leaf.page.get()) == page_header_size);
  CHECK(leaf.insert({"key", "value", value_tag::inlined}));
  CHECK(leaf.difference() == "");
}
