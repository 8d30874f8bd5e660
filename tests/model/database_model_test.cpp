// SPDX-License-Identifier: MIT

#include "model/database_life.hpp"
#include "support/catch.hpp"
#include "support/random.hpp"
#include "support/test_databases.hpp"

namespace {

// Over the file pager; other pagers have their own files, so that each is compiled quickly.
struct page_of_4096 : macaw::file_config<4096> {
  using file_system = macaw::memory_files;
};

}  // namespace

TEST_CASE("a database in a file does what maps do, in pages of 512 bytes") {
  const auto found = macaw_test::run_programs<macaw_test::database_home<macaw_test::small_file>>(
      macaw_test::seed(), macaw_test::rounds(8), 500);
  if (found) FAIL(*found);
}

TEST_CASE("a database in a file does what maps do, in pages of 4096 bytes") {
  const auto found = macaw_test::run_programs<macaw_test::database_home<page_of_4096>>(macaw_test::seed() + 1'000'000,
                                                                                       macaw_test::rounds(4), 500);
  if (found) FAIL(*found);
}

TEST_CASE("a table that was rolled back and not used since is no matter when a transaction spills") {
  using macaw_test::action;
  const macaw_test::program operations{
      {action::append, 1, 12479565354081607608u, 17374225055739749680u},
      {action::mark, 4, 6661669049985592548u, 10990582023786709205u},
      {action::put, 4, 15806094146753276747u, 4280819060089117885u},
      {action::return_to_mark, 2, 5624870845982778655u, 3943151235376430103u},
      {action::load, 1, 1610106094390997996u, 7138094680257410473u},
      {action::load, 2, 3498665169510205906u, 6617452816491522051u},
      {action::put, 3, 7371355217294560518u, 12775224787943485596u},
  };
  const auto found = macaw_test::database_life<macaw_test::database_home<macaw_test::small_file>>::run(operations);
  if (found) FAIL(*found);
}
