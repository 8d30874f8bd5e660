// SPDX-License-Identifier: MIT

#include <macaw/detail/tree/large_value.hpp>

#include <algorithm>
#include <cstdint>
#include <span>
#include <stdexcept>
#include <string>
#include <vector>

#include "support/catch.hpp"
#include "support/page_vector.hpp"

namespace {

using namespace macaw::detail;
using macaw::bytes_view;
using pages_512 = macaw_test::page_vector<512>;
using pages_4096 = macaw_test::page_vector<4096>;
constexpr std::uint64_t piece_512 = geometry<512>::piece_bytes_max;

std::byte byte_at(std::uint64_t offset) { return static_cast<std::byte>((offset * 2654435761U) >> 13U); }

void fill_from(std::span<std::byte> to, std::uint64_t offset) {
  for (std::size_t i = 0; i < to.size(); ++i) to[i] = byte_at(offset + i);
}

template <class Pages>
large_record make(Pages& pages, std::uint64_t size) {
  std::uint64_t offset = 0;
  return write_large(pages, size, [&](std::span<std::byte> to) {
    fill_from(to, offset);
    offset += to.size();
  });
}

template <class Pages>
void require_holds(const Pages& pages, const large_record& record, std::uint64_t size, std::size_t step) {
  REQUIRE(record.size == size);
  large_reader<Pages> reader(pages, record);
  REQUIRE(reader.size() == size);
  std::vector<std::byte> buffer(step);
  std::uint64_t offset = 0;
  bool right = true;
  while (offset < size) {
    const std::size_t got = reader.read(offset, buffer);
    REQUIRE(got == std::min<std::uint64_t>(step, size - offset));
    for (std::size_t i = 0; i < got; ++i) right = right && buffer[i] == byte_at(offset + i);
    offset += got;
  }
  REQUIRE(right);
  REQUIRE(reader.read(size, buffer) == 0);
}

template <class Pages>
void drop(Pages& pages, const large_record& record) {
  std::vector<dropped_run> runs;
  collect_large(pages, record, runs);
  pages.reserve(0, runs.size());
  std::uint64_t dropped = 0;
  for (const dropped_run& run : runs) {
    pages.drop(run.ref, run.pages);
    dropped += run.pages;
  }
  REQUIRE(dropped == large_pages<Pages::page_size>(record.size));
}

}  // namespace

TEST_CASE("values of all sizes around the pieces' limits are written, read and dropped") {
  pages_512 pages;
  for (const bool copy : {false, true}) {
    pages.copy_pieces = copy;
    for (const std::uint64_t pieces : {0U, 1U, 2U, 3U, 56U, 57U}) {
      for (const std::uint64_t add : {0U, 1U, 447U, 448U, 449U}) {
        if (pieces > 3 && add > 1) continue;
        const std::uint64_t size = pieces * piece_512 + add;
        if (size == 0) continue;
        CAPTURE(size);
        const large_record record = make(pages, size);
        REQUIRE(record.level == (size <= piece_512 ? 0 : size <= 56 * piece_512 ? 1 : 2));
        REQUIRE(pages.live() == large_pages<512>(size));
        require_holds(pages, record, size, 100000);
        drop(pages, record);
        REQUIRE(pages.live() == 0);
      }
    }
  }
}

TEST_CASE("a value of no bytes is one piece") {
  pages_512 pages;
  const large_record record = write_large(pages, bytes_view());
  REQUIRE(pages.live() == 1);
  REQUIRE(large_pages<512>(0) == 1);
  require_holds(pages, record, 0, 10);
  drop(pages, record);
}

TEST_CASE("a value is built from parts of any size") {
  for (const std::size_t part : {std::size_t{1000}, static_cast<std::size_t>(piece_512), std::size_t{300001}}) {
    pages_512 pages;
    const std::uint64_t size = 1000003;
    large_builder<pages_512> builder(pages);
    std::vector<std::byte> buffer(part);
    while (builder.size() < size) {
      const std::span<std::byte> next(buffer.data(),
                                      static_cast<std::size_t>(std::min<std::uint64_t>(part, size - builder.size())));
      fill_from(next, builder.size());
      builder.append(next);
    }
    const large_record record = builder.finish();
    builder.release();
    require_holds(pages, record, size, 77777);
    drop(pages, record);
    REQUIRE(pages.live() == 0);
  }
}

TEST_CASE("a value in one piece is one view") {
  pages_4096 pages;
  const large_record record = make(pages, 500000);
  large_reader<pages_4096> reader(pages, record);
  REQUIRE(reader.contiguous());
  REQUIRE(reader.view().size() == 500000);
  REQUIRE(reader.view()[4711] == byte_at(4711));
  REQUIRE(pages.pieces_read == 1);
}

TEST_CASE("reading onwards asks for each piece once") {
  pages_512 pages;
  pages.copy_pieces = true;
  const large_record record = make(pages, 10 * piece_512);
  large_reader<pages_512> reader(pages, record);
  REQUIRE_FALSE(reader.contiguous());
  std::vector<std::byte> buffer(999);
  for (std::uint64_t offset = 0; offset < record.size; offset += reader.read(offset, buffer)) continue;
  REQUIRE(pages.pieces_read == 10);
}

TEST_CASE("a builder that goes away unfinished leaves nothing") {
  pages_512 pages;
  {
    large_builder<pages_512> builder(pages);
    builder.append(std::vector<std::byte>(500000));
    REQUIRE(pages.live() > 0);
  }
  REQUIRE(pages.live() == 0);
  {
    large_builder<pages_512> builder(pages);
    builder.append(std::vector<std::byte>(500000));
    static_cast<void>(builder.finish());
  }
  REQUIRE(pages.live() == 0);
}

TEST_CASE("a value whose source or pager fails leaves nothing") {
  pages_512 pages;
  for (long calls = 0;; ++calls) {
    pages.fail_after = calls;
    try {
      static_cast<void>(make(pages, 3 * piece_512 + 5));
    } catch (const std::bad_alloc&) {
      REQUIRE(pages.live() == 0);
      continue;
    }
    break;
  }
  pages.fail_after = -1;
  const std::uint64_t live = pages.live();
  int filled = 0;
  REQUIRE_THROWS_AS(write_large(pages, 3 * piece_512,
                                [&](std::span<std::byte>) {
                                  if (++filled == 3) throw std::runtime_error("no more");
                                }),
                    std::runtime_error);
  REQUIRE(pages.live() == live);
}

TEST_CASE("records and index pages that contradict the value's size are corrupt") {
  pages_512 pages;
  const large_record record = make(pages, 5 * piece_512);
  std::vector<dropped_run> runs;
  large_record wrong = record;
  wrong.level = 0;
  REQUIRE_THROWS_AS(collect_large(pages, wrong, runs), macaw::error);
  REQUIRE_THROWS_AS(large_reader<pages_512>(pages, wrong), macaw::error);
  wrong = record;
  wrong.level = 200;
  REQUIRE_THROWS_AS(collect_large(pages, wrong, runs), macaw::error);
  wrong = record;
  wrong.size += piece_512;
  REQUIRE_THROWS_AS(collect_large(pages, wrong, runs), macaw::error);
  wrong.size = record.size - piece_512;
  REQUIRE_THROWS_AS(collect_large(pages, wrong, runs), macaw::error);
  wrong.size = record.size + 1;  // the last piece would be another size
  std::byte byte{};
  large_reader<pages_512> reader(pages, wrong);
  REQUIRE_THROWS_AS(reader.read(record.size, {&byte, 1}), macaw::error);
  wrong.size = large_size_max + 1;
  REQUIRE_THROWS_AS(collect_large(pages, wrong, runs), macaw::error);
  drop(pages, record);
}

TEST_CASE("pages of values up to the largest are counted without making them") {
  REQUIRE(large_pages<4096>(1) == 1);
  REQUIRE(large_pages<4096>((1U << 20U) - 64) == 256);
  REQUIRE(large_pages<4096>((1U << 20U) - 63) == 258);
  const std::uint64_t gib = std::uint64_t{1} << 30U;
  REQUIRE(large_level<4096>(gib) == 2);
  REQUIRE(large_pages<4096>(gib) == 1024 * 256 + 17 + 3 + 1);  // pieces, the rest of a piece, indexes, their root
  REQUIRE(large_level<512>(large_size_max) <= 8);
}
