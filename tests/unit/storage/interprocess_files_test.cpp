// SPDX-License-Identifier: MIT

#include "support/catch.hpp"

#if __has_include(<boost/interprocess/mapped_region.hpp>)

#include <macaw/storage/interprocess_files.hpp>

#include "support/temp_directory.hpp"

#include <array>
#include <cstdint>
#include <string_view>

namespace {

using macaw::errc;
using macaw::lock_mode;
using macaw::open_mode;

void write_text(macaw::interprocess_file& file, std::uint64_t offset, std::string_view text) {
  const std::array pieces{macaw::as_bytes(text)};
  file.write(offset, pieces);
}

TEST_CASE("a mapping reaches a tebibyte past the end of the file", "[interprocess_files]") {
  const macaw_test::temp_directory directory;
  macaw::interprocess_files files;
  auto file = files.open(directory.path("a"), open_mode::create_new);
#if defined(MACAW_THREAD_SANITIZER)
  constexpr std::uint64_t size = std::uint64_t{1} << 36;
#else
  constexpr std::uint64_t size = std::uint64_t{1} << 40;
#endif
  const auto mapping = file.map(size);
  REQUIRE(mapping.bytes().size() == size);
  file.allocate(0, 1 << 20);
  write_text(file, 1'000'000, "grown");
  CHECK(macaw::as_text(mapping.bytes().subspan(1'000'000, 5)) == "grown");
}

TEST_CASE("a mapping is of the file that is open, whatever its path has come to name", "[interprocess_files]") {
  const macaw_test::temp_directory directory;
  macaw::interprocess_files files;
  auto file = files.open(directory.path("a"), open_mode::create_new);
  write_text(file, 0, "old");
  auto other = files.open(directory.path("b"), open_mode::create_new);
  write_text(other, 0, "new");
  files.rename(directory.path("b"), directory.path("a"));
  CHECK(macaw::as_text(file.map(3).bytes()) == "old");
}

TEST_CASE("warming a part of a file changes nothing, wherever it begins and ends", "[interprocess_files]") {
  const macaw_test::temp_directory directory;
  auto file = macaw::interprocess_files().open(directory.path("a"), open_mode::create_new);
  constexpr std::uint64_t mebibyte = std::uint64_t{1} << 20;
  file.allocate(0, 9 * mebibyte + 5);
  write_text(file, 5 * mebibyte, "text");
  REQUIRE(file.try_lock(lock_mode::exclusive));
  const auto mapping = file.map(8 * mebibyte);
  for (const std::uint64_t begin : {std::uint64_t{0}, std::uint64_t{1}, 3 * mebibyte, 9 * mebibyte + 5}) {
    for (const std::uint64_t end : {begin, begin + 1, 9 * mebibyte, 9 * mebibyte + 5}) {
      if (end >= begin && end <= file.size()) file.warm(begin, end - begin);
    }
  }
  CHECK(file.size() == 9 * mebibyte + 5);
  CHECK(macaw::as_text(mapping.bytes().subspan(5 * mebibyte, 4)) == "text");
  write_text(file, 7 * mebibyte, "warm");
  CHECK(macaw::as_text(mapping.bytes().subspan(7 * mebibyte, 4)) == "warm");
  CHECK(mapping.bytes()[6 * mebibyte] == std::byte{0});
  auto other = macaw::interprocess_files().open(directory.path("a"), open_mode::read_write);
  CHECK_FALSE(other.try_lock(lock_mode::exclusive));
}

TEST_CASE("making and dropping mappings keeps the lock", "[interprocess_files]") {
  const macaw_test::temp_directory directory;
  macaw::interprocess_files files;
  auto file = files.open(directory.path("a"), open_mode::create_new);
  auto other = files.open(directory.path("a"), open_mode::read_write);
  write_text(file, 0, "text");
  REQUIRE(file.try_lock(lock_mode::exclusive));
  { const auto mapping = file.map(4096); }
  { const auto mapping = other.map(4096); }
  CHECK_FALSE(other.try_lock(lock_mode::shared));
}

TEST_CASE("more addresses than the machine has are refused with the path", "[interprocess_files]") {
  const macaw_test::temp_directory directory;
  macaw::interprocess_files files;
  const auto file = files.open(directory.path("a"), open_mode::create_new);
  try {
    static_cast<void>(file.map(std::uint64_t{1} << 60));
    FAIL("nothing was raised");
  } catch (const macaw::error& error) {
    CHECK(error.kind() == errc::io);
    CHECK(std::string_view(error.what()).find(directory.path("a")) != std::string_view::npos);
  }
}

}  // namespace

#endif
