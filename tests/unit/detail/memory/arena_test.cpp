// SPDX-License-Identifier: MIT

#include "support/allocations.hpp"
#include "support/catch.hpp"
#include "support/random.hpp"

#include <macaw/detail/memory/arena.hpp>

#include <algorithm>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <new>
#include <random>
#include <string>
#include <thread>
#include <type_traits>
#include <unordered_map>
#include <utility>
#include <vector>

namespace {

using macaw::page_id;
using macaw::detail::frame_arena;

static_assert(!std::is_copy_constructible_v<frame_arena<4096>>);
static_assert(frame_arena<512>::chunk_frames == 4096);
static_assert(frame_arena<4096>::chunk_frames == 504);
static_assert(frame_arena<65536>::chunk_frames == 31);
static_assert(noexcept(std::declval<frame_arena<512>&>().allocate()));
static_assert(noexcept(std::declval<frame_arena<512>&>().free(page_id{})));

TEST_CASE("A frame is named by a tagged id and has page-sized bytes of its own") {
  frame_arena<512> arena;
  arena.reserve(3);
  const page_id a = arena.allocate();
  const page_id b = arena.allocate();
  CHECK(macaw::is_frame(a));
  CHECK(macaw::is_frame(b));
  CHECK(a != b);
  std::memset(arena.frame(a), 1, 512);
  std::memset(arena.frame(b), 2, 512);
  CHECK(arena.frame(a)[511] == std::byte{1});
  CHECK(arena.frame(b)[0] == std::byte{2});
  CHECK(reinterpret_cast<std::uintptr_t>(arena.frame(b)) % 64 == 0);
  CHECK(arena.live() == 2);
  CHECK(arena.live_bytes() == 1024);
}

TEST_CASE("A frame taken again has fresh info") {
  frame_arena<512> arena;
  arena.reserve(1);
  const page_id a = arena.allocate();
  arena.info(a).level = 7;
  arena.info(a).made = 8;
  arena.info(a).dropped = 9;
  arena.info(a).assigned = 10;
  arena.free(a);
  CHECK_FALSE(arena.is_live(a));
  const page_id b = arena.allocate();
  CHECK(b == a);
  CHECK(arena.is_live(b));
  CHECK(arena.info(b).level == 0);
  CHECK(arena.info(b).made == 0);
  CHECK(arena.info(b).dropped == 0);
  CHECK(arena.info(b).assigned == 0);
  CHECK(arena.piece(b).empty());
}

TEST_CASE("A piece has a buffer of the size asked for, and gives it back") {
  frame_arena<512> arena;
  const page_id id = arena.allocate_piece(100'000);
  CHECK(macaw::is_frame(id));
  REQUIRE(arena.piece(id).size() == 100'000);
  std::memset(arena.piece(id).data(), 5, 100'000);
  CHECK(arena.live_bytes() == 512 + 100'000);
  arena.free(id);
  CHECK(arena.live_bytes() == 0);
  arena.reserve(1);
  const page_id again = arena.allocate();
  CHECK(arena.piece(again).empty());
}

TEST_CASE("Frames never move and never overlap over a random life") {
  const std::uint64_t seed = macaw_test::seed();
  CAPTURE(seed);
  std::mt19937_64 random(seed);
  frame_arena<4096> arena;
  struct known {
    std::byte* bytes;
    std::uint64_t stamp;
  };
  std::unordered_map<std::uint32_t, known> model;
  std::vector<page_id> ids;
  for (int step = 0; step < 20'000; ++step) {
    if (ids.size() < 1500 && random() % 5 < 3) {
      const std::size_t count = 1 + random() % 40;
      arena.reserve(count);
      for (std::size_t i = 0; i < count; ++i) {
        const page_id id = arena.allocate();
        const std::uint64_t stamp = random();
        std::memcpy(arena.frame(id), &stamp, 8);
        std::memcpy(arena.frame(id) + 4088, &stamp, 8);
        REQUIRE(model.emplace(macaw::to_number(id), known{arena.frame(id), stamp}).second);
        ids.push_back(id);
      }
    } else if (!ids.empty()) {
      const std::size_t at = random() % ids.size();
      const page_id id = ids[at];
      const known& expected = model.at(macaw::to_number(id));
      REQUIRE(arena.frame(id) == expected.bytes);
      REQUIRE(std::memcmp(arena.frame(id), &expected.stamp, 8) == 0);
      REQUIRE(std::memcmp(arena.frame(id) + 4088, &expected.stamp, 8) == 0);
      model.erase(macaw::to_number(id));
      arena.free(id);
      ids[at] = ids.back();
      ids.pop_back();
    }
    REQUIRE(arena.live() == ids.size());
  }
}

TEST_CASE("After a reserve, allocations take no memory") {
  frame_arena<65536> arena;
  arena.reserve(100);
  page_id ids[100];
  const auto life = [&] {
    for (page_id& id : ids) id = arena.allocate();
    for (const page_id id : ids) arena.free(id);
  };
  CHECK(macaw_test::allocations_of(life) == 0);
}

TEST_CASE("A failed allocation leaves the arena as it was, whichever fails") {
  bool failed = true;
  for (std::uint64_t nth = 1; failed; ++nth) {
    CAPTURE(nth);
    frame_arena<65536> arena;
    arena.reserve(1);
    const page_id kept = arena.allocate();
    std::memset(arena.frame(kept), 3, 65536);
    {
      const macaw_test::failing_allocation failure(nth);
      try {
        arena.reserve(64);
        static_cast<void>(arena.allocate_piece(1000));
      } catch (const std::bad_alloc&) {
      }
      failed = failure.fired();
    }
    if (!failed && macaw_test::allocations_are_counted) REQUIRE(nth > 4);
    CHECK(arena.live() == (failed ? 1U : 2U));
    CHECK(arena.frame(kept)[65535] == std::byte{3});
    arena.reserve(200);
    for (int i = 0; i < 200; ++i) arena.frame(arena.allocate())[0] = std::byte{1};
    CHECK(arena.frame(kept)[0] == std::byte{3});
    CHECK(arena.live() == (failed ? 201U : 202U));
  }
}

TEST_CASE("Large frames spread over the sets of a cache, aligned to its lines") {
  frame_arena<4096> arena;
  arena.reserve(64);
  std::vector<bool> seen(64, false);
  for (int i = 0; i < 64; ++i) {
    const auto address = reinterpret_cast<std::uintptr_t>(arena.frame(arena.allocate()));
    REQUIRE(address % 64 == 0);
    seen[address / 64 % 64] = true;
  }
  CHECK(std::count(seen.begin(), seen.end(), true) == 64);
}

TEST_CASE("Readers resolve published frames while the writer adds chunks and frees others") {
  frame_arena<65536> arena;
  struct published {
    page_id id;
    std::uint64_t stamp;
  };
  constexpr std::size_t count = 3000;
  std::vector<published> log(count);
  std::atomic<std::size_t> length{0};
  std::atomic<bool> wrong{false};
  std::vector<std::thread> readers;
  for (unsigned r = 0; r < 3; ++r) {
    readers.emplace_back([&, r] {
      std::mt19937_64 random(r);
      while (true) {
        const std::size_t known = length.load(std::memory_order_acquire);
        for (int i = 0; i < 50 && known > 0; ++i) {
          const published& entry = log[random() % known];
          std::uint64_t stamp = 0;
          std::memcpy(&stamp, arena.frame(entry.id), 8);
          if (stamp != entry.stamp || !arena.piece(entry.id).empty()) wrong = true;
        }
        if (known == count) break;
      }
    });
  }
  for (std::size_t i = 0; i < count; ++i) {
    arena.reserve(2);
    const page_id passing = arena.allocate();
    const page_id lasting = arena.allocate();
    const std::uint64_t stamp = i * 0x9E37'79B9'7F4A'7C15U;
    std::memcpy(arena.frame(lasting), &stamp, 8);
    arena.free(passing);
    log[i] = {lasting, stamp};
    length.store(i + 1, std::memory_order_release);
  }
  for (std::thread& reader : readers) reader.join();
  CHECK_FALSE(wrong);
}

}  // namespace
