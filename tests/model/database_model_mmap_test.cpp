// SPDX-License-Identifier: MIT

#include "model/database_life.hpp"
#include "support/catch.hpp"
#include "support/random.hpp"
#include "support/test_databases.hpp"

#include <macaw/testing/simulated_files.hpp>

namespace {

template <class FileSystem, std::size_t PageSize>
struct mapped : macaw::file_config<PageSize> {
  using file_system = FileSystem;
  template <class C>
  using pager = macaw::mmap_pager<C::page_size, typename C::file_system>;
};

/// Databases on a simulated disk.
class simulated_home {
 public:
  using config = mapped<macaw::testing::simulated_files, 4096>;
  static constexpr bool has_files = true;

  [[nodiscard]] auto open(const macaw::open_options& options) {
    return macaw::basic_database<config>::open("test.macaw", options, files_);
  }

 private:
  macaw::testing::simulated_files files_;
};

}  // namespace

TEST_CASE("a database in a mapped file does what maps do, in pages of 512 bytes") {
  using home = macaw_test::database_home<mapped<macaw::memory_files, 512>>;
  const auto found = macaw_test::run_programs<home>(macaw_test::seed() + 2'000'000, macaw_test::rounds(8), 500);
  if (found) FAIL(*found);
}

TEST_CASE("a database in a mapped file on a simulated disk does what maps do, in pages of 4096 bytes") {
  const auto found =
      macaw_test::run_programs<simulated_home>(macaw_test::seed() + 3'000'000, macaw_test::rounds(4), 500);
  if (found) FAIL(*found);
}
