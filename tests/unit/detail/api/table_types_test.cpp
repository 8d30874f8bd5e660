// SPDX-License-Identifier: MIT

#include <macaw/detail/api/table_types.hpp>

#include <macaw/codec/standard.hpp>
#include <macaw/detail/format/catalog_record.hpp>

#include "support/catch.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <tuple>

namespace {

using macaw::detail::types_of;
template <class K, class V, std::size_t PageSize = 4096>
constexpr auto types = types_of<PageSize, macaw::key_codec_for<K>, macaw::value_codec_for<V>>;

// Fixed sizes are widths of columns; rows that may gain fields, and values that do not fit a leaf, are not.
static_assert(types<std::uint32_t, std::uint64_t>.key_width == 4 &&
              types<std::uint32_t, std::uint64_t>.value_width == 8);
static_assert(types<std::string, std::uint64_t>.key_width == 0 && types<std::string, std::uint64_t>.value_width == 8);
static_assert(types<std::uint32_t, std::string>.value_width == 0);
static_assert(types<std::uint32_t, std::tuple<std::uint8_t, std::uint8_t>>.value_width == 0);
static_assert(types<std::uint32_t, macaw::raw<std::array<std::uint8_t, 300>>>.value_width == 300);
static_assert(types<std::uint32_t, macaw::raw<std::array<std::uint8_t, 300>>, 512>.value_width == 0);

macaw::errc kind_for(std::string_view key, std::string_view value, macaw::detail::catalog_record record) {
  try {
    macaw::detail::require_types("t", record, key, value, types<std::uint32_t, std::string>);
  } catch (const macaw::error& error) {
    return error.kind();
  }
  return macaw::errc{};
}

}  // namespace

TEST_CASE("a record is used through types that it was made with") {
  macaw::detail::catalog_record record;
  record.key_width = 4;
  CHECK(kind_for("u32", "text", record) == macaw::errc{});
  CHECK(kind_for("u64", "text", record) == macaw::errc::wrong_codec);
  CHECK(kind_for("u32", "bytes", record) == macaw::errc::wrong_codec);
  auto wider = record;
  wider.key_width = 8;
  CHECK(kind_for("u32", "text", wider) == macaw::errc::wrong_codec);
  auto newer = record;
  newer.features_refuse = 1;
  CHECK(kind_for("u32", "text", newer) == macaw::errc::unsupported_feature);
}
