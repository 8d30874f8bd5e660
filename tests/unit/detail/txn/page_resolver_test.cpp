// SPDX-License-Identifier: MIT

#include "support/small_engine.hpp"

#include <macaw/detail/txn/page_resolver.hpp>

#include <cstddef>
#include <cstdint>
#include <vector>

using namespace macaw;
using namespace macaw::detail;
using namespace macaw_test;

namespace {

using engine_type = engine<small_file_config>;

/// A database of one leaf, and that leaf.
struct one_leaf {
  one_leaf() {
    const auto db = engine_type::open("db", {}, disk);
    const auto txn = db->begin_write();
    put(*txn, "t", 1, 1);
    txn->commit({.two_phase = true});
    const auto reader = db->begin_read();
    const auto operation = reader.enter();
    catalog_record record;
    REQUIRE(reader.find_table("t", record));
    root = record.root;
  }

  errc failure_of(page_ref ref, page_shape expected) {
    const auto db = engine_type::open("db", {.read_only = true}, disk);
    const auto reader = db->begin_read();
    const auto operation = reader.enter();
    try {
      static_cast<void>(reader.page(ref, expected, {}));
    } catch (const error& failure) {
      CHECK(failure.page() == ref.id);
      return failure.kind();
    }
    return errc{};
  }

  testing::simulated_files disk;
  tree_root root;
  page_shape shape = small_layout{}.leaf.shape();
};

}  // namespace

TEST_CASE("a page of a commit that has not been is corruption, though its reference agrees") {
  for (const std::uint64_t birth : {std::uint64_t{2}, std::uint64_t{4}, std::uint64_t{0x1'0000'0002}}) {
    std::vector<std::byte> page(512);
    seal_page<xxh3>(page.data(), page.size(), page_id{20}, birth, 7);
    const page_ref ref{page_id{20}, static_cast<std::uint32_t>(birth)};
    const page_origin origin{7, 3};
    if (birth <= origin.birth_max) {
      CHECK_NOTHROW(require_identity<xxh3>(page, ref, origin));
    } else {
      CHECK_THROWS_AS(require_identity<xxh3>(page, ref, origin), error);
    }
  }
}

TEST_CASE("a page is what its reference says, or it is corruption") {
  one_leaf state;
  const page_ref ref = state.root.ref;
  CHECK(state.failure_of(ref, state.shape) == errc{});
  CHECK(state.failure_of({ref.id, ref.birth + 1}, state.shape) == errc::corrupt);  // a lost write
  CHECK(state.failure_of({ref.id, ref.birth - 1}, state.shape) == errc::corrupt);
  CHECK(state.failure_of({page_id{to_number(ref.id) + 1}, ref.birth}, state.shape) == errc::corrupt);
  CHECK(state.failure_of({page_id{5000}, ref.birth}, state.shape) == errc::corrupt);
  CHECK(state.failure_of({page_id{0}, ref.birth}, state.shape) == errc::corrupt);
  CHECK(state.failure_of(ref, with_level(state.shape, 1)) == errc::corrupt);
  CHECK(state.failure_of(ref, make_shape(page_kind::leaf, 0, 8, 4)) == errc::corrupt);
  CHECK(state.failure_of(ref, make_shape(page_kind::large_index, 1)) == errc::corrupt);
}

TEST_CASE("a page is held to the shape of every reference, not only to that of the first") {
  one_leaf state;
  const auto db = engine_type::open("db", {.read_only = true}, state.disk);
  const auto reader = db->begin_read();
  const auto operation = reader.enter();
  const page_ref ref = state.root.ref;
  CHECK_NOTHROW(reader.page(ref, state.shape, {}));
  for (const page_shape other : {make_shape(page_kind::leaf, 1, 8, 8), make_shape(page_kind::leaf, 0, 8, 4),
                                 make_shape(page_kind::leaf, 0, 4, 8), make_shape(page_kind::branch, 0, 8, 8)}) {
    REQUIRE(other != state.shape);
    CHECK_THROWS_AS(reader.page(ref, other, {}), error);
  }
  CHECK_NOTHROW(reader.page(ref, state.shape, {}));
}

TEST_CASE("a single wrong byte anywhere in a page is found on first touch") {
  for (std::size_t at = 0; at < 512; at += 7) {
    one_leaf state;
    const std::byte wrong[] = {std::byte{0xC3}};
    state.disk.damage("db", std::uint64_t{to_number(state.root.ref.id)} * 512 + at, wrong);
    CHECK(state.failure_of(state.root.ref, state.shape) == errc::corrupt);
  }
}

TEST_CASE("a page copied to another place is refused there") {
  one_leaf state;
  std::vector<std::byte> page(512);
  auto file = state.disk.open("db", open_mode::read_write);
  REQUIRE(file.read(std::uint64_t{to_number(state.root.ref.id)} * 512, page) == 512);
  const page_id other{to_number(state.root.ref.id) + 1};
  state.disk.damage("db", std::uint64_t{to_number(other)} * 512, page);
  CHECK(state.failure_of({other, state.root.ref.birth}, state.shape) == errc::corrupt);
}
