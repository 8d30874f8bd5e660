// SPDX-License-Identifier: MIT

#include "../works.hpp"
#include "ordered_map.hpp"

#include <map>

#include <functional>

namespace macaw_benchmark {

namespace {

struct traits {
  static constexpr const char* name = "std::map";
  template <class Key, class Value>
  using map = std::map<Key, Value, std::less<>>;
};
template <class Rows>
using std_map_engine_of = ordered_map_engine<traits, Rows>;

}  // namespace

void add_std_map(suite& to) { add_works<std_map_engine_of>(to); }

}  // namespace macaw_benchmark
