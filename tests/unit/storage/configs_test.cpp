// SPDX-License-Identifier: MIT
//
// The concept `config` takes configurations that extend others and refuses those that lack or bend a
// policy.

#include <macaw/storage/configs.hpp>

#include "support/catch.hpp"

#include <macaw/checksum/crc32c.hpp>
#include <macaw/storage/memory_files.hpp>

#include <type_traits>

namespace {

using namespace macaw;

static_assert(config<file_config<>> && config<file_config<512>> && config<file_config<65536>>);
static_assert(config<memory_config<>> && config<memory_config<512>>);
static_assert(std::is_same_v<file_config<>, default_config>);

struct extended : file_config<16384> {
  using checksum = crc32c;
  using file_system = memory_files;
};
static_assert(config<extended>);
static_assert(std::is_same_v<extended::pager<extended>, file_pager<16384, memory_files>>);

struct other_page_size : file_config<512> {
  static constexpr std::size_t page_size = 1024;
};
static_assert(config<other_page_size>);
static_assert(other_page_size::pager<other_page_size>::page_size == 1024);

struct no_page_size {
  using checksum = xxh3;
  using file_system = memory_files;
  template <class C>
  using pager = memory_pager<512>;
};
struct no_checksum {
  static constexpr std::size_t page_size = 512;
  using file_system = memory_files;
  template <class C>
  using pager = memory_pager<512>;
};
struct no_file_system {
  static constexpr std::size_t page_size = 512;
  using checksum = xxh3;
  template <class C>
  using pager = memory_pager<512>;
};
struct no_pager {
  static constexpr std::size_t page_size = 512;
  using checksum = xxh3;
  using file_system = memory_files;
};
static_assert(!config<no_page_size> && !config<no_checksum> && !config<no_file_system> && !config<no_pager>);

struct odd_page_size : memory_config<512> {
  static constexpr std::size_t page_size = 1000;
  template <class C>
  using pager = memory_pager<512>;
};
struct wrong_checksum : memory_config<512> {
  using checksum = int;
};
struct wrong_file_system : memory_config<512> {
  using file_system = int;
};
struct wrong_pager : memory_config<512> {
  template <class C>
  using pager = int;
};
struct pager_of_other_size : memory_config<512> {
  template <class C>
  using pager = memory_pager<1024>;
};
struct pager_of_other_files : file_config<512> {
  template <class C>
  using pager = file_pager<512, memory_files>;
};
static_assert(!config<odd_page_size> && !config<wrong_checksum> && !config<wrong_file_system>);
static_assert(!config<wrong_pager> && !config<pager_of_other_size> && !config<pager_of_other_files>);
static_assert(!config<int>);

}  // namespace

TEST_CASE("The default configuration reads a file through a page cache, in pages of 4 KiB", "[config]") {
  CHECK(default_config::page_size == 4096);
  CHECK(std::is_same_v<default_config::pager<default_config>, file_pager<4096, posix_files>>);
}
