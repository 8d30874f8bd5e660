// SPDX-License-Identifier: MIT

#include <macaw/detail/format/large_value.hpp>

#include <macaw/detail/format/validate.hpp>

#include <vector>

#include "support/catch.hpp"
#include "support/page_models.hpp"

using namespace macaw::detail;
using macaw::page_id;
using macaw::page_ref;

static_assert(geometry<4096>::piece_bytes_max == (1U << 20U) - 64);
static_assert(geometry<4096>::piece_pages(geometry<4096>::piece_bytes_max) == 256);
static_assert(geometry<512>::piece_pages(0) == 1 && geometry<512>::piece_pages(449) == 2);

TEST_CASE("a large value's level grows where its pieces no longer fit one index page") {
  constexpr std::uint64_t piece = geometry<512>::piece_bytes_max;
  CHECK(large_level<512>(0) == 0);
  CHECK(large_level<512>(piece) == 0);
  CHECK(large_level<512>(piece + 1) == 1);
  CHECK(large_level<512>(piece * 56) == 1);
  CHECK(large_level<512>(piece * 56 + 1) == 2);
  CHECK(large_level<4096>(std::uint64_t{1} << 30U) == 2);
  CHECK(large_level<512>(large_size_max) < 8);
}

TEST_CASE("a record comes back, and only true ones are accepted") {
  std::vector<std::byte> cell(large_record_size);
  const large_record record{{page_id{77}, 5}, 1'000'000, large_level<4096>(1'000'000)};
  store_large_record(cell.data(), record);
  CHECK(load_large_record(cell) == record);
  CHECK(validate_large_record<4096>(cell) == nullptr);
  CHECK(validate_large_record<4096>(macaw::bytes_view(cell).first(23)) != nullptr);
  for (const std::size_t at : {std::size_t{13}, std::size_t{16}, std::size_t{17}, std::size_t{23}}) {
    std::vector<std::byte> damaged = cell;
    damaged[at] = std::byte{9};
    CHECK(validate_large_record<4096>(damaged) != nullptr);
  }
}

TEST_CASE("index pages keep their references and are validated") {
  using index = large_index<512>;
  macaw_test::page_bytes<512> page;
  index::format(page.get(), 1);
  CHECK(validate_page<512>(page.get(), large_index_shape(1)) != nullptr);
  for (std::uint32_t i = 0; i < index::capacity; ++i) index::append(page.get(), {page_id{100 + i}, 0});
  CHECK(index::count(page.get()) == 56);
  CHECK(index::child(page.get(), 55) == page_ref{page_id{155}, 0});
  CHECK(validate_page<512>(page.get(), large_index_shape(1)) == nullptr);
  CHECK(validate_page<512>(page.get(), large_index_shape(2)) != nullptr);
  index::set_child(page.get(), 7, {page_id{3}, 0});
  CHECK(validate_page<512>(page.get(), large_index_shape(1)) != nullptr);
  index::set_child(page.get(), 7, {page_id{300}, 0});
  store_count(page.get(), 57);
  CHECK(validate_page<512>(page.get(), large_index_shape(1)) != nullptr);
}

TEST_CASE("a piece tells its payload") {
  std::vector<std::byte> piece(64 + 500);
  format_piece(piece.data(), 500);
  CHECK(piece_payload(piece.data()) == 500);
  CHECK(validate_piece(piece.data(), 500) == nullptr);
  CHECK(validate_piece(piece.data(), 501) != nullptr);
  format_header(piece.data(), make_shape(page_kind::leaf, 0));
  CHECK(validate_piece(piece.data(), 0) != nullptr);
}
