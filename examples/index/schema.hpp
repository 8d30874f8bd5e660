// SPDX-License-Identifier: MIT
//
// The tables of the index.

#pragma once

#include <macaw/macaw.hpp>

#include <cstdint>
#include <string>
#include <tuple>
#include <variant>

namespace text_index {

/// What is kept of a file. `modified` is in ticks of the file system's clock.
struct file_info {
  std::uint32_t id = 0;
  std::uint64_t size = 0;
  std::int64_t modified = 0;
  std::uint32_t lines = 0;
};

}  // namespace text_index

template <>
struct macaw::codec<text_index::file_info>
    : macaw::struct_codec<&text_index::file_info::id, &text_index::file_info::size, &text_index::file_info::modified,
                          &text_index::file_info::lines> {};

namespace text_index {

using nothing = std::monostate;  // the value of a table that is a set

/// Path to what is known of the file.
inline constexpr macaw::table<std::string, file_info> files{"files"};
/// File id to path.
inline constexpr macaw::table<std::uint32_t, std::string> paths{"paths"};
/// (word, file, line): the inverted index.
inline constexpr macaw::table<std::tuple<std::string, std::uint32_t, std::uint32_t>, nothing> words{"words"};
/// (file, line) to the line's text.
inline constexpr macaw::table<std::tuple<std::uint32_t, std::uint32_t>, std::string> lines{"lines"};
/// (size, file), the largest first.
inline constexpr macaw::table<std::tuple<macaw::descending<std::uint64_t>, std::uint32_t>, nothing> sizes{"sizes"};

}  // namespace text_index
