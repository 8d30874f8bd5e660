// SPDX-License-Identifier: MIT

#include <macaw/testing/power_cut.hpp>

#include "support/catch.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <set>
#include <vector>

namespace {

using macaw::testing::masked_cut;
using macaw::testing::pending_write;
using macaw::testing::prefix_cut;
using macaw::testing::random_cut;
using macaw::testing::sector_fate;
using macaw::testing::sequence_numbers;
using macaw::testing::uniform_cut;
using macaw::testing::write_fate;

struct complete {
  void begin(std::uint64_t, std::uint64_t);
  bool name(std::uint64_t);
  std::size_t lengths(std::uint64_t, sequence_numbers);
  write_fate write(const pending_write&);
  sector_fate sector(const pending_write&, std::uint64_t);
};
// clang-format off
struct without_begin : complete { void begin() = delete; };
struct without_name : complete { void name() = delete; };
struct without_lengths : complete { void lengths() = delete; };
struct without_write : complete { void write() = delete; };
struct without_sector : complete { void sector() = delete; };
struct two_fates : complete { bool sector(const pending_write&, std::uint64_t); };
// clang-format on
static_assert(macaw::testing::cut_chooser<complete>);
static_assert(!macaw::testing::cut_chooser<without_begin>);
static_assert(!macaw::testing::cut_chooser<without_name>);
static_assert(!macaw::testing::cut_chooser<without_lengths>);
static_assert(!macaw::testing::cut_chooser<without_write>);
static_assert(!macaw::testing::cut_chooser<without_sector>);
static_assert(!macaw::testing::cut_chooser<two_fates>);

TEST_CASE("a write touches every sector that it has a byte in", "[power_cut]") {
  CHECK(pending_write{0, 0, 0, 1}.sectors() == 1);
  CHECK(pending_write{0, 0, 0, 512}.sectors() == 1);
  CHECK(pending_write{0, 0, 0, 513}.sectors() == 2);
  CHECK(pending_write{0, 0, 511, 2}.sectors() == 2);
  CHECK(pending_write{0, 0, 512, 512}.sectors() == 1);
  CHECK(pending_write{0, 0, 100, 4096}.sectors() == 9);
}

TEST_CASE("a prefix cut keeps what came before its end", "[power_cut]") {
  prefix_cut cut{10};
  cut.begin(0, 20);
  CHECK(cut.write({.sequence = 9}) == write_fate::kept);
  CHECK(cut.write({.sequence = 10}) == write_fate::lost);
  CHECK(cut.name(9));
  CHECK_FALSE(cut.name(10));
  const std::array<std::uint64_t, 4> numbers{3, 9, 10, 11};
  CHECK(cut.lengths(0, numbers) == 2);
}

TEST_CASE("a masked cut keeps the sectors of its mask and counts what it was asked", "[power_cut]") {
  masked_cut cut{{true, false, true}};
  cut.begin(0, 1);
  const pending_write write{0, 0, 0, 2048};
  CHECK(cut.write(write) == write_fate::torn);
  CHECK(cut.sector(write, 0) == sector_fate::kept);
  CHECK(cut.sector(write, 1) == sector_fate::lost);
  CHECK(cut.sector(write, 2) == sector_fate::kept);
  CHECK(cut.sector(write, 3) == sector_fate::lost);
  CHECK(cut.asked == 4);
  const std::array<std::uint64_t, 2> numbers{1, 2};
  CHECK(cut.lengths(0, numbers) == 2);
  CHECK(masked_cut{{}, 1}.lengths(0, numbers) == 1);
}

TEST_CASE("random cuts are the same for the same seed and differ between seeds", "[power_cut]") {
  const auto fates = [](std::uint64_t seed) {
    random_cut cut(seed);
    cut.begin(0, 20);
    std::vector<int> list;
    for (std::uint64_t i = 0; i < 20; ++i) {
      const pending_write write{0, i, i * 1024, 1024};
      list.push_back(static_cast<int>(cut.write(write)));
      list.push_back(static_cast<int>(cut.sector(write, 2 * i)));
      list.push_back(cut.name(i) ? 1 : 0);
    }
    return list;
  };
  std::set<std::vector<int>> different;
  for (std::uint64_t seed = 0; seed < 100; ++seed) {
    CHECK(fates(seed) == fates(seed));
    different.insert(fates(seed));
  }
  CHECK(different.size() == 100);
}

TEST_CASE("random cuts hold no rubbish unless asked, and then no more than asked", "[power_cut]") {
  for (const unsigned rubbish : {0U, 1U, 2U}) {
    for (std::uint64_t seed = 0; seed < 100; ++seed) {
      random_cut cut(seed, {.rubbish = rubbish});
      cut.begin(0, 1);
      unsigned found = 0;
      for (std::uint64_t i = 0; i < 100; ++i) {
        const sector_fate fate = cut.sector({}, i);
        found += fate != sector_fate::lost && fate != sector_fate::kept ? 1U : 0U;
      }
      CHECK(found <= rubbish);
    }
  }
}

struct without_byte : complete {
  void byte(const pending_write&, std::uint64_t);
};
struct without_holes : complete {
  std::uint64_t between(std::uint64_t, std::uint64_t);
};
static_assert(!macaw::testing::byte_chooser<complete> && !macaw::testing::byte_chooser<without_byte>);
static_assert(!macaw::testing::growth_chooser<complete> && !macaw::testing::growth_chooser<without_holes>);

TEST_CASE("random cuts tear sectors below an offset at bytes, and no others", "[power_cut]") {
  unsigned torn = 0;
  for (std::uint64_t seed = 0; seed < 50; ++seed) {
    random_cut cut(seed, {.bytes_torn_below = 8192});
    cut.begin(0, 1);
    for (std::uint64_t sector = 0; sector < 32; ++sector) {
      const bool is_torn = cut.sector({}, sector) == sector_fate::torn;
      CHECK((!is_torn || sector < 16));
      torn += is_torn ? 1U : 0U;
    }
  }
  CHECK(torn > 0);
}

TEST_CASE("random cuts stop growth on its way only where that is asked for", "[power_cut]") {
  std::set<std::uint64_t> lengths;
  for (std::uint64_t seed = 0; seed < 100; ++seed) {
    random_cut usual(seed);
    CHECK(usual.between(1000, 9000) == 1000);
    CHECK(!usual.holes_are_stale());
    random_cut odd(seed, {.odd_growth = true});
    lengths.insert(odd.between(1000, 9000));
  }
  CHECK(lengths.size() > 20);
  CHECK(*lengths.begin() >= 1000);
  CHECK(*lengths.rbegin() <= 9000);
}

}  // namespace
