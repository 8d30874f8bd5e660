// SPDX-License-Identifier: MIT

#include <macaw/detail/cache/page_cache.hpp>

#include "support/allocations.hpp"
#include "support/catch.hpp"

#include <cstdint>
#include <cstring>
#include <memory>
#include <new>
#include <utility>
#include <vector>

namespace {

using macaw::detail::frame_pin;
using macaw::detail::grace_periods;
using macaw::detail::page_cache;
using cache_type = page_cache<512>;

constexpr auto valid = [] { return true; };

const std::byte* load(cache_type& cache, std::uint32_t page, bool is_branch = false) {
  const std::uint32_t frame = cache.take();
  std::memset(cache.bytes(frame), static_cast<int>(page & 0xFF), 512);
  return cache.show(page, frame, is_branch, valid);
}

bool holds(const std::byte* bytes, std::uint32_t page) {
  return bytes[0] == std::byte(page & 0xFF) && bytes[511] == std::byte(page & 0xFF);
}

/// An operation that is under way until it is ended.
class reading {
 public:
  explicit reading(cache_type& cache) : slot_(cache.operations().claim()) { cache.operations().enter(*slot_); }
  void end() const { grace_periods::leave(*slot_); }

 private:
  grace_periods::slot_owner slot_;
};

}  // namespace

TEST_CASE("A page is found when it was shown", "[cache]") {
  const auto cache = std::make_unique<cache_type>(16 * 512);
  CHECK(cache->find(100) == nullptr);
  const std::byte* bytes = load(*cache, 100);
  CHECK(holds(bytes, 100));
  CHECK(cache->find(100) == bytes);
  CHECK(cache->find(101) == nullptr);
  CHECK(cache->stats().misses == 1);
}

TEST_CASE("A page that is shown twice keeps its first frame", "[cache]") {
  const auto cache = std::make_unique<cache_type>(16 * 512);
  const std::byte* bytes = load(*cache, 100);
  CHECK(load(*cache, 100) == bytes);
  CHECK(cache->stats().bytes == 2 * 512);
  load(*cache, 101);  // in the frame that was not needed
  CHECK(cache->stats().bytes == 2 * 512);
}

TEST_CASE("A page that is no longer valid is not shown", "[cache]") {
  const auto cache = std::make_unique<cache_type>(16 * 512);
  const std::uint32_t frame = cache->take();
  CHECK(cache->show(100, frame, false, [] { return false; }) == nullptr);
  CHECK(cache->find(100) == nullptr);
}

TEST_CASE("What is found is the page that was asked for, however many were replaced", "[cache]") {
  const auto cache = std::make_unique<cache_type>(16 * 512);
  for (std::uint32_t page = 0; page < 200; ++page) {
    load(*cache, page);
    std::uint32_t found = 0;
    for (std::uint32_t other = 0; other <= page; ++other) {
      const std::byte* const bytes = cache->find(other);
      if (bytes == nullptr) continue;
      REQUIRE(holds(bytes, other));
      ++found;
    }
    REQUIRE(found <= 16);
  }
}

TEST_CASE("A frame is not reused while an operation may see it", "[cache]") {
  const auto cache = std::make_unique<cache_type>(16 * 512);
  for (std::uint32_t page = 0; page < 16; ++page) load(*cache, page);
  const reading reader(*cache);
  std::vector<std::pair<std::uint32_t, const std::byte*>> seen;
  for (std::uint32_t page = 0; page < 16; ++page) {
    if (const std::byte* bytes = cache->find(page)) seen.emplace_back(page, bytes);
  }
  CHECK(seen.size() > 8);
  for (std::uint32_t page = 100; page < 200; ++page) load(*cache, page);
  for (const auto& [page, bytes] : seen) CHECK(holds(bytes, page));
  CHECK(cache->stats().bytes > 16 * 512);
  reader.end();
  for (std::uint32_t page = 200; page < 300; ++page) load(*cache, page);
  CHECK(cache->stats().bytes == 16 * 512);
}

TEST_CASE("A pin keeps bytes, copied, moved and assigned, through eviction and dropping", "[cache]") {
  const auto cache = std::make_unique<cache_type>(16 * 512);
  std::vector<const std::byte*> bytes;
  std::vector<frame_pin> pins;
  for (std::uint32_t page = 0; page < 3; ++page) {
    const reading reader(*cache);
    bytes.push_back(load(*cache, page));
    frame_pin pin = cache->hold(page, bytes.back());
    frame_pin copy = pin;
    pin = frame_pin();
    pins.push_back(std::move(copy));
    reader.end();
  }
  cache->drop(1, 2);
  CHECK(cache->find(1) == nullptr);
  for (std::uint32_t page = 100; page < 300; ++page) load(*cache, page);
  for (std::uint32_t page = 0; page < 3; ++page) CHECK(holds(bytes[page], page));
  pins[0] = pins[1];
  pins.clear();
  for (std::uint32_t page = 300; page < 400; ++page) load(*cache, page);
  CHECK(cache->stats().bytes == 16 * 512);
}

TEST_CASE("Bytes found before their page was dropped can be held in the same operation", "[cache]") {
  const auto cache = std::make_unique<cache_type>(16 * 512);
  const reading reader(*cache);
  const std::byte* bytes = load(*cache, 7);
  cache->drop(7, 8);
  const std::byte* again = load(*cache, 7);
  CHECK(again != bytes);
  const frame_pin pin = cache->hold(7, bytes);
  reader.end();
  for (std::uint32_t page = 100; page < 300; ++page) load(*cache, page);
  CHECK(holds(bytes, 7));
}

TEST_CASE("A copy of a page is kept while there is room; for a branch room is made", "[cache]") {
  const auto cache = std::make_unique<cache_type>(16 * 512);
  std::vector<std::byte> bytes(512, std::byte{9});
  for (std::uint32_t page = 0; page < 16; ++page) cache->keep(page, bytes.data(), false);
  CHECK(cache->stats().bytes == 16 * 512);
  cache->keep(50, bytes.data(), false);
  CHECK(cache->find(50) == nullptr);
  cache->keep(51, bytes.data(), true);
  REQUIRE(cache->find(51) != nullptr);
  CHECK(holds(cache->find(51), 9));
  CHECK(cache->stats().misses == 0);
}

TEST_CASE("Dropping a range leaves its neighbours", "[cache]") {
  const auto cache = std::make_unique<cache_type>(32 * 512);
  for (std::uint32_t page = 10; page < 20; ++page) load(*cache, page);
  cache->drop(12, 18);
  cache->drop(0, 5);
  cache->drop(2'000'000'000, 2'000'000'010);
  for (std::uint32_t page = 10; page < 20; ++page) CHECK((cache->find(page) != nullptr) == (page < 12 || page >= 18));
}

TEST_CASE("The cache outlives an allocation that fails at any point", "[cache]") {
  if (!macaw_test::allocations_are_counted) return;
  std::vector<std::byte> bytes(512, std::byte{9});
  const auto cache = std::make_unique<cache_type>(16 * 512);
  bool failed = true;
  for (std::uint64_t nth = 1; failed; ++nth) {
    const macaw_test::failing_allocation failing(nth);
    cache->keep(3, bytes.data(), false);
    failed = failing.fired();
    CHECK((cache->find(3) == nullptr) == failed);
  }
  const auto other = std::make_unique<cache_type>(16 * 512);
  failed = true;
  for (std::uint64_t nth = 1; failed; ++nth) {
    const macaw_test::failing_allocation failing(nth);
    try {
      const std::byte* shown = load(*other, 3);
      CHECK(holds(shown, 3));
    } catch (const std::bad_alloc&) {
    }
    failed = failing.fired();
  }
  CHECK(holds(other->find(3), 3));
  CHECK(other->stats().bytes <= 2 * 512);
}

TEST_CASE("Finding, holding and replacing pages allocates nothing once the cache is full", "[cache]") {
  if (!macaw_test::allocations_are_counted) return;
  const auto cache = std::make_unique<cache_type>(64 * 512);
  for (std::uint32_t page = 0; page < 200; ++page) load(*cache, page);
  CHECK(macaw_test::allocations_of([&] {
          for (std::uint32_t page = 200; page < 400; ++page) {
            const reading reader(*cache);
            const frame_pin pin = cache->hold(page, load(*cache, page));
            reader.end();
          }
        }) == 0);
}
