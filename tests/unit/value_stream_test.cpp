// SPDX-License-Identifier: MIT

#include <macaw/value_stream.hpp>

#include "support/catch.hpp"
#include "support/test_databases.hpp"

#include <cstddef>
#include <cstdint>
#include <random>
#include <string>
#include <vector>

namespace {

constexpr macaw::table<std::string, std::vector<std::byte>> blobs{"blobs"};
constexpr macaw::table<std::string, std::string> texts{"texts"};

std::vector<std::byte> bytes_of(std::size_t size, std::uint64_t seed) {
  std::mt19937_64 random(seed);
  std::vector<std::byte> bytes(size);
  for (std::byte& byte : bytes) byte = static_cast<std::byte>(random());
  return bytes;
}

template <class Reader>
std::vector<std::byte> read_all(Reader& reader, std::size_t chunk) {
  std::vector<std::byte> all, part(chunk);
  while (const std::size_t count = reader.read(part))
    all.insert(all.end(), part.begin(), part.begin() + static_cast<std::ptrdiff_t>(count));
  return all;
}

}  // namespace

TEMPLATE_LIST_TEST_CASE("what a writer was given is what a reader gives, whatever the sizes", "",
                        macaw_test::all_homes) {
  TestType home;
  auto db = home.open();
  const std::size_t piece = macaw::detail::geometry<TestType::config::page_size>::piece_bytes_max;
  for (const std::size_t size : {std::size_t{0}, std::size_t{1}, std::size_t{200}, std::size_t{300}, std::size_t{5000},
                                 piece - 1, piece, piece + 1, 5 * piece + 17}) {
    CAPTURE(size);
    const auto content = bytes_of(size, size);
    auto txn = db.begin_write();
    {
      auto writer = txn[blobs].writer("key");
      for (std::size_t at = 0; at < size;) {
        const std::size_t part = std::min<std::size_t>(size - at, 1 + (at * 31) % 7001);
        writer.write(macaw::bytes_view(content).subspan(at, part));
        at += part;
      }
      CHECK(writer.size() == size);
      CHECK(writer.finish() == (size == 0));
      CHECK(macaw_test::error_of([&] {
              writer.write(macaw::bytes_view());
              return 0;
            }) == macaw::errc::txn_ended);
    }
    txn.commit();
    const auto snap = db.begin_read();
    auto reader = snap[blobs].reader("key");
    REQUIRE(reader);
    CHECK(reader.size() == size);
    CHECK(read_all(reader, 4099) == content);
    CHECK(snap[blobs].get("key") == content);
    std::vector<std::byte> part(100);
    const std::uint64_t offset = size / 2;
    const std::size_t count = reader.read_at(offset, part);
    CHECK(count == std::min<std::size_t>(100, size - size / 2));
    CHECK(std::equal(part.begin(), part.begin() + static_cast<std::ptrdiff_t>(count),
                     content.begin() + static_cast<std::ptrdiff_t>(offset)));
    CHECK(reader.read_at(size + 1, part) == 0);
  }
  CHECK_FALSE(db.begin_read().contains(texts));
}

TEMPLATE_LIST_TEST_CASE("a writer that is not finished leaves nothing behind", "", macaw_test::all_homes) {
  TestType home;
  auto db = home.open();
  auto txn = db.begin_write();
  auto rows = txn[blobs];
  rows.put("key", bytes_of(10, 1));
  {
    auto writer = rows.writer("key");
    writer.write(bytes_of(100'000, 2));
  }
  CHECK(rows.get("key") == bytes_of(10, 1));
  CHECK(rows.stats().large_pages == 0);
  txn.commit();
}

TEMPLATE_LIST_TEST_CASE("levels do not begin or end around an open writer", "", macaw_test::all_homes) {
  TestType home;
  auto db = home.open();
  auto txn = db.begin_write();
  auto rows = txn[texts];
  const auto point = txn.savepoint();
  auto writer = rows.writer("key");
  writer.write(std::string(50'000, 'a'));
  CHECK(macaw_test::error_of([&] { return txn.savepoint(); }) == macaw::errc::busy);
  CHECK(macaw_test::error_of([&] { return txn.nested(); }) == macaw::errc::busy);
  CHECK(macaw_test::error_of([&] { return txn.commit(); }) == macaw::errc::busy);
  CHECK(macaw_test::error_of([&] { return rows.writer("other"); }) == macaw::errc::busy);
  rows.put("meanwhile", "other rows may change");
  writer.write(std::string(50'000, 'b'));
  txn.rollback_to(point);
  CHECK(macaw_test::error_of([&] { return writer.finish(); }) == macaw::errc::txn_ended);
  CHECK(rows.empty());
  auto second = rows.writer("key");
  second.write(std::string(50'000, 'c'));
  txn.rollback();
  CHECK(macaw_test::error_of([&] { return second.finish(); }) == macaw::errc::txn_ended);
}

TEMPLATE_LIST_TEST_CASE("a reader is stale after a change", "", macaw_test::all_homes) {
  TestType home;
  auto db = home.open();
  auto txn = db.begin_write();
  auto rows = txn[texts];
  rows.put("large", std::string(100'000, 'x'));
  rows.put("small", "y");
  auto large = rows.reader("large"), small = rows.reader("small");
  std::byte byte[1];
  CHECK(large.read(byte) == 1);
  CHECK_FALSE(rows.reader("none"));
  rows.put("other", "z");
  CHECK(macaw_test::error_of([&] { return large.read(byte); }) == macaw::errc::stale);
  CHECK(macaw_test::error_of([&] { return small.read(byte); }) == macaw::errc::stale);
}
