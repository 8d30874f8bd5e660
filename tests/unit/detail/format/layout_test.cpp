// SPDX-License-Identifier: MIT
//
// The lives of leaves and branches stand in the tests of their own headers.

#include <macaw/detail/format/layout.hpp>

#include <string>
#include <type_traits>

#include "support/catch.hpp"
#include "support/page_models.hpp"

using namespace macaw::detail;

static_assert(layout_for<4096, 8, 8>().leaf.capacity() == 244, "two columns of 244 behind 16 hints");
static_assert(std::is_same_v<layout_for<4096, 0, 0>, slotted_layout<4096, 0>>);
static_assert(std::is_same_v<layout_for<4096, 0, 16>, slotted_layout<4096, 16>>);
static_assert(std::is_same_v<layout_for<4096, 8, 100>, dense_layout<4096, 8, 100>>);
static_assert(std::is_same_v<layout_for<4096, 8, 4000>, dense_layout<4096, 8, 0>>, "too large to stand in a leaf");
static_assert(std::is_same_v<layout_for<512, 0, 150>, slotted_layout<512, 0>>, "too large beside the largest key");

namespace {

template <class Layout>
std::string separator(const Layout& layout, const std::string& left, const std::string& right) {
  std::string out(right.size(), '\0');
  auto* const begin = reinterpret_cast<std::byte*>(out.data());
  const std::byte* const end = separator_between(layout, macaw::as_bytes(std::string_view(left)),
                                                 macaw::as_bytes(std::string_view(right)), begin);
  return out.substr(0, static_cast<std::size_t>(end - begin));
}

template <std::size_t PageSize>
void test_four_children() {
  using limits = geometry<PageSize>;
  const auto fill = [](auto layout) {
    macaw_test::branch_model<decltype(layout)> branch(layout, 1, {macaw::page_id{20}, 0}, 1);
    for (const char digit : {'1', '2', '3'}) {
      const std::string largest = digit + std::string(limits::key_size_max - 1, 'k');
      REQUIRE(branch.insert({largest, {macaw::page_id{21}, 0}, 1}));
    }
    REQUIRE(branch.difference() == "");
  };
  fill(slotted_layout<PageSize, 0>());
  fill(dense_layout<PageSize, limits::key_size_max, 0>());
}

}  // namespace

TEST_CASE("separators are the shortest that tell two keys apart") {
  const slotted_layout<4096, 0> slotted;
  CHECK(separator(slotted, "apple", "banana") == "b");
  CHECK(separator(slotted, "abc", "abd") == "abd");
  CHECK(separator(slotted, "abc", "abcdef") == "abcd");
  CHECK(separator(slotted, "", "x") == "x");
  CHECK(separator(slotted, std::string(3, '\0'), std::string(5, '\0')) == std::string(4, '\0'));
  CHECK(separator(dense_layout<4096, 4, 0>(), "aaaa", "bbbb") == "bbbb");
}

TEST_CASE("a branch holds four children under the largest keys at every page size") {
  test_four_children<512>();
  test_four_children<1024>();
  test_four_children<4096>();
  test_four_children<65536>();
}

TEST_CASE("a leaf holds two of the largest entries at every page size") {
  const auto fill = [](auto layout, auto limits) {
    using sizes = decltype(limits);
    const std::size_t key_size = layout.leaf.shape().key_width() != 0 ? layout.leaf.shape().key_width() : 9;
    macaw_test::leaf_model<decltype(layout)> leaf(layout);
    for (const char digit : {'1', '2'}) {
      const std::string key = digit + std::string(key_size - 1, 'k');
      REQUIRE(leaf.insert({key, std::string(sizes::entry_size_max - key_size, 'v'), value_tag::inlined}));
    }
    REQUIRE(leaf.difference() == "");
  };
  fill(slotted_layout<512, 0>(), geometry<512>());
  fill(slotted_layout<4096, 0>(), geometry<4096>());
  fill(slotted_layout<65536, 0>(), geometry<65536>());
  fill(dense_layout<512, 8, 0>(), geometry<512>());
  fill(dense_layout<512, 8, geometry<512>::entry_size_max - 8>(), geometry<512>());
  fill(dense_layout<65536, 5, 0>(), geometry<65536>());
}

TEST_CASE("with_layout finds the layout that a table's widths name") {
  const auto shape_of = [](std::size_t key_width, std::size_t value_width) {
    return with_layout<4096>(key_width, value_width, [](const auto& layout) { return layout.leaf.shape(); });
  };
  CHECK(shape_of(0, 0) == slotted_layout<4096, 0>().leaf.shape());
  CHECK(shape_of(0, 8) == slotted_layout<4096, 8>().leaf.shape());
  CHECK(shape_of(8, 0) == dense_layout<4096, 8, 0>().leaf.shape());
  CHECK(shape_of(8, 8) == dense_layout<4096, 8, 8>().leaf.shape());
}
