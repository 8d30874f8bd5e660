// SPDX-License-Identifier: MIT
//
// The drawings of a report, each an element of HTML with SVG in it.

#pragma once

#include "inspect/file_picture.hpp"

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace macaw_shell {

/// How old pages are, in steps: 0 the newest.
inline constexpr std::size_t age_step_count = 8;
[[nodiscard]] std::size_t age_step(std::uint64_t birth, std::uint64_t oldest, std::uint64_t newest) noexcept;

/// The map of a file, coloured by what the pages are; or by the newest commit that wrote one of them.
[[nodiscard]] std::string draw_kinds(const page_map& map);
[[nodiscard]] std::string draw_ages(const page_map& map);

/// A bar of parts, each a class and a number. A bar whose parts do not come up to `whole` is shorter.
[[nodiscard]] std::string draw_bar(const std::vector<std::pair<std::string_view, std::uint64_t>>& parts,
                                   std::uint64_t whole);

/// Columns for how many pages are how full.
[[nodiscard]] std::string draw_fill(const fill_histogram& leaves, const fill_histogram& branches);
/// Columns for how many pages are from which commits, in the colours of ages from `oldest` to `newest`.
[[nodiscard]] std::string draw_births(const birth_histogram& births, std::uint64_t oldest, std::uint64_t newest);

/// One level of a tree, coloured by how full its pages are.
[[nodiscard]] std::string draw_level(const level_picture& level, std::string_view kind);

}  // namespace macaw_shell
