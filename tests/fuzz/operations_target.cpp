// SPDX-License-Identifier: MIT
//
// A fuzzer's input is the life of a database. The first byte chooses the pager.

#include "fuzz/operations.hpp"

#include <macaw/storage/mmap_pager.hpp>

#include <cstddef>
#include <cstdint>
#include <span>

namespace {

struct file_pages : macaw::file_config<512> {
  using file_system = macaw_test::fuzzed_files;
};
struct mapped_pages : macaw::file_config<1024> {
  using file_system = macaw_test::fuzzed_files;
  template <class C>
  using pager = macaw::mmap_pager<C::page_size, typename C::file_system>;
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const std::span<const std::uint8_t> life = std::span(data, size).subspan(1);
  if (data[0] % 2 == 0) {
    macaw_test::fuzzed_life<file_pages>(life).run();
  } else {
    macaw_test::fuzzed_life<mapped_pages>(life).run();
  }
  return 0;
}
