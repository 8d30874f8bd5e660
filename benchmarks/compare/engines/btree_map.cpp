// SPDX-License-Identifier: MIT

#include "../works.hpp"
#include "ordered_map.hpp"

#include <absl/container/btree_map.h>

#include <functional>

namespace macaw_benchmark {

namespace {

struct traits {
  static constexpr const char* name = "absl::btree_map";
  template <class Key, class Value>
  using map = absl::btree_map<Key, Value, std::less<>>;
};
template <class Rows>
using btree_map_engine_of = ordered_map_engine<traits, Rows>;

}  // namespace

void add_btree_map(suite& to) { add_works<btree_map_engine_of>(to); }

}  // namespace macaw_benchmark
