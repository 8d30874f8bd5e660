// SPDX-License-Identifier: MIT

#include <macaw/storage/mmap_config.hpp>

#include "support/catch.hpp"

#include <macaw/storage/memory_files.hpp>

#include <type_traits>

namespace {

using namespace macaw;

static_assert(config<mmap_config<512>> && config<mmap_config<65536>>);

struct in_memory_files : mmap_config<512> {
  using file_system = memory_files;
};
static_assert(config<in_memory_files>);

}  // namespace

TEST_CASE("A mapped configuration maps whatever files it is given", "[config]") {
  CHECK(std::is_same_v<mmap_config<>::pager<mmap_config<>>, mmap_pager<4096, interprocess_files>>);
  CHECK(std::is_same_v<in_memory_files::pager<in_memory_files>, mmap_pager<512, memory_files>>);
}
