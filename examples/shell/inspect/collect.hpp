// SPDX-License-Identifier: MIT
//
// Goes through a file and draws the picture of it.

#pragma once

#include "inspect/file_picture.hpp"
#include "inspect/page_map.hpp"
#include "store/file_view.hpp"

#include <macaw/ops/progress.hpp>

#include <cstddef>

namespace macaw_shell {

/// What a page is, for those who look at it.
[[nodiscard]] page_use use_of(const macaw::visited_page& page) noexcept;

/// The map of a file, in at most so many cells. What nothing is known of, where the space map does not read either,
/// counts as lost.
/// Errors: those of walking and of the space map, but `corrupt`.
[[nodiscard]] page_map collect_map(const file_view& file, std::size_t cell_count_max,
                                   macaw::progress_callback progress);

/// The picture of a file, but for what only its database knows: path, rows and codecs.
/// Errors: as `collect_map`.
[[nodiscard]] file_picture collect_picture(const file_view& file, macaw::progress_callback progress);

}  // namespace macaw_shell
