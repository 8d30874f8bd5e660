// SPDX-License-Identifier: MIT

#include <macaw/storage/file_pager.hpp>

#include "conformance/pager_conformance.hpp"
#include "support/catch.hpp"
#include "support/sample_pages.hpp"
#include "support/scant_files.hpp"

#include <macaw/storage/memory_files.hpp>
#include <macaw/storage/mmap_pager.hpp>
#include <macaw/storage/pager.hpp>

#include <cstdint>
#include <random>
#include <vector>

namespace {

using namespace macaw;
using macaw_test::scant_files;

template <std::size_t PageSize>
using cached = file_pager<PageSize, memory_files>;
using scant = file_pager<512, scant_files>;

static_assert(durable_pager<cached<512>> && durable_pager<cached<65536>>);

/// A bench with `count` leaves in the file, none of them in the cache.
template <class Pager, class FileSystem>
void fill(macaw_test::pager_bench<Pager, FileSystem>& bench, std::uint32_t count, std::uint32_t branches = 0) {
  bench.pager->grow(bench.first_page + count);
  for (std::uint32_t i = 0; i < count; ++i) bench.put(bench.ref(i), i < branches ? 1 : 0);
  bench.reopen();
}

template <class Bench>
double hit_rate(Bench& bench, std::uint32_t first, std::uint32_t count, int rounds) {
  const cache_stats before = bench.pager->stats();
  for (int round = 0; round < rounds; ++round) {
    for (std::uint32_t i = first; i < first + count; ++i) REQUIRE(bench.reads_well(bench.ref(i)));
  }
  const cache_stats after = bench.pager->stats();
  const auto hits = static_cast<double>(after.hits - before.hits);
  return hits / (hits + static_cast<double>(after.misses - before.misses));
}

}  // namespace

TEMPLATE_TEST_CASE("A file pager obeys the laws of a pager", "[pager]", cached<512>, cached<4096>, cached<65536>) {
  macaw_test::durable_pager_conformance<TestType>(memory_files());
}

TEST_CASE("A file pager and a mapped pager exchange files", "[pager]") {
  memory_files files;
  const page_ref page{page_id{9}, 4};
  const auto bytes = macaw_test::sample_page<4096>(page);
  const auto other = macaw_test::sample_page<4096>({page_id{10}, 5});
  const macaw_test::sample_check check;
  const auto write = [](auto pager, std::uint32_t at, const std::vector<std::byte>& what) {
    pager->grow(at + 1);
    pager->claim(at, 1);
    const bytes_view piece[] = {what};
    pager->store(at, piece);
    pager->sync(sync_scope::data_and_size);
  };
  const auto reads = [&](auto pager, page_ref ref) {
    typename std::decay_t<decltype(*pager)>::pins pins;
    const auto operation = pager->enter(pins);
    return macaw_test::is_sample({pager->fetch(ref, check.check(), pins), 4096}, ref);
  };
  const auto open = [&](open_mode mode) { return files.open("exchanged", mode); };
  using mapped = mmap_pager<4096, memory_files>;
  write(std::make_unique<cached<4096>>(open(open_mode::create_new), 1 << 16), 9, bytes);
  CHECK(reads(std::make_unique<mapped>(open(open_mode::read_write)), page));
  write(std::make_unique<mapped>(open(open_mode::read_write)), 10, other);
  CHECK(reads(std::make_unique<cached<4096>>(open(open_mode::read_write), 1 << 16), page_ref{page_id{10}, 5}));
}

TEST_CASE("A scan of ten times the cache hardly lowers the hit rate of a hot set of half the cache", "[pager]") {
  constexpr std::uint32_t cache_pages = 512, hot = cache_pages / 2, cold = 10 * cache_pages;
  memory_files files;
  macaw_test::pager_bench<cached<512>, memory_files> bench(files, cache_pages * 512);
  fill(bench, hot + cold);
  static_cast<void>(hit_rate(bench, 0, hot, 8));
  const double before = hit_rate(bench, 0, hot, 4);
  CHECK(before > 0.99);
  SECTION("where the scan has the cache to itself") {
    static_cast<void>(hit_rate(bench, hot, cold, 1));
    CHECK(hit_rate(bench, 0, hot, 1) > before - 0.10);
  }
  SECTION("where the scan fetches each page several times") {
    for (std::uint32_t i = hot; i < hot + cold; ++i) {
      REQUIRE(bench.reads_well(bench.ref(i)));
      if (i % 8 == 0) REQUIRE(bench.reads_well(bench.ref(i % hot)));
    }
    CHECK(hit_rate(bench, 0, hot, 1) > before - 0.10);
  }
  SECTION("where the hot set is in use meanwhile") {
    std::uint32_t found = 0, asked = 0;
    std::mt19937 random(1);
    for (std::uint32_t i = hot; i < hot + cold; ++i) {
      REQUIRE(bench.reads_well(bench.ref(i)));
      const std::uint64_t misses = bench.pager->stats().misses;
      REQUIRE(bench.reads_well(bench.ref(random() % hot)));
      found += bench.pager->stats().misses == misses ? 1 : 0;
      ++asked;
    }
    CHECK(static_cast<double>(found) / asked > before - 0.10);
  }
  SECTION("twice over") {
    static_cast<void>(hit_rate(bench, hot, cold, 2));
    CHECK(hit_rate(bench, 0, hot, 1) > before - 0.10);
  }
}

TEST_CASE("A new hot set takes the place of an old one", "[pager]") {
  constexpr std::uint32_t cache_pages = 256, hot = cache_pages / 2;
  memory_files files;
  macaw_test::pager_bench<cached<512>, memory_files> bench(files, cache_pages * 512);
  fill(bench, 4 * cache_pages);
  static_cast<void>(hit_rate(bench, 0, 2 * hot, 10));
  static_cast<void>(hit_rate(bench, 2 * hot, hot, 10));
  CHECK(hit_rate(bench, 2 * hot, hot, 1) > 0.95);
}

TEST_CASE("Branches outlive leaves in the cache", "[pager]") {
  constexpr std::uint32_t cache_pages = 128, branches = 40;
  memory_files files;
  macaw_test::pager_bench<cached<512>, memory_files> bench(files, cache_pages * 512);
  fill(bench, 2000, branches);
  static_cast<void>(hit_rate(bench, 0, branches, 1));
  static_cast<void>(hit_rate(bench, branches, 1900, 2));
  CHECK(hit_rate(bench, 0, branches, 1) > 0.99);
}

TEST_CASE("Leaves find room in a cache that branches would fill", "[pager]") {
  constexpr std::uint32_t cache_pages = 128;
  memory_files files;
  macaw_test::pager_bench<cached<512>, memory_files> bench(files, cache_pages * 512);
  fill(bench, 1010, 1000);
  static_cast<void>(hit_rate(bench, 0, 1000, 2));
  static_cast<void>(hit_rate(bench, 1000, 4, 3));
  CHECK(hit_rate(bench, 1000, 4, 1) > 0.99);
}

TEST_CASE("The cache keeps to its budget", "[pager]") {
  constexpr std::uint32_t cache_pages = 64;
  memory_files files;
  macaw_test::pager_bench<cached<512>, memory_files> bench(files, cache_pages * 512);
  fill(bench, 1000);
  SECTION("whatever is read") {
    static_cast<void>(hit_rate(bench, 0, 1000, 3));
    CHECK(bench.pager->stats().bytes == cache_pages * 512);
    CHECK(bench.pager->stats().evictions > 2000);
  }
  SECTION("but for pages that are pinned, and again when they are not") {
    std::vector<cached<512>::pin> pins;
    std::vector<const std::byte*> bytes;
    for (std::uint32_t i = 0; i < 300; ++i) {
      const auto operation = bench.pager->enter(bench.pins);
      bytes.push_back(bench.fetch(bench.ref(i)).data());
      pins.push_back(bench.pager->hold(bench.ref(i), bytes.back(), bench.pins));
    }
    static_cast<void>(hit_rate(bench, 300, 700, 1));
    for (std::uint32_t i = 0; i < 300; ++i) CHECK(macaw_test::is_sample({bytes[i], 512}, bench.ref(i)));
    CHECK(bench.pager->stats().bytes >= 300 * 512);
    CHECK(bench.pager->stats().bytes < (300 + cache_pages) * 512);
    pins.clear();
    static_cast<void>(hit_rate(bench, 300, 700, 1));
    CHECK(bench.pager->stats().bytes == cache_pages * 512);
  }
  SECTION("but for what an operation under way may see") {
    {
      const auto operation = bench.pager->enter(bench.pins);
      std::vector<const std::byte*> bytes;
      for (std::uint32_t i = 0; i < 300; ++i) bytes.push_back(bench.fetch(bench.ref(i)).data());
      for (std::uint32_t i = 0; i < 300; ++i) CHECK(macaw_test::is_sample({bytes[i], 512}, bench.ref(i)));
      auto pin = bench.pager->hold(bench.ref(0), bytes[0], bench.pins);  // evicted long since
      CHECK(macaw_test::is_sample({bytes[0], 512}, bench.ref(0)));
    }
    static_cast<void>(hit_rate(bench, 300, 700, 1));
    CHECK(bench.pager->stats().bytes == cache_pages * 512);
  }
  SECTION("of sixteen pages at least") {
    macaw_test::pager_bench<cached<512>, memory_files> least(files, 0);
    fill(least, 100);
    static_cast<void>(hit_rate(least, 0, 100, 2));
    CHECK(least.pager->stats().bytes == 16 * 512);
  }
}

TEST_CASE("Hits, misses and evictions are counted", "[pager]") {
  memory_files files;
  macaw_test::pager_bench<cached<512>, memory_files> bench(files, 64 * 512);
  fill(bench, 32);
  static_cast<void>(hit_rate(bench, 0, 32, 3));
  const cache_stats stats = bench.pager->stats();
  CHECK(stats.misses == 32);
  CHECK(stats.hits == 64);
  CHECK(stats.evictions == 0);
  CHECK(stats.bytes == 32 * 512);
  CHECK(bench.check.calls() == 32);
}

TEST_CASE("Pages just written are kept while there is room, and branches beyond that", "[pager]") {
  memory_files files;
  macaw_test::pager_bench<cached<512>, memory_files> bench(files, 64 * 512);
  bench.pager->grow(bench.first_page + 200);
  for (std::uint32_t i = 0; i < 100; ++i) bench.put(bench.ref(i));
  CHECK(hit_rate(bench, 0, 60, 1) > 0.99);
  for (std::uint32_t i = 100; i < 110; ++i) bench.put(bench.ref(i), 1);
  CHECK(hit_rate(bench, 100, 10, 1) > 0.99);
  CHECK(bench.pager->stats().bytes == 64 * 512);
}

TEST_CASE("Pieces pass the cache by and are checked each time they are read", "[pager]") {
  memory_files files;
  macaw_test::pager_bench<cached<512>, memory_files> bench(files);
  const page_ref piece = bench.ref(0);
  bench.put(piece, macaw_test::sample_piece<512>(piece, 4));
  CHECK(bench.piece_reads_well(piece, 4));
  CHECK(bench.check.calls() == 1);
  bench.damage(piece, 1000);
  CHECK(macaw_test::raises(errc::corrupt, [&] { static_cast<void>(bench.piece_reads_well(piece, 4)); }) == piece.id);
  CHECK(bench.pager->stats().bytes == 0);
}

TEST_CASE("A page that decays on the medium is found when it is read again", "[pager]") {
  memory_files files;
  macaw_test::pager_bench<cached<512>, memory_files> bench(files, 16 * 512);
  fill(bench, 100);
  CHECK(bench.reads_well(bench.ref(0)));
  static_cast<void>(hit_rate(bench, 1, 99, 2));
  bench.damage(bench.ref(0), 300);
  CHECK(macaw_test::raises(errc::corrupt, [&] { static_cast<void>(bench.reads_well(bench.ref(0))); }) ==
        bench.ref(0).id);
}

TEST_CASE("A failing read loses no frame and shows nothing", "[pager]") {
  scant_files files;
  macaw_test::pager_bench<scant, scant_files> bench(files, 16 * 512);
  fill(bench, 100);
  files.limits().reads_fail = true;
  for (std::uint32_t i = 0; i < 100; ++i) {
    macaw_test::raises(errc::io, [&] { static_cast<void>(bench.reads_well(bench.ref(i))); });
  }
  files.limits().reads_fail = false;
  static_cast<void>(hit_rate(bench, 0, 100, 2));
  CHECK(bench.pager->stats().bytes == 16 * 512);
}

TEST_CASE("A file pager takes the blocks that are left and reports a full disk", "[pager]") {
  scant_files files;
  macaw_test::pager_bench<scant, scant_files> bench(files);
  const std::uint32_t before = bench.pager->page_count();
  files.limits().size_max = std::uint64_t{before + 3} * 512;
  bench.pager->grow(before + 3);
  CHECK(bench.pager->page_count() == before + 3);
  macaw_test::raises(errc::no_space, [&] { bench.pager->grow(before + 4); });
  CHECK(bench.pager->page_count() == before + 3);
}
