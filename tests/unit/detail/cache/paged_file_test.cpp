// SPDX-License-Identifier: MIT

#include <macaw/detail/cache/paged_file.hpp>

#include "support/catch.hpp"
#include "support/pager_bench.hpp"
#include "support/scant_files.hpp"

#include <cstdint>
#include <vector>

using macaw::errc;
using macaw::open_mode;
using macaw::page_id;
using macaw::page_ref;
using macaw::detail::paged_file;
using macaw_test::raises;
using macaw_test::scant_file;
using macaw_test::scant_files;

TEST_CASE("The pages of a file are those that are whole", "[cache]") {
  scant_files files;
  auto file = files.open("pages", open_mode::create_new);
  file.truncate(20 * 512 + 511);
  const paged_file<512, scant_file> pages(std::move(file));
  CHECK(pages.page_count() == 20);
}

TEST_CASE("References lead to pages that exist and are not reserved", "[cache]") {
  scant_files files;
  auto file = files.open("pages", open_mode::create_new);
  file.truncate(20 * 512);
  const paged_file<512, scant_file> pages(std::move(file));
  pages.require_pages({page_id{16}, 1}, 4);
  for (const auto& [page, count] : std::vector<std::pair<std::uint32_t, std::size_t>>{
           {0, 1}, {15, 1}, {20, 1}, {16, 5}, {19, 2}, {16, 0}, {16, ~std::size_t{0}}, {0x8000'0000U, 1}}) {
    CHECK(raises(errc::corrupt, [&, at = page, pieces = count] {
            pages.require_pages({page_id{at}, 1}, pieces);
          }) == page_id{page});
  }
}

TEST_CASE("A file that became shorter is reported, not read as zeros", "[cache]") {
  scant_files files;
  auto file = files.open("pages", open_mode::create_new);
  file.truncate(20 * 512);
  paged_file<512, scant_file> pages(std::move(file));
  files.open("pages", open_mode::read_write).truncate(19 * 512);
  std::vector<std::byte> bytes(512);
  pages.read({page_id{18}, 1}, bytes);
  CHECK(raises(errc::corrupt, [&] { pages.read({page_id{19}, 1}, bytes); }) == page_id{19});
}

TEST_CASE("Blocks are allocated in steps that grow with the file", "[cache]") {
  scant_files files;
  paged_file<4096, scant_file> pages(files.open("pages", open_mode::create_new));
  for (std::uint32_t count = 1; count <= 20'000; ++count) {
    if (count <= pages.page_count()) continue;
    pages.publish(pages.allocate(count));
    REQUIRE(pages.file().size() == std::uint64_t{pages.page_count()} * 4096);  // or writing one might fail for space
  }
  CHECK(files.limits().allocations < 60);
  CHECK(pages.page_count() < 20'000 + 20'000 / 8 + 32);
}
