// SPDX-License-Identifier: MIT

#include "support/catch.hpp"

#include <macaw/detail/format/space_page.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <vector>

namespace {

using macaw::page_id;
using macaw::page_ref;
using namespace macaw::detail;

static_assert(space_page_words_max(512) == 47);
static_assert(space_page_words_max(4096) == 495);
static_assert(make_space_word(space_word_kind::state, 0x7FFF'FFFE, 1).first() == 0x7FFF'FFFE);
static_assert(make_space_word(space_word_kind::listed, 1, 0x7FFF'FFFF).pages() == 0x7FFF'FFFF);
static_assert(make_space_word(space_word_kind::listed, 0x7FFF'FFFF, 0x7FFF'FFFF).kind() == space_word_kind::listed);

TEST_CASE("A word of the space map has its fields at their bits") {
  CHECK(make_space_word(space_word_kind::used, 5, 1).bits == (5U | std::uint64_t{1} << 31U));
  CHECK(make_space_word(space_word_kind::free, 0, 3).bits == (std::uint64_t{3} << 31U | std::uint64_t{1} << 62U));
  CHECK(make_space_word(space_word_kind::state, 7, 9).kind() == space_word_kind::state);
}

TEST_CASE("A log page reads as it was made, and its bytes are where the format says") {
  std::vector<std::byte> page(512, std::byte{0xEE});
  const std::array<page_ref, 2> previous{page_ref{page_id{30}, 4}, page_ref{page_id{20}, 3}};
  const std::array<space_word, 3> words{make_space_word(space_word_kind::used, 16, 2),
                                        make_space_word(space_word_kind::state, 16, 100),
                                        make_space_word(space_word_kind::listed, 18, 98)};
  format_space_page(page.data(), page.size(), 41, previous, words);
  REQUIRE(check_space_page(page.data(), page.size()) == nullptr);
  CHECK(load_space_index(page.data()) == 41);
  CHECK(load_space_previous(page.data(), 1) == previous[0]);
  CHECK(load_space_previous(page.data(), 2) == previous[1]);
  CHECK(load_space_previous(page.data(), 3) == page_ref{});
  const macaw::bytes_view bytes = space_statement_bytes(page.data());
  REQUIRE(bytes.size() == 24);
  for (std::size_t i = 0; i < words.size(); ++i) CHECK(load_space_word(bytes.data() + 8 * i) == words[i]);

  CHECK(page[8] == std::byte{5});    // kind space
  CHECK(page[20] == std::byte{3});   // words
  CHECK(page[64] == std::byte{41});  // index
  CHECK(page[72] == std::byte{30});  // previous page
  CHECK(page[136] == std::byte{16});
  CHECK(page[139] == std::byte{0});
  CHECK(page[140] == std::byte{1});  // two pages from bit 31 on
  CHECK(page[159] == std::byte{0xC0});
  CHECK(page[511] == std::byte{0});
}

TEST_CASE("A page of another kind, or with too many words, is no log page") {
  std::vector<std::byte> page(512);
  format_space_page(page.data(), page.size(), 0, {}, {});
  CHECK(check_space_page(page.data(), page.size()) == nullptr);
  store_count(page.data(), 48);
  CHECK(check_space_page(page.data(), page.size()) != nullptr);
  format_header(page.data(), make_shape(page_kind::leaf, 0));
  CHECK(check_space_page(page.data(), page.size()) != nullptr);
  format_header(page.data(), make_shape(page_kind::space, 1));
  CHECK(check_space_page(page.data(), page.size()) != nullptr);
}

}  // namespace
