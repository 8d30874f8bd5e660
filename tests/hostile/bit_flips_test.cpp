// SPDX-License-Identifier: MIT
//
// Every single bit of files with trees in both layouts, large values and a log of the space map, flipped.
//
// Each flip of a page is tried on the page alone, by the code that proves pages when they are read; opening the file,
// reading everything and checking is tried for a share of the flips, and with MACAW_EVERY_BIT set for every one, but
// for those of the largest file.

#include "hostile/hostile_files.hpp"
#include "hostile/reached_pages.hpp"
#include "support/catch.hpp"
#include "support/random.hpp"

#include <macaw/detail/txn/page_resolver.hpp>

#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <vector>

namespace {

using namespace macaw_test;
using macaw::detail::page_kind;

/// What flips were tried, and how they were found.
struct flip_counts {
  std::uint64_t alone = 0;        ///< tried on a page alone
  std::uint64_t whole = 0;        ///< tried on the whole file
  std::uint64_t refused = 0;      ///< of these: an error, or a finding
  std::uint64_t fallen_back = 0;  ///< the commit before is shown
  std::uint64_t unreached = 0;    ///< in bytes that the living commit does not reach: nothing has changed
};

/// Whether a page with a flipped bit passes for what its reference names.
bool passes(std::span<const std::byte> page, macaw::page_ref ref, const macaw::detail::page_origin& origin) {
  try {
    macaw::detail::require_identity<macaw::xxh3>(page, ref, origin);
    return true;
  } catch (const macaw::error& failure) {
    if (failure.kind() != macaw::errc::corrupt) FAIL(failure.what());
    return false;
  }
}

/// Flips every bit of every sealed page and small piece, and of the meta pages, each alone.
template <std::size_t PageSize>
void flip_alone(file_bytes file, flip_counts& counts) {
  const auto meta = file_seals<PageSize>::meta_at(file, reached_pages<PageSize>(file).slot());
  const macaw::detail::page_origin origin{macaw::detail::uuid_seed(meta->uuid), meta->d};
  const std::span<std::byte> bytes(file);
  const auto each_bit = [&](std::span<std::byte> part, std::size_t step, const auto& is_whole) {
    for (std::size_t bit = 0; bit < part.size() * 8; bit += step) {
      const std::byte mask = std::byte{1} << static_cast<unsigned>(bit % 8);
      part[bit / 8] ^= mask;
      ++counts.alone;
      if (is_whole()) FAIL("bit " << bit << " of the part of " << part.size() << " bytes was flipped unseen");
      part[bit / 8] ^= mask;
    }
  };
  const file_seals<PageSize> seals(file);
  for (const sealed_run run : seals.runs()) {
    const auto page = bytes.subspan(std::size_t{run.first} * PageSize, std::size_t{run.pages} * PageSize);
    const macaw::page_ref ref{macaw::page_id{run.first},
                              static_cast<std::uint32_t>(macaw::detail::load_birth(page.data()))};
    REQUIRE(passes(page, ref, origin));
    // A checksum over many pages takes long: of large pieces as many bits as of a small one.
    each_bit(page, run.pages > 16 ? run.pages * 3 : 1, [&] { return passes(page, ref, origin); });
  }
  for (const unsigned slot : {0U, 1U}) {
    each_bit(bytes.subspan(macaw::detail::meta_offset[slot], macaw::detail::meta_size), 1,
             [&] { return file_seals<PageSize>::meta_at(file, slot).has_value(); });
  }
}

/// Flips bits of a whole file, and opens, reads and checks it each time.
template <class Config>
void flip_whole(const file_bytes& file, const file_bytes& base, std::uint64_t step, flip_counts& counts) {
  constexpr std::size_t page_size = Config::page_size;
  const reached_pages<page_size> reached(file);
  const use_report before = hostile_use<Config>(base).glance();
  hostile_use<Config> used(file);
  const use_report newest = used.glance();
  REQUIRE((newest.sound && before.sound));
  REQUIRE(newest.contents != before.contents);
  for (std::uint64_t bit = step / 2; bit < file.size() * 8; bit += step) {
    used.flip(bit);
    const use_report found = used.glance();
    used.flip(bit);
    ++counts.whole;
    const auto page = static_cast<std::uint32_t>(bit / 8 / page_size);
    const bool is_meta = bit / 8 < 2 * macaw::detail::meta_size;
    const bool is_living_meta = is_meta && bit / 8 / macaw::detail::meta_size == reached.slot();
    if (is_living_meta || reached.proven().contains(page)) {
      ++counts.fallen_back;
      if (!found.sound || found.contents != before.contents) FAIL("bit " << bit << ": not the commit before");
    } else if (!is_meta && reached.is_reached(page)) {
      ++counts.refused;
      if (found.sound || (found.corrupt == 0 && found.said.empty())) FAIL("bit " << bit << " was flipped unseen");
      if (reached.log().contains(page) && found.contents != newest.contents) FAIL("bit " << bit << ": other rows");
    } else {
      ++counts.unreached;
      if (!found.sound || found.contents != newest.contents) FAIL("bit " << bit << " means nothing, yet is missed");
    }
  }
}

template <std::size_t PageSize>
void flip(const char* name, const file_recipe& recipe, const std::vector<page_kind>& kinds, std::uint64_t share) {
  std::vector<file_bytes> history;
  const file_bytes file = make_file<PageSize>(recipe, [&](const file_bytes& now) { history.push_back(now); });
  REQUIRE(file.size() >= 64 * PageSize);
  const reached_pages<PageSize> reached(file);
  for (const page_kind kind : kinds) REQUIRE(reached.kinds().contains(kind));
  const bool every_bit = std::getenv("MACAW_EVERY_BIT") != nullptr && file.size() < 200 * PageSize;
  const std::uint64_t step = every_bit ? 1 : share * macaw_test::slowdown;
  flip_counts counts;
  if (step == 1 || macaw_test::slowdown == 1) flip_alone<PageSize>(file, counts);
  const file_bytes& base = history[history.size() - 2];
  flip_whole<hostile_file_config<PageSize>>(file, base, step, counts);
  flip_whole<hostile_mapped_config<PageSize>>(file, base, step, counts);
  std::printf(
      "%s, %zu pages of %zu bytes: %llu flips of pages alone; %llu of the file: %llu refused, %llu fell back, %llu "
      "mean nothing\n",
      name, file.size() / PageSize, PageSize, static_cast<unsigned long long>(counts.alone),
      static_cast<unsigned long long>(counts.whole), static_cast<unsigned long long>(counts.refused),
      static_cast<unsigned long long>(counts.fallen_back), static_cast<unsigned long long>(counts.unreached));
}

}  // namespace

TEST_CASE("every flipped bit is found: dense pages") {
  flip<512>("dense", {.numbers = 300, .lines = 10, .large = 1500, .churn = 30},
            {page_kind::branch, page_kind::leaf, page_kind::piece}, 1009);
}

TEST_CASE("every flipped bit is found: slotted pages") {
  flip<512>("slotted", {.texts = 60, .marks = 40, .large = 2000, .churn = 90, .two_phase = false},
            {page_kind::branch, page_kind::leaf, page_kind::piece}, 1009);
}

TEST_CASE("every flipped bit is found: all layouts") {
  flip<1024>("all", {.numbers = 150, .lines = 20, .texts = 40, .marks = 30, .large = 4000, .churn = 90},
             {page_kind::branch, page_kind::leaf, page_kind::piece}, 1009);
}

TEST_CASE("every flipped bit is found: a value of several pieces") {
  flip<512>("pieces", {.texts = 10, .large = 150'000, .churn = 8},
            {page_kind::branch, page_kind::leaf, page_kind::piece, page_kind::large_index}, 20011);
}
