// SPDX-License-Identifier: MIT
//
// What a table's C++ types ask of its catalog record, and what its pages look
// like. Layer 6 (API).

#pragma once

#include <macaw/bytes.hpp>
#include <macaw/codec/codec.hpp>
#include <macaw/detail/format/geometry.hpp>
#include <macaw/detail/format/layout.hpp>
#include <macaw/error.hpp>
#include <macaw/macros.hpp>

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace macaw::inline MACAW_ABI::detail {

/// The size of every value in a table's pages, or 0 where they vary or stand
/// outside; of a value codec's name and fixed size. A codec that reads rows of
/// fewer fields or alternatives has rows of several sizes in one table.
// FROZEN: on disk
template <std::size_t PageSize>
[[nodiscard]] constexpr std::size_t stored_value_width(std::string_view codec, std::size_t key_size,
                                                       std::size_t value_size) noexcept {
  using limits = geometry<PageSize>;
  const bool grows_by_fields =
      codec.starts_with("struct(") || codec.starts_with("tuple(") || codec.starts_with("variant(");
  const bool fits = limits::fits_inline(key_size == 0 ? limits::key_size_max : key_size, value_size);
  return grows_by_fields || !fits ? 0 : value_size;
}

template <value_codec C, std::size_t PageSize, std::size_t KeySize>
inline constexpr std::size_t value_width = stored_value_width<PageSize>(C::name, KeySize, C::fixed_size);

/// The layout of a table's pages.
template <std::size_t PageSize, key_codec K, value_codec V>
using table_layout = layout_for<PageSize, K::fixed_size, value_width<V, PageSize, K::fixed_size>>;

/// The names and widths that a catalog record must have. One constant for each
/// pair of codecs.
struct table_types {
  std::string_view key_codec;
  std::string_view value_codec;
  bool (*reads)(std::string_view stored) noexcept;
  std::uint16_t key_width;
  std::uint16_t value_width;
};

template <std::size_t PageSize, key_codec K, value_codec V>
inline constexpr table_types types_of{
    K::name, V::name, [](std::string_view stored) noexcept { return V::reads(stored); },
    static_cast<std::uint16_t>(K::fixed_size), static_cast<std::uint16_t>(value_width<V, PageSize, K::fixed_size>)};

[[noreturn]] MACAW_NOINLINE inline void throw_wrong_codec(std::string_view table, std::string_view what,
                                                          std::string_view stored, std::string_view wanted) {
  std::string message = "table '";
  message.append(table).append("' was made with ").append(what).append(" of '").append(stored);
  message.append("' and is opened with ").append(what).append(" of '").append(wanted).append("'");
  throw error(errc::wrong_codec, message);
}

[[noreturn]] MACAW_NOINLINE inline void throw_wrong_widths(std::string_view table, std::uint16_t key_width,
                                                           std::uint16_t value_width, const table_types& types) {
  const auto both = [](std::uint16_t key, std::uint16_t value) {
    return std::to_string(key).append(", ").append(std::to_string(value));
  };
  throw_wrong_codec(table, "widths", both(key_width, value_width), both(types.key_width, types.value_width));
}

[[noreturn]] MACAW_NOINLINE inline void throw_unknown_feature(std::string_view table) {
  std::string message = "table '";
  message.append(table).append("' uses a feature that this version of macaw does not know");
  throw error(errc::unsupported_feature, message);
}

/// Raises where the table uses a feature that this version does not know, and that forbids reading it.
template <class Record>
void require_readable(std::string_view table, const Record& record) {
  if (record.features_refuse != 0) throw_unknown_feature(table);
}

/// Raises unless a table with this record can be used through these types.
/// Errors: `wrong_codec`, with both names; `unsupported_feature`.
template <class Record>
void require_types(std::string_view table, const Record& record, std::string_view key, std::string_view value,
                   const table_types& types) {
  if (key != types.key_codec) throw_wrong_codec(table, "keys", key, types.key_codec);
  if (!types.reads(value)) throw_wrong_codec(table, "values", value, types.value_codec);
  if (record.key_width != types.key_width || record.value_width != types.value_width) {
    throw_wrong_widths(table, record.key_width, record.value_width, types);
  }
  require_readable(table, record);
}

}  // namespace macaw::inline MACAW_ABI::detail
