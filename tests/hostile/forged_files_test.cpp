// SPDX-License-Identifier: MIT
//
// Files changed by somebody who knows the format and makes the checksums right again. Each is used in every way
// (hostile_use.hpp): what is given is consistent, whatever else raises a documented error, and all of it ends.

#include "hostile/forger.hpp"
#include "hostile/hostile_files.hpp"
#include "hostile/reached_pages.hpp"
#include "support/catch.hpp"
#include "support/random.hpp"

#include <macaw/detail/format/catalog_record.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <string>
#include <utility>
#include <vector>

namespace {

using namespace macaw_test;
using macaw::detail::load_le;
using macaw::detail::store_le;
namespace header = macaw::detail::header_field;
namespace meta_place = macaw::detail::meta_field;

constexpr std::size_t page_size = 512;

/// What came of many files.
struct forgery_counts {
  std::uint64_t files = 0;
  std::uint64_t not_opened = 0;
  std::uint64_t damaged = 0;  ///< opened; something raised an error, or the check found something
  std::uint64_t sound = 0;    ///< nothing is wrong with what was made of it
};

/// Uses a file over both pagers.
void use(const file_bytes& file, forgery_counts& counts, bool changes) {
  const auto one = [&]<class Config>(hostile_use<Config>&& used) {
    const use_report found = used.read();
    ++counts.files;
    ++(!found.opened ? counts.not_opened : found.sound ? counts.sound : counts.damaged);
    if (changes) static_cast<void>(used.change(counts.files));
  };
  one(hostile_use<hostile_file_config<page_size>>(file));
  one(hostile_use<hostile_mapped_config<page_size>>(file));
}

/// A file with trees of every layout, large values, free pages and a log.
const file_bytes& sample() {
  static const file_bytes file = make_file<page_size>(
      {.numbers = 220, .lines = 40, .texts = 50, .marks = 60, .large = 2500, .churn = 24, .two_phase = false});
  return file;
}

void print(const char* what, const forgery_counts& counts) {
  std::printf("%s: %llu files, %llu not opened, %llu damaged, %llu sound\n", what,
              static_cast<unsigned long long>(counts.files), static_cast<unsigned long long>(counts.not_opened),
              static_cast<unsigned long long>(counts.damaged), static_cast<unsigned long long>(counts.sound));
}

/// Uses the sample with a part of it changed and sealed again.
template <class Edit>
void use_edited(forgery_counts& counts, bool changes, const Edit& edit) {
  file_bytes file = sample();
  forge<page_size>(file, edit);
  use(file, counts, changes);
}

/// The numbers at which fields of so many bytes go wrong, beside those near what stands there.
std::vector<std::uint64_t> limits_of(std::uint64_t now, std::size_t width) {
  const std::uint64_t all = width == 8 ? ~std::uint64_t{0} : (std::uint64_t{1} << 8 * width) - 1;
  std::vector<std::uint64_t> numbers{now + 1, now - 1, 0, 1, all, all / 2, all / 2 + 1};
  if (width > 1) numbers.insert(numbers.end(), {255, 256, page_size - 64, page_size - 1, page_size});
  return numbers;
}

void store(std::byte* to, std::uint64_t number, std::size_t width) {
  for (std::size_t i = 0; i < width; ++i) to[i] = static_cast<std::byte>(number >> 8 * i);
}
std::uint64_t load(const std::byte* from, std::size_t width) {
  std::uint64_t number = 0;
  for (std::size_t i = width; i-- > 0;) number = number << 8U | std::to_integer<std::uint64_t>(from[i]);
  return number;
}

/// Uses the sample with another number in one place.
void use_with(forgery_counts& counts, bool changes, std::size_t at, std::size_t width, std::uint64_t number) {
  use_edited(counts, changes, [&](file_bytes& file) { store(file.data() + at, number, width); });
}

/// A number in a page or a record: where it begins, and how many bytes it has.
struct field {
  std::size_t offset;
  std::size_t width;
};

/// The sealed pages and pieces that the living commit reaches.
std::vector<sealed_run> reached_runs() {
  const reached_pages<page_size> reached(sample());
  const file_seals<page_size> seals(sample());
  std::vector<sealed_run> runs;
  for (const sealed_run run : seals.runs()) {
    if (reached.is_reached(run.first)) runs.push_back(run);
  }
  return runs;
}

/// Where the records of the tables stand.
std::vector<std::size_t> catalog_records() {
  std::vector<std::size_t> records;
  for (const sealed_run run : reached_runs()) {
    const std::byte* const page = sample().data() + run.first * page_size;
    if (macaw::detail::load_shape(page).kind() != macaw::detail::page_kind::leaf) continue;
    macaw::detail::for_each_reference<page_size>(page, [&](const auto& reference) {
      if (reference.record.size() < macaw::detail::catalog_field::names) return;
      records.push_back(static_cast<std::size_t>(reference.id - sample().data()));
    });
  }
  return records;
}

}  // namespace

TEST_CASE("every field of every page's header takes every limit") {
  constexpr field fields[] = {{8, 1},
                              {9, 1},
                              {10, 2},
                              {12, 2},
                              {header::page_id, 4},
                              {header::count, 2},
                              {header::prefix_size, 1},
                              {header::flags, 1},
                              {header::birth, 8},
                              {header::heap_size, 4},
                              {header::dead, 4}};
  forgery_counts counts;
  unsigned turn = 0;
  for (const sealed_run run : reached_runs()) {
    for (const auto& [offset, width] : fields) {
      const std::size_t at = run.first * page_size + offset;
      for (const std::uint64_t number : limits_of(load(sample().data() + at, width), width)) {
        if (turn++ % (11 * slowdown) != 0) continue;
        use_with(counts, turn % 7 == 0, at, width, number);
      }
    }
  }
  print("header fields", counts);
  CHECK(counts.damaged + counts.not_opened > counts.files / 2);
}

TEST_CASE("every reference leads everywhere") {
  const auto places = forger<page_size>::references(sample(), reached_runs());
  REQUIRE(places.size() > 40);
  std::vector<std::uint32_t> targets{
      0, 1, 15, 16, static_cast<std::uint32_t>(sample().size() / page_size), 0x7FFF'FFFFU, 0x8000'0010U};
  for (std::uint32_t page = 16; page < sample().size() / page_size; ++page) targets.push_back(page);
  forgery_counts counts;
  unsigned turn = 0;
  for (const reference_place& place : places) {
    for (const std::uint32_t target : targets) {
      if (turn++ % (13 * slowdown) != 0) continue;
      use_edited(counts, turn % 3 == 0, [&](file_bytes& file) {
        store_le(file.data() + place.id, target);
        if (target < file.size() / page_size) {
          const std::byte* const page = file.data() + target * page_size;
          store_le(file.data() + place.birth, static_cast<std::uint32_t>(macaw::detail::load_birth(page)));
        }
      });
    }
  }
  print("references", counts);
  CHECK(counts.damaged > counts.files / 2);
}

TEST_CASE("tables take each other's roots, records and counts") {
  const std::vector<std::size_t> records = catalog_records();
  REQUIRE(records.size() == 4);
  forgery_counts counts;
  unsigned turn = 0;
  for (const std::size_t to : records) {
    for (const std::size_t from : records) {
      for (const std::size_t size : {8U, 16U, 48U, 60U}) {
        use_edited(counts, true, [&](file_bytes& file) {
          std::copy_n(sample().begin() + static_cast<std::ptrdiff_t>(from), size,
                      file.begin() + static_cast<std::ptrdiff_t>(to));
        });
      }
    }
    constexpr field fields[] = {{8, 1},  {10, 2}, {12, 2}, {16, 8}, {24, 8}, {32, 8},
                                {40, 8}, {48, 4}, {52, 4}, {56, 4}, {60, 2}, {62, 2}};
    for (const auto& [offset, width] : fields) {
      for (const std::uint64_t number : limits_of(load(sample().data() + to + offset, width), width)) {
        if (turn++ % (5 * slowdown) != 0) continue;
        use_with(counts, true, to + offset, width, number);
      }
    }
  }
  print("catalog records", counts);
  CHECK(counts.damaged > counts.files / 2);
}

TEST_CASE("a table whose record forbids reading it is not read, as bytes either") {
  file_bytes file = sample();
  forge<page_size>(file, [&](file_bytes& bytes) {
    for (const std::size_t record : catalog_records()) {
      bytes[record + macaw::detail::catalog_field::features + 8] = std::byte{1};
    }
  });
  hostile_use<hostile_file_config<page_size>> used(file);
  const use_report found = used.read();
  CHECK(found.opened);
  CHECK(found.sound);
  CHECK(found.rows == 0);
  CHECK(found.said.size() == 4);
  for (const std::string& said : found.said) CHECK(said.find("uses a feature") != std::string::npos);
  static_cast<void>(used.change(1));
}

TEST_CASE("meta pages are swapped, equal, of other numbers, and at every limit") {
  forgery_counts counts;
  const auto swap = [](file_bytes& file) { std::swap_ranges(file.begin(), file.begin() + 4096, file.begin() + 4096); };
  use_edited(counts, true, swap);
  CHECK(counts.sound == 2);  // either slot may hold either
  unsigned turn = 0;
  for (const std::size_t from : {std::size_t{0}, macaw::detail::meta_size}) {
    use_edited(counts, true, [&](file_bytes& file) {
      std::copy_n(file.begin() + static_cast<std::ptrdiff_t>(from), 4096,
                  file.begin() + static_cast<std::ptrdiff_t>(4096 - from));
    });
    constexpr field fields[] = {
        {16, 4},  {20, 4},  {24, 4},  {28, 4},  {32, 4},  {36, 4},  {40, 1},  {56, 8},  {64, 8},  {72, 4},  {76, 4},
        {88, 4},  {92, 4},  {96, 1},  {104, 8}, {112, 8}, {120, 8}, {128, 8}, {136, 8}, {144, 8}, {152, 4}, {156, 4},
        {160, 8}, {168, 4}, {176, 8}, {184, 4}, {192, 8}, {200, 2}, {204, 4}, {256, 4}, {260, 4}, {264, 4}, {268, 4}};
    for (const auto& [offset, width] : fields) {
      for (const std::uint64_t number : limits_of(load(sample().data() + from + offset, width), width)) {
        if (turn++ % (5 * slowdown) != 0) continue;
        use_with(counts, true, from + offset, width, number);
      }
    }
  }
  CHECK(counts.not_opened > 5);
  print("meta pages", counts);
}

TEST_CASE("the space map lists live pages, the same pages twice, and pages that there are not") {
  using kind = macaw::detail::space_word_kind;
  const reached_pages<page_size> reached(sample());
  const std::size_t words = macaw::detail::meta_size * reached.slot() + meta_place::statements;
  const auto said =
      load_le<std::uint32_t>(sample().data() + macaw::detail::meta_size * reached.slot() + meta_place::statement_size);
  REQUIRE(said > 16);
  const auto end = static_cast<std::uint32_t>(sample().size() / page_size);
  forgery_counts counts;
  for (const kind what : {kind::used, kind::free, kind::state, kind::listed}) {
    for (std::uint32_t page = 15; page <= end; ++page) {
      for (const std::uint32_t pages : {1U, 5U, end - 16}) {
        if ((page + pages) % (11 * slowdown) != 0) continue;
        use_edited(counts, true, [&](file_bytes& file) {
          const auto word = macaw::detail::make_space_word(what, page, pages);
          macaw::detail::store_space_words(file.data() + words + said - 8, {&word, 1});
        });
      }
    }
  }
  print("statements of the space map", counts);
  CHECK(counts.damaged > counts.files / 2);
}

TEST_CASE("files forged at random give consistent data or errors") {
  const std::uint64_t seed = macaw_test::seed();
  forgery_counts counts;
  for (std::uint64_t round = 0; round < macaw_test::rounds(300); ++round) {
    CAPTURE(seed, round);
    file_bytes file = sample();
    forger<page_size>(seed + round).change(file);
    use(file, counts, round % 2 == 0);
  }
  print("random forgeries", counts);
}
