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
template <class Rows>
using memory_engine_of = macaw_engine<traits, Rows>;

}  // namespace

void add_memory_pager(suite& to) { add_works<memory_engine_of>(to); }

}  // namespace macaw_benchmark
