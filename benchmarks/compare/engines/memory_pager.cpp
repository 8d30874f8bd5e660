// SPDX-License-Identifier: MIT

#include "../works.hpp"
#include "macaw_engine.hpp"

namespace macaw_benchmark {

namespace {

struct traits {
  using database = macaw::memory_database;
  static constexpr const char* name = "memory";
  static constexpr bool has_file = false;
};
static_assert(engine<macaw_engine<traits>>);

}  // namespace

void add_memory_pager(suite& to) { add_works<macaw_engine<traits>>(to); }

}  // namespace macaw_benchmark
