// SPDX-License-Identifier: MIT

#include "support/catch.hpp"
#include "support/temp_directory.hpp"

#include <macaw/detail/memory/huge_cache.hpp>
#include <macaw/detail/os/posix.hpp>

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

using macaw::detail::cache_hugely;
using macaw::detail::descriptor;

namespace {

constexpr std::uint64_t mebibyte = std::uint64_t{1} << 20;

}  // namespace

TEST_CASE("What is no file, or no part of one, is left alone", "[memory]") {
  cache_hugely(-1, 0, 4 * mebibyte);
  const macaw_test::temp_directory directory;
  const descriptor file(::open(directory.path("a").c_str(), O_RDWR | O_CREAT | O_EXCL, 0600));
  cache_hugely(file.number(), 0, 0);
  cache_hugely(file.number(), 0, 4 * mebibyte);  // beyond its end: a mistake, but no signal
  CHECK(::lseek(file.number(), 0, SEEK_END) == 0);
}

#if defined(__linux__) && defined(MADV_HUGEPAGE)

namespace {

/// How many of the pages of a file are cached.
std::size_t cached_pages(int file, std::size_t size) {
  void* const at = ::mmap(nullptr, size, PROT_READ, MAP_SHARED, file, 0);
  REQUIRE(at != MAP_FAILED);
  std::vector<unsigned char> cached(size / 4096);
  REQUIRE(::mincore(at, size, cached.data()) == 0);
  std::size_t count = 0;
  for (const unsigned char page : cached) count += page & 1U;
  ::munmap(at, size);
  return count;
}

}  // namespace

TEST_CASE("Of a part of a file that was allocated the large pieces are cached; one without is left alone", "[memory]") {
  const macaw_test::temp_directory directory;
  const std::string path = directory.path("a");
  constexpr std::size_t size = 16 * mebibyte;
  const auto cached_after = [&](std::uint64_t begin, std::uint64_t end) {
    const descriptor file(::open(path.c_str(), O_RDWR | O_CREAT | O_TRUNC, 0600));
    REQUIRE(::ftruncate(file.number(), static_cast<::off_t>(size)) == 0);
    CHECK(cached_pages(file.number(), size) == 0);
    cache_hugely(file.number(), begin, end - begin);
    return cached_pages(file.number(), size);
  };
  constexpr std::size_t wanted = 8 * mebibyte / 4096;  // a system may look ahead
  const std::size_t of_whole = cached_after(4 * mebibyte, 12 * mebibyte);
  CHECK((of_whole == 0 || of_whole >= wanted));  // none where the system has no large pieces
  CHECK((of_whole == 0 || cached_after(3 * mebibyte, 13 * mebibyte) >= wanted));
  CHECK(cached_after(4 * mebibyte + 1, 6 * mebibyte) == 0);
  CHECK(cached_after(5 * mebibyte, 7 * mebibyte) == 0);
}

#endif
