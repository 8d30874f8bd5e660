// SPDX-License-Identifier: MIT

#include "../works.hpp"
#include "lmdb_engine.hpp"

namespace macaw_benchmark {

void add_lmdb(suite& to) { add_works<lmdb_engine>(to); }

}  // namespace macaw_benchmark
