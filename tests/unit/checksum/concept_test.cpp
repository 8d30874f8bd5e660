// SPDX-License-Identifier: MIT

#include <macaw/bytes.hpp>
#include <macaw/checksum/concept.hpp>
#include <macaw/checksum/crc32c.hpp>
#include <macaw/checksum/xxh3.hpp>

#include "support/catch.hpp"

#include <cstdint>

namespace {

using macaw::bytes_view;

struct complete {
  static constexpr std::uint32_t id = 1000;
  static std::uint64_t compute(bytes_view, std::uint64_t) noexcept { return 0; }
};
struct without_id {
  static std::uint64_t compute(bytes_view, std::uint64_t) noexcept { return 0; }
};
struct id_of_zero : complete {
  static constexpr std::uint32_t id = 0;
};
struct variable_id : complete {  // a number, but no constant
  [[maybe_unused]] static std::uint32_t id;
};
struct wide_id : complete {
  static constexpr std::uint64_t id = 1;
};
struct without_compute {
  static constexpr std::uint32_t id = 1;
};
struct throwing : complete {
  static std::uint64_t compute(bytes_view, std::uint64_t) { return 0; }
};
struct narrow : complete {
  static std::uint32_t compute(bytes_view, std::uint64_t) noexcept { return 0; }
};
struct unseeded : complete {
  static std::uint64_t compute(bytes_view) noexcept { return 0; }
};
struct not_static : complete {
  std::uint64_t compute(bytes_view, std::uint64_t) const noexcept { return 0; }
};

static_assert(macaw::checksum<complete>);
static_assert(macaw::checksum<macaw::xxh3>);
static_assert(macaw::checksum<macaw::crc32c>);
static_assert(!macaw::checksum<without_id>);
static_assert(!macaw::checksum<id_of_zero>);
static_assert(!macaw::checksum<variable_id>);
static_assert(!macaw::checksum<wide_id>);
static_assert(!macaw::checksum<without_compute>);
static_assert(!macaw::checksum<throwing>);
static_assert(!macaw::checksum<narrow>);
static_assert(!macaw::checksum<unseeded>);
static_assert(!macaw::checksum<not_static>);
static_assert(!macaw::checksum<int>);

TEST_CASE("the checksums have ids of their own, which never change", "[checksum]") {
  CHECK(macaw::xxh3::id == 1);
  CHECK(macaw::crc32c::id == 2);
}

}  // namespace
