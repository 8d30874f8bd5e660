// SPDX-License-Identifier: MIT
//
// Damaged pages are found, or are good enough to work on: run under a sanitizer this proves that no bytes
// lead outside a page.

#include <macaw/detail/format/references.hpp>
#include <macaw/detail/format/validate.hpp>

#include <cstring>
#include <random>
#include <string>
#include <vector>

#include "support/catch.hpp"
#include "support/page_lives.hpp"
#include "support/page_use.hpp"
#include "support/random.hpp"

using namespace macaw_test;

namespace {

struct damage_counts {
  std::size_t found = 0;
  std::size_t harmless = 0;
};

/// Damages a valid page in every way that changes one byte in a few ways, and at random in several bytes.
template <class Layout, class Use>
damage_counts damage(const Layout&, const page_bytes<Layout::page_size>& valid, page_shape shape, std::uint64_t seed,
                     bool every_byte, const Use& use) {
  damage_counts counts;
  std::mt19937_64 random(seed);
  page_bytes<Layout::page_size> page = valid;
  const auto judge = [&] {
    if (validate_page<Layout::page_size>(page.get(), shape) != nullptr) {
      ++counts.found;
    } else {
      ++counts.harmless;
      REQUIRE(use(page) == "");
    }
  };
  for (std::size_t at = 0; every_byte && at < Layout::page_size; ++at) {
    for (const int change : {1, 2, 4, 8, 16, 32, 64, 128, 255}) {
      page.get()[at] = valid.get()[at] ^ static_cast<std::byte>(change);
      judge();
    }
    page.get()[at] = valid.get()[at];
  }
  for (int i = 0; i < 600; ++i) {
    page = valid;
    for (std::uint64_t changes = 1 + random() % 4; changes != 0; --changes) {
      const std::size_t limit = random() % 2 == 0 ? 256 : Layout::page_size;
      const std::size_t at = 16 + random() % (limit - 16);
      page.get()[at] = static_cast<std::byte>(random() % 3 == 0 ? 0 : random());
      if (random() % 4 == 0) std::memcpy(page.get() + at, valid.get() + 16 + random() % (Layout::page_size - 32), 1);
    }
    judge();
  }
  return counts;
}

template <class Layout>
void damage_leaves(const Layout& layout, int steps, bool every_byte) {
  const std::uint64_t seed = macaw_test::seed();
  CAPTURE(seed, Layout::page_size, layout.leaf.shape().key_width(), layout.leaf.shape().value_width());
  for (const key_style style : all_key_styles) {
    life_of_a_leaf<Layout> life(layout, style, seed);
    for (int i = 0; i < steps || life.model.entries.empty(); ++i) life.step();
    const damage_counts counts =
        damage(layout, life.model.page, layout.leaf.shape(), seed, every_byte,
               [&](const page_bytes<Layout::page_size>& page) { return use_leaf(layout, page, seed); });
    REQUIRE(counts.found > 0);
    REQUIRE(counts.harmless > 0);
  }
}

template <class Layout>
void damage_branches(const Layout& layout, int steps, bool every_byte) {
  const std::uint64_t seed = macaw_test::seed();
  CAPTURE(seed, Layout::page_size, layout.leaf.shape().key_width());
  for (const key_style style : all_key_styles) {
    life_of_a_branch<Layout> life(layout, 1, style, seed);
    for (int i = 0; i < steps; ++i) life.step();
    const damage_counts counts =
        damage(layout, life.model.page, layout.branch.shape(1), seed, every_byte,
               [&](const page_bytes<Layout::page_size>& page) { return use_branch(layout, page, seed); });
    REQUIRE(counts.found > 0);
    REQUIRE(counts.harmless > 0);
  }
}

const std::byte* as_page(const page_bytes<512>& page) { return page.get(); }

}  // namespace

TEST_CASE("a damaged leaf is refused or safe to work on") {
  damage_leaves(slotted_layout<512, 0>(), 150, true);
  damage_leaves(slotted_layout<512, 6>(), 150, true);
  damage_leaves(dense_layout<512, 8, 8>(), 100, true);
  damage_leaves(dense_layout<512, 3, 0>(), 150, true);
  damage_leaves(dense_layout<512, 12, 0>(), 150, true);
  damage_leaves(slotted_layout<4096, 0>(), 600, false);
  damage_leaves(dense_layout<4096, 8, 0>(), 600, false);
}

TEST_CASE("a damaged branch is refused or safe to work on") {
  damage_branches(slotted_layout<512, 0>(), 100, true);
  damage_branches(dense_layout<512, 8, 8>(), 100, true);
  damage_branches(dense_layout<512, 12, 8>(), 100, true);
  damage_branches(slotted_layout<4096, 0>(), 600, false);
}

TEST_CASE("random bytes behind a good header are refused or safe to work on") {
  const std::uint64_t seed = macaw_test::seed();
  CAPTURE(seed);
  std::mt19937_64 random(seed);
  const slotted_layout<512, 0> slotted;
  const dense_layout<512, 8, 0> dense;
  for (int i = 0; i < 20000; ++i) {
    page_bytes<512> page;
    for (std::size_t at = 16; at < 512; ++at) page.get()[at] = static_cast<std::byte>(random());
    store_count(page.get(), static_cast<std::uint32_t>(random() % 5));
    page.get()[header_field::prefix_size] = std::byte{0};
    store_heap_size(page.get(), random() % 449);
    store_le(page.get() + header_field::shape, slotted.leaf.shape().word);
    if (validate_page<512>(page.get(), slotted.leaf.shape()) == nullptr) REQUIRE(use_leaf(slotted, page, seed) == "");
    store_le(page.get() + header_field::shape, slotted.branch.shape(3).word);
    if (validate_page<512>(page.get(), slotted.branch.shape(3)) == nullptr) {
      REQUIRE(use_branch(slotted, page, seed) == "");
    }
    store_le(page.get() + header_field::shape, dense.leaf.shape().word);
    if (validate_page<512>(page.get(), dense.leaf.shape()) == nullptr) REQUIRE(use_leaf(dense, page, seed) == "");
  }
}

TEST_CASE("a page of another shape or of an impossible one is refused") {
  const slotted_layout<512, 0> layout;
  leaf_model<slotted_layout<512, 0>> leaf(layout);
  leaf.insert({"key", "value"});
  CHECK(validate_page<512>(as_page(leaf.page), layout.leaf.shape()) == nullptr);
  for (const page_shape shape :
       {layout.branch.shape(1), make_shape(page_kind::leaf, 1), make_shape(page_kind::branch, 0),
        make_shape(page_kind::branch, height_max), make_shape(page_kind::leaf, 0, 400),
        make_shape(page_kind::leaf, 0, 8, 400), make_shape(page_kind::piece, 0), make_shape(page_kind::space, 0),
        make_shape(page_kind::large_index, 0), page_shape{0xFFFF'FFFF'FFFF'FFFFU}}) {
    CHECK(validate_page<512>(as_page(leaf.page), shape) != nullptr);
    page_bytes<512> page = leaf.page;
    store_le(page.get() + header_field::shape, shape.word);
    if (shape != layout.branch.shape(1)) CHECK(validate_page<512>(as_page(page), shape) != nullptr);
  }
}

TEST_CASE("keys outside the bounds of the reference are refused") {
  const slotted_layout<512, 0> layout;
  using model = branch_model<slotted_layout<512, 0>>;
  model above(layout, 1, {macaw::page_id{20}, 0}, 1);
  above.insert({"b", {macaw::page_id{21}, 0}, 1});
  above.insert({"d", {macaw::page_id{22}, 0}, 1});
  const page_bounds bounds{above.page.get(), 1, above.page.get(), 2};
  const auto finding = [&](const char* first, const char* last) {
    leaf_model<slotted_layout<512, 0>> leaf(layout);
    leaf.insert({first, ""});
    leaf.insert({last, ""});
    return validate_page<512>(leaf.page.get(), layout.leaf.shape(), bounds);
  };
  CHECK(finding("b", "czzz") == nullptr);
  CHECK(finding("a", "c") != nullptr);
  CHECK(finding("b", "d") != nullptr);
}

TEST_CASE("references to frames, reserved pages and pages beyond the end are refused") {
  const dense_layout<512, 8, 8> layout;
  const auto finding = [&](std::uint32_t id, std::uint32_t birth, std::uint64_t page_birth) {
    branch_model<dense_layout<512, 8, 8>> branch(layout, 2, {macaw::page_id{id}, birth}, 0);
    store_le(branch.page.get() + header_field::birth, page_birth);
    page_bounds bounds;
    bounds.id_end = 100;
    return validate_page<512>(branch.page.get(), layout.branch.shape(2), bounds);
  };
  CHECK(finding(16, 3, 3) == nullptr);
  CHECK(finding(99, 3, 9) == nullptr);
  CHECK(finding(15, 3, 3) != nullptr);
  CHECK(finding(100, 3, 3) != nullptr);
  CHECK(finding(0x8000'0010U, 3, 3) != nullptr);
  CHECK(finding(16, 4, 3) != nullptr);
  CHECK(finding(16, 4, 0x1'0000'0003U) == nullptr);
}

TEST_CASE("tables and large values that claim more than the file holds are refused") {
  const slotted_layout<512, 0> layout;
  const auto finding = [&](macaw::bytes_view cell, value_tag tag) {
    page_bytes<512> page;
    std::memset(page.get(), 0, 512);
    layout.leaf.format(page.get());
    const std::byte key[] = {std::byte{'t'}};
    std::memcpy(layout.leaf.insert(page.get(), 0, key, cell.size(), tag), cell.data(), cell.size());
    store_le(page.get() + header_field::birth, std::uint64_t{9});
    page_bounds bounds;
    bounds.id_end = 100;
    return validate_page<512>(page.get(), layout.leaf.shape(), bounds);
  };
  const auto table = [&](std::uint64_t branch_pages, std::uint64_t leaf_pages, std::uint64_t large_pages) {
    catalog_record record;
    record.root = {{macaw::page_id{41}, 3}, 2, 1000, branch_pages, leaf_pages, large_pages};
    std::vector<std::byte> cell(record.encoded_size());
    record.encode(cell.data());
    return finding(cell, value_tag::tree);
  };
  CHECK(table(10, 50, 40) == nullptr);
  CHECK(table(11, 50, 40) != nullptr);
  CHECK(table(1, 1, 101) != nullptr);
  CHECK(table(UINT64_MAX, 2, 0) != nullptr);
  CHECK(table(0, UINT64_MAX, 2) != nullptr);
  const auto value = [&](std::uint64_t size, std::uint32_t id) {
    std::byte cell[large_record_size];
    store_large_record(cell, {{macaw::page_id{id}, 3}, size, 0});
    return finding(cell, value_tag::large);
  };
  CHECK(value(100 * 512, 41) == nullptr);
  CHECK(value(100 * 512 + 1, 41) != nullptr);
  CHECK(value(512, 100) != nullptr);
  CHECK(value(512, 0) != nullptr);
}
