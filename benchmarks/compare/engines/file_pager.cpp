// SPDX-License-Identifier: MIT
//
// The file pager with a cache that holds everything, and with one for a tenth of it.

#include "../works.hpp"
#include "macaw_engine.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>

namespace macaw_benchmark {

namespace {

struct traits {
  using database = macaw::database;
  static constexpr const char* name = "file";
  static constexpr bool has_file = true;
  [[nodiscard]] static std::size_t cache_size(std::uint64_t data_size) noexcept {
    return static_cast<std::size_t>(3 * data_size) + (std::size_t{64} << 20);
  }
};
template <class Rows>
using file_engine_of = macaw_engine<traits, Rows>;

struct scant_traits : traits {
  static constexpr const char* name = "file-tenth";
  [[nodiscard]] static std::size_t cache_size(std::uint64_t data_size) noexcept {
    return std::max(static_cast<std::size_t>(data_size / 10), std::size_t{1} << 20);
  }
};
template <class Rows>
using scant_file_engine_of = macaw_engine<scant_traits, Rows>;

}  // namespace

void add_file_pager(suite& to) {
  add_works<file_engine_of>(to);
  add_works<scant_file_engine_of>(to);
}

}  // namespace macaw_benchmark
