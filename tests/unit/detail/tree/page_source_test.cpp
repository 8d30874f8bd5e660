// SPDX-License-Identifier: MIT

#include <macaw/detail/tree/page_source.hpp>

#include <cstddef>
#include <cstdint>

#include "support/catch.hpp"
#include "support/page_vector.hpp"

namespace {

using namespace macaw::detail;
using macaw::bytes_view;
using macaw::page_ref;
using pages = macaw_test::page_vector<512>;

static_assert(page_reader<pages>);
static_assert(page_writer<pages>);

// Each model hides one member.
struct without_page : pages {
  void page() const;
};
struct without_prefetch : pages {
  void prefetch() const;
};
struct throwing_prefetch : pages {
  void prefetch(page_ref, std::size_t) const {}
};
struct without_piece : pages {
  void piece() const;
};
struct without_page_size : pages {
  void page_size();
};
struct without_reserve : pages {
  void reserve();
};
struct without_writable : pages {
  void writable();
};
struct throwing_writable : pages {
  template <class Kind>
  std::byte* writable(page_ref&, const std::byte*, const Kind&) {
    return nullptr;
  }
};
struct without_create : pages {
  void create();
};
struct throwing_create : pages {
  new_page create(page_shape) { return {}; }
};
struct without_drop : pages {
  void drop();
};
struct throwing_drop : pages {
  void drop(page_ref, std::uint32_t = 1) {}
};
struct without_create_piece : pages {
  void create_piece();
};

static_assert(!page_reader<int>);
static_assert(!page_reader<without_page>);
static_assert(!page_reader<without_prefetch>);
static_assert(!page_reader<throwing_prefetch>);
static_assert(!page_reader<without_piece>);
static_assert(!page_reader<without_page_size>);
static_assert(!page_writer<without_page>);
static_assert(!page_writer<without_reserve>);
static_assert(!page_writer<without_writable>);
static_assert(!page_writer<throwing_writable>);
static_assert(!page_writer<without_create>);
static_assert(!page_writer<throwing_create>);
static_assert(!page_writer<without_drop>);
static_assert(!page_writer<throwing_drop>);
static_assert(!page_writer<without_create_piece>);
static_assert(page_reader<without_create_piece>);

constexpr page_shape leaf = make_shape(page_kind::leaf, 0, 8, 8);
constexpr page_shape branch = make_shape(page_kind::branch, 1, 8, 8);

}  // namespace

TEST_CASE("the page vector refuses a page of another shape") {
  pages source;
  source.reserve(1, 0);
  const new_page made = source.create(leaf);
  REQUIRE(source.page(made.ref, leaf, {}) == made.bytes);
  REQUIRE_THROWS_AS(source.page(made.ref, branch, {}), macaw::error);
  REQUIRE_THROWS_AS(source.page({macaw::page_id{9999}, 0}, leaf, {}), macaw::error);
}

TEST_CASE("the page vector copies a page once it is shared") {
  pages source;
  source.reserve(1, 0);
  page_ref ref = source.create(leaf).ref;
  const page_ref before = ref;
  source.reserve(2, 2);
  const std::byte* const read = source.page(ref, leaf, {});
  REQUIRE(source.writable(ref, read) == read);
  REQUIRE(ref == before);
  source.publish();
  source.reserve(1, 1);
  std::byte* const copy = source.writable(ref, read);
  REQUIRE(ref != before);
  REQUIRE(copy == source.page(ref, leaf, {}));
  REQUIRE(source.page(before, leaf, {}) != copy);  // still there for who reads the older state
  REQUIRE(source.live() == 1);
  source.rollback();
  REQUIRE(source.live() == 1);
  REQUIRE(source.live_pages().count(to_number(before.id)) == 1);
}
