// SPDX-License-Identifier: MIT

#include <macaw/detail/format/references.hpp>

#include <string>
#include <vector>

#include "support/catch.hpp"
#include "support/page_models.hpp"

using namespace macaw::detail;
using macaw::page_id;
using macaw::page_ref;
using macaw_test::branch_model;
using macaw_test::leaf_model;

namespace {

/// Lists the references of a page and moves each a thousand pages on.
template <std::size_t PageSize>
std::vector<page_reference<const std::byte>> list_and_move(std::byte* page) {
  std::vector<page_reference<const std::byte>> found;
  for_each_reference<PageSize>(static_cast<const std::byte*>(page),
                               [&](const auto& reference) { found.push_back(reference); });
  for_each_reference<PageSize>(page, [&](const auto& reference) {
    const page_ref old = reference.load();
    reference.store({page_id{to_number(old.id) + 1000}, old.birth + 1});
  });
  return found;
}

std::string large_cell(std::uint32_t id, std::uint64_t size) {
  std::string cell(large_record_size, '\0');
  store_large_record(reinterpret_cast<std::byte*>(cell.data()), {{page_id{id}, 5}, size, large_level<512>(size)});
  return cell;
}

std::string table_cell(std::uint32_t id, std::uint8_t height) {
  catalog_record record;
  record.root = {height == 0 ? page_ref{} : page_ref{page_id{id}, 6}, height, height == 0 ? 0U : 9U, 0, 1, 0};
  std::string cell(record.encoded_size(), '\0');
  record.encode(reinterpret_cast<std::byte*>(cell.data()));
  return cell;
}

}  // namespace

TEST_CASE("the children of branches are enumerated with their kinds and can be changed") {
  const auto test = [](auto layout) {
    for (const std::uint8_t level : {std::uint8_t{1}, std::uint8_t{2}}) {
      branch_model<decltype(layout)> branch(layout, level, {page_id{20}, 1}, 0);
      branch.insert({"bbbbbbbb", {page_id{21}, 2}, 0});
      branch.insert({"cccccccc", {page_id{22}, 3}, 0});
      const auto found = list_and_move<512>(branch.page.get());
      REQUIRE(found.size() == 3);
      CHECK(found[0].level == level - 1);
      CHECK(found[0].kind == (level == 1 ? page_kind::leaf : page_kind::branch));
      CHECK(layout.branch.child(branch.page.get(), 2) == page_ref{page_id{1022}, 4});
    }
  };
  test(slotted_layout<512, 0>());
  test(dense_layout<512, 8, 8>());
}

TEST_CASE("cells with references are enumerated with what they lead to, empty tables are not") {
  leaf_model<slotted_layout<512, 0>> leaf{slotted_layout<512, 0>()};
  leaf.insert({"a", "plain", value_tag::inlined});
  CHECK(list_and_move<512>(leaf.page.get()).empty());
  leaf.insert({"b", large_cell(30, 1000), value_tag::large});
  leaf.insert({"c", large_cell(31, 10'000'000), value_tag::large});
  leaf.insert({"d", table_cell(32, 3), value_tag::tree});
  leaf.insert({"e", table_cell(33, 1), value_tag::tree});
  leaf.insert({"f", table_cell(0, 0), value_tag::tree});
  leaf.insert({"g", table_cell(34, 2), value_tag::tree});
  REQUIRE(leaf.layout().leaf.validate(leaf.page.get()) == nullptr);
  const auto found = list_and_move<512>(leaf.page.get());
  REQUIRE(found.size() == 5);
  CHECK(found[0].kind == page_kind::piece);
  CHECK(found[1].kind == page_kind::large_index);
  CHECK(found[1].level == large_level<512>(10'000'000));
  CHECK(found[2].kind == page_kind::branch);
  CHECK(found[2].level == 2);
  CHECK(found[3].kind == page_kind::leaf);
  CHECK(found[4].kind == page_kind::branch);
  CHECK(found[4].level == 1);
  CHECK(load_ref(leaf.layout().leaf.value(leaf.page.get(), 1).bytes.data()) == page_ref{page_id{1030}, 6});
}

TEST_CASE("the references of a large value's index are enumerated") {
  macaw_test::page_bytes<512> page;
  large_index<512>::format(page.get(), 2);
  for (std::uint32_t i = 0; i < large_index<512>::capacity; ++i)
    large_index<512>::append(page.get(), {page_id{50 + i}, i});
  const auto found = list_and_move<512>(page.get());
  REQUIRE(found.size() == large_index<512>::capacity);
  CHECK(found[3].kind == page_kind::large_index);
  CHECK(found[3].level == 1);
  CHECK(large_index<512>::child(page.get(), 3) == page_ref{page_id{1053}, 4});
}
