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
  /// Mapped pages are cached by the system.
  [[nodiscard]] static std::size_t cache_size(std::uint64_t) noexcept { return std::size_t{256} << 20; }
};
template <class Rows>
using mmap_engine_of = macaw_engine<traits, Rows>;

}  // namespace

void add_mmap_pager(suite& to) { add_works<mmap_engine_of>(to); }

}  // namespace macaw_benchmark
