// SPDX-License-Identifier: MIT

#include "support/allocations.hpp"
#include "support/catch.hpp"
#include "support/random.hpp"

#include <macaw/detail/memory/piece_memory.hpp>

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <new>
#include <random>
#include <type_traits>
#include <vector>

using macaw::detail::huge_page_size;
using macaw::detail::piece_memory;

static_assert(!std::is_copy_constructible_v<piece_memory>);

namespace {

struct taken_piece {
  std::byte* bytes;
  std::size_t size;
  std::byte mark;
};

void fill(const taken_piece& piece) { std::memset(piece.bytes, std::to_integer<int>(piece.mark), piece.size); }

bool is_whole(const taken_piece& piece) {
  for (std::size_t i = 0; i < piece.size; ++i) {
    if (piece.bytes[i] != piece.mark) return false;
  }
  return true;
}

}  // namespace

TEST_CASE("large pieces share blocks, and what was given back is used again") {
  piece_memory memory;
  std::vector<std::byte*> pieces;
  for (int i = 0; i < 30; ++i) pieces.push_back(memory.take(17 * 4096));
  CHECK(memory.held_bytes() == huge_page_size);
  memory.give(pieces[3], 17 * 4096);
  memory.give(pieces[4], 17 * 4096);
  std::byte* const larger = memory.take(34 * 4096);
  CHECK(larger == pieces[3]);
  memory.give(larger, 34 * 4096);
  pieces[3] = memory.take(16 * 4096 + 1);
  pieces[4] = memory.take(17 * 4096);
  CHECK(memory.held_bytes() == huge_page_size);
  std::byte* const other = memory.take(17 * 4096);
  CHECK(memory.held_bytes() == 2 * huge_page_size);
  memory.give(other, 17 * 4096);
  for (std::byte* const piece : pieces) memory.give(piece, 17 * 4096);
}

TEST_CASE("small pieces take no block, and neither do those larger than half of one") {
  piece_memory memory;
  std::byte* const small = memory.take(4096);
  std::byte* const vast = memory.take(huge_page_size);
  CHECK(memory.held_bytes() == 0);
  memory.give(small, 4096);
  memory.give(vast, huge_page_size);
}

TEST_CASE("of empty blocks some are kept and the others go back to the system") {
  piece_memory memory;
  constexpr std::size_t half = huge_page_size / 2;
  std::vector<std::byte*> pieces;
  for (int i = 0; i < 200; ++i) pieces.push_back(memory.take(half));
  CHECK(memory.held_bytes() == 100 * huge_page_size);
  for (std::byte* const piece : pieces) memory.give(piece, half);
  CHECK(memory.held_bytes() == 32 * huge_page_size);
  for (std::byte*& piece : pieces) piece = memory.take(half);
  CHECK(memory.held_bytes() == 100 * huge_page_size);
  for (std::byte* const piece : pieces) memory.give(piece, half);
}

TEST_CASE("pieces of all sizes never overlap over a random life") {
  const std::uint64_t seed = macaw_test::seed();
  CAPTURE(seed);
  std::mt19937_64 random(seed);
  piece_memory memory;
  std::vector<taken_piece> live;
  for (int step = 0; step < 3000; ++step) {
    if (live.size() < 40 && random() % 5 < 3) {
      const std::size_t size = 1 + random() % (random() % 2 == 0 ? std::size_t{1} << 20 : std::size_t{1} << 16);
      live.push_back({memory.take(size), size, static_cast<std::byte>(random() % 256)});
      fill(live.back());
    } else if (!live.empty()) {
      const std::size_t at = random() % live.size();
      REQUIRE(is_whole(live[at]));
      memory.give(live[at].bytes, live[at].size);
      live[at] = live.back();
      live.pop_back();
    }
  }
  for (const taken_piece& piece : live) {
    CHECK(is_whole(piece));
    memory.give(piece.bytes, piece.size);
  }
}

TEST_CASE("a piece that finds no memory leaves the others as they were") {
  bool failed = true;
  for (std::uint64_t nth = 1; failed; ++nth) {
    CAPTURE(nth);
    piece_memory memory;
    const taken_piece kept{memory.take(huge_page_size / 2), huge_page_size / 2, std::byte{7}};
    fill(kept);
    std::vector<std::byte*> more;
    more.reserve(16);
    {
      const macaw_test::failing_allocation failure(nth);
      try {
        for (int i = 0; i < 16; ++i) more.push_back(memory.take(huge_page_size / 2));
      } catch (const std::bad_alloc&) {
      }
      failed = failure.fired();
    }
    CHECK(memory.held_bytes() == (1 + more.size() / 2) * huge_page_size);
    CHECK(is_whole(kept));
    for (std::byte* const bytes : more) memory.give(bytes, huge_page_size / 2);
    memory.give(kept.bytes, kept.size);
  }
}
