// SPDX-License-Identifier: MIT

#include "../works.hpp"
#include "macaw_engine.hpp"

namespace macaw_benchmark {

namespace {

struct traits {
  using database = macaw::database;
  static constexpr const char* name = "file";
  static constexpr bool has_file = true;
};
static_assert(engine<macaw_engine<traits>>);

}  // namespace

void add_file_pager(suite& to) { add_works<macaw_engine<traits>>(to); }

}  // namespace macaw_benchmark
