// SPDX-License-Identifier: MIT

#include "conformance/pager_conformance.hpp"
#include "support/catch.hpp"
#include "support/sample_pages.hpp"
#include "support/scant_files.hpp"

#include <macaw/storage/memory_files.hpp>
#include <macaw/storage/mmap_pager.hpp>
#include <macaw/storage/pager.hpp>

#include <atomic>
#include <cstdint>
#include <thread>
#include <vector>

namespace {

using namespace macaw;
using macaw_test::scant_files;

template <std::size_t PageSize>
using mapped = mmap_pager<PageSize, memory_files>;
using scant = mmap_pager<4096, scant_files>;

static_assert(durable_pager<mapped<512>> && durable_pager<mapped<65536>>);

}  // namespace

TEMPLATE_TEST_CASE("A mapped pager obeys the laws of a pager", "[pager]", mapped<512>, mapped<4096>, mapped<65536>) {
  macaw_test::durable_pager_conformance<TestType>(memory_files());
}

TEST_CASE("A mapped pager obeys the laws where a file cannot be mapped past its end", "[pager]") {
  scant_files files;
  files.limits().map_past_end_max = 0;
  macaw_test::durable_pager_conformance<scant>(files);
}

TEST_CASE("Growing a mapped pager maps again only where the reservation is outgrown", "[pager]") {
  scant_files files;
  macaw_test::pager_bench<scant, scant_files> bench(files);
  bench.pager->grow(100'000);
  CHECK(files.limits().maps == 1);
}

TEST_CASE("A mapped pager warms each byte that its file grows by once", "[pager]") {
  scant_files files;
  macaw_test::pager_bench<scant, scant_files> bench(files);
  const std::uint64_t before = std::uint64_t{bench.pager->page_count()} * 4096 - files.limits().warmed;
  for (const std::uint32_t pages : {5'000U, 5'000U, 100'000U}) {
    bench.pager->grow(pages);
    const std::uint64_t size = std::uint64_t{bench.pager->page_count()} * 4096;
    CHECK(files.limits().warmed_end == size);
    CHECK(files.limits().warmed == size - before);
  }
}

TEST_CASE("An outgrown mapping stays beside the larger one", "[pager]") {
  scant_files files;
  files.limits().map_past_end_max = 0;
  macaw_test::pager_bench<scant, scant_files> bench(files);
  const page_ref page = bench.ref(0);
  bench.put(page);
  const auto operation = bench.pager->enter(bench.pins);
  const bytes_view before = bench.fetch(page);
  bench.pager->grow(5'000);
  CHECK(files.limits().maps > 1);
  CHECK(macaw_test::is_sample(before, page));
  CHECK(macaw_test::is_sample(bench.fetch(page), page));
}

TEST_CASE("A mapped pager takes the blocks that are left and reports a full disk", "[pager]") {
  scant_files files;
  macaw_test::pager_bench<scant, scant_files> bench(files);
  const std::uint32_t before = bench.pager->page_count();
  files.limits().size_max = std::uint64_t{before + 3} * 4096;
  bench.pager->grow(before + 3);
  CHECK(bench.pager->page_count() == before + 3);
  CHECK(macaw_test::raises(errc::no_space, [&] { bench.pager->grow(before + 4); }) == page_id{});
  CHECK(bench.pager->page_count() == before + 3);
}

TEST_CASE("A mapped pager that cannot shrink is as before", "[pager]") {
  scant_files files;
  macaw_test::pager_bench<scant, scant_files> bench(files);
  bench.put(bench.ref(5));
  const std::uint32_t before = bench.pager->page_count();
  files.limits().truncates_fail = true;
  macaw_test::raises(errc::io, [&] { bench.pager->shrink(bench.first_page); });
  CHECK(bench.pager->page_count() == before);
  CHECK(bench.reads_well(bench.ref(5)));
}

TEST_CASE("Readers of a mapped pager go on while the writer grows, writes and forgets", "[pager]") {
  scant_files files;
  files.limits().map_past_end_max = 1 << 16;
  macaw_test::pager_bench<scant, scant_files> bench(files);
  for (std::uint32_t i = 0; i < 8; ++i) bench.put(bench.ref(i));
  std::atomic<bool> stop{false};
  std::atomic<std::size_t> wrong{0};
  std::vector<std::thread> readers;
  for (int reader = 0; reader < 3; ++reader) {
    readers.emplace_back([&] {
      scant::pins pins;
      while (!stop.load(std::memory_order_relaxed)) {
        for (std::uint32_t i = 0; i < 8; ++i) {
          const auto operation = bench.pager->enter(pins);
          const std::byte* bytes = bench.pager->fetch(bench.ref(i), bench.check.check(), pins);
          if (!macaw_test::is_sample({bytes, 4096}, bench.ref(i))) ++wrong;
        }
      }
    });
  }
  for (std::uint32_t birth = 2; birth < 60; ++birth) {
    bench.pager->grow(100 * birth);
    bench.put(bench.ref(20, birth));
    bench.pager->forget(to_number(bench.ref(20).id), 1);
  }
  stop = true;
  for (std::thread& reader : readers) reader.join();
  CHECK(wrong == 0);
}
