// SPDX-License-Identifier: MIT

#include "model/database_life.hpp"
#include "support/catch.hpp"
#include "support/random.hpp"
#include "support/test_databases.hpp"

namespace {

/// Databases without files: a reopening ends transactions only.
template <class Config>
class memory_home {
 public:
  using config = Config;
  static constexpr bool has_files = false;

  [[nodiscard]] auto open(const macaw::open_options& options) {
    return macaw::basic_database<config>::in_memory(options);
  }
};

}  // namespace

TEST_CASE("a database in memory does what maps do, in pages of 512 bytes") {
  const auto found = macaw_test::run_programs<memory_home<macaw_test::small_memory>>(macaw_test::seed() + 4'000'000,
                                                                                     macaw_test::rounds(8), 500);
  if (found) FAIL(*found);
}

TEST_CASE("a database in memory does what maps do, in pages of 4096 bytes") {
  const auto found = macaw_test::run_programs<memory_home<macaw::memory_config<4096>>>(macaw_test::seed() + 5'000'000,
                                                                                       macaw_test::rounds(4), 500);
  if (found) FAIL(*found);
}
