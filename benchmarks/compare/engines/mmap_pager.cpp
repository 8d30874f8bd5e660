// SPDX-License-Identifier: MIT

#include "../works.hpp"
#include "macaw_engine.hpp"

#include <macaw/mmap.hpp>

namespace macaw_benchmark {

namespace {

struct traits {
  using database = macaw::mmap_database;
  static constexpr const char* name = "mmap";
  static constexpr bool has_file = true;
};
static_assert(engine<macaw_engine<traits>>);

}  // namespace

void add_mmap_pager(suite& to) { add_works<macaw_engine<traits>>(to); }

}  // namespace macaw_benchmark
