// SPDX-License-Identifier: MIT

#include "../works.hpp"
#include "lmdb_engine.hpp"

namespace macaw_benchmark {

namespace {

struct traits {
  static constexpr const char* name = "lmdb";
  static constexpr unsigned flags = 0;
};
template <class Rows>
using lmdb_engine_of = lmdb_engine<traits, Rows>;

struct writing_map {
  static constexpr const char* name = "lmdb-writemap";
  static constexpr unsigned flags = MDB_WRITEMAP;
};
template <class Rows>
using writing_lmdb_engine_of = lmdb_engine<writing_map, Rows>;

}  // namespace

void add_lmdb(suite& to) {
  add_works<lmdb_engine_of>(to);
  add_works<writing_lmdb_engine_of>(to);
}

}  // namespace macaw_benchmark
