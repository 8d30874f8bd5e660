// SPDX-License-Identifier: MIT

#include <macaw/detail/format/page_header.hpp>

#include <vector>

#include "support/catch.hpp"

using namespace macaw::detail;
using macaw::page_id;

namespace {

/// A checksum that depends on every byte and on the seed.
struct sum_checksum {
  static std::uint64_t compute(macaw::bytes_view bytes, std::uint64_t seed) {
    std::uint64_t sum = seed;
    for (const std::byte byte : bytes) sum = sum * 31 + std::to_integer<std::uint64_t>(byte);
    return sum;
  }
};

}  // namespace

static_assert(make_shape(page_kind::branch, 7, 300, 400).kind() == page_kind::branch);
static_assert(make_shape(page_kind::branch, 7, 300, 400).level() == 7);
static_assert(make_shape(page_kind::branch, 7, 300, 400).key_width() == 300);
static_assert(make_shape(page_kind::branch, 7, 300, 400).value_width() == 400);
static_assert(with_level(make_shape(page_kind::branch, 1, 8, 4), 0) == make_shape(page_kind::leaf, 0, 8, 4));
static_assert(with_level(make_shape(page_kind::leaf, 0, 8, 4), 2) == make_shape(page_kind::branch, 2, 8, 4));

TEST_CASE("a sealed page proves itself at its own place in its own file only") {
  std::vector<std::byte> page(512, std::byte{0x33});
  format_header(page.data(), make_shape(page_kind::leaf, 0, 8, 8));
  seal_page<sum_checksum>(page.data(), page.size(), page_id{17}, 0x1'0000'0005U, 99);
  CHECK(checksum_ok<sum_checksum>(page.data(), page.size(), page_id{17}, 99));
  CHECK_FALSE(checksum_ok<sum_checksum>(page.data(), page.size(), page_id{18}, 99));
  CHECK_FALSE(checksum_ok<sum_checksum>(page.data(), page.size(), page_id{17}, 98));
  CHECK(load_birth(page.data()) == 0x1'0000'0005U);
  CHECK(load_page_id(page.data()) == page_id{17});
  for (const std::size_t at : {std::size_t{0}, std::size_t{8}, std::size_t{63}, std::size_t{511}}) {
    page[at] ^= std::byte{1};
    CHECK_FALSE(checksum_ok<sum_checksum>(page.data(), page.size(), page_id{17}, 99));
    page[at] ^= std::byte{1};
  }
}

TEST_CASE("a formatted header is zero but for its shape") {
  std::vector<std::byte> page(64, std::byte{0xFF});
  format_header(page.data(), make_shape(page_kind::leaf, 0));
  CHECK(load_shape(page.data()) == make_shape(page_kind::leaf, 0));
  CHECK(load_count(page.data()) == 0);
  CHECK_FALSE(cells_hold_references(page.data()));
  for (std::size_t at = 16; at < 64; ++at) CHECK(page[at] == std::byte{0});
}

TEST_CASE("a reference comes back from its eight bytes") {
  std::byte bytes[page_ref_size];
  store_ref(bytes, {page_id{0x1234'5678}, 9});
  CHECK(load_ref(bytes) == macaw::page_ref{page_id{0x1234'5678}, 9});
}
